package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// A lab runs schedule after schedule on the same DBs, each emptied first.
type lab struct {
	nodes int
	bugs  bugs
	fence time.Duration
	sim   sim
	base  *memory.Store
	all   struct{ reads, writes, idle, refused, hits, waits, failovers, stale, ambiguous, late, conflicts, steps, fenced int }
}

func newLab(t testing.TB, nodes int, b bugs, fence time.Duration) *lab {
	t.Helper()
	l := &lab{nodes: nodes, bugs: b, fence: fence, base: memory.Open(Registry())}
	ctx := context.Background()
	err := l.base.Update(ctx, func(w driver.Writer) error {
		if err := w.Put(ctx, []Object{{ID: simPerson, Kind: KindPerson, Data: number(0)}, {ID: simToken, Kind: KindToken, Data: number(0)},
			{ID: simPage, Kind: KindPage, Data: number(0)}}); err != nil {
			return err
		}
		if _, err := w.Bind(ctx, []Binding{{Key: Key{Space: SpacePSID, Key: simKey}, ID: simPerson}}); err != nil {
			return err
		}
		return w.Link(ctx, []Assoc{{From: simPage, Kind: AssocContact, To: simPerson, Time: 1, Data: number(0)}})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.sim.abandon(l.sim.idle) })
	l.sim.rng = rand.New(rand.NewPCG(0, 0))
	for i := range nodes {
		n := &simNode{s: &l.sim}
		n.db = Open(&simStore{n}, Options{Shared: nodes > 1, Lease: simLease, Fence: fence, Machine: n, Node: uint64(i), bugs: b})
		l.sim.nodes = append(l.sim.nodes, n)
	}
	return l
}

// schedule runs one seed and says what is wrong, if anything.
func (l *lab) schedule(seed uint64) string {
	s := &l.sim
	*s = sim{rng: rand.New(rand.NewPCG(seed, 0x5eed)), nodes: s.nodes, tasks: s.tasks[:0], idle: s.idle, cluster: cluster{commits: s.commits}}
	s.now, s.wrote = simFence, map[[2]int64]bool{}
	s.lossy = s.chance(2)
	if l.nodes > 1 {
		s.most = s.rng.IntN(3)
	}
	s.start(l.base)
	for i, n := range s.nodes {
		n.begin()
		if l.nodes > 1 && l.fence > 0 {
			s.spawn(n, func() { s.beats(n) })
		}
		for range 2 - l.nodes/3*min(i, 1) {
			s.left++
			s.spawn(n, func() { s.client(n); s.left-- })
		}
	}
	s.spawn(nil, s.end)
	s.run()
	if s.broken == "" {
		s.lost()
	}
	l.tally()
	if s.broken != "" {
		return fmt.Sprintf("seed %d: %s", seed, s.broken)
	}
	return ""
}

// begin makes a node what it is after a quiet start: at a rate of its own, with
// a chain of heartbeats on the first host and nothing in its cache.
func (n *simNode) begin() {
	n.frozen = 0
	n.rate, n.offset = 0.9+0.2*n.s.rng.Float64(), n.s.upTo(time.Hour)
	n.db.cache.entries.clear()
	n.db.stats.Hits, n.db.stats.Fills = counter{}, counter{}
	n.db.stats.Waits.Store(0)
	n.db.stats.Beats.Store(0)
	if n.db.shared != nil && n.db.shared.fence != nil {
		f := n.db.shared.fence
		f.hosts = map[string]*chain{"a": {beat: n.Now()}}
		f.rejected = 0
	}
}

// beats are the heartbeats of a node. One that hangs does not hold up the next.
func (s *sim) beats(n *simNode) {
	under := 0
	for ; !s.over; n.Sleep(simFence / 2) {
		if under < 2 {
			under++
			s.spawn(n, func() {
				_ = n.db.beat(context.Background())
				under--
			})
		}
	}
}

// open waits until the fence lets the node use the database, or for a while.
func (s *sim) open(n *simNode) {
	if sh := n.db.shared; sh != nil && sh.fence != nil {
		patience := s.now + 2*simFence
		s.waitFor(func() bool { return sh.fence.open(n.Now()) || s.now > patience })
	}
}

// end waits for the clients and ends the rest.
func (s *sim) end() {
	s.waitFor(func() bool { return s.left == 0 })
	s.over = true
}

func (l *lab) tally() {
	s, a := &l.sim, &l.all
	a.reads += s.count.reads
	a.writes += s.count.writes
	a.idle += s.count.idle
	a.refused += s.count.refused
	a.failovers += s.seen.failovers
	a.stale += s.seen.stale
	a.ambiguous += s.seen.ambiguous
	a.late += s.seen.late
	a.conflicts += s.seen.conflicts
	a.steps += s.steps
	for _, n := range s.nodes {
		a.hits += int(n.db.stats.Hits.Load())
		a.waits += int(n.db.stats.Waits.Load())
		_, rejected := n.db.Fence()
		a.fenced += int(rejected)
	}
}

// run tries seeds until one fails, and gives the failure.
func (l *lab) run(seeds int) string {
	for seed := range seeds {
		if broken := l.schedule(uint64(seed)); broken != "" {
			return broken
		}
	}
	return ""
}

// sparing lets garbage wait: a schedule makes little, and many are run.
func sparing(t *testing.T) {
	before := debug.SetGCPercent(1000)
	t.Cleanup(func() { debug.SetGCPercent(before) })
}

const soakVariable = "KITH_SOAK"

func TestSimulation(t *testing.T) {
	sparing(t)
	began := time.Now()
	shared, alone := 75_000/schedulesShare, 25_000/schedulesShare
	sl, al := newLab(t, 3, bugs{}, simFence), newLab(t, 1, bugs{}, 0)
	for _, broken := range []string{sl.run(shared), al.run(alone)} {
		if broken != "" {
			t.Fatal(broken)
		}
	}
	t.Logf("%v; three nodes: %+v; one: %+v", time.Since(began), sl.all, al.all)
	for name, n := range map[string]int{"reads": sl.all.reads, "failovers": sl.all.failovers, "stale": sl.all.stale, "fenced": sl.all.fenced,
		"hits": sl.all.hits, "waits": sl.all.waits, "late": sl.all.late, "idle": sl.all.idle} {
		if n < shared/10 {
			t.Errorf("%s: only %d in %d schedules", name, n, shared)
		}
	}
}

// TestSoakSimulation goes through ten times as many, none of which the other
// test has.
func TestSoakSimulation(t *testing.T) {
	if os.Getenv(soakVariable) == "" {
		t.Skip("SKIPPED: a soak, run by make soak")
	}
	sl, al := newLab(t, 3, bugs{}, simFence), newLab(t, 1, bugs{}, 0)
	for seed := range uint64(1_000_000) {
		l := sl
		if seed%5 == 0 {
			l = al
		}
		if broken := l.schedule(1<<32 + seed); broken != "" {
			t.Fatal(broken)
		}
	}
}

// A seed is all there is to a schedule.
func TestSimulationRepeats(t *testing.T) {
	one, two := newLab(t, 3, bugs{}, simFence), newLab(t, 3, bugs{}, simFence)
	for seed := range uint64(200) {
		one.schedule(1000 + seed)
	}
	for seed := range uint64(200) {
		two.schedule(7000 + seed)
	}
	two.all = one.all
	two.schedule(1)
	one.schedule(1)
	if one.all != two.all {
		t.Errorf("one seed gave two schedules:\n%+v\n%+v", one.all, two.all)
	}
}

// What the simulation is for must be found when it is there.
func TestSimulationFindsPlantedBugs(t *testing.T) {
	sparing(t)
	tests := []struct {
		name  string
		nodes int
		bugs  bugs
		fence time.Duration
		says  string
	}{
		{"generation check off", 1, bugs{noGenerations: true}, 0, "had been seen or acknowledged"},
		{"fence off", 3, bugs{}, 0, "had been seen or acknowledged"},
		{"lease wait off", 3, bugs{noWait: true}, simFence, "read of the page"},
		{"no wait when nothing is to change", 3, bugs{noIdleWait: true}, simFence, "read of the page"},
		{"new hosts used at once", 3, bugs{noProbation: true}, simFence, "had been seen or acknowledged"},
	}
	for _, tt := range tests {
		l := newLab(t, tt.nodes, tt.bugs, tt.fence)
		broken := l.run(50_000)
		if !strings.Contains(broken, tt.says) {
			t.Errorf("%s: the simulation says %q", tt.name, broken)
		}
		t.Logf("%s: %s", tt.name, broken)
	}
}
