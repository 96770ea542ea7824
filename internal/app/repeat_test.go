package app

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/world"
)

// transcript plays the same things to a Graph and writes down all of it.
func (l *lab) transcript(t *testing.T) (lines []string) {
	t.Helper()
	note := func(a answer) { lines = append(lines, fmt.Sprintf("%d %v %s", a.status, a.header, a.body)) }
	lines = append(lines, fmt.Sprintf("%+v", l.ids))
	rng := rand.New(rand.NewPCG(1, 2))
	ids, callers := l.everyID(), l.callers()
	for i := range 400 {
		c, n := callers[rng.IntN(len(callers))], ids[rng.IntN(len(ids))]
		note(l.read(turns[rng.IntN(len(turns))], n.id, []string{"", "id,name", "first_name,profile_pic", "nonsense"}[rng.IntN(4)], c.token))
		if i%20 == 0 {
			l.advance(time.Minute)
			event := []string{"message", "revoke", "block", "unblock"}[rng.IntN(4)]
			ch := l.act(t, world.Action{Person: []string{"alice", "bob", "cleo", "ned"}[rng.IntN(4)], Page: "shop", Event: event})
			lines = append(lines, fmt.Sprintf("%+v", *ch))
		}
	}
	ch := l.act(t, world.Action{Person: "ned", App: "demo", Event: "install"})
	l.act(t, world.Action{Person: "dora", Event: "delete"})
	l.learn(t)
	return append(lines, fmt.Sprintf("%+v %+v", *ch, l.ids))
}

// P6: the same world, clock and requests give the same bytes, ids and tokens,
// in memory and on disk.
func TestSameWorldSameBytes(t *testing.T) {
	first := matrix(t).transcript(t)
	for name, set := range map[string]Settings{"again": {}, "sqlite": {Path: filepath.Join(t.TempDir(), "kith.db")}, "small cache": {CacheEntries: 16}} {
		if diff := cmp.Diff(first, openLab(t, set, matrixYAML(t)).transcript(t)); diff != "" {
			t.Errorf("%s (-first +second)\n%s", name, diff)
		}
	}
}

// Going back to the world of the beginning forgets everything since.
func TestResetGoesBack(t *testing.T) {
	l := matrix(t)
	before := fmt.Sprintf("%+v", l.ids)
	first := l.state(t)
	_ = l.transcript(t)
	if err := l.Reset(l.ctx(), nil); err != nil {
		t.Fatal(err)
	}
	l.learn(t)
	if after := fmt.Sprintf("%+v", l.ids); after != before {
		t.Errorf("ids after a reset (-before +after)\n%s", cmp.Diff(before, after))
	}
	if l.state(t) != first {
		t.Error("the store is another one after a reset")
	}
}

// T-LEK-01, small: calls leave no goroutines and no heap behind.
func TestCallsLeaveNothingBehind(t *testing.T) {
	l := matrix(t)
	round := func(n int) {
		for i := range n {
			for _, c := range l.callers() {
				l.read("v25.0", fmt.Sprint(5314159265350000+i), "id,name", c.token)
				l.read("v25.0", "me", "id,name", c.token)
			}
		}
	}
	measure := func() (goroutines int, heap uint64) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	round(20)
	before, _ := measure()
	round(80)
	if after, heap := measure(); after > before+2 || heap > 256<<20 {
		t.Errorf("%d goroutines before, %d after 2,000 calls, %d MiB of heap", before, after, heap>>20)
	}
}
