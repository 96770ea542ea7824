//go:build unix

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
// one of them stands still for half a minute and goes on with what it had. So
// does a witness that keeps in its cache what must be read every time.
func TestNodeStandsStill(t *testing.T) {
	asked(t)
	_, dsn := openCluster(t, pgtest.Options{})
	w := build(t)
	w.open(people(), dsn, dsn, dsn)
	l := w.newLoad()
	l.run(4)
	w.binary = w.plant("keep-live")
	keeper, seen := w.start(len(l.nodes), dsn), l.witness()
	l.settle(l.nodes[0])
	seen.stare(keeper, time.Second)
	l.reach(operations / 10)
	frozen := []*node{l.nodes[1], keeper}
	for _, n := range frozen {
		n.signal(t, syscall.SIGSTOP)
	}
	time.Sleep(30 * time.Second)
	l.withdraw(l.nodes[0])
	for _, n := range frozen {
		n.signal(t, syscall.SIGCONT)
	}
	l.stare(l.nodes[1], 2*time.Second)
	seen.awaitLook(keeper)
	seen.stare(keeper, time.Second)
	l.reach(operations)
	l.finish()
	l.caught(t, "live records served from the cache", seen.ops)
}

// awaitLook waits until a node answers reads.
func (l *load) awaitLook(n *node) {
	l.Helper()
	await(l.T, "an answer", resumeWithin, func() bool { return l.look(n, firstStill, l.stable) })
}

// TestDatabaseRestarts is T-AVL-03: an immediate restart under load. Failures
// are the documented ones while it is down, and over by themselves when it is back;
// how long after is logged.
func TestDatabaseRestarts(t *testing.T) {
	asked(t)
	t.Parallel()
	c, dsn := openCluster(t, pgtest.Options{Durable: true})
	w := build(t)
	w.open(people(), dsn, dsn)
	l := w.newLoad()
	l.pause = 5 * time.Millisecond
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
		t.Logf("down for %v, all nodes answer %v after it is back", down, l.awaitAnswers(resumeWithin, l.nodes...).Round(time.Millisecond))
	}
	l.finish()
}
