package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// A watched store counts the writes of one process and may hold up a walk.
type watched struct {
	driver.Store
	updates, tidied atomic.Int64
	walking, walk   chan struct{} // the first walk says that it begins and waits; nil: it does not
	held            sync.Once
}

func (s *watched) Update(ctx context.Context, f func(driver.Writer) error) error {
	s.updates.Add(1)
	return s.Store.Update(ctx, f)
}

func (s *watched) Tidy(context.Context) error {
	s.tidied.Add(1)
	return nil
}

func (s *watched) View(ctx context.Context, f func(driver.Reader) error) error {
	return s.Store.View(ctx, func(r driver.Reader) error { return f(watchedReader{r, s}) })
}

type watchedReader struct {
	driver.Reader
	s *watched
}

func (r watchedReader) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	r.s.held.Do(func() {
		if r.s.walking != nil {
			r.s.walking <- struct{}{}
			<-r.s.walk
		}
	})
	return r.Reader.Scan(ctx, t, f)
}

// quick is the ttl of the duties of these tests.
const quick = 100 * time.Millisecond

// choring makes a lab one of several servers on a store in memory, with its chores, which
// the test takes.
func choring(t *testing.T, l *lab, mem *memory.Store, node uint64) (*chores, *watched) {
	t.Helper()
	l.chores.stop()
	s := &watched{Store: mem}
	l.drv = s
	l.DB = store.Open(s, store.Options{Shared: true, Node: node << 32, Machine: clock.System(time.Now), Decode: world.Decoders(l.Keys)})
	l.wire()
	duty := l.duty(choreDuty)
	duty.TTL = quick
	c := &chores{g: l.Graph, tell: &telling{deliverer: l.deliverer()}, wake: make(chan struct{}, 1), quit: func() {}, duty: duty}
	t.Cleanup(c.tell.off)
	return c, s
}

// Of two servers one does the chores, however long a walk takes, and the other
// goes on when that one is gone.
func TestOneServerDoesTheChores(t *testing.T) {
	ctx := t.Context()
	first := openLab(t, Settings{}, longStory(60))
	second := emptyLab(t, Settings{})
	mem := first.memory
	one, seenOne := choring(t, first, mem, 1)
	two, seenTwo := choring(t, second, mem, 2)
	jobs := func() int {
		t.Helper()
		list, err := second.World.Jobs(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	seenOne.walking, seenOne.walk = make(chan struct{}), make(chan struct{})
	first.act(t, world.Action{Person: "eve", Event: "erase"})
	if jobs() != 1 {
		t.Fatal("the erasure left no job")
	}
	ended := make(chan error, 1)
	go func() { ended <- one.turn(ctx) }()
	<-seenOne.walking // the sweep is on its way
	for end := time.Now().Add(8 * quick); time.Now().Before(end); time.Sleep(quick / 20) {
		if err := two.turn(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := seenTwo.updates.Load(); n != 0 || seenTwo.tidied.Load() != 0 {
		t.Errorf("the other server wrote %d times and tidied up %d times during the walk", n, seenTwo.tidied.Load())
	}
	close(seenOne.walk)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if n := jobs(); n != 0 || seenOne.tidied.Load() != 1 {
		t.Errorf("%d jobs are left, the store was tidied up %d times", n, seenOne.tidied.Load())
	}
	// The first server is gone without a word.
	second.act(t, world.Action{Person: "p0", Event: "erase"})
	for end := time.Now().Add(10 * time.Second); jobs() > 0; time.Sleep(quick / 20) {
		if time.Now().After(end) {
			t.Fatal("nobody goes on with what is left")
		}
		if err := two.turn(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if seenTwo.tidied.Load() != 1 {
		t.Errorf("the second server tidied up %d times", seenTwo.tidied.Load())
	}
	if err := one.turn(ctx); err != nil {
		t.Errorf("the first server comes back: %v", err)
	}
}

// A world too large for one transaction, without a Page or an app, is loaded once
// by servers that start on an empty database at a time, and none of them goes on
// with half of it.
func TestServersRaceForALargeWorld(t *testing.T) {
	const people = 2100
	dsn := pgtest.DB(t)
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, []byte("generate: {people: 2100}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var loaded atomic.Int64
	for range 2 {
		wg.Go(func() {
			s, err := sharing(t, dsn, "KITH_WORLD="+file)
			if err != nil {
				t.Error(err)
				return
			}
			if s.Loaded != "" {
				loaded.Add(1)
			}
			n := 0
			err = s.Graph.DB.View(t.Context(), func(r *store.Reader) error {
				n = 0
				return r.Scan(t.Context(), store.Objects, func(row *store.Row) bool {
					if row.Object.Kind == store.KindPerson {
						n++
					}
					return true
				})
			})
			if err != nil || n != people {
				t.Errorf("a server began with %d of %d people, %v", n, people, err)
			}
		})
	}
	wg.Wait()
	if n := loaded.Load(); n != 1 && !t.Failed() {
		t.Errorf("%d servers loaded the world, want 1", n)
	}
}

// Who waits for a server that loads a world stops waiting with its context, and
// goes on as soon as that one is done.
func TestAlone(t *testing.T) {
	l := openLab(t, Settings{Log: slog.New(slog.DiscardHandler)}, longStory(1))
	other := emptyLab(t, Settings{})
	choring(t, l, l.memory, 1)
	choring(t, other, l.memory, 2)
	ctx := t.Context()
	err := l.alone(ctx, func(ctx context.Context, b *world.Builder) error {
		short, cancel := context.WithTimeout(ctx, 3*loadLook)
		defer cancel()
		err := other.alone(short, func(context.Context, *world.Builder) error { return nil })
		if err == nil || short.Err() == nil {
			t.Errorf("two at a time: %v", err)
		}
		_, err = b.Empty(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.alone(ctx, func(context.Context, *world.Builder) error { return nil }); err != nil {
		t.Errorf("after the first: %v", err)
	}
}
