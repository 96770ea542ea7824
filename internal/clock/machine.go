package clock

import "time"

// A Machine measures how long things last on the machine the process runs on.
// Its readings mean something only next to each other: they tell no date, never
// go back, and count the time a machine sleeps. Leases and fences go by it, and
// nothing that the world's clock does moves it.
type Machine interface {
	// Now is the time since some moment before the process began.
	Now() time.Duration
	// Sleep returns once at least d has passed by Now, whatever happens.
	Sleep(d time.Duration)
}

// System is the clock of this machine. now is the clock of the standard
// library, which serves where the system has no clock that counts its sleep;
// its monotonic part is what is used.
func System(now func() time.Time) Machine {
	start := now()
	m := system{now: func() time.Duration { return now().Sub(start) + 1 }}
	if _, ok := boottime(); ok {
		m.now = func() time.Duration { d, _ := boottime(); return d }
	}
	return m
}

type system struct{ now func() time.Duration }

func (m system) Now() time.Duration { return m.now() }

func (m system) Sleep(d time.Duration) {
	for end := m.now() + d; ; {
		left := end - m.now()
		if left <= 0 {
			return
		}
		time.Sleep(left)
	}
}
