package sqlite

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// A cut is one moment at which the power fails, and what that does.
type cut struct {
	at     int // in the order of the trace
	seed   uint64
	image  string // folder
	ledger *ledger
}

// cuts chooses moments: half of them just after something was acknowledged.
func cuts(calls []call, n int, seed uint64) []cut {
	rng := rand.New(rand.NewPCG(seed, 2))
	acks := acknowledged(calls)
	all := make([]cut, n)
	for i := range all {
		all[i] = cut{at: 1 + rng.IntN(calls[len(calls)-1].begin), seed: seed*1000 + uint64(i)}
		if i%2 == 0 {
			all[i].at = acks[rng.IntN(len(acks))] + 1
		}
	}
	slices.SortFunc(all, func(a, b cut) int { return a.at - b.at })
	return all
}

// acknowledged are the moments of acknowledgements.
func acknowledged(calls []call) (acks []int) {
	for i := range calls {
		if c := &calls[i]; c.name == "write" && len(c.data) > 1 && (c.data[0] == '+' || c.data[0] == '-') {
			acks = append(acks, c.begin)
		}
	}
	return acks
}

// replay runs the calls past the cuts and hands each of them, with its image
// and what had been told by then, to f.
func replay(t *testing.T, dir string, calls []call, cuts []cut, f func(cut)) {
	t.Helper()
	p := newPlatter(dir)
	told := newLedger()
	byEnd := slices.Clone(calls)
	slices.SortStableFunc(byEnd, func(a, b call) int { return a.end - b.end })
	next, said := 0, 0
	for _, c := range cuts {
		for ; next < len(byEnd) && byEnd[next].end < c.at; next++ {
			must(t, p.apply(&byEnd[next], true))
		}
		for ; said < len(calls) && calls[said].begin < c.at; said++ {
			if calls[said].name == "write" && len(calls[said].data) > 1 && calls[said].path[:4] == "pipe" {
				told.hear(string(calls[said].data))
			}
		}
		c.image, c.ledger = t.TempDir(), told.clone()
		must(t, p.leave(c.image, c.seed))
		f(c)
	}
}

func (l *ledger) clone() *ledger {
	return &ledger{state: maps.Clone(l.state), was: maps.Clone(l.was), acked: l.acked}
}

// survey opens every image with the store as it is and returns what does not
// fit what was acknowledged.
func survey(t *testing.T, dir string, calls []call, cuts []cut) (problems []string, acked int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan cut)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := range work {
				found := openImage(filepath.Join(c.image, "kith.db"), c.ledger)
				_ = os.RemoveAll(c.image)
				mu.Lock()
				acked += c.ledger.acked
				for _, what := range found {
					problems = append(problems, fmt.Sprintf("cut %d, seed %d: %s", c.at, c.seed, what))
				}
				mu.Unlock()
			}
		})
	}
	replay(t, dir, calls, cuts, func(c cut) { work <- c })
	close(work)
	wg.Wait()
	return problems, acked
}

func openImage(path string, l *ledger) []string {
	s, err := Open(bg, path, drivertest.Registry(), Options{ReadConns: 1})
	if err != nil {
		return []string{err.Error()}
	}
	problems := l.check(s)
	// It is a database like any other: it takes writes.
	const fresh = driver.ID(1 << 30)
	if err := s.Update(bg, func(w driver.Writer) error { return writeNumber(w, fresh) }); err != nil {
		problems = append(problems, err.Error())
	}
	if err := s.Close(); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// testPowerCut records the script once and cuts the power seeds times. What fails in
// it, from which time on, is for faults to say, if it is not nil.
func testPowerCut(t *testing.T, level string, writes, seeds int, faults func(from int) string) (problems []string, failed int) {
	t.Helper()
	var dir string
	var calls []call
	for from := range 32 { // until a failure does not end the script at its start
		dir = t.TempDir()
		var options []string
		if faults != nil {
			options = []string{"-e", faults(16 + from)}
		}
		calls = record(t, []string{scriptPath + "=" + filepath.Join(dir, "kith.db"),
			scriptWrites + "=" + strconv.Itoa(writes), scriptSync + "=" + level}, options)
		if len(acknowledged(calls)) > writes {
			break
		}
	}
	for i := range calls {
		if calls[i].failed && calls[i].name == "fsync" {
			failed++
		}
	}
	problems, acked := survey(t, dir, calls, cuts(calls, seeds, rand.Uint64N(1<<40)))
	t.Logf("%d calls, %d failed syncs, %d cuts, %d acknowledged updates looked for, %d problems",
		len(calls), failed, seeds, acked, len(problems))
	return problems, failed
}

// The power goes at a random moment, and the disk has what was synced and any
// part of the rest. [SQLite promises this for synchronous=FULL, doc]
func TestPowerCut(t *testing.T) {
	needStrace(t)
	problems, _ := testPowerCut(t, "", 30, powerCuts(), nil)
	for _, p := range problems {
		t.Error(p)
	}
}

// The same with a disk on which every seventh sync of each thread fails and
// loses for ever what it was to cover.
func TestPowerCutAfterFailedSyncs(t *testing.T) {
	needStrace(t)
	problems, failed := testPowerCut(t, "", 30, powerCuts()/4, func(from int) string {
		return fmt.Sprintf("inject=fsync,fdatasync:error=EIO:when=%d+7", from)
	})
	for _, p := range problems {
		t.Error(p)
	}
	if failed == 0 {
		t.Error("no sync failed")
	}
}

// The checker finds a store that acknowledges before it syncs.
func TestPowerCutFindsLostWrites(t *testing.T) {
	needStrace(t)
	for _, level := range []string{"OFF", "NORMAL"} {
		if problems, _ := testPowerCut(t, level, 8, 30, nil); len(problems) == 0 {
			t.Errorf("synchronous=%s passes", level)
		} else {
			t.Log(problems[0])
		}
	}
}

// crash reports whether the long forms of the crash tests were asked for.
func crash() bool { return os.Getenv("KITH_CRASH") == "1" }

func powerCuts() int {
	if crash() {
		return 2000
	}
	return 240
}
