package nodes

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// TestDates compares what the declarations say is taken away under versions.policy
// realistic with the table, whose lines are what the changelogs say: in which versions
// at once, from apps that were made since a day, and on which day from everybody.
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
	add := func(l schema.Leaving, words ...string) {
		what := strings.Join(words, " ")
		if l.In != 0 {
			lines = append(lines, what+" in "+l.In.String())
		}
		if l.New != 0 {
			lines = append(lines, what+" for apps since "+dateOf(l.New))
		}
		if l.Day != 0 {
			lines = append(lines, what+" since "+dateOf(l.Day))
		}
	}
	cat, _ := user(t)
	for _, n := range cat.Nodes {
		for i := range n.Fields {
			add(n.Fields[i].Empty, n.Name, "field", n.Fields[i].Name, "is empty")
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			add(e.Empty, n.Name, "edge", e.Name, "is empty")
			add(e.Gone, n.Name, "edge", e.Name, "is gone")
			for j := range e.Extra {
				add(e.Extra[j].Empty, n.Name, "edge", e.Name, "field", e.Extra[j].Name, "is empty")
			}
		}
		for i := range n.Operations {
			add(n.Operations[i].Gone, "operation", called(n, &n.Operations[i]), "is gone")
		}
	}
	for _, end := range graph.Endings() {
		for _, name := range end.Permissions.Names() {
			add(schema.Leaving{New: end.New, Day: end.Day}, "permission", name, "ends")
		}
	}
	return lines
}

func dateOf(day int64) string { return time.Unix(day, 0).UTC().Format(time.DateOnly) }
