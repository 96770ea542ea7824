// Package journal remembers the latest requests and why each was answered as
// it was: a ladder of small codes, put into words only when somebody asks.
//
// It owns the rungs, their sentences and the ring that holds the requests. It
// refuses to know secrets: what it keeps of a path is redacted on the way in.
package journal

import "time"

// An Entry is one request. IDs in it are public ones.
type Entry struct {
	ID             uint64 // set by Ring.Add, ascending from 1
	At             time.Time
	Method         string
	Path           string // path and query
	Node           string // node type, empty when none was reached
	App, Page      string // of the viewer, decimal
	Status         int
	Code, Subcode  int // of the Graph error, zero without one
	DurationMicros int64
	Ladder         Ladder
}

// A Line is one step in words.
type Line struct {
	Rung      Rung    `json:"rung"`
	Outcome   Outcome `json:"outcome"`
	Detail    Detail  `json:"detail,omitempty"`
	Text      string  `json:"text"`
	Reference string  `json:"reference"`
}

// Why explains the answer, one line a step in the order taken.
func (e *Entry) Why() []Line {
	lines := make([]Line, 0, len(e.Ladder.Steps()))
	for _, s := range e.Ladder.Steps() {
		lines = append(lines, s.line())
	}
	return lines
}

func (s Step) line() Line {
	return Line{Rung: s.Rung, Outcome: s.Outcome, Detail: s.Detail, Text: s.text(), Reference: s.Rung.Reference()}
}

func (s Step) text() string {
	if s.Rung >= rungs {
		return ""
	}
	row := &rungTable[s.Rung]
	switch s.Outcome {
	case Passed:
		return fill(row.passed, s.Arg)
	case Skipped:
		return "Not asked."
	}
	text := fill(row.failed, s.Arg)
	if more := s.Detail.sentence(); more != "" {
		text += " " + more
	}
	return text
}
