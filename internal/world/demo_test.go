package world

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Alice of the demo world has a value of every attribute, and something on every
// edge that is stored.
func TestDemoFillsEveryFieldAndEdge(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, string(Demo()))
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		alice, err := findPerson(ctx, r, "alice", nil, nil)
		if err != nil {
			return err
		}
		n := nodeOf(testCatalogue(), personKind)
		for i := range n.Fields {
			a, ok := people.ParseAttr(n.Fields[i].Name)
			if _, has := alice.Attr(a); ok && !has {
				t.Errorf("alice has no %s", a)
			}
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			if e.Assoc == 0 {
				continue // worked out from what else she has
			}
			if list, err := r.Range(ctx, store.Range{From: alice.ID, Kind: e.Assoc, All: true, Limit: 1}); err != nil || len(list) == 0 {
				t.Errorf("alice has nothing on %s: %v", e.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
