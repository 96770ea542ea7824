// Package clock is the world's clock: the time that tokens, windows, pictures
// and histories go by. It runs with the machine's clock, ahead of it or behind
// it, or stands still.
//
// It refuses to read the machine itself. The reading is a parameter, so that
// two worlds in one process keep their own time and a test decides it.
package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Clock tells the time of one world. All methods may be called at any
// moment from any goroutine; Now neither locks nor allocates. Setting the
// world back is allowed, so nothing may be ordered by its times: histories go
// by commits.
type Clock struct {
	now   func() time.Time
	start time.Time    // the machine's reading at New, with its monotonic part
	ahead atomic.Int64 // see guard; nanoseconds
	mu    sync.Mutex
	state atomic.Pointer[state]
}

// A state is one way of telling the time; it never changes once stored.
type state struct {
	live    bool // the machine's time, as it is
	frozen  bool // at world, always
	world   time.Time
	machine time.Time // what the machine said when it was world
}

// New returns a live clock over the machine's clock. A reading of now with a
// monotonic part, as the standard library gives, also protects the world against the
// machine's clock being set back: see guard.
func New(now func() time.Time) *Clock {
	c := &Clock{now: now, start: now()}
	c.state.Store(&state{live: true})
	return c
}

// Now is the world's time, without a monotonic part.
func (c *Clock) Now() time.Time {
	s := c.state.Load()
	if s.frozen {
		return s.world
	}
	return s.read(c.read())
}

// read gives the world's time when the machine says m.
func (s *state) read(m time.Time) time.Time {
	switch {
	case s.live:
		return m
	case s.frozen:
		return s.world
	}
	return s.world.Add(m.Sub(s.machine))
}

// Freeze stops the world at a moment.
func (c *Clock) Freeze(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Store(&state{frozen: true, world: at.Round(0)})
}

// Set lets the world run on from t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Store(&state{world: t.Round(0), machine: c.read()})
}

// Advance moves the world by d, which may be negative. A frozen world stays
// frozen; a live one keeps running, from then on apart from the machine.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, m := c.state.Load(), c.read()
	c.state.Store(&state{frozen: s.frozen, world: s.read(m).Add(d), machine: m})
}

// Live returns the world to the machine's time.
func (c *Clock) Live() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Store(&state{live: true})
}

// Machine is the machine's time that a live world goes by: what the machine says,
// unless it was set back since New.
func (c *Clock) Machine() time.Time { return c.read() }

// Frozen says whether the world stands still.
func (c *Clock) Frozen() bool { return c.state.Load().frozen }

// read is the machine's time, guarded and without a monotonic part.
func (c *Clock) read() time.Time {
	t := c.now()
	for {
		most := c.ahead.Load()
		now, ahead := guard(c.start.Round(0), t.Round(0), t.Sub(c.start), time.Duration(most))
		if ahead == time.Duration(most) || c.ahead.CompareAndSwap(most, int64(ahead)) {
			return now
		}
	}
}

// guard keeps what expires from living longer when somebody sets the machine
// back: the time is never less than the start plus what has truly passed plus the
// most that the machine was ever ahead of that. A clock set forward is believed,
// because a machine that slept counts no monotonic time. So one that was ahead,
// at the start or for a moment, stays ahead until the next start, which lets
// things expire too early rather than too late.
func guard(start, wall time.Time, passed, most time.Duration) (now time.Time, ahead time.Duration) {
	if ahead = wall.Sub(start) - passed; ahead >= most {
		return wall, ahead
	}
	return start.Add(passed + most), most
}
