package world

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

var begin = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func testBuilder(t *testing.T, db *store.DB) *Builder {
	t.Helper()
	keys, err := access.NewKeys([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{DB: db, Keys: keys, Now: func() time.Time { return begin }, Knobs: consent.DefaultKnobs()})
}

func openMemory(t *testing.T) *store.DB {
	t.Helper()
	db := store.Open(memory.Open(store.Registry()), store.Options{Decode: Decoders()})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func mustLoad(t *testing.T, b *Builder, yaml string) {
	t.Helper()
	w, err := Parse("world.yaml", []byte(yaml))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	if err := b.Load(context.Background(), w); err != nil {
		t.Fatalf("Load: %v", err)
	}
}

func TestTwoLineSeedWorks(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "pages: {bakery: {}}\npeople: {ana: {first_name: Ana, last_name: Lima}}\nevents: [{page: bakery, person: ana, event: web_plugin}]\n")
	ids, err := b.IDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out, _ := json.MarshalIndent(ids, "", " ")
	t.Logf("%s", out)
	ch, err := b.Act(context.Background(), Action{Person: ids.Pages["bakery"].PSIDs["ana"], Page: "bakery", Event: "message", Text: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	out, _ = json.MarshalIndent(ch, "", " ")
	t.Logf("%s", out)
	mustLoad(t, testBuilder(t, openMemory(t)), string(Demo()))
}
