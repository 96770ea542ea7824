package kithtest

import (
	"github.com/kithgraph/kith/internal/fault"
	"github.com/kithgraph/kith/internal/graph"
)

// Fault makes the next calls of the Graph, times of them, fail with an error of
// the table, by its name: "unavailable" for an outage, "unknown" for an error
// of the platform's. An error whose text names something takes it from args.
func (s *Server) Fault(name string, times int, args ...string) {
	s.t.Helper()
	e := graph.ErrorNamed(name)
	if e == nil {
		s.t.Fatalf("kithtest: no error is called %q: one of %s", name, graph.ErrorNames())
	}
	if len(args) != e.Holes() {
		s.t.Fatalf("kithtest: the text of %s takes %d args, not %d", name, e.Holes(), len(args))
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.graph.Faults.Add(fault.Rule{Error: e.Args(args...), Times: times}); err != nil {
		s.t.Fatalf("kithtest: %v", err)
	}
}
