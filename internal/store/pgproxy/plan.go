package pgproxy

import (
	"strings"
	"time"
)

// A Point is a moment in the life of a connection at which something can break.
type Point int

// The points. Statement and Commit are reached before the server hears of them,
// Committed when it has said that it is done and the client does not know yet.
const (
	Connect   Point = iota // a client presents itself
	Prepare                // a statement is about to be parsed, not run
	Statement              // any statement but COMMIT is about to run
	Commit                 // COMMIT is about to run
	Committed              // COMMIT has succeeded
)

// An Action is what breaks.
type Action int

// The actions.
const (
	Pass  Action = iota
	Error        // fails with Code, the session goes on. At Committed: committed, yet reported as failed
	Fatal        // the server says Code and hangs up
	Cut          // both ends are cut without a word
	Stall        // nothing more passes for For, or ever if For is zero; then all goes on
	Late         // at Commit only: the client is cut off now, the server hears of the COMMIT after For
	Warn         // at Committed only: the warning of a server that gave up waiting for its standby
)

// A Fault is what a plan wants at an event.
type Fault struct {
	At   Point
	Do   Action
	Code string // SQLSTATE for Error and Fatal
	For  time.Duration
}

// An Event is what a plan is asked about.
type Event struct {
	Conn int64 // number of the connection, from 1
	At   Point
	SQL  string // of the statement; empty at Connect
}

// A Plan decides. It is never called twice at a time, and does not call the
// proxy.
type Plan func(Event) Fault

// A Rule is a Fault with a condition.
type Rule struct {
	Fault
	Match string  // part of the SQL text, in any case; empty for all
	Rate  float64 // share of the events it takes, 0 for all of them
	Skip  int     // events that would fit and are let pass first
	Times int     // how often at most, 0 for ever
	Rest  int     // events that would fit and are let pass after each time
}

// Rules is the plan that takes the first rule that wants an event. The same
// seed and the same events give the same faults.
func Rules(seed uint64, rules ...Rule) Plan {
	state := make([]struct{ seen, fired, rest int }, len(rules))
	dice := splitmix(seed)
	return func(e Event) Fault {
		for i, r := range rules {
			if r.At != e.At || !strings.Contains(strings.ToLower(e.SQL), strings.ToLower(r.Match)) {
				continue
			}
			st := &state[i]
			if st.rest > 0 {
				st.rest--
				continue
			}
			if r.Rate > 0 && dice.float() >= r.Rate {
				continue
			}
			st.seen++
			if st.seen <= r.Skip || r.Times > 0 && st.fired >= r.Times {
				continue
			}
			st.fired, st.rest = st.fired+1, r.Rest
			return r.Fault
		}
		return Fault{}
	}
}

// splitmix is a small seeded source of chance.
type splitmix uint64

func (s *splitmix) float() float64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}
