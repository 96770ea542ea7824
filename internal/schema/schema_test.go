package schema

import (
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/store"
)

func good() *Node {
	return &Node{
		Name: "Thing", Wire: "Thing", Kind: store.KindPage, Ladder: []journal.Rung{journal.Node},
		Fields: []Field{
			{Name: "id", Kind: IDString, Default: []Span{{}}, From: PublicID, Mark: "[doc]"},
			{Name: "name", From: PublicID, Mark: "[doc]"},
		},
	}
}

// Every mistake in a declaration stops the start, with the name of the entry.
func TestBrokenDeclarations(t *testing.T) {
	if _, err := NewCatalogue(good()); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	tests := map[string]func(*Node){
		"no name":           func(n *Node) { n.Name = "" },
		"no ladder":         func(n *Node) { n.Ladder = nil },
		"found by nothing":  func(n *Node) { n.Kind = 0 },
		"found by both":     func(n *Node) { n.Space = store.SpacePSID },
		"no id":             func(n *Node) { n.Fields = n.Fields[1:] },
		"twice":             func(n *Node) { n.Fields[1].Name = "id" },
		"unnamed field":     func(n *Node) { n.Fields[1].Name = "" },
		"nothing to fill":   func(n *Node) { n.Fields[1].From = nil },
		"no mark":           func(n *Node) { n.Fields[1].Mark = "" },
		"span backwards":    func(n *Node) { n.Fields[1].Span = Span{Since: graph.V(3, 0), Until: graph.V(2, 6)} },
		"default too early": func(n *Node) { n.Fields[1].Since = graph.V(3, 0); n.Fields[1].Default = []Span{{}} },
		"empty need":        func(n *Node) { n.Fields[1].Need = &Need{} },
		"removed too early": func(n *Node) { n.Fields[1].Deprecated, n.Fields[1].Until = graph.V(3, 0), graph.V(2, 6) },
	}
	for name, spoil := range tests {
		n := good()
		spoil(n)
		if _, err := NewCatalogue(n); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewCatalogue(good(), good()); err == nil || !strings.Contains(err.Error(), "Thing") {
		t.Errorf("declared twice: %v", err)
	}
}

func TestSpan(t *testing.T) {
	s := Span{Since: graph.V(2, 6), Until: graph.V(3, 1)}
	for v, want := range map[graph.Version]bool{graph.V(2, 5): false, graph.V(2, 6): true, graph.V(2, 10): true, graph.V(3, 0): true, graph.V(3, 1): false} {
		if s.Has(v) != want {
			t.Errorf("%s: %v, want %v", v, !want, want)
		}
	}
}

func TestEditionOf(t *testing.T) {
	tests := []struct {
		v        graph.Version
		override int
		want     consent.Edition
	}{
		{graph.V(2, 6), 0, consent.E2016}, {graph.V(2, 8), 0, consent.E2016}, {graph.V(2, 9), 0, consent.E2018},
		{graph.V(3, 0), 0, consent.E2018}, {graph.V(3, 1), 0, consent.E2026}, {graph.V(26, 0), 0, consent.E2026},
		{graph.V(25, 0), 2016, consent.E2016}, {graph.V(25, 0), 2018, consent.E2018}, {graph.V(2, 6), 2026, consent.E2026},
	}
	for _, tt := range tests {
		if got := EditionOf(tt.v, tt.override); got != tt.want {
			t.Errorf("%s with %d: %s, want %s", tt.v, tt.override, got, tt.want)
		}
	}
}
