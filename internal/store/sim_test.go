package store

import (
	"iter"
	"math/rand/v2"
	"slices"
	"time"
)

// A sim runs real DBs over a cluster of its own, one task at a time: which task
// goes on, how long it stood still, what the network and the database do to it
// and when the primary changes all follow from one seed.
type sim struct {
	rng   *rand.Rand
	now   time.Duration // true time; the nodes' clocks run off it
	tasks []*task
	idle  []*task // coroutines that ended what they were doing
	cur   *task
	steps int
	left  int  // clients that are not done yet
	over  bool // they are: everything else ends
	nodes []*simNode
	cluster
	world
}

// Spans of the simulation; only their ratios mean anything.
const (
	simFence = 1000 * time.Millisecond
	simLease = 400 * time.Millisecond
	simSteps = 20_000 // a schedule that takes more is stuck
)

// A task is a coroutine that stops at every point where it meets the world, and
// takes another job when it is done with one.
type task struct {
	do    func()
	node  *simNode
	yield func(done bool) bool
	next  func() (done, ok bool)
	stop  func()
	wake  time.Duration
	until func() bool // and not before this holds, if set
	// inside says that the database is at work, not the node.
	inside bool
}

// A simNode is one process: a DB and its machine's clock, which is the wrong
// time and runs at its own rate.
type simNode struct {
	s      *sim
	db     *DB
	rate   float64
	offset time.Duration
	frozen time.Duration // the process stands still until then
}

func (n *simNode) Now() time.Duration {
	return n.offset + time.Duration(float64(n.s.now)*n.rate)
}

func (n *simNode) Sleep(d time.Duration) {
	end := n.Now() + d
	for n.Now() < end {
		n.s.cur.wake = n.s.now + max(time.Duration(float64(end-n.Now())/n.rate), 1)
		n.s.pause()
	}
}

// abandoned ends tasks that nobody will go on with.
type abandoned struct{}

func (s *sim) spawn(n *simNode, f func()) {
	var t *task
	if last := len(s.idle) - 1; last >= 0 {
		t, s.idle = s.idle[last], s.idle[:last]
	} else {
		t = &task{}
		t.next, t.stop = iter.Pull(t.work)
	}
	t.do, t.node, t.wake, t.until, t.inside = f, n, 0, nil, false
	s.tasks = append(s.tasks, t)
}

func (t *task) work(yield func(done bool) bool) {
	t.yield = yield
	defer func() {
		if r := recover(); r != nil && r != (abandoned{}) {
			panic(r)
		}
	}()
	for more := true; more; more = yield(true) {
		t.do()
	}
}

// pause hands over to the scheduler.
func (s *sim) pause() {
	if !s.cur.yield(false) {
		panic(abandoned{})
	}
}

// point is where a task meets the network, or is simply not running for a
// while: long enough for a lease to run out or a primary to change, at times.
func (s *sim) point() {
	if s.chance(24) {
		s.cur.wake = s.now + s.upTo(2*simFence)
	}
	s.pause()
}

// moment is a point inside the database, where nothing takes long.
func (s *sim) moment() {
	s.cur.wake = s.now + s.upTo(simFence/10)
	s.pause()
}

func (s *sim) upTo(d time.Duration) time.Duration { return time.Duration(s.rng.Int64N(int64(d))) }

// chance is true once in n times.
func (s *sim) chance(n int) bool { return s.rng.IntN(n) == 0 }

// waitFor stops the task until cond holds.
func (s *sim) waitFor(cond func() bool) {
	s.cur.until = cond
	s.pause()
	s.cur.until = nil
}

// run goes on until every task has ended or a check has failed.
func (s *sim) run() {
	ready := make([]int, 0, 16)
	for s.broken == "" && len(s.tasks) > 0 {
		if s.steps++; s.steps > simSteps {
			s.fail("stuck after %d steps", simSteps)
		}
		s.now += s.upTo(simFence / 60)
		s.weather()
		if ready = s.runnable(ready[:0]); len(ready) == 0 {
			continue
		}
		i := ready[s.rng.IntN(len(ready))]
		s.cur = s.tasks[i]
		if done, _ := s.cur.next(); done {
			s.tasks = slices.Delete(s.tasks, i, i+1)
			s.idle = append(s.idle, s.cur)
		}
	}
	s.abandon(s.tasks)
	s.tasks = s.tasks[:0]
}

func (s *sim) abandon(tasks []*task) {
	for _, t := range tasks {
		t.stop()
	}
}

// runnable lists the tasks that could go on. If only time holds them up, time
// passes.
func (s *sim) runnable(ready []int) []int {
	soonest := time.Duration(1<<63 - 1)
	for i, t := range s.tasks {
		at := t.wake
		if t.node != nil && !t.inside {
			at = max(at, t.node.frozen)
		}
		switch {
		case t.until != nil && !t.until():
		case at <= s.now:
			ready = append(ready, i)
		default:
			soonest = min(soonest, at)
		}
	}
	if len(ready) == 0 && soonest < 1<<63-1 {
		s.now = soonest
	}
	return ready
}

// weather is what happens to machines.
func (s *sim) weather() {
	if len(s.nodes) > 1 && s.chance(400) {
		n := s.nodes[s.rng.IntN(len(s.nodes))]
		n.frozen = s.now + s.upTo(3*simFence)
	}
	s.cluster.weather(s)
}
