package sqlite

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// systemReads is how often this process has read from files, where the system
// tells.
func systemReads(t *testing.T) int {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skipf("reads cannot be counted here: %v", err)
	}
	_, after, _ := strings.Cut(string(text), "syscr: ")
	n, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(after, "\n", 2)[0]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Three look-ups on one of several connections read three pages, the leaves:
// what leads to them stays in the page caches, however often these were filled.
func TestPagesAboveTheLeavesStay(t *testing.T) {
	const people, readers, rounds = 20_000, 3, 3000
	s, err := Open(bg, filepath.Join(t.TempDir(), "kith.db"), drivertest.Registry(), Options{ReadConns: readers, CacheKiB: 512})
	must(t, err)
	defer s.Close()
	must(t, importSlice(s, 2, people))
	dice := rand.New(rand.NewPCG(1, 2))
	look := func() {
		var lent [readers]*readConn
		for i := range lent {
			lent[i], err = s.reads.take(bg)
			must(t, err)
		}
		c, id := lent[dice.IntN(readers)], driver.ID(2+dice.IntN(people))
		r := &reader{conn: c.Conn, began: c.open}
		rs := &driver.ReadSet{
			Objects: []driver.ID{id},
			Pairs:   []driver.Pair{{From: 1, Kind: 20, To: id}},
			Keys:    []driver.Key{{Space: 1, Key: importKey(id, 0)}},
		}
		err := r.Read(bg, rs)
		c.open = err == nil
		for _, c := range lent {
			s.reads.give(c, nil)
		}
		if err != nil || rs.GotObjects[0] == nil || rs.GotPairs[0] == nil || rs.GotKeys[0] != id {
			t.Fatalf("person %d is not there: %v", id, err)
		}
	}
	for range rounds { // until the caches are as large as they get
		look()
	}
	before := systemReads(t)
	for range rounds {
		look()
	}
	if got := float64(systemReads(t)-before) / rounds; got > 3.1 {
		t.Errorf("three look-ups read %.2f pages", got)
	} else {
		t.Logf("three look-ups read %.2f pages", got)
	}
}
