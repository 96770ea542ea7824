package app

import (
	"sync"
	"testing"
	"time"
	"unsafe"
)

// A machine is the clock of a machine that a test sets. Its wall clock and what
// has truly passed have nothing to do with each other.
type machine struct {
	mu     sync.Mutex
	wall   time.Time
	passed time.Duration // since the machine was started
	strobe time.Duration // how far every second reading is ahead, every other one behind
	looks  int
}

func newMachine(t *testing.T, wall time.Time) *machine {
	t.Helper()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC)
	before, after := reading(noon, time.Hour), reading(noon.Add(-time.Minute), time.Hour+time.Second)
	if after.Sub(before) != time.Second || !before.Round(0).Equal(noon) || after.Round(0).Sub(noon) != -time.Minute {
		t.Fatal("time.Time is made in another way than this test believes")
	}
	return &machine{wall: wall, passed: time.Hour}
}

// pass lets true time pass, set moves the wall clock alone.
func (m *machine) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.passed += d
	m.wall = m.wall.Add(d)
}

func (m *machine) set(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wall = m.wall.Add(d)
}

// now is what time.Now would give.
func (m *machine) now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	wall := m.wall.Add(m.strobe)
	if m.looks%2 == 1 {
		wall = m.wall.Add(-m.strobe)
	}
	return reading(wall, m.passed)
}

// reading makes a time as the standard library does: the seconds since 1885 and
// the nanoseconds of the wall clock in one word, what has passed in the next, or,
// where the seconds have no room, the wall clock alone.
func reading(wall time.Time, passed time.Duration) time.Time {
	const most = 1 << 33
	since := wall.Unix() - time.Date(1885, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	if since < 0 || since >= most {
		return wall.Round(0).UTC()
	}
	t := time.Now().UTC()
	parts := (*struct {
		wall uint64
		ext  int64
	})(unsafe.Pointer(&t))
	parts.wall = 1<<63 | uint64(since)<<30 | uint64(wall.Nanosecond())
	parts.ext = int64(passed)
	return t
}
