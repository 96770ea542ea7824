//go:build unix

package failover

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// TestHalfOpenConnections is T-AVL-06: the database is there and silent. Every
// call has its answer before clients give up, goroutines stay bounded, and all
// is well when the silence ends.
func TestHalfOpenConnections(t *testing.T) {
	asked(t)
	t.Parallel() // it waits most of the time
	_, direct := openCluster(t, pgtest.Options{})
	p, dsn, err := pgproxy.OpenDSN(direct)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	w := build(t)
	w.open(people(), dsn)
	l, n := w.newLoad(), w.nodes[0]
	l.awaitAnswers(resumeWithin, n)
	before := n.goroutines(t)
	p.Freeze()
	const clients, calls = 50, 3
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for range calls {
				begin := time.Now()
				if l.look(n, c%lasting, l.stable) {
					t.Error("a read is answered without the database")
				}
				if took := time.Since(begin); took >= patience {
					t.Errorf("a read has no answer after %v", took)
				}
			}
		})
	}
	group.Wait()
	if now := n.goroutines(t); now > before+2*clients+64 {
		t.Errorf("%d goroutines after %d failed reads, %d before", now, clients*calls, before)
	}
	p.Thaw()
	t.Logf("answers %v after the silence", l.awaitAnswers(resumeWithin, n).Round(time.Millisecond))
	l.check(t)
}

// goroutines asks a node how many it has.
func (n *node) goroutines(t *testing.T) (count int) {
	t.Helper()
	r, err := n.admin(http.MethodGet, "/_/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(strings.NewReader(r.body)); lines.Scan(); {
		if _, err := fmt.Sscanf(lines.Text(), "go_goroutines %d", &count); err == nil {
			return count
		}
	}
	t.Fatalf("no go_goroutines in the metrics: %d", r.status)
	return 0
}
