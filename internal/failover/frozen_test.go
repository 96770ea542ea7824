package failover

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// openCluster opens a PostgreSQL of its own with an empty database.
func openCluster(t *testing.T, o pgtest.Options) (*pgtest.Cluster, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := pgtest.Open(ctx, o)
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	dsn, err := c.CreateDB(ctx, "kith")
	if err != nil {
		t.Fatal(err)
	}
	return c, dsn
}

// operations is how long a history has to be.
const operations = 20_000

// TestNodeStandsStill is T-CON-11 and T-AVL-07: three nodes on one database,
// one of them stands still for half a minute and goes on with what it had.
func TestNodeStandsStill(t *testing.T) {
	asked(t)
	_, dsn := openCluster(t, pgtest.Options{})
	w := build(t)
	w.open(people(), dsn, dsn, dsn)
	l := w.newLoad()
	l.run(4)
	time.Sleep(3 * time.Second)
	l.nodes[1].signal(t, syscall.SIGSTOP)
	time.Sleep(30 * time.Second)
	l.withdraw(l.nodes[0])
	l.nodes[1].signal(t, syscall.SIGCONT)
	l.stare(l.nodes[1], 2*time.Second)
	await(t, "a history that is long enough", 3*time.Minute, func() bool { return l.length() >= operations })
	l.finish()
}

// TestDatabaseRestarts is T-AVL-03: an immediate restart under load. Failures
// are the documented ones while it is down, and over 5 s after it is back.
func TestDatabaseRestarts(t *testing.T) {
	asked(t)
	c, dsn := openCluster(t, pgtest.Options{Durable: true})
	w := build(t)
	w.open(people(), dsn, dsn)
	l := w.newLoad()
	l.run(4)
	for _, down := range []time.Duration{0, 4 * time.Second} {
		time.Sleep(2 * time.Second)
		if err := c.Stop(pgtest.Immediate); err != nil {
			t.Fatal(err)
		}
		time.Sleep(down)
		if err := c.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("down for %v, all nodes answer %v after it is back", down, l.awaitAnswers(5*time.Second, l.nodes...).Round(time.Millisecond))
	}
	l.finish()
}
