package journal

// An Outcome is how a rung went.
type Outcome uint8

const (
	Passed Outcome = iota
	Failed
	Skipped  // never asked, because an earlier rung had decided or it did not apply
	Withheld // one part of the answer was left out here, the rest went on
)

// String is the key of the outcome.
func (o Outcome) String() string {
	switch o {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	case Skipped:
		return "skipped"
	case Withheld:
		return "withheld"
	}
	return "unknown"
}

// MarshalText writes the key.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// A Step is one rung as a request met it. Arg names a field, a permission, an
// event, a date or the like; it is never a token and never says who a person
// is.
type Step struct {
	Rung    Rung
	Outcome Outcome
	Detail  Detail
	Arg     string
}

// steps is what a ladder holds. The longest order has about twenty rungs.
const steps = 24

// A Ladder is the steps of one request in the order taken. It is a value:
// recording allocates nothing, and the zero Ladder is ready.
type Ladder struct {
	steps [steps]Step
	n     int
}

// Pass records a rung that let the request through; arg may be empty.
func (l *Ladder) Pass(r Rung, arg string) { l.Add(Step{Rung: r, Arg: arg}) }

// Fail records a rung that did not.
func (l *Ladder) Fail(r Rung, d Detail, arg string) {
	l.Add(Step{Rung: r, Outcome: Failed, Detail: d, Arg: arg})
}

// Withhold records a part of the answer that this viewer does not get.
func (l *Ladder) Withhold(r Rung, arg string) {
	l.Add(Step{Rung: r, Outcome: Withheld, Arg: arg})
}

// Skip records a rung that was not asked.
func (l *Ladder) Skip(r Rung) { l.Add(Step{Rung: r, Outcome: Skipped}) }

// Add records a step. A full ladder keeps its beginning and its newest step,
// since the newest is what decided.
func (l *Ladder) Add(s Step) {
	if l.n == steps {
		l.steps[steps-1] = s
		return
	}
	l.steps[l.n] = s
	l.n++
}

// Steps are the steps so far; the slice is the ladder's own.
func (l *Ladder) Steps() []Step { return l.steps[:l.n] }

// Failed returns the first failed step, which decided the answer.
func (l *Ladder) Failed() (Step, bool) {
	for _, s := range l.Steps() {
		if s.Outcome == Failed {
			return s, true
		}
	}
	return Step{}, false
}

// Reset empties the ladder for the next request.
func (l *Ladder) Reset() { l.n = 0 }
