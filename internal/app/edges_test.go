package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// crowdYAML is one person with n friends, all in the app; the first ten are
// friends of everybody.
func crowdYAML(n int) string {
	var b strings.Builder
	b.WriteString("apps: {game: {}, other: {}}\npeople:\n")
	fmt.Fprintf(&b, "  me: {first_name: Me, apps: {game: [public_profile, user_friends], other: [public_profile, user_friends]}, friends: [")
	for i := range n {
		fmt.Fprintf(&b, "p%04d, ", i)
	}
	b.WriteString("]}\n")
	for i := range n {
		fmt.Fprintf(&b, "  p%04d: {first_name: P%04d, apps: {game: [public_profile, user_friends]}, friends: [", i, i)
		for j := range min(i, 10) {
			fmt.Fprintf(&b, "p%04d, ", j)
		}
		b.WriteString("]}\n")
	}
	return b.String()
}

// page is the answer of an edge.
type page struct {
	Data []struct {
		ID, Name string
	}
	Paging struct {
		Cursors        struct{ Before, After string }
		Next, Previous string
	}
	Summary struct {
		Total int `json:"total_count"`
	}
	Error struct{ Code int }
}

// read asks for a target and reads the page.
func (l *lab) page(t *testing.T, target string) (p page, status int) {
	t.Helper()
	a := l.put(question{target: target})
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("%s: %v in %s", target, err, a.body)
	}
	return p, a.status
}

// follow cuts a link down to what a client sends.
func follow(t *testing.T, link string) string {
	t.Helper()
	rest, ok := strings.CutPrefix(link, "https://graph.example")
	if !ok {
		t.Fatalf("link %q does not lead here", link)
	}
	return rest
}

// A client that follows next sees everybody once, and previous leads back.
func TestPagesAreFollowed(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(60))
	target := "/v2.10/me/friends?limit=25&fields=name&access_token=" + url.QueryEscape(l.ids.People["me"].Tokens["game"])
	seen := map[string]int{}
	var sizes []int
	var pages []page
	for target != "" {
		p, _ := l.page(t, target)
		for _, d := range p.Data {
			seen[d.ID]++
		}
		sizes, pages = append(sizes, len(p.Data)), append(pages, p)
		if p.Summary.Total != 60 {
			t.Errorf("total_count %d, want 60", p.Summary.Total)
		}
		if target = ""; p.Paging.Next != "" {
			target = follow(t, p.Paging.Next)
		}
	}
	if !slices.Equal(sizes, []int{25, 25, 10}) || len(seen) != 60 {
		t.Errorf("pages of %v with %d people, want 25, 25, 10 with 60", sizes, len(seen))
	}
	if pages[0].Paging.Previous != "" || pages[2].Paging.Previous == "" {
		t.Errorf("previous of the first %q and of the last page %q", pages[0].Paging.Previous, pages[2].Paging.Previous)
	}
	back, _ := l.page(t, follow(t, pages[2].Paging.Previous))
	if fmt.Sprint(back.Data) != fmt.Sprint(pages[1].Data) {
		t.Errorf("before the last page\n got %v\nwant %v", back.Data, pages[1].Data)
	}
}

// T-EXP-16: whoever was there throughout appears exactly once, though others
// come and go while the pages are turned.
func TestPagesUnderWrites(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(40))
	target := "/v2.10/me/friends?limit=7&access_token=" + url.QueryEscape(l.ids.People["me"].Tokens["game"])
	seen := map[string]int{}
	for n := 0; target != ""; n++ {
		p, _ := l.page(t, target)
		for _, d := range p.Data {
			seen[d.ID]++
		}
		if target = ""; p.Paging.Next != "" {
			target = follow(t, p.Paging.Next)
		}
		l.advance(time.Second)
		l.act(t, world.Action{Person: "me", Event: "unfriend", Friend: fmt.Sprintf("p%04d", 3*n)})
		l.act(t, world.Action{Person: "me", Event: "befriend", Friend: fmt.Sprintf("p%04d", 3*n)})
	}
	for name, p := range l.ids.People {
		i := 0
		if _, err := fmt.Sscanf(name, "p%d", &i); err == nil && i%3 != 0 && seen[p.ASIDs["game"]] != 1 {
			t.Errorf("%s was seen %d times", name, seen[p.ASIDs["game"]])
		}
	}
}

// T-EXP-15: a cursor is good for its viewer, node, edge and nothing else, and
// says nothing.
func TestCursorsAreSealed(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(10))
	mine, theirs := l.ids.People["me"].Tokens["game"], l.ids.People["p0001"].Tokens["game"]
	ask := func(token, edge, cursor string) (page, int) {
		return l.page(t, "/v2.10/me/"+edge+"?limit=3&after="+url.QueryEscape(cursor)+"&access_token="+url.QueryEscape(token))
	}
	p, _ := l.page(t, "/v2.10/me/friends?limit=3&access_token="+url.QueryEscape(mine))
	cursor := p.Paging.Cursors.After
	if next, status := ask(mine, "friends", cursor); status != 200 || len(next.Data) != 3 {
		t.Fatalf("the cursor itself: %d, %v", status, next)
	}
	for i := range len(cursor) {
		bad := []byte(cursor)
		bad[i] ^= 1
		if got, status := ask(mine, "friends", string(bad)); status != 400 || got.Error.Code != 2642 {
			t.Fatalf("byte %d changed: %d, %v", i, status, got)
		}
	}
	other := l.ids.People["me"].Tokens["other"]
	for _, tt := range []struct{ who, token, edge string }{
		{"another person", theirs, "friends"}, {"another app", other, "friends"}, {"another edge", mine, "likes"},
	} {
		if got, status := ask(tt.token, tt.edge, cursor); status != 400 || got.Error.Code != 2642 {
			t.Errorf("%s: %d, %v", tt.who, status, got)
		}
	}
}

// T-EXP-03 and T-EXP-17: bounds and rubbish.
func TestPagingBounds(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(130))
	token := url.QueryEscape(l.ids.People["me"].Tokens["game"])
	for _, tt := range []struct {
		query  string
		status int
		items  int
	}{
		{"limit=0", 200, 0}, {"limit=2147483648", 200, 100}, {"limit=1000000000", 200, 100}, {"limit=5000", 200, 100},
		{"limit=-1", 400, 0}, {"limit=" + url.QueryEscape("٣"), 400, 0}, {"limit=", 400, 0}, {"limit=1e9", 400, 0},
		{"offset=120", 200, 10}, {"offset=-1", 400, 0}, {"offset=99999999999", 200, 0},
		{"since=-5", 400, 0}, {"until=yesterday-ish", 400, 0}, {"since=99999999999999999999", 400, 0},
		{"until=1000", 200, 0}, {"since=1000", 200, 25}, {"after=", 200, 25}, {"after=AAAA", 400, 0}, {"__paging_token=x", 400, 0},
	} {
		p, status := l.page(t, "/v2.10/me/friends?"+tt.query+"&access_token="+token)
		if status != tt.status || len(p.Data) != tt.items {
			t.Errorf("%s: %d with %d items, want %d with %d", tt.query, status, len(p.Data), tt.status, tt.items)
		}
		if tt.query == "limit=0" && p.Summary.Total != 130 {
			t.Errorf("limit=0: total_count %d", p.Summary.Total)
		}
	}
	fields := url.QueryEscape("friends.limit(9999999999){name}")
	if a := l.put(question{target: "/v2.10/me?fields=" + fields + "&access_token=" + token}); a.status != 200 || strings.Count(a.body, `"name"`) != 100 {
		t.Errorf("as a field: %d %.80s", a.status, a.body)
	}
}

// One level of an edge is one Read, however many items there are, and what one
// call may ask for is bounded. T-EXP-01, T-EXP-04.
func TestEdgeReads(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(100))
	me := l.ids.People["me"]
	share(l.Graph, time.Hour)
	ask := func(fields string) (engine.Call, int, error) {
		c := engine.Call{Method: "GET", ID: me.ASIDs["game"], Fields: fields, Version: graph.V(2, 10),
			Cred: access.Credentials{Token: l.ids.Apps["game"].Token}, Now: l.Clock.Now()}
		b, err := l.Engine.Read(t.Context(), &c, nil)
		return c, len(b), err
	}
	if _, _, err := ask("name"); err != nil { // the binding and the app become known
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fields string
		reads  int
	}{
		{"name,friends.limit(1){name}", 2}, {"name,friends.limit(100){name}", 2},
		{"friends.limit(3){friends.limit(3){name}}", 3}, {"friends.limit(100){friends.limit(10){name}}", 3},
		{"friends,likes,albums,photos", 2},
		// What a parameter names is looked up with the level, too.
		{"friends.uid(" + l.ids.People["p0001"].ASIDs["game"] + "){name}", 2},
		// Who is asked about is no friend of their own, so that the page is filled.
		{"mutualfriends.user(" + l.ids.People["p0001"].ASIDs["game"] + ").limit(100){name}", 2},
		{"mutualfriends.user(" + l.ids.People["p0001"].ASIDs["game"] + "){name}", 4},
		{"likes.target_id(1234567890123456),groups.parent(1234567890123456)", 1},
		{"friends.limit(3){friends.uid(" + l.ids.People["p0001"].ASIDs["game"] + "){name}}", 3},
	} {
		c, size, err := ask(tt.fields)
		if err != nil || c.Reads != tt.reads {
			t.Errorf("%s: %d Reads and %d bytes, %v; want %d Reads", tt.fields, c.Reads, size, err, tt.reads)
		}
	}
	deep := strings.Repeat("friends.limit(100){", 7) + "name" + strings.Repeat("}", 7)
	if _, _, err := ask(deep); err == nil || !strings.Contains(err.Error(), "too_much_data") {
		t.Errorf("100^7: %v", err)
	}
	var many []string
	for i := range 490 {
		many = append(many, fmt.Sprintf("friends.limit(100).as(f%d){name}", i))
	}
	if _, _, err := ask(strings.Join(many, ",")); err == nil || !strings.Contains(err.Error(), "too_much_data") {
		t.Errorf("the same edge 490 times: %v", err)
	}
}
