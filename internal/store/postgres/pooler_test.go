package postgres

import (
	"fmt"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// Through PgBouncer, which lends a session for one transaction only, everything
// is the same.
func TestDriverThroughPgBouncer(t *testing.T) {
	if testing.Short() {
		t.Skip("the same tests as without it")
	}
	through := pgtest.Pooler(t, pgtest.DB(t), 10)
	drivertest.Run(t, func(t *testing.T) driver.Store {
		return openAt(t, Options{DSN: through(pgtest.DB(t)) + "&default_query_exec_mode=exec"})
	})
}

// A store that was not told of a pooler notices it when a prepared statement is
// lost, and nothing fails.
func TestPgBouncerIsNoticed(t *testing.T) {
	dsn, thing := pgtest.DB(t), drivertest.Registry().Kinds[0].Kind
	s := openAt(t, Options{DSN: pgtest.Pooler(t, dsn, 3)(dsn)})
	for round := 0; round < 50 && !s.simple.Load(); round++ {
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				id := driver.ID(1000 + n)
				want := fmt.Sprint("round ", round)
				if err := s.Update(bg, func(w driver.Writer) error {
					return w.Put(bg, []driver.Object{{ID: id, Kind: thing, Data: []byte(want)}})
				}); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
				rs := driver.ReadSet{Objects: []driver.ID{id}}
				if err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil {
					t.Errorf("round %d: %v", round, err)
				} else if got := rs.GotObjects[0]; got == nil || string(got.Data) != want {
					t.Errorf("round %d: object %d is %v", round, id, got)
				}
			})
		}
		all.Wait()
		if t.Failed() {
			return
		}
	}
	t.Logf("goes on without prepared statements: %v", s.simple.Load()) // a PgBouncer of today may keep them itself
}
