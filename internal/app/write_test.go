package app

import (
	"net/url"
	"strings"
	"testing"
)

// No method but GET does anything to any node for any token while the call names
// nothing that can be written; the answer is the one for unknown ids, about the
// token, or that of a write which is refused or had nothing to do.
func TestWritesChangeNothing(t *testing.T) {
	l := matrix(t)
	before := l.state(t)
	n := 0
	for _, c := range l.callers() {
		ids := append(l.everyID(), named{"me", "", "me"}, named{"app", "", "app"}, named{"nobody", "", nobody})
		for _, id := range ids {
			for _, q := range writes(id.id, c.token) {
				n++
				got := l.put(q)
				if !refusedWrite(got, c.token) && !idleWrite(got, q) {
					t.Errorf("%s: %s %s %s (%s)\n got %s", c.name, q.method, id.what, q.kind, q.body, got)
				}
			}
		}
	}
	if after := l.state(t); after != before {
		t.Error("a refused write changed the store")
	}
	t.Logf("%d writes", n)
}

// writes are all ways to say that a node is to be changed.
func writes(id, token string) (all []question) {
	path := withToken("/v25.0/"+id, token)
	form := url.Values{"first_name": {"Mallory"}, "access_token": {token}}.Encode()
	for _, m := range []string{"POST", "DELETE", "PUT", "PATCH"} {
		all = append(all, question{method: m, target: path})
	}
	return append(all,
		question{method: "POST", target: "/v25.0/" + id, kind: "application/x-www-form-urlencoded", body: form},
		question{method: "POST", target: "/v25.0/" + id, kind: "application/json", body: `{"first_name":"Mallory","access_token":"` + token + `"}`},
		question{method: "DELETE", target: "/v2.10/" + id, kind: "application/x-www-form-urlencoded", body: form},
		question{method: "GET", target: withToken("/v25.0/"+id+"?method=delete", token)},
		question{method: "GET", target: withToken("/v25.0/"+id+"?method=POST&name=x", token)},
		question{method: "POST", target: withToken("/v25.0/"+id+"?method=delete", token)},
	)
}

// refusedWrite reports whether an answer is 100/33, what Instagram says in its
// place, or about the token. [seen restfb#1075, chatwoot#14932]
func refusedWrite(a answer, token string) bool {
	c, s := a.code()
	switch {
	case c == 100 && s == 33, c == 100 && strings.HasPrefix(token, "IG"):
		return a.status == 400
	case token == "":
		return c == 2500 || c == 104 || c == 200 && a.status == 403
	}
	return c == 190 || c == 2500 // an app token has no "me"
}

// idleWrite reports whether an answer is that of a node which takes writes: 200
// for somebody else, 100 for a field that is no parameter, and success where no
// parameter was given. PUT and PATCH are no writes of any node.
func idleWrite(a answer, q question) bool {
	if q.method == "PUT" || q.method == "PATCH" {
		return false
	}
	if a.status == 200 {
		return a.body == `{"success":true}` && q.method == "POST" && q.body == ""
	}
	return a.is(200, 0) && a.status == 403 || a.is(100, 0) && a.status == 400
}

// A POST that says it is a GET reads, and nothing else does. [doc method override]
func TestMethodOverrideReads(t *testing.T) {
	l := matrix(t)
	page := l.ids.Pages["shop"]
	for _, q := range []question{
		{method: "POST", target: withToken("/v25.0/"+page.ID+"?method=get&fields=id", page.Token)},
		{method: "POST", target: "/v25.0/" + page.ID, kind: "application/x-www-form-urlencoded",
			body: url.Values{"method": {"GET"}, "fields": {"id"}, "access_token": {page.Token}}.Encode()},
	} {
		if got := l.put(q); got.status != 200 || got.body != `{"id":"`+page.ID+`"}` {
			t.Errorf("%s %s: %s", q.method, q.target, got)
		}
	}
}
