package kithtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/journal"
)

// told is how many calls of a failed test are logged.
const told = 5

// report logs the last calls of a test that failed.
func (s *Server) report() {
	if !s.t.Failed() {
		return
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	last := s.graph.Journal.List(0, told, nil)
	if len(last) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the last %d Graph calls:\n", len(last))
	for _, e := range slices.Backward(last) {
		fmt.Fprintf(&b, "%s %s -> %d", e.Method, e.Path, e.Status)
		if e.Code != 0 {
			fmt.Fprintf(&b, " (code %d, subcode %d)", e.Code, e.Subcode)
		}
		b.WriteByte('\n')
		for _, line := range why(&e) {
			b.WriteString("    " + line + "\n")
		}
	}
	s.t.Log(b.String())
}

// why puts the ladder of a call into lines.
func why(e *journal.Entry) []string {
	var lines []string
	for _, l := range e.Why() {
		sign := "✓"
		switch l.Outcome {
		case journal.Failed:
			sign = "✗"
		case journal.Skipped:
			sign = "·"
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s %s", sign, l.Rung, l.Text, l.Reference))
	}
	return lines
}
