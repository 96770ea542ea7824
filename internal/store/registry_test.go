package store_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

var updateGolden = flag.Bool("update", false, "append new rows to testdata/registry.txt")

// The numbers are in every database: rows of the file stay, new ones come
// behind.
func TestRegistryOnlyGrows(t *testing.T) {
	if err := store.Registry().Check(); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/registry.txt"
	golden, err := os.ReadFile(file)
	if err != nil && !*updateGolden {
		t.Fatal(err)
	}
	now := registryRows()
	rows := map[string]bool{}
	for _, row := range now {
		rows[row] = true
	}
	known := map[string]bool{}
	for row := range strings.Lines(string(golden)) {
		known[strings.TrimSpace(row)] = true
		if !rows[strings.TrimSpace(row)] {
			t.Errorf("row %q is gone or changed: databases hold its number", strings.TrimSpace(row))
		}
	}
	var added string
	for _, row := range now {
		if !known[row] {
			added += row + "\n"
		}
	}
	switch {
	case added == "":
	case *updateGolden:
		if err := os.WriteFile(file, append(golden, added...), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("new rows, run the test with -update:\n%s", added)
	}
}

func registryRows() (rows []string) {
	reg := store.Registry()
	for _, k := range reg.Kinds {
		row := fmt.Sprintf("kind %d %s", k.Kind, k.Name)
		if k.Assoc {
			row += fmt.Sprintf(" assoc inverse %d counted %t", k.Inverse, k.Counted)
		}
		rows = append(rows, row)
		if k.Once { // rows without a time are not found by time any more
			rows = append(rows, fmt.Sprintf("once %d %s", k.Kind, k.Name))
		}
	}
	for _, s := range reg.Spaces {
		rows = append(rows, fmt.Sprintf("space %d %s", s.Space, s.Name))
	}
	return rows
}
