package nodes

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// TestDates compares every dated mark of the declarations with the table, whose
// lines are what the changelogs say was taken from everyone on a day.
func TestDates(t *testing.T) {
	text, err := os.ReadFile("testdata/dated.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, got := strings.Split(strings.TrimSpace(string(text)), "\n"), datedMarks(t)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("not declared: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("not in the table: %s", line)
		}
	}
}

// datedMarks writes the marks as the lines of the table.
func datedMarks(t *testing.T) (lines []string) {
	t.Helper()
	add := func(day int64, words ...string) {
		if day != 0 {
			lines = append(lines, time.Unix(day, 0).UTC().Format(time.DateOnly)+" "+strings.Join(words, " "))
		}
	}
	cat, _ := user(t)
	for _, n := range cat.Nodes {
		for i := range n.Fields {
			add(n.Fields[i].EmptySince, n.Name, "field", n.Fields[i].Name, "is empty")
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			add(e.EmptySince, n.Name, "edge", e.Name, "is empty")
			add(e.GoneSince, n.Name, "edge", e.Name, "is gone")
			for j := range e.Extra {
				add(e.Extra[j].EmptySince, n.Name, "edge", e.Name, "field", e.Extra[j].Name, "is empty")
			}
		}
	}
	for _, end := range graph.Endings() {
		for _, name := range end.Permissions.Names() {
			add(end.Day, "permission", name, "ends")
		}
	}
	return lines
}
