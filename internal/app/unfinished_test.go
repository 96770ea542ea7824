package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// stepped calls before with the number of each Update that is about to run.
type stepped struct {
	driver.Store
	n      int
	before func(n int)
}

func (s *stepped) Update(ctx context.Context, f func(driver.Writer) error) error {
	s.n++
	s.before(s.n)
	return s.Store.Update(ctx, f)
}

// A killed folder is what is on disk if the process is killed at that moment.
type killed struct {
	dir  string
	when int // before that Update, from 1
}

// killedAt runs do over a new database and keeps what a kill would leave before
// each Update. whole is the folder at the end.
func killedAt(t *testing.T, do func(drv driver.Store)) (whole string, parts []killed) {
	t.Helper()
	whole = t.TempDir()
	drv, err := OpenDriver(t.Context(), filepath.Join(whole, "kith.db"))
	if err != nil {
		t.Fatal(err)
	}
	do(&stepped{Store: drv, before: func(n int) {
		k := killed{t.TempDir(), n}
		if err := os.CopyFS(k.dir, os.DirFS(whole)); err != nil {
			t.Error(err)
		}
		parts = append(parts, k)
	}})
	if err := drv.Close(); err != nil {
		t.Fatal(err)
	}
	return whole, parts
}

// over is a Graph like l with another database.
func (l *lab) over(drv driver.Store) *world.Builder {
	db := store.Open(drv, store.Options{Decode: world.Decoders(l.Keys)})
	return world.New(world.Options{DB: db, Keys: l.Keys, Now: l.Clock.Now, Catalogue: l.Schema})
}

// startIn starts a server in a folder and stops it; what it finds there is kept.
func startIn(t *testing.T, dir, worldFile string) error {
	t.Helper()
	env := []string{"HOME=" + dir, "KITH_DATA=" + dir, "KITH_LISTEN=127.0.0.1:0"}
	if worldFile != "" {
		env = append(env, "KITH_WORLD="+worldFile)
	}
	cfg, err := config.Load(config.Sources{Environ: env})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return s.Shutdown(t.Context())
}

// notUsed checks that nobody takes a database for a world, and that everybody
// says what it is.
func notUsed(t *testing.T, k killed, says string) {
	t.Helper()
	if err := startIn(t, k.dir, ""); !errors.Is(err, world.ErrUnfinished) || !strings.Contains(err.Error(), says) {
		t.Errorf("killed before write %d, a server starts with %v, want %q", k.when, err, says)
	}
	g, err := Open(t.Context(), Settings{Path: filepath.Join(k.dir, "kith.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if err := g.World.Import(t.Context(), strings.NewReader(`{"person":{"handle":"more"}}`), nil); !errors.Is(err, world.ErrUnfinished) {
		t.Errorf("killed before write %d, an import gives %v", k.when, err)
	}
	report, err := g.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.OK() || !strings.Contains(fmt.Sprint(report.Problems), says) {
		t.Errorf("killed before write %d, verified: %+v", k.when, report)
	}
	if err := g.Backup(t.Context(), filepath.Join(t.TempDir(), "backup.db")); err == nil {
		t.Errorf("killed before write %d, it is backed up", k.when)
	}
	if err := g.DB.Close(); err != nil {
		t.Error(err)
	}
}

// parted checks that between nothing and everything no part of a database is
// taken for a world, and returns those parts.
func parted(t *testing.T, whole string, parts []killed, says string) (half []killed) {
	t.Helper()
	for _, k := range parts {
		if has(t, k.dir) {
			half = append(half, k)
			notUsed(t, k, says)
		}
	}
	if len(half) < 2 {
		t.Errorf("of %d moments only %d have a part: the test kills nowhere", len(parts), len(half))
	}
	if err := startIn(t, whole, ""); err != nil {
		t.Errorf("when all is there: %v", err)
	}
	return half
}

// has reports whether a folder has more than an empty database.
func has(t *testing.T, dir string) bool {
	t.Helper()
	drv, err := OpenDriver(t.Context(), filepath.Join(dir, "kith.db"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := Rows(t.Context(), drv)
	if err := errors.Join(err, drv.Close()); err != nil {
		t.Fatal(err)
	}
	const ids = 1 // who claims ids notes it
	return n > ids
}

// manyPeople is an export of so many people that they are written in parts.
func manyPeople() string {
	var in strings.Builder
	in.WriteString(`{"app":{"handle":"a","id":"1500000000000001","name":"A","type":"business","mode":"live"}}` + "\n")
	in.WriteString(`{"page":{"handle":"p","id":"1500000000000002","name":"P","apps":["a"]}}` + "\n")
	for i := range 2500 {
		fmt.Fprintf(&in, `{"person":{"handle":"g%d","ids":[{"page":"p","id":"%016d"}]}}`+"\n", i, 1_000_000_000_000_000+i)
	}
	return in.String()
}

// manyPeopleYAML is a world file of so many.
func manyPeopleYAML() string {
	var text strings.Builder
	text.WriteString("pages: {shop: {}}\npeople:\n")
	for i := range 2500 {
		fmt.Fprintf(&text, "  p%d: {first_name: Pat}\n", i)
	}
	return text.String()
}

// What an import leaves that was killed is not taken for a world: nobody serves
// it, adds to it or backs it up, and a verification says what it is.
func TestKilledImportIsNotTakenForAWorld(t *testing.T) {
	l := emptyLab(t, Settings{})
	whole, parts := killedAt(t, func(drv driver.Store) {
		if err := l.over(drv).Import(t.Context(), strings.NewReader(manyPeople()), nil); err != nil {
			t.Fatal(err)
		}
	})
	half := parted(t, whole, parts, "an import into it, or the generation of people, did not finish")

	// An emulator gets rid of it when it is reset.
	g, err := Open(t.Context(), Settings{Path: filepath.Join(half[0].dir, "kith.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if err := g.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.World.Import(t.Context(), strings.NewReader(manyPeople()), nil); err != nil {
		t.Errorf("an import after the reset: %v", err)
	}
}

// So is what a server leaves that was killed while it loaded a large world file.
// Before anything of it was there the next start loads it.
func TestKilledLoadIsNotTakenForAWorld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, []byte(manyPeopleYAML()), 0o600); err != nil {
		t.Fatal(err)
	}
	l := emptyLab(t, Settings{})
	w, err := world.Parse(file, []byte(manyPeopleYAML()), l.Schema)
	if err != nil {
		t.Fatal(err)
	}
	whole, parts := killedAt(t, func(drv driver.Store) {
		if err := l.over(drv).Load(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	})
	parted(t, whole, parts, "a world file was being loaded into it")
	if err := startIn(t, parts[0].dir, file); err != nil || !has(t, parts[0].dir) {
		t.Errorf("killed before the first write, a start gives %v", err)
	}
}

// So is what a move leaves that was killed. Run again it goes on, whoever tried
// to serve the part meanwhile.
func TestKilledMoveIsNotTakenForAWorld(t *testing.T) {
	l := matrix(t)
	want := exportOf(t, l.Graph, l.drv)
	move := func(from, to driver.Store) error {
		_, err := Move(t.Context(), from, to, l.Keys, func(string, int64) {})
		return err
	}
	whole, parts := killedAt(t, func(drv driver.Store) {
		if err := move(l.drv, drv); err != nil {
			t.Fatal(err)
		}
	})
	for _, k := range parted(t, whole, parts, "kith db move did not finish") {
		drv, err := OpenDriver(t.Context(), filepath.Join(k.dir, "kith.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := move(drv, emptyLab(t, Settings{}).drv); !errors.Is(err, world.ErrUnfinished) {
			t.Errorf("killed before write %d, it is moved on: %v", k.when, err)
		}
		if err := move(l.drv, drv); err != nil {
			t.Errorf("killed before write %d, the move does not go on: %v", k.when, err)
		}
		if got := exportOf(t, l.Graph, drv); got != want {
			t.Errorf("killed before write %d, the move that went on has another export", k.when)
		}
		if err := drv.Close(); err != nil {
			t.Error(err)
		}
		if err := startIn(t, k.dir, ""); err != nil {
			t.Errorf("killed before write %d, after the move went on: %v", k.when, err)
		}
	}
}

// So is a move to the PostgreSQL wire whose process ends between two of its
// transactions: the database keeps what was committed, and nothing is sent to
// clear up. Run again it goes on, and home again the world is the same.
func TestCutMoveToPostgresGoesOn(t *testing.T) {
	l := matrix(t)
	want := exportOf(t, l.Graph, l.drv)
	move := func(ctx context.Context, from, to driver.Store) error {
		_, err := Move(ctx, from, to, l.Keys, func(string, int64) {})
		return err
	}
	target := func() driver.Store {
		there, err := OpenDriver(t.Context(), pgtest.DB(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = there.Close() })
		return there
	}
	all := &stepped{Store: target(), before: func(int) {}}
	if err := move(t.Context(), l.drv, all); err != nil || all.n < 3 {
		t.Fatalf("a whole move is %d transactions, %v", all.n, err)
	}
	for _, at := range []int{2, (all.n + 2) / 2, all.n} {
		there := target()
		ctx, end := context.WithCancel(t.Context())
		cut := &stepped{Store: there, before: func(n int) {
			if n == at {
				end()
			}
		}}
		if err := move(ctx, l.drv, cut); !errors.Is(err, context.Canceled) {
			t.Errorf("cut before write %d of %d: %v", at, all.n, err)
		}
		if err := l.over(there).Finished(t.Context()); !errors.Is(err, world.ErrUnfinished) {
			t.Errorf("cut before write %d of %d, what is there is taken for a world: %v", at, all.n, err)
		}
		if err := move(t.Context(), there, emptyLab(t, Settings{}).drv); !errors.Is(err, world.ErrUnfinished) {
			t.Errorf("cut before write %d of %d, it is moved on: %v", at, all.n, err)
		}
		if err := move(t.Context(), l.drv, there); err != nil {
			t.Fatalf("cut before write %d of %d, the move does not go on: %v", at, all.n, err)
		}
		home := emptyLab(t, Settings{}).drv
		if err := move(t.Context(), there, home); err != nil {
			t.Fatal(err)
		}
		for name, drv := range map[string]driver.Store{"PostgreSQL": there, "home again": home} {
			if exportOf(t, l.Graph, drv) != want {
				t.Errorf("cut before write %d of %d, %s has another export", at, all.n, name)
			}
		}
	}
}

// A load that fails half way in a server that runs is not taken for a world
// either, and a reset puts it right.
func TestResetEndsAnUnfinishedLoad(t *testing.T) {
	l := emptyLab(t, Settings{Path: filepath.Join(t.TempDir(), "kith.db")})
	w, err := world.Parse("world.yaml", []byte(manyPeopleYAML()), l.Schema)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	cut := &stepped{Store: l.drv, before: func(n int) {
		if n == 4 {
			stop()
		}
	}}
	if err := l.over(cut).Load(ctx, w); !errors.Is(err, context.Canceled) {
		t.Fatalf("the load gives %v", err)
	}
	if err := l.World.Load(t.Context(), w); !errors.Is(err, world.ErrUnfinished) {
		t.Errorf("another load gives %v", err)
	}
	if err := l.Reset(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if err := l.World.Finished(t.Context()); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}
