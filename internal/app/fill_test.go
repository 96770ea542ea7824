package app

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

// sparseYAML is me with n friends of whom those use the game that uses says.
func sparseYAML(n int, uses func(i int) bool) string {
	var b, rest strings.Builder
	b.WriteString("apps: {game: {}}\npeople:\n  me: {apps: {game: [public_profile, user_friends]}, friends: [")
	for i := range n {
		fmt.Fprintf(&b, "p%04d, ", i)
		apps := ""
		if uses(i) {
			apps = ", apps: {game: [public_profile]}"
		}
		fmt.Fprintf(&rest, "  p%04d: {first_name: P%04d%s}\n", i, i, apps)
	}
	return b.String() + "]}\n" + rest.String()
}

// Whoever is left out, pages are full but for the last one, and previous shows the same
// people in the same order.
func TestPagesAreFilled(t *testing.T) {
	const friends = 400
	dice := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name string
		uses func(i int) bool
	}{
		{"every second", func(i int) bool { return i%2 == 1 }},
		{"by chance", func(int) bool { return dice.IntN(20) == 0 }},
		{"the oldest", func(i int) bool { return i >= friends-6 }},
		{"the newest", func(i int) bool { return i < 6 }},
		{"nobody", func(int) bool { return false }},
	} {
		var want []string
		l := openLab(t, Settings{}, sparseYAML(friends, func(i int) bool {
			uses := tt.uses(i)
			if uses {
				want = append(want, fmt.Sprintf("P%04d", i))
			}
			return uses
		}))
		for _, limit := range []int{1, 3, 25} {
			got, back := l.walk(t, "/v2.10/me/friends", limit)
			if !slices.Equal(got, want) {
				t.Errorf("%s, %d a page: %v\nwant %v", tt.name, limit, got, want)
			}
			if len(want) > limit && !slices.Equal(back, want[:len(back)]) {
				t.Errorf("%s, %d a page, backwards: %v\nwant the first of %v", tt.name, limit, back, want)
			}
		}
	}
}

// walk follows next to the end and then previous to the beginning, and returns who
// came, in the order of the edge.
func (l *lab) walk(t *testing.T, edge string, limit int) (there, back []string) {
	t.Helper()
	names := func(p page) (list []string) {
		for _, d := range p.Data {
			list = append(list, d.Name)
		}
		return list
	}
	target := fmt.Sprintf("%s?fields=name&limit=%d&access_token=%s", edge, limit, url.QueryEscape(l.ids.People["me"].Tokens["game"]))
	p, _ := l.page(t, target)
	there = names(p)
	for p.Paging.Next != "" {
		if len(p.Data) != limit {
			t.Errorf("a page of %d with a next one, want %d", len(p.Data), limit)
		}
		p, _ = l.page(t, follow(t, p.Paging.Next))
		there = append(there, names(p)...)
	}
	for p.Paging.Previous != "" {
		p, _ = l.page(t, follow(t, p.Paging.Previous))
		back = append(names(p), back...)
	}
	return there, back
}

// A page that is full costs no Read more, one that is filled one for each round, and
// what a call may load bounds it.
func TestFillReads(t *testing.T) {
	reads := func(set Settings, uses func(i int) bool) (n, items int) {
		l := openLab(t, set, sparseYAML(400, uses))
		share(l.Graph, time.Hour)
		var body []byte
		for range 2 { // the binding and the app become known
			c := engine.Call{Method: "GET", ID: l.ids.People["me"].ASIDs["game"], Edge: "friends", Fields: "name", Version: graph.V(2, 10),
				Cred: access.Credentials{Token: l.ids.Apps["game"].Token}, Now: l.Clock.Now()}
			var err error
			if body, err = l.Engine.Read(t.Context(), &c, nil); err != nil {
				t.Fatal(err)
			}
			n = c.Reads
		}
		return n, strings.Count(string(body), `"name"`)
	}
	full, items := reads(Settings{}, func(int) bool { return true })
	if items != 25 {
		t.Errorf("a full page has %d", items)
	}
	// 100 more, then 100 more: two Reads each, of the list and of the people.
	if n, items := reads(Settings{}, func(i int) bool { return i >= 120 }); n != full+4 || items != 25 {
		t.Errorf("a page filled in two rounds: %d with %d Reads, want 25 with %d", items, n, full+4)
	}
	if n, items := reads(Settings{Bounds: engine.Bounds{Nodes: 100}}, func(i int) bool { return i >= 120 }); n != full || items != 0 {
		t.Errorf("a page that may load 100: %d with %d Reads, want none with %d", items, n, full)
	}
}
