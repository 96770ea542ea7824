package limits

import (
	"sync"
	"sync/atomic"
	"time"
)

// mostSteps are how many a window has at most: what was counted is forgotten one step
// after the other.
const mostSteps = 48

// stepsOf is how many a window has: as many as make it up exactly.
func stepsOf(window time.Duration) int64 {
	n := int64(mostSteps)
	for window.Milliseconds()%n != 0 {
		n--
	}
	return n
}

// What is counted. Objects are those beyond the first of each call.
const (
	calls = iota
	objects
	bytes
	counted
)

// A Key names a pool: what it counts, for which app, and of whom. App or Of may
// be zero.
type Key struct {
	Kind    Kind
	App, Of int64
}

// A Fact is what a pool is bounded by.
type Fact struct {
	// N people or audiences are counted. Name and App are public, for headers and
	// people who look.
	N         int64
	Name, App string
	// Instagram says that it is an account of Instagram.
	Instagram bool
}

// fact is a Fact with when it was found.
type fact struct {
	Fact
	at, gen int64
}

// A Pool counts in a sliding window. It is safe for concurrent use: counting
// takes no lock, but for once in a step.
type Pool struct {
	key  Key
	row  *row
	step int64 // milliseconds
	// steps are how many of slots are used.
	steps int64
	// beside is the pool of the app that the key names.
	beside atomic.Pointer[Pool]
	gone   atomic.Bool // from the table
	fact   atomic.Pointer[fact]
	asking atomic.Bool
	most   atomic.Int64

	mu    sync.Mutex
	epoch atomic.Int64 // number of the newest step
	sum   [counted]atomic.Int64
	slots [mostSteps][counted]atomic.Int64
}

func newPool(k Key, now int64) *Pool {
	p := &Pool{key: k, row: &rows[k.Kind]}
	p.steps = stepsOf(p.row.window)
	p.step = p.row.window.Milliseconds() / p.steps
	p.epoch.Store(now / p.step)
	return p
}

// turn moves the window to now and returns the step that counts. A clock that was
// set back a little counts in the newest step, one that was set back by a window
// begins anew.
func (p *Pool) turn(now int64) int64 {
	step := now / p.step
	if step == p.epoch.Load() {
		return step
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.epoch.Load()
	if step < old && old-step < p.steps {
		return old
	}
	first := old + 1
	if step < old || step-old >= p.steps {
		first = step - p.steps + 1
	}
	for i := first; i <= step; i++ {
		slot := &p.slots[i%p.steps]
		for c := range slot {
			p.sum[c].Add(-slot[c].Swap(0))
		}
	}
	p.epoch.Store(step)
	return step
}

// add counts in the newest step, to which the window was moved before.
func (p *Pool) add(what int, n int64) {
	p.slots[p.epoch.Load()%p.steps][what].Add(n)
	p.sum[what].Add(n)
}

// limits are what the pool takes in a window.
func (p *Pool) limits(r *Rules) (most [counted]int64) {
	n := p.most.Load()
	return [counted]int64{n, n * int64(r.Objects), n * int64(r.Bytes)}
}

// spent is what the window has, as it is compared with limits.
func (p *Pool) spent() [counted]int64 {
	n := p.sum[calls].Load()
	return [counted]int64{n, p.sum[objects].Load() + n, p.sum[bytes].Load()}
}

// full reports whether a window has as much as it takes.
func (p *Pool) full(r *Rules) bool {
	has, most := p.spent(), p.limits(r)
	return over(p.row, &has, &most)
}

// over reports whether so much is as much as a kind takes.
func over(of *row, has, most *[counted]int64) bool {
	if of.plain {
		return has[calls] >= most[calls]
	}
	return has[calls] >= most[calls] || has[objects] >= most[objects] || has[bytes] >= most[bytes]
}

// percents are how much is used.
func (p *Pool) percents(r *Rules) (used [counted]int64) {
	has, most := p.spent(), p.limits(r)
	for c := range used {
		if n := has[c] * 100; n >= most[c] && most[c] > 0 {
			used[c] = n / most[c]
		}
	}
	return used
}

// regain is how long until calls are taken again, zero if they are.
func (p *Pool) regain(r *Rules, now int64) time.Duration {
	left, most, epoch := p.spent(), p.limits(r), p.epoch.Load()
	if !over(p.row, &left, &most) {
		return 0
	}
	for i := epoch - p.steps + 1; i <= epoch; i++ {
		slot := &p.slots[(i+p.steps)%p.steps]
		for c := range left {
			left[c] -= slot[c].Load()
		}
		left[objects] -= slot[calls].Load()
		if !over(p.row, &left, &most) {
			return p.ends(i, now)
		}
	}
	return p.ends(epoch, now)
}

// empty is how long until nothing is counted any more.
func (p *Pool) empty(now int64) time.Duration {
	epoch := p.epoch.Load()
	for i := epoch; i > epoch-p.steps; i-- {
		if p.slots[(i+p.steps)%p.steps][calls].Load() != 0 {
			return p.ends(i, now)
		}
	}
	return 0
}

// ends is how long until a step leaves the window.
func (p *Pool) ends(step, now int64) time.Duration {
	return time.Duration(max((step+p.steps)*p.step-now, 0)) * time.Millisecond
}
