package app

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// The same plan makes the same world in a database that speaks the PostgreSQL
// wire and in the embedded one: every line of the export is the same.
func TestPopulateIsTheSameInPostgres(t *testing.T) {
	ctx := t.Context()
	c, err := pgtest.Open(ctx, pgtest.Options{})
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dsn, err := c.CreateDB(ctx, "people")
	if err != nil {
		t.Fatal(err)
	}
	plan := population.Plan{People: 60, Seed: 9, Rate: 0.8}
	var exports [2][]byte
	for i, set := range []Settings{{Path: filepath.Join(t.TempDir(), "kith.db")}, {DSN: dsn}} {
		exports[i] = populated(ctx, t, set, plan)
	}
	if len(exports[0]) < 50_000 || !bytes.Contains(exports[0], []byte(`{"audience":{"of":"thing `)) {
		t.Fatalf("the export has %d bytes, and no audience or too little of all", len(exports[0]))
	}
	if !bytes.Equal(exports[0], exports[1]) {
		a, b := bytes.Split(exports[0], []byte("\n")), bytes.Split(exports[1], []byte("\n"))
		for i := range min(len(a), len(b)) {
			if !bytes.Equal(a[i], b[i]) {
				t.Fatalf("line %d\nembedded %.500s\npostgres %.500s", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines, and %d in PostgreSQL", len(a), len(b))
	}
}

// populated generates people into an empty Graph and exports it.
func populated(ctx context.Context, t *testing.T, set Settings, plan population.Plan) []byte {
	t.Helper()
	g, err := Open(ctx, set)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := g.World.Populate(ctx, plan, nil); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := g.World.Export(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
