package app

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

// homeYAML is somebody with friends and liked Pages who have published posts,
// many in the same second; a stranger has, too.
func homeYAML(friends, pages, posts int) string {
	var b strings.Builder
	feed := func(n int) {
		b.WriteString("feed: [")
		for k := range posts {
			fmt.Fprintf(&b, "{message: %d of %d, at: 2017-08-01T12:00:%02dZ}, ", k, n, (n+7*k)%10)
		}
		b.WriteString("]}\n")
	}
	b.WriteString("apps: {news: {}}\npages:\n")
	for i := range pages {
		fmt.Fprintf(&b, "  g%d: {", i)
		feed(1000 + i)
	}
	b.WriteString("people:\n  me: {apps: {news: [public_profile, read_stream, user_posts]}, feed: [{message: Mine}], friends: [")
	for i := range friends {
		fmt.Fprintf(&b, "f%d, ", i)
	}
	b.WriteString("], likes: [")
	for i := range pages {
		fmt.Fprintf(&b, "g%d, ", i)
	}
	b.WriteString("]}\n")
	for i := range friends {
		fmt.Fprintf(&b, "  f%d: {apps: {news: [public_profile]}, ", i)
		feed(i)
	}
	b.WriteString("  stranger: {apps: {news: [public_profile]}, ")
	feed(1)
	return b.String()
}

// What many published comes once over the pages of home, whatever their size,
// and the way back shows the same pages.
func TestHomeIsWholeOverPages(t *testing.T) {
	const friends, pages, posts = 23, 9, 4
	l := openLab(t, Settings{}, homeYAML(friends, pages, posts))
	token := url.QueryEscape(l.ids.People["me"].Tokens["news"])
	var first []string
	for _, limit := range []int{100, 7, 1} {
		var seen []string
		var walked [][]string
		var last page
		for target := fmt.Sprintf("/v2.10/me/home?limit=%d&access_token=%s", limit, token); target != ""; {
			p, status := l.page(t, target)
			if status != 200 || len(walked) > 200 {
				t.Fatalf("status %d after %d pages", status, len(walked))
			}
			ids := idsOf(p)
			seen, walked, last = append(seen, ids...), append(walked, ids), p
			if target = ""; p.Paging.Next != "" {
				target = follow(t, p.Paging.Next)
			}
		}
		if first == nil {
			first = seen
		}
		if !slices.Equal(seen, first) || len(seen) != (friends+pages)*posts {
			t.Fatalf("%d a page: %d posts, want %d, in the same order always", limit, len(seen), (friends+pages)*posts)
		}
		for i := len(walked) - 2; i >= 0; i-- {
			last, _ = l.page(t, follow(t, last.Paging.Previous))
			if !slices.Equal(idsOf(last), walked[i]) {
				t.Fatalf("%d a page: page %d is %v on the way back, %v before", limit, i+1, idsOf(last), walked[i])
			}
		}
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(first))); len(distinct) != len(first) {
		t.Errorf("%d posts, %d different", len(first), len(distinct))
	}
}

func idsOf(p page) (ids []string) {
	for _, d := range p.Data {
		ids = append(ids, d.ID)
	}
	return ids
}

// However many published, home takes one Read more than a feed: who they are is
// asked with the node, then what they published.
func TestHomeReads(t *testing.T) {
	for _, friends := range []int{1, 60} {
		l := openLab(t, Settings{}, homeYAML(friends, 3, 2))
		share(l.Graph, time.Hour)
		me := l.ids.People["me"]
		reads := func(fields string) int {
			c := engine.Call{Method: "GET", ID: me.ASIDs["news"], Fields: fields, Version: graph.V(2, 10),
				Cred: access.Credentials{Token: me.Tokens["news"]}, Now: l.Clock.Now()}
			if _, err := l.Engine.Read(t.Context(), &c, nil); err != nil {
				t.Fatal(err)
			}
			return c.Reads
		}
		reads("name") // the binding and the app become known
		for _, what := range []string{".limit(2){message}", ".limit(100){message}", ".limit(50){message,likes{name}}"} {
			if got, want := reads("home"+what), reads("feed"+what)+1; got != want || got > 5 {
				t.Errorf("%d friends, home%s: %d Reads, want one more than for feed, which is %d", friends, what, got, want)
			}
		}
	}
}
