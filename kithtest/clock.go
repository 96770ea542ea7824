package kithtest

import "time"

// A Clock is the time of a Server's world. It stands still until it is told
// otherwise, and has nothing to do with the machine's.
type Clock struct{ s *Server }

// Clock returns the world's clock.
func (s *Server) Clock() *Clock { return &Clock{s} }

// Now is the world's time.
func (c *Clock) Now() time.Time {
	c.s.mu.RLock()
	defer c.s.mu.RUnlock()
	return c.s.graph.Clock.Now()
}

// Advance moves the clock, back if d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.s.mu.RLock()
	defer c.s.mu.RUnlock()
	c.s.graph.Clock.Advance(d)
}

// Freeze stops the clock at a moment.
func (c *Clock) Freeze(at time.Time) {
	c.s.mu.RLock()
	defer c.s.mu.RUnlock()
	c.s.graph.Clock.Freeze(at)
}

// Set lets the clock run on from a moment.
func (c *Clock) Set(at time.Time) {
	c.s.mu.RLock()
	defer c.s.mu.RUnlock()
	c.s.graph.Clock.Set(at)
}
