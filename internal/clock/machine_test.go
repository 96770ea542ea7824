package clock

import (
	"testing"
	"time"
)

func TestSystemClock(t *testing.T) {
	earlier := time.Now().Add(-time.Hour)
	for name, m := range map[string]Machine{
		"of this system":  System(time.Now),
		"of the standard": system{now: func() time.Duration { return time.Since(earlier) }},
	} {
		before, at := time.Now(), m.Now()
		m.Sleep(3 * time.Millisecond)
		passed, really := m.Now()-at, time.Since(before)
		if passed < 3*time.Millisecond || passed > really+time.Millisecond {
			t.Errorf("%s: slept 3ms, it says %v passed while %v did", name, passed, really)
		}
		if at <= 0 {
			t.Errorf("%s: reads %v, a moment before the process began is meant", name, at)
		}
	}
}

// Where there is no clock that counts sleep, the one handed in serves.
func TestSystemClockWithoutBoottime(t *testing.T) {
	at := date(2026, 3)
	start := at
	m := system{now: func() time.Duration { return at.Sub(start) + 1 }}
	at = at.Add(time.Hour)
	if got := m.Now(); got != time.Hour+1 {
		t.Errorf("an hour later it reads %v", got)
	}
}
