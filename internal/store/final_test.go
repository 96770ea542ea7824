package store_test

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// strict is a store whose transactions are over after a last Read, as they are
// where COMMIT rides along.
type strict struct {
	driver.Store
	last, late int
}

type strictReader struct {
	driver.Reader
	s    *strict
	over bool
}

func (s *strict) View(ctx context.Context, f func(driver.Reader) error) error {
	return s.Store.View(ctx, func(r driver.Reader) error { return f(&strictReader{Reader: r, s: s}) })
}

func (r *strictReader) Read(ctx context.Context, rs *driver.ReadSet) error {
	if r.over {
		r.s.late++
	}
	if rs.Last {
		r.over = true
		r.s.last++
	}
	return r.Reader.Read(ctx, rs)
}

// A set that was final too early costs a second run, never a Read after the end.
func TestFinalTooEarlyRunsAgain(t *testing.T) {
	s := &strict{Store: memory.Open(store.Registry())}
	db, _ := openShared(t, s)
	putPerson(t, db, 1, "ana")
	putPerson(t, db, 2, "bea")
	runs := 0
	ask := func(early bool) (names string) {
		runs = 0
		err := db.Again(context.Background(), func(r *store.Reader) error {
			runs++
			var rs store.ReadSet
			rs.Object(1)
			if early {
				rs.Final()
			}
			if err := r.Load(context.Background(), &rs); err != nil {
				return err
			}
			names = name(rs.GotObject(0))
			rs.Reset()
			rs.Object(2)
			rs.Final()
			if err := r.Load(context.Background(), &rs); err != nil {
				return err
			}
			names += name(rs.GotObject(0))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	if got := ask(false); got != "anabea" || runs != 1 || s.last != 1 || s.late != 0 {
		t.Errorf("in order: %s in %d runs, %d last, %d late", got, runs, s.last, s.late)
	}
	s.last = 0
	if got := ask(true); got != "anabea" || runs != 2 || s.last != 1 || s.late != 0 {
		t.Errorf("too early: %s in %d runs, %d last, %d late", got, runs, s.last, s.late)
	}
}
