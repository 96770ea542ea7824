package app

import (
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// link reads the path of the picture URL that a token gets for an id.
func (l *lab) link(t *testing.T, version, id, token string) string {
	t.Helper()
	a := l.read(version, id, "profile_pic", token)
	link := pictureLink(a.body)
	if link == "" {
		t.Fatalf("no picture: %s", a)
	}
	return link
}

// links are the picture URLs of alice: of the Page in both forms, of Instagram.
func (l *lab) links(t *testing.T) map[string]string {
	t.Helper()
	shop, ig := l.ids.Pages["shop"], l.ids.Instagram["shop_ig"]
	return map[string]string{
		"page":      l.link(t, "v25.0", shop.PSIDs["alice"], shop.Token),
		"page 2016": l.link(t, "v2.6", shop.PSIDs["alice"], shop.Token),
		"instagram": l.link(t, "v25.0", ig.IGSIDs["alice"], ig.Token),
	}
}

// T-ISO-08: a picture URL works without a token; one character changed, and it
// leads nowhere.
func TestPictureURLsCannotBeChanged(t *testing.T) {
	l := matrix(t)
	for name, link := range l.links(t) {
		if got := l.get(link, ""); got.status != 200 {
			t.Fatalf("%s: %d", name, got.status)
		}
		for i := 1; i < len(link); i++ {
			for _, with := range []byte{'0', '1', 'a', 'A', '-', '&'} {
				if link[i] == with {
					continue
				}
				bad := link[:i] + string(with) + link[i+1:]
				if got := l.get(bad, ""); got.status == 200 {
					t.Errorf("%s: %s works as well as %s", name, bad, link)
				}
			}
			if got := l.get(link[:i], ""); got.status == 200 {
				t.Errorf("%s: %s works", name, link[:i])
			}
		}
		for _, bad := range []string{link + "0", link + "&x=1", strings.ToUpper(link), strings.Replace(link, "?", "?x=1&", 1), link + "/../x"} {
			if got := l.get(bad, ""); got.status == 200 {
				t.Errorf("%s: %s works", name, bad)
			}
		}
	}
}

// T-INJ-04: no path leads out of the pictures to a file, or to anything else.
func TestPicturePathsLeadNowhereElse(t *testing.T) {
	l := matrix(t)
	shop := l.ids.Pages["shop"]
	link := l.link(t, "v25.0", shop.PSIDs["alice"], shop.Token)
	path, query, _ := strings.Cut(link, "?")
	for _, way := range []string{"../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd",
		"%00", "a%00.jpg", "CON", "con.jpg", "NUL", "file:///etc/passwd", ".", "..", "~root"} {
		for _, at := range []string{"/platform/profilepic/" + way, "/v/t1.0-1/" + way, path + "/" + way} {
			for _, target := range []string{at, at + "?" + query} {
				if got := l.get(target, ""); got.status != 404 || strings.Contains(got.body, "root:") {
					t.Errorf("%s is answered %d %.80s", target, got.status, got.body)
				}
			}
		}
	}
}

// T-ISO-08: parts of two URLs never make a third one.
func TestPictureURLsCannotBeMixed(t *testing.T) {
	l := matrix(t)
	shop, stall := l.ids.Pages["shop"], l.ids.Pages["stall"]
	mine := l.link(t, "v25.0", shop.PSIDs["alice"], shop.Token)
	others := []string{
		l.link(t, "v25.0", stall.PSIDs["alice"], stall.Token), // the same person elsewhere
		l.link(t, "v25.0", shop.PSIDs["olga"], shop.Token),    // somebody else here
		l.link(t, "v25.0", l.ids.Instagram["shop_ig"].IGSIDs["alice"], l.ids.Instagram["shop_ig"].Token),
	}
	for _, other := range others {
		a, b := strings.Split(mine, "&"), strings.Split(other, "&")
		for mask := 1; mask < 1<<len(a)-1; mask++ {
			mixed := make([]string, len(a))
			for i := range a {
				if mixed[i] = a[i]; mask>>i&1 == 1 {
					mixed[i] = b[i]
				}
			}
			bad := strings.Join(mixed, "&")
			if got := l.get(bad, ""); got.status == 200 && bad != mine && bad != other {
				t.Errorf("%s works, made of %s and %s", bad, mine, other)
			}
		}
	}
}

// T-ISO-08: it works until it expires, and not a second longer.
func TestPictureURLsExpire(t *testing.T) {
	l := matrix(t)
	for name, link := range l.links(t) {
		ttl := defaultPictureTTL
		if name == "instagram" {
			ttl = defaultInstagramTTL
		}
		start := l.nanos.Load()
		l.advance(ttl - time.Second)
		if got := l.get(link, ""); got.status != 200 {
			t.Errorf("%s, a second before: %d %.40s", name, got.status, got.body)
		}
		l.advance(time.Second)
		if got := l.get(link, ""); got.status != 403 || got.body != "URL signature expired" {
			t.Errorf("%s, at expiry: %d %.40s", name, got.status, got.body)
		}
		l.nanos.Store(start)
	}
}

// What is withdrawn takes the pictures along, whoever has their URLs. [doc design, freshness]
func TestPictureURLsEndWithConsent(t *testing.T) {
	for _, end := range []world.Action{
		{Person: "alice", Page: "shop", Event: "revoke"},
		{Person: "alice", Page: "shop", Event: "block"},
		{Person: "alice", Page: "shop", Event: "turn_off_messages"},
		{Person: "alice", Page: "shop", Event: "erase"},
		{Person: "alice", App: "demo", Event: "revoke"},
		{Person: "alice", Event: "deactivate"},
		{Person: "alice", Event: "delete"},
	} {
		testPictureEnds(t, end)
	}
}

// A picture that is not public any more is no picture for a Page. [doc design, identity]
func TestPictureURLsEndWithTheirAudience(t *testing.T) {
	testPictureEnds(t, world.Action{Person: "alice", Event: "set_audience", Audience: map[string]string{"profile_pic": "only_me"}})
}

func testPictureEnds(t *testing.T, end world.Action) {
	t.Helper()
	l := matrix(t)
	links := l.links(t)
	l.act(t, end)
	for _, name := range []string{"page", "page 2016"} {
		if got := l.get(links[name], ""); got.status != 403 {
			t.Errorf("%s after %s: %d, want 403", name, end.Event, got.status)
		}
	}
}
