package stories_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/story"
)

// What stories show of each edge of a person: what is on it comes over two pages,
// another Viewer is refused or gets less, and what is taken off is gone.
const (
	overPages = "comes over two pages"
	lessSeen  = "is refused to another Viewer, or has less"
	takenOff  = "loses what is taken off"
)

// withoutTriple are the edges of which a story of a kind cannot exist, and why.
func withoutTriple() map[string]string {
	return map[string]string{
		"permissions " + overPages: "all of them come at once [doc user permissions]",
		"picture " + overPages:     "it is one object [doc user picture]",
		"picture " + lessSeen:      "the picture of a person whom the app knows is public [doc user picture]",
	}
}

// A glimpse is one answer about an edge of a person.
type glimpse struct {
	line          int
	edge          string
	owner, viewer string // as written; empty where the story does not say
	query         string // without what changes no choice of items
	target, next  string
	refused       bool
	items         []string
}

// glimpsed reads an answer about an edge.
func glimpsed(e *schema.Edge, o *story.Observed, members map[string]json.RawMessage) glimpse {
	call := o.Step.Call
	g := glimpse{line: o.Step.Line, edge: e.Name, refused: o.Status != 200, target: plainURL(o.Target)}
	if call.As.Kind == "user" || call.As.Kind == "page" {
		g.viewer = call.As.Kind + " " + call.As.Handle
	}
	path, _, _ := strings.Cut(call.Target, "?")
	for _, part := range strings.Split(path, "/") {
		switch words := strings.Fields(strings.Trim(part, "{}")); {
		case part == "me":
			g.owner = g.viewer
		case len(words) == 3 && (words[0] == "asid" || words[0] == "psid") && g.owner == "":
			g.owner = "user " + words[1]
		}
	}
	q := query(o.Target)
	for _, name := range []string{"fields", "limit", "redirect", "access_token"} {
		q.Del(name)
	}
	g.query = q.Encode()
	var page struct{ Next string }
	if json.Unmarshal(members["paging"], &page) == nil && page.Next != "" {
		g.next = plainURL(page.Next)
	}
	g.items = itemsOf(members["data"])
	return g
}

// itemsOf names the items of a list, or the only one, by ID or else as they are.
func itemsOf(data json.RawMessage) (items []string) {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		list = []json.RawMessage{data}
	}
	for _, text := range list {
		var item struct{ ID string }
		if json.Unmarshal(text, &item) != nil {
			continue
		}
		if item.ID == "" {
			item.ID = string(text)
		}
		items = append(items, item.ID)
	}
	return items
}

// plainURL is path and query without host, token and order.
func plainURL(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	q := u.Query()
	q.Del("access_token")
	return u.Path + "?" + q.Encode()
}

// changes reports whether a step may take something off an edge.
func changes(s *story.Step) bool {
	if s.Call != nil {
		return s.Call.Method != "GET"
	}
	return len(s.Verb) > 0 && !slices.Contains([]string{"mint", "keep", "code", "advance", "at", "restart"}, s.Verb[0])
}

// triples says what the answers of one story show of edges, in the words of rows.
func triples(s *story.Story, list []glimpse) (shown []string) {
	changed := func(a, b *glimpse) bool {
		return slices.ContainsFunc(s.Steps, func(step story.Step) bool {
			return changes(&step) && step.Line > min(a.line, b.line) && step.Line < max(a.line, b.line)
		})
	}
	for i := range list {
		for j := range list {
			a, b := &list[i], &list[j]
			if a.edge != b.edge || a.refused || len(a.items) == 0 {
				continue
			}
			fewer := slices.ContainsFunc(a.items, func(item string) bool { return !slices.Contains(b.items, item) })
			same := a.owner != "" && a.owner == b.owner
			switch {
			case a.next != "" && a.next == b.target && !b.refused:
				if len(b.items) > 0 && !slices.ContainsFunc(b.items, func(item string) bool { return slices.Contains(a.items, item) }) {
					shown = append(shown, a.edge+" "+overPages)
				}
			case same && b.viewer != "" && a.viewer != b.viewer && !changed(a, b):
				if strict := len(b.items) < len(a.items); b.refused || strict && fewer && a.query == b.query {
					shown = append(shown, a.edge+" "+lessSeen)
				}
			case same && a.viewer == b.viewer && i < j && !b.refused && b.next == "" && a.query == b.query && fewer && changed(a, b):
				shown = append(shown, a.edge+" "+takenOff)
			}
		}
	}
	return shown
}

// tripleRows are what stories must show of each edge of a person that the v2.10
// reference has.
func tripleRows(n *schema.Node) (rows []string) {
	for i := range n.Edges {
		e := &n.Edges[i]
		if !strings.Contains(e.Mark, "doc user v2.10") && !strings.Contains(e.Mark, "doc user accounts") {
			continue
		}
		for _, what := range []string{overPages, lessSeen, takenOff} {
			rows = append(rows, e.Name+" "+what)
		}
	}
	return rows
}

// checkTriples fails for each edge and kind of story of which there is none, and for each
// exception that is none.
func (c *coverage) checkTriples(t *testing.T) {
	rows, without := tripleRows(c.cat.Node("User")), withoutTriple()
	if len(rows) != 3*60 {
		t.Errorf("%d edges of the reference, want 60", len(rows)/3)
	}
	for _, row := range rows {
		why, excused := without[row]
		switch {
		case !excused && len(c.triples[row]) == 0:
			t.Errorf("no story shows that the edge %s", row)
		case excused && len(c.triples[row]) > 0:
			t.Errorf("%v show that the edge %s: it needs no excuse", c.triples[row], row)
		case excused && why == "":
			t.Errorf("the edge %s: why is there no story?", row)
		}
	}
	for _, row := range slices.Sorted(maps.Keys(without)) {
		if !slices.Contains(rows, row) {
			t.Errorf("the excuse for %q is for no edge", row)
		}
	}
}

// What shows nothing is not taken for a proof.
func TestTriples(t *testing.T) {
	all := glimpse{edge: "likes", owner: "user ana", viewer: "user ana", items: []string{"1", "2"}}
	with := func(g glimpse, line int, f func(*glimpse)) glimpse {
		g.line = line
		f(&g)
		return g
	}
	first := with(all, 1, func(g *glimpse) { g.items, g.next = []string{"1"}, "/2" })
	unlink := story.Step{Line: 5, Verb: []string{"unlink", "ana", "likes", "cafe"}}
	tests := []struct {
		name  string
		steps []story.Step
		list  []glimpse
		want  string
	}{
		{"the second page", nil, []glimpse{first, with(all, 2, func(g *glimpse) { g.items, g.target = []string{"2"}, "/2" })}, overPages},
		{"the first page twice", nil, []glimpse{first, with(first, 2, func(g *glimpse) { g.target = "/2" })}, ""},
		{"an empty second page", nil, []glimpse{first, with(all, 2, func(g *glimpse) { g.items, g.target = nil, "/2" })}, ""},
		{"another page", nil, []glimpse{first, with(all, 2, func(g *glimpse) { g.items, g.target = []string{"2"}, "/3" })}, ""},
		{"nothing for another", nil, []glimpse{all, with(all, 2, func(g *glimpse) { g.items, g.viewer = nil, "user ben" })}, lessSeen},
		{"refused to another", nil, []glimpse{all, with(all, 2, func(g *glimpse) { g.items, g.viewer, g.refused = nil, "user ben", true })}, lessSeen},
		{"the same for another", nil, []glimpse{all, with(all, 2, func(g *glimpse) { g.viewer = "user ben" })}, ""},
		{"nothing for anybody", nil, []glimpse{with(all, 1, func(g *glimpse) { g.items = nil }), with(all, 2, func(g *glimpse) { g.items, g.viewer = nil, "user ben" })}, ""},
		{"nothing of another person", nil, []glimpse{all, with(all, 2, func(g *glimpse) { g.items, g.owner, g.viewer = nil, "user ben", "user ben" })}, ""},
		{"nothing for another afterwards", []story.Step{unlink}, []glimpse{all, with(all, 9, func(g *glimpse) { g.items, g.viewer = nil, "user ben" })}, ""},
		{"one taken off", []story.Step{unlink}, []glimpse{all, with(all, 9, func(g *glimpse) { g.items = []string{"2"} })}, takenOff},
		{"one gone by itself", nil, []glimpse{all, with(all, 9, func(g *glimpse) { g.items = []string{"2"} })}, ""},
		{"one on the next page", []story.Step{unlink}, []glimpse{all, with(all, 9, func(g *glimpse) { g.items, g.next = []string{"2"}, "/2" })}, ""},
		{"one filtered out", []story.Step{unlink}, []glimpse{all, with(all, 9, func(g *glimpse) { g.items, g.query = []string{"2"}, "type=x" })}, ""},
		{"one put on", []story.Step{unlink}, []glimpse{with(all, 1, func(g *glimpse) { g.items = []string{"2"} }), with(all, 9, func(*glimpse) {})}, ""},
		{"another edge", []story.Step{unlink}, []glimpse{all, with(all, 9, func(g *glimpse) { g.items, g.edge = nil, "music" })}, ""},
	}
	for _, tt := range tests {
		want := "[]"
		if tt.want != "" {
			want = fmt.Sprintf("[likes %s]", tt.want)
		}
		if got := fmt.Sprint(triples(&story.Story{Steps: tt.steps}, tt.list)); got != want {
			t.Errorf("%s: %s, want %s", tt.name, got, want)
		}
	}
}
