package postgres

import (
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgproxy"
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
	write(b, 4) // has b trim
	for end := time.Now().Add(time.Minute); left(a) != 2; {
		if time.Now().After(end) {
			t.Fatalf("an hour later %d are left, want the other's and the newest", left(a))
		}
	}
	// A day later each process is looked after once in 256 minutes.
	for m := range int64(1 << nonceBits) {
		ahead.Store(int64(26*time.Hour + time.Duration(m)*time.Minute))
		if err := b.Tidy(bg); err != nil {
			t.Fatal(err)
		}
	}
	if got := left(a); got != 0 {
		t.Errorf("a day later %d are left", got)
	}
}

// However many operations there are to remove, they go some at a time, and the
// Update that notices does not wait for them.
func TestTrimKeepsNobodyWaiting(t *testing.T) {
	const old = 4*trimPage + 1
	var ahead atomic.Int64
	p, dsn, err := pgproxy.OpenDSN(pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	s, err := Open(bg, Options{DSN: dsn, Registry: drivertest.Registry(), Rand: rand.Reader,
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	many := newStatement(`INSERT INTO keys (space, key, id) SELECT 0, CAST(CAST(n AS text) AS bytea), $1 FROM generate_series(1, $2) AS g (n)`, "nn")
	var a arena
	if err := s.call(bg, many, nil, a.int(doneBucket(s.versions.nonce, 0)), a.int(old)); err != nil {
		t.Fatal(err)
	}
	put := func() {
		t.Helper()
		if err := s.Update(bg, func(w driver.Writer) error { return w.Put(bg, []driver.Object{{ID: 1, Kind: thing}}) }); err != nil {
			t.Fatal(err)
		}
	}
	put()
	const stall = time.Second
	pages := 0
	trims := pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: pgproxy.Statement, Do: pgproxy.Stall, For: stall}, Match: "delete from \"public\".keys where space = 0"})
	counted := make(chan int, 100)
	p.Use(func(e pgproxy.Event) pgproxy.Fault {
		f := trims(e)
		if f.Do != pgproxy.Pass {
			pages++
			counted <- pages
		}
		return f
	})
	ahead.Store(int64(time.Hour))
	begin := time.Now()
	put()
	if took := time.Since(begin); took >= stall {
		t.Errorf("the update that noticed took %v", took)
	}
	for n := range counted {
		if n > old/trimPage {
			break
		}
	}
	left := old
	for end := time.Now().Add(time.Minute); left > 0 && time.Now().Before(end); {
		left = 0
		count := newStatement("SELECT key FROM keys WHERE space = 0 AND id < $1", "n")
		if err := s.call(bg, count, func(*row) { left++ }, new(arena).int(doneBucket(s.versions.nonce, 1))); err != nil {
			t.Fatal(err)
		}
	}
	if left > 0 {
		t.Errorf("%d are left", left)
	}
}
