package clock

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A machine is a clock that a test moves. It is safe for concurrent use.
type machine struct{ at atomic.Int64 }

func (m *machine) now() time.Time          { return time.Unix(0, m.at.Load()).UTC() }
func (m *machine) pass(d time.Duration)    { m.at.Add(int64(d)) }
func newMachine(at time.Time) *machine     { m := &machine{}; m.at.Store(at.UnixNano()); return m }
func date(y int, mo time.Month) time.Time  { return time.Date(y, mo, 1, 0, 0, 0, 0, time.UTC) }
func plus(t time.Time, h int) time.Time    { return t.Add(time.Duration(h) * time.Hour) }
func (m *machine) clock() (*Clock, func()) { return New(m.now), func() { m.pass(time.Hour) } }

func TestClock(t *testing.T) {
	start, other := date(2026, 3), date(2019, 1)
	tests := []struct {
		name   string
		do     func(c *Clock, hour func())
		want   time.Time
		frozen bool
	}{
		{"live", func(c *Clock, hour func()) { hour() }, plus(start, 1), false},
		{"frozen stands still", func(c *Clock, hour func()) { c.Freeze(other); hour() }, other, true},
		{"frozen advances only when told", func(c *Clock, hour func()) { c.Freeze(other); hour(); c.Advance(time.Hour) }, plus(other, 1), true},
		{"set runs on", func(c *Clock, hour func()) { hour(); c.Set(other); hour() }, plus(other, 1), false},
		{"set ends freezing", func(c *Clock, hour func()) { c.Freeze(start); c.Set(other); hour() }, plus(other, 1), false},
		{"advance keeps running", func(c *Clock, hour func()) { c.Advance(3 * time.Hour); hour() }, plus(start, 4), false},
		{"advances add up", func(c *Clock, hour func()) { c.Advance(time.Hour); hour(); c.Advance(time.Hour) }, plus(start, 3), false},
		{"the world may go back", func(c *Clock, hour func()) { c.Advance(-2 * time.Hour); hour() }, plus(start, -1), false},
		{"live again", func(c *Clock, hour func()) { c.Set(other); c.Freeze(other); hour(); c.Live(); hour() }, plus(start, 2), false},
		{"year 9999", func(c *Clock, hour func()) { c.Set(date(9999, 12)); hour() }, plus(date(9999, 12), 1), false},
		{"past January 2038", func(c *Clock, hour func()) { c.Set(time.Unix(1<<31-1, 0).UTC()); hour() }, time.Unix(1<<31-1+3600, 0).UTC(), false},
		{"from one end of time to the other", func(c *Clock, hour func()) { c.Set(date(9999, 12)); hour(); c.Set(date(1, 1)) }, date(1, 1), false},
	}
	for _, tt := range tests {
		c, hour := newMachine(start).clock()
		tt.do(c, hour)
		if got := c.Now(); !got.Equal(tt.want) || c.Frozen() != tt.frozen {
			t.Errorf("%s: %v, frozen %v, want %v, %v", tt.name, got, c.Frozen(), tt.want, tt.frozen)
		}
	}
}

// TestGuard is the monotonic guard of T-CLK-01: a machine set back makes
// nothing younger, also when it was set forward before; one set forward or waking
// from sleep is believed.
func TestGuard(t *testing.T) {
	start := date(2026, 3)
	tests := []struct {
		name   string
		wall   time.Time
		passed time.Duration
		most   int // hours
		want   time.Time
		ahead  int
	}{
		{"together", plus(start, 2), 2 * time.Hour, 0, plus(start, 2), 0},
		{"set back", plus(start, -24), 2 * time.Hour, 0, plus(start, 2), 0},
		{"set forward", plus(start, 24), 2 * time.Hour, 0, plus(start, 24), 22},
		{"set forward and back", plus(start, 3), 3 * time.Hour, 22, plus(start, 25), 22},
		{"set forward and half back", plus(start, 15), 3 * time.Hour, 22, plus(start, 25), 22},
		{"set forward again", plus(start, 26), 3 * time.Hour, 22, plus(start, 26), 23},
		{"no monotonic part", plus(start, -24), -24 * time.Hour, 0, plus(start, -24), 0},
	}
	for _, tt := range tests {
		got, ahead := guard(start, tt.wall, tt.passed, time.Duration(tt.most)*time.Hour)
		if !got.Equal(tt.want) || ahead != time.Duration(tt.ahead)*time.Hour {
			t.Errorf("%s: %v, %v ahead, want %v, %dh", tt.name, got, ahead, tt.want, tt.ahead)
		}
	}
}

func TestNowAllocatesNothing(t *testing.T) {
	c, _ := newMachine(date(2026, 3)).clock()
	c.Advance(time.Hour)
	if n := testing.AllocsPerRun(100, func() { c.Now() }); n != 0 {
		t.Errorf("Now makes %v allocations", n)
	}
}

// TestConcurrentAdvances loses none of them.
func TestConcurrentAdvances(t *testing.T) {
	start := date(2026, 3)
	c, _ := newMachine(start).clock()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				c.Advance(time.Second)
				c.Now()
			}
		})
	}
	wg.Wait()
	if got, want := c.Now(), start.Add(8000*time.Second); !got.Equal(want) {
		t.Errorf("after 8000 seconds %v, want %v", got, want)
	}
}

func BenchmarkNow(b *testing.B) {
	c, _ := newMachine(date(2026, 3)).clock()
	for b.Loop() {
		c.Now()
	}
}
