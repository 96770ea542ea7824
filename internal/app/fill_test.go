package app

import (
	"encoding/json"
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

// thinYAML is three people, all friends of me and of each other's n friends, of whom those
// use the game that uses says; everybody has written something.
func thinYAML(n int, uses func(i int) bool) string {
	var b, rest strings.Builder
	b.WriteString("apps: {game: {}}\npeople:\n")
	for _, name := range []string{"me", "one", "two", "three"} {
		fmt.Fprintf(&b, "  %s: {apps: {game: [public_profile, user_friends, user_posts, read_stream, user_status]}, friends: [", name)
		if name == "me" {
			b.WriteString("one, two, three, ")
		}
		for i := range n {
			fmt.Fprintf(&b, "p%04d, ", i)
		}
		b.WriteString("]}\n")
	}
	for i := range n {
		apps := ""
		if uses(i) {
			apps = ", apps: {game: [public_profile]}"
		}
		fmt.Fprintf(&rest, "  p%04d: {first_name: P%04d%s, feed: [{message: P%04d, from: p%04d, at: 2025-01-01T%02d:%02d:00Z}]}\n", i, i, apps, i, i, 23-i/60, 59-i%60)
	}
	return b.String() + rest.String()
}

// nested is a page inside fields.
type nested struct {
	Data []struct {
		Name, Message string
		Friends       *nested
	}
	Paging struct{ Next string }
}

func (n *nested) names() (list []string) {
	for _, d := range n.Data {
		if d.Name+d.Message != "" { // mine
			list = append(list, d.Name+d.Message)
		}
	}
	return list
}

// Pages inside fields are filled as well, in so many rounds; then they are short and have a next
// one, and whoever follows that sees everybody once and in order.
func TestPagesInsideFieldsAreFilled(t *testing.T) {
	const friends = 400
	for _, tt := range []struct {
		name string
		uses func(i int) bool
	}{
		{"every second", func(i int) bool { return i%2 == 1 }},
		{"every twentieth", func(i int) bool { return i%20 == 7 }},
		{"the oldest", func(i int) bool { return i >= friends-30 }},
		{"nobody", func(int) bool { return false }},
	} {
		var want []string
		l := openLab(t, Settings{}, thinYAML(friends, func(i int) bool {
			uses := tt.uses(i)
			if uses {
				want = append(want, fmt.Sprintf("P%04d", i))
			}
			return uses
		}))
		for _, limit := range []int{1, 3, 25} {
			for _, p := range l.inside(t, limit) {
				got := p.page.names()
				if n := len(p.page.Data); n > limit || limit == 25 && n < limit && p.page.Paging.Next != "" {
					t.Errorf("%s, %s, %d a page: %d, next %q", tt.name, p.name, limit, n, p.page.Paging.Next)
				}
				for next := p.page.Paging.Next; next != ""; {
					var more nested
					if a := l.put(question{target: follow(t, next)}); json.Unmarshal([]byte(a.body), &more) != nil {
						t.Fatalf("%s: %d %s", next, a.status, a.body)
					}
					got, next = append(got, more.names()...), more.Paging.Next
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %s, %d a page: %v\nwant %v", tt.name, p.name, limit, got, want)
				}
			}
		}
	}
}

type insidePage struct {
	name string
	page *nested
}

// inside is the friends of friends, what I have in common with one, and my home.
func (l *lab) inside(t *testing.T, limit int) (list []insidePage) {
	t.Helper()
	token := url.QueryEscape(l.ids.People["me"].Tokens["game"])
	ask := func(target string, into any) {
		if a := l.put(question{target: target + "&access_token=" + token}); a.status != 200 || json.Unmarshal([]byte(a.body), into) != nil {
			t.Fatalf("%s: %d %.300s", target, a.status, a.body)
		}
	}
	var all, me struct {
		Friends, Home *nested
		Context       struct {
			MutualFriends *nested `json:"mutual_friends"`
		}
	}
	token = url.QueryEscape(l.ids.Apps["game"].Token)
	ask(fmt.Sprintf("/v2.3/%s?fields=friends.limit(3){friends.limit(%d){name}}", l.ids.People["me"].ASIDs["game"], limit), &all)
	token = url.QueryEscape(l.ids.People["me"].Tokens["game"])
	ask(fmt.Sprintf("/v2.3/me?fields=home.limit(%d){message}", limit), &me)
	ask(fmt.Sprintf("/v2.3/%s?fields=context{mutual_friends.limit(%d){name}}", l.ids.People["one"].ASIDs["game"], limit), &me)
	for _, d := range all.Friends.Data {
		list = append(list, insidePage{"a friend's friends", d.Friends})
	}
	return append(list, insidePage{"home", me.Home}, insidePage{"in common", me.Context.MutualFriends})
}

// Filling pages inside fields takes two Reads a round for all of them, and one more where the
// items have owners, in four rounds at most.
func TestFillReadsInside(t *testing.T) {
	reads := func(fields string, uses func(i int) bool) (n int, body string) {
		l := openLab(t, Settings{}, thinYAML(400, uses))
		share(l.Graph, time.Hour)
		for range 2 { // the binding and the app become known
			c := engine.Call{Method: "GET", ID: l.ids.People["me"].ASIDs["game"], Fields: fields, Version: graph.V(2, 10),
				Cred: access.Credentials{Token: l.ids.Apps["game"].Token}, Now: l.Clock.Now()}
			b, err := l.Engine.Read(t.Context(), &c, nil)
			if err != nil {
				t.Fatal(err)
			}
			n, body = c.Reads, string(b)
		}
		return n, body
	}
	const friends = "friends.limit(3){friends.limit(25){name}}"
	full, _ := reads(friends, func(int) bool { return true })
	if n, body := reads(friends, func(i int) bool { return i >= 125 }); n != full+4 || strings.Count(body, `"id"`) != 79 {
		t.Errorf("three pages filled in two rounds: %d Reads with %d IDs, want %d with 79", n, strings.Count(body, `"id"`), full+4)
	}
	if n, _ := reads(friends, func(int) bool { return false }); n > full+8 {
		t.Errorf("nobody to fill them with: %d Reads, want %d at most", n, full+8)
	}
	// What would load more than a call may is left as it is.
	const many = "friends.limit(3){friends.limit(25){friends.limit(100){id}}}"
	if n, body := reads(many, func(i int) bool { return i >= 125 }); strings.Contains(body, "error") || n > full+20 {
		t.Errorf("more than a call may load: %d Reads, %.200s", n, body)
	}
}
