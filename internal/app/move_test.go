package app

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// exportOf is the canonical export of a database.
func exportOf(t *testing.T, g *Graph, drv driver.Store) string {
	t.Helper()
	b := world.New(world.Options{DB: store.Open(drv, store.Options{Decode: world.Decoders(g.Keys)}), Keys: g.Keys, Now: g.Clock.Now, Catalogue: g.Schema})
	var out bytes.Buffer
	if err := b.Export(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A world that is moved from engine to engine and home again is the same all
// the way: ids, tokens, consent, history, and the dead ids of the erased.
func TestMoveAcrossEngines(t *testing.T) {
	ctx := context.Background()
	l := matrix(t)
	for _, a := range []world.Action{
		{Person: "alice", Page: "shop", Event: "message", Text: "one"}, {Person: "alice", Page: "shop", Event: "block"},
	} {
		_, _ = l.World.Act(ctx, a) // whoever is there
	}
	want := exportOf(t, l.Graph, l.drv)
	if len(want) < 1000 {
		t.Fatalf("the world to move is empty: %s", want)
	}
	here := l.drv
	for _, to := range []string{filepath.Join(t.TempDir(), "kith.db"), pgtest.DB(t), filepath.Join(t.TempDir(), "back.db")} {
		there, err := OpenDriver(ctx, to)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = there.Close() }()
		moved, err := Move(ctx, here, there, l.Keys, func(string, int64) {})
		if err != nil {
			t.Fatalf("move to %s: %v", Place(to), err)
		}
		if got := exportOf(t, l.Graph, there); got != want || moved.Bytes != int64(len(want)) {
			t.Errorf("after the move to %s the export differs", Place(to))
		}
		report, err := verify(ctx, there, l.Keys, nil)
		if err != nil || !report.OK() {
			t.Errorf("%s does not verify: %+v, %v", Place(to), report, err)
		}
		here = there
	}
	// And by export and import, into an engine of each kind.
	for _, to := range []string{"", filepath.Join(t.TempDir(), "imported.db"), pgtest.DB(t)} {
		drv := driver.Store(memory.Open(store.Registry()))
		if to != "" {
			var err error
			if drv, err = OpenDriver(ctx, to); err != nil {
				t.Fatal(err)
			}
		}
		defer func() { _ = drv.Close() }()
		db := store.Open(drv, store.Options{Decode: world.Decoders(l.Keys)})
		b := world.New(world.Options{DB: db, Keys: l.Keys, Now: l.Clock.Now, Catalogue: l.Schema})
		if err := b.Import(ctx, bytes.NewReader([]byte(want)), nil); err != nil {
			t.Fatal(err)
		}
		if got := exportOf(t, l.Graph, drv); got != want {
			t.Errorf("export, import into %q and export again differ", Place(to))
		}
	}
}
