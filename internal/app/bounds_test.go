package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/engine"
)

// What one call may cost is a matter of settings: names and levels of fields,
// objects and bytes of the answer. Beyond it there is no part of an answer.
func TestBoundsOfACall(t *testing.T) {
	var posts strings.Builder
	for i := range 20 {
		fmt.Fprintf(&posts, "{message: %s, at: 2017-01-%02dT00:00:00Z}, ", strings.Repeat("b", 1000), i+1)
	}
	world := "apps: {game: {}}\npeople: {ana: {first_name: A, apps: {game: [public_profile, user_posts]}, feed: [" + posts.String() + "]}}"
	l := openLab(t, Settings{Bounds: engine.Bounds{Names: 6, Depth: 3, Nodes: 18, Bytes: 8 << 10}}, world)
	as := "&access_token=" + url.QueryEscape(l.ids.People["ana"].Tokens["game"])
	const reduce = "reduce the amount of data"
	for _, c := range []struct{ what, target, want string }{
		{"names", "me?fields=id,name,first_name,last_name,link,gender", `"name":"A"`},
		{"too many names", "me?fields=id,name,first_name,last_name,link,gender,locale", reduce},
		{"levels", "me?fields=feed.limit(1){from{id}}", `"feed"`},
		{"too many levels", "me?fields=feed.limit(1){from{feed{id}}}", reduce},
		{"objects", "me/feed?fields=id&limit=4", `"data":[{`},
		{"too many objects", "me/feed?fields=id&limit=20", reduce},
		{"bytes", "me/feed?fields=message&limit=5", "bbb"},
		{"too many bytes", "me/feed?fields=message&limit=10", reduce},
		{"too many bytes below", "me?fields=feed.limit(10){message}", reduce},
	} {
		a := l.put(question{target: "/v2.10/" + c.target + as})
		if !strings.Contains(a.body, c.want) || (c.want == reduce) != (a.status == 500) || a.status != 500 && len(a.body) > 8<<10 {
			t.Errorf("%s: %d %.200s, want %s", c.what, a.status, a.body, c.want)
		}
	}
	// Operations of a batch spend the same bytes, and so do many IDs.
	op := `{"relative_url":"me/feed?fields=message&limit=5"}`
	out := l.batch(t, l.ids.People["ana"].Tokens["game"], op, op, op)
	if out[0].Code != 200 || out[1].Code != 500 || !strings.Contains(out[1].Body, reduce) {
		t.Errorf("a batch: %d, %d", out[0].Code, out[1].Code)
	}
	id := l.ids.People["ana"].ASIDs["game"]
	if a := l.put(question{target: "/v2.10/?ids=" + id + ",me&fields=feed.limit(5){message}" + as}); a.status != 500 || !strings.Contains(a.body, reduce) {
		t.Errorf("many IDs: %d %.200s", a.status, a.body)
	}
}
