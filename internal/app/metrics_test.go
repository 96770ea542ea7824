package app

import (
	"os"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// docs/operations.md names every figure of ours.
func TestFiguresAreDocumented(t *testing.T) {
	docs, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sharing(t, "")
	if err != nil {
		t.Fatal(err)
	}
	families, err := s.Graph.Metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		name := f.GetName()
		if !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") && !strings.Contains(string(docs), "`"+name+"`") {
			t.Errorf("docs/operations.md does not name %s", name)
		}
	}
}

// An update that a rival was faster than shows among the conflicts.
func TestConflictsAreCounted(t *testing.T) {
	s, err := sharing(t, pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	g, ctx := s.Graph, t.Context()
	count := func(name string) float64 { return counted(t, g.Metrics.Registry, name) }
	binding := func(id store.ID) store.Binding {
		return store.Binding{Key: store.Key{Space: store.SpaceOperation, Key: "contested"}, ID: id}
	}
	var id store.ID
	if err := g.DB.View(ctx, func(r *store.Reader) (err error) {
		id, err = r.Resolve(ctx, store.SpaceHandle, "person/alice")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	conflicts, updates, runs := count("kith_store_conflicts_total"), count("kith_store_updates_total"), 0
	if err := g.DB.Update(ctx, func(tx *store.Tx) error {
		runs++
		if _, err := tx.Resolve(ctx, store.SpaceOperation, "contested"); err != nil {
			return err
		}
		if runs == 1 { // a rival that nobody waits for
			if err := g.drv.Update(ctx, func(w driver.Writer) error {
				_, err := w.Bind(ctx, []store.Binding{binding(id)})
				return err
			}); err != nil {
				return err
			}
		}
		_, err := tx.Bind(ctx, binding(id))
		return err
	}); err != nil || runs < 2 {
		t.Fatalf("%d runs, %v", runs, err)
	}
	if got := count("kith_store_conflicts_total") - conflicts; got < 1 {
		t.Errorf("%v conflicts, want 1", got)
	}
	if got := count("kith_store_updates_total") - updates; got < 1 {
		t.Errorf("%v updates, want 1", got)
	}
}
