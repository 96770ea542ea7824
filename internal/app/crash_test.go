package app

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// crash reports whether the long forms of the crash tests were asked for.
func crash() bool { return os.Getenv("KITH_CRASH") == "1" }

const (
	crashClients = 8
	crashLeast   = 200 // acknowledged writes in a round
)

// A siege is a victim and the clients that write to it.
type siege struct {
	*victim
	clients []*client
	rng     *rand.Rand
}

func newSiege(t *testing.T, seed uint64, data string) *siege {
	t.Helper()
	s := &siege{rng: rand.New(rand.NewPCG(seed, 0))}
	yaml := "apps:\n"
	for c := range crashClients {
		yaml += fmt.Sprintf("  a%d: {}\n", c)
	}
	yaml += "pages:\n"
	for c := range crashClients {
		yaml += fmt.Sprintf("  s%d: {app: a%d}\n", c, c)
	}
	yaml += "people:\n"
	for c := range crashClients {
		for i := range peopleOfClient {
			yaml += fmt.Sprintf("  p%d_%d: {first_name: v0, last_name: v0}\n", c, i)
		}
	}
	s.victim = newVictim(t, data, yaml)
	s.start(t)
	var ids worldIDs
	if err := s.get("/_/api/ids", &ids); err != nil {
		t.Fatal(err)
	}
	for c := range crashClients {
		s.clients = append(s.clients, newClient(s.victim, c, ids.Pages[fmt.Sprintf("s%d", c)].ID, seed))
	}
	return s
}

// round has the clients write until enough is acknowledged, and kills the
// victim at a random moment after that, in the middle of things.
func (s *siege) round(t *testing.T, least int) (acked int) {
	t.Helper()
	var mu sync.Mutex
	enough := make(chan struct{})
	goal := least + s.rng.IntN(100)
	var wg sync.WaitGroup
	for _, c := range s.clients {
		c.touched = map[string]bool{}
		wg.Go(func() {
			for {
				ok, err := c.write()
				if err != nil {
					t.Error(err)
				}
				if !ok {
					return // killed
				}
				mu.Lock()
				if acked++; acked == goal {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(time.Minute):
		t.Error("the victim is too slow")
	}
	time.Sleep(time.Duration(s.rng.IntN(20_000)) * time.Microsecond) // so that the kill meets anything
	s.kill()
	wg.Wait()
	return acked
}

// check asks the restarted victim for everything the clients know; all is
// false for what the last round touched.
func (s *siege) check(all bool) (problems []string, looked int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, c := range s.clients {
		wg.Go(func() {
			found, n := c.check(all)
			mu.Lock()
			problems, looked = append(problems, found...), looked+n
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(problems)
	return problems, looked
}

// autopsy opens a copy of what the kill left, as the store would, and looks for
// rows that contradict each other.
func (s *siege) autopsy(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kith.db")
	for _, part := range []string{"", "-wal"} {
		data, err := os.ReadFile(filepath.Join(s.data, "kith.db"+part))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+part, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlite.Open(t.Context(), path, store.Registry(), sqlite.Options{ReadConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	drivertest.Verify(t, db, store.Registry())
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// T-DUR-01: kill -9 at random moments, restart, check: every acknowledged write
// is there, none half applied, and what was under way is there whole or not.
func TestCrashRounds(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	seed, rounds := uint64(time.Now().UnixNano()), 20
	if crash() {
		rounds = 100
	}
	begin := time.Now()
	s := newSiege(t, seed, filepath.Join(t.TempDir(), "data"))
	acked, looked := 0, 0
	for range rounds {
		acked += s.round(t, crashLeast)
		s.autopsy(t)
		s.start(t)
		problems, n := s.check(false)
		for _, p := range problems {
			t.Error(p)
		}
		if looked += n; t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	problems, n := s.check(true)
	for _, p := range problems {
		t.Error(p)
	}
	kinds := map[string]int{}
	for _, c := range s.clients {
		for kind, n := range c.acked {
			kinds[kind] += n
		}
	}
	t.Logf("seed %d: %d rounds, %d writes acknowledged %v, %d facts looked at, %d in the end, %v", seed, rounds, acked, kinds, looked, n, time.Since(begin).Round(time.Millisecond))
	if len(kinds) < 5 {
		t.Errorf("only %d kinds of writes", len(kinds))
	}
}

// The checker finds writes that were acknowledged and are gone: the tail of the
// log is cut off while the victim is down.
func TestCrashRoundsFindLostWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	s := newSiege(t, 7, filepath.Join(t.TempDir(), "data"))
	s.round(t, 60)
	log := filepath.Join(s.data, "kith.db-wal")
	st, err := os.Stat(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(log, st.Size()*2/3); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	problems, _ := s.check(true)
	if len(problems) < 3 {
		t.Errorf("a third of the log is gone, and it finds %q", problems)
	} else {
		t.Logf("%d problems, such as: %s", len(problems), problems[0])
	}
}
