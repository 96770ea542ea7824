package postgres

import (
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// Operations are removed after a while, those of others only after a day: a
// process whose clock is ahead must not take away what another still asks for.
func TestTrim(t *testing.T) {
	dsn := pgtest.DB(t)
	open := func(node int64) (*Store, *atomic.Int64) {
		var ahead atomic.Int64
		s, err := Open(bg, Options{DSN: dsn, Registry: drivertest.Registry(), Rand: rand.Reader,
			Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		s.versions.nonce = node
		return s, &ahead
	}
	write := func(s *Store, id driver.ID) {
		t.Helper()
		err := s.Update(bg, func(w driver.Writer) error {
			return w.Put(bg, []driver.Object{{ID: id, Kind: thing, Data: []byte("x")}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	left := func(s *Store) (n int) {
		t.Helper()
		err := s.call(bg, newStatement("SELECT key FROM keys WHERE space = 0 AND id < $1", "n"), func(*row) { n++ }, new(arena).int(refusedBase))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	a, _ := open(1)
	b, ahead := open(2)
	write(a, 1)
	write(b, 2)
	write(b, 3)
	if got := left(a); got != 3 {
		t.Fatalf("%d operations are kept, want 3", got)
	}
	ahead.Store(int64(time.Hour))
	write(b, 4) // trims
	if got := left(a); got != 2 {
		t.Errorf("an hour later %d are left, want the other's and the newest", got)
	}
	// A day later each process is looked after once in 256 minutes.
	for m := range int64(1 << nonceBits) {
		ahead.Store(int64(26*time.Hour + time.Duration(m)*time.Minute))
		b.trim()
	}
	if got := left(a); got != 0 {
		t.Errorf("a day later %d are left", got)
	}
}
