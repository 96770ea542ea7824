package app

import (
	"slices"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

// T-ISO-10, the other half of the matrix: what no operation is declared for, POST and
// DELETE of every node and of every edge that there is, is refused to every token, the
// owner's too, and changes nothing.
func TestNothingElseIsWritten(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	before, calls := l.state(t), 0
	edges := []string{""}
	for _, n := range l.Schema.Nodes {
		for i := range n.Edges {
			edges = append(edges, n.Edges[i].Name)
		}
		for i := range n.Operations {
			edges = append(edges, n.Operations[i].Edge)
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	writers := l.writers()
	for node, id := range map[string]string{"User": "ana", "Page": "page pa", "Application": "app a", "IGUser": "instagram ia", "Business": "8100000000000001",
		"AdAccountGroup": "8200000000000001", "Post": "{ana}_8200000000000002", "Comment": "8200000000000003", "Photo": "8200000000000004",
		"Video": "8200000000000005", "LiveVideo": "8200000000000006", "Album": "8200000000000007", "Achievement": "8200000000000008",
		"AppRequest": "8200000000000009", "FavoriteRequest": "8200000000000010", "CustomAudience": "8200000000000011", "Event": "8200000000000013"} {
		n := l.Schema.Node(node)
		for _, edge := range edges {
			for _, method := range []string{"POST", "DELETE"} {
				if n.Operation(method, edge, false, graph.V(2, 10)) != nil {
					continue
				}
				for _, who := range []string{"ana", "bea", "app a", "page pa", "instagram ia", "none"} {
					calls++
					if a := l.write(method, id, edge, "name=Canary&user={amy}&uid={amy}", writers[who]); a.status < 400 {
						t.Errorf("%s %s %s as %s: %s", method, node, edge, who, a)
					}
				}
			}
		}
		if l.state(t) != before {
			t.Fatalf("something was written to %s", node)
		}
	}
	if t.Logf("%d calls", calls); calls < 10_000 {
		t.Errorf("%d calls, want at least 10,000", calls)
	}
}
