package sqlite

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// kept is how many idle connections have a snapshot open.
func (p *pool) kept() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		if c.open {
			n++
		}
	}
	return n
}

func viewing(s *Store, f func(*driver.ReadSet) error) error {
	return s.View(bg, func(r driver.Reader) error {
		rs := &driver.ReadSet{Objects: []driver.ID{7}}
		if err := r.Read(bg, rs); err != nil {
			return err
		}
		return f(rs)
	})
}

// A snapshot stays for the next View until something is written, and not after
// a View that failed.
func TestSnapshotIsKeptUntilACommit(t *testing.T) {
	s := openTemp(t)
	failed := errors.New("no")
	steps := []struct {
		name string
		do   func() error
		want int
	}{
		{"view", func() error { return viewing(s, func(*driver.ReadSet) error { return nil }) }, 1},
		{"another", func() error { return viewing(s, func(*driver.ReadSet) error { return nil }) }, 1},
		{"an update that writes nothing", func() error { return s.Update(bg, func(driver.Writer) error { return nil }) }, 1},
		{"a commit", func() error { return s.Update(bg, putting(7, "new")) }, 0},
		{"view of the commit", func() error {
			return viewing(s, func(rs *driver.ReadSet) error {
				if string(rs.GotObjects[0].Data) != "new" {
					t.Errorf("a View after the commit has %q", rs.GotObjects[0].Data)
				}
				return nil
			})
		}, 1},
		{"a View that fails", func() error {
			if err := viewing(s, func(*driver.ReadSet) error { return failed }); err != failed {
				return err
			}
			return nil
		}, 0},
		{"view", func() error { return viewing(s, func(*driver.ReadSet) error { return nil }) }, 1},
		{"scrub", func() error { return s.Scrub(context.Background()) }, 0},
	}
	for _, step := range steps {
		must(t, step.do())
		if got := s.reads.kept(); got != step.want {
			t.Errorf("after %s %d snapshots are kept, want %d", step.name, got, step.want)
		}
	}
}

// Whoever begins after an acknowledged write sees it, whatever connections and
// snapshots are about.
func TestViewsSeeWhatWasAcknowledged(t *testing.T) {
	s := openTemp(t)
	const writes, readers = 200, 2
	must(t, s.Update(bg, putting(7, "0")))
	var acked struct {
		sync.Mutex
		n int
	}
	seen := func() int { acked.Lock(); defer acked.Unlock(); return acked.n }
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for least := 0; least < writes; {
				least = seen()
				err := viewing(s, func(rs *driver.ReadSet) error {
					if got, _ := strconv.Atoi(string(rs.GotObjects[0].Data)); got < least {
						return errors.New("a View has " + strconv.Itoa(got) + " after " + strconv.Itoa(least) + " was acknowledged")
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := 1; i <= writes; i++ {
		must(t, s.Update(bg, putting(7, strconv.Itoa(i))))
		acked.Lock()
		acked.n = i
		acked.Unlock()
	}
	wg.Wait()
}

// Snapshots that are kept do not make the log grow: with Views between the
// commits it is begun anew like without.
func TestKeptSnapshotsLetTheLogBegin(t *testing.T) {
	s := openTemp(t)
	big := strings.Repeat("x", 60_000)
	const commits, most = 400, 16 << 20 // 24 MB were written by then, and more
	for i := range commits {
		must(t, s.Update(bg, putting(driver.ID(10+i%50), big)))
		must(t, viewing(s, func(*driver.ReadSet) error { return nil }))
	}
	info, err := os.Stat(s.path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > most {
		t.Errorf("the log has %d bytes", info.Size())
	}
}
