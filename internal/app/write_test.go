package app

import (
	"net/url"
	"strings"
	"testing"
)

// T-ISO-10, while there are no writes: no method but GET does anything to any
// node for any token, and the answer is the one for unknown ids or about the
// token.
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
				if !refusedWrite(got, c.token) {
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
