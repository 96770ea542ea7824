package app

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

// things are the IDs of everything that has a type of its own.
func (l *lab) things(t *testing.T) (all []named) {
	t.Helper()
	err := l.DB.View(context.Background(), func(r *store.Reader) error {
		all = nil
		var ids []store.ID
		err := r.Scan(context.Background(), store.Objects, func(row *store.Row) bool {
			if row.Object.Kind == store.KindThing {
				ids = append(ids, row.Object.ID)
			}
			return true
		})
		for _, id := range ids {
			if err != nil {
				return err
			}
			var rec *store.Record
			if rec, err = r.Get(context.Background(), id); err != nil {
				return err
			}
			if thing, ok := rec.Value.(*people.Thing); ok {
				all = append(all, named{what: thing.Type + " " + thing.Handle, id: thing.PublicID})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.what, b.what) })
	return all
}

// T-ISO-10 for reading: a node that the caller may not see is as unknown by each of
// its edges as it is itself, so that no edge tells what it is.
func TestForeignEdgesAnswerLikeUnknownOnes(t *testing.T) {
	l := openLab(t, Settings{}, string(world.Demo()))
	edges := map[string]bool{}
	for _, n := range l.Schema.Nodes {
		for i := range n.Edges {
			edges[n.Edges[i].Name] = true
		}
	}
	nodes := l.things(t)
	for _, n := range l.everyID() { // people of a scope are in TestForeignIDsAnswerLikeUnknownOnes
		if strings.HasSuffix(n.scope, " itself") {
			nodes = append(nodes, n)
		}
	}
	compared, told := 0, map[string]bool{}
	for _, c := range l.crawlers() {
		ask := func(id, edge string) string {
			return same(l.put(question{target: "/v2.10/" + id + edge + "?access_token=" + url.QueryEscape(c.token)}), id)
		}
		unknown := map[string]string{"": ask(nobody, "")}
		for edge := range edges {
			unknown[edge] = ask(nobody, "/"+edge)
		}
		seen := map[string]bool{} // one of each type is as good as all
		for _, n := range nodes {
			kind, _, _ := strings.Cut(n.what, " ")
			if strings.Contains(n.id, "_") && !strings.HasPrefix(n.id, "act_") || seen[kind] || ask(n.id, "") != unknown[""] {
				continue
			}
			seen[kind] = true
			for edge := range edges {
				if compared++; edge == "picture" && c.token == "" && kind == "page" {
					continue // everybody sees that of a Page that is published
				}
				if got := ask(n.id, "/"+edge); got != unknown[edge] && !told[kind+edge] {
					told[kind+edge] = true
					t.Errorf("%s asks for %s of %s\n got %s\nwant %s", c.name, edge, n.what, got, unknown[edge])
				}
			}
		}
	}
	if t.Logf("%d comparisons", compared); compared < 10_000 {
		t.Errorf("%d comparisons are too few", compared)
	}
}
