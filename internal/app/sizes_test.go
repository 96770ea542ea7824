package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/wire"
)

// What a call may bring is a matter of settings, by its kind: as much as that is
// taken, and one byte or level more refused.
func TestSizesOfACall(t *testing.T) {
	l := openLab(t, Settings{Sizes: wire.Sizes{Target: 3 << 10, Body: 20 << 10, Batch: 40 << 10, Upload: 60 << 10, Depth: 5}}, filesWorld)
	token := l.ids.People["ana"].Tokens["app"]
	const form, text = "application/x-www-form-urlencoded", "application/json"
	fill := func(before, after string, n int) string {
		return before + strings.Repeat("x", n-len(before)-len(after)) + after
	}
	formed := func(n int) string { return fill("access_token="+url.QueryEscape(token)+"&message=Hi&junk=", "", n) }
	typed := func(n int) string { return fill(`{"access_token":"`+token+`","message":"Hi","junk":"`, `"}`, n) }
	batch := func(n int) string {
		return fill("access_token="+url.QueryEscape(token)+`&batch=[{"relative_url":"me?junk=`, `"}]`, n)
	}
	parts := func(n int) string {
		part := func(name, more string) string {
			return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n"
		}
		return fill(part("access_token", "")+token+"\r\n"+part("message", "")+"Hi\r\n"+part("junk", `; filename="x"`), "\r\n--b--\r\n", n)
	}
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for i, c := range []struct {
		what, target, kind string
		body               func(n int) string
		most, status       int
	}{
		{"a form", "me/feed", form, formed, 20 << 10, 413},
		{"JSON", "me/feed", text, typed, 20 << 10, 413},
		{"a batch", "", form, batch, 40 << 10, 413},
		{"a multipart form", "me/feed", "multipart/form-data; boundary=b", parts, 60 << 10, 413},
		{"JSON in JSON", "me/feed", text, func(n int) string {
			return fmt.Sprintf(`{"access_token":%q,"message":"Hi","junk":%s}`, token, deep(n-1))
		}, 5, 400},
		{"JSON in a form", "me/feed", form, func(n int) string { return "message=Hi&junk=" + deep(n) + "&access_token=" + url.QueryEscape(token) }, 5, 400},
		{"JSON in single quotes", "me/feed", text, func(n int) string {
			return "{'access_token':'" + token + "','message':'Hi','junk':" + deep(n-1) + "}"
		}, 5, 400},
	} {
		post := func(n int) answer {
			body := strings.ReplaceAll(c.body(n), "Hi", fmt.Sprintf("H%d", i)) // nobody says the same twice
			return l.put(question{method: "POST", target: "/v2.10/" + c.target, kind: c.kind, body: body})
		}
		at, over := post(c.most), post(c.most+1)
		if at.status != 200 || over.status != c.status {
			t.Errorf("%s: %d at the limit (%.200s), %d beyond it", c.what, at.status, at.body, over.status)
		}
	}
	target := "/v2.10/me?access_token=" + url.QueryEscape(token) + "&junk="
	for n, status := range map[int]int{3 << 10: 200, 3<<10 + 1: 413} {
		if a := l.put(question{target: fill(target, "", n)}); a.status != status {
			t.Errorf("an address of %d: %d %.200s", n, a.status, a.body)
		}
	}
	// One part of a form is no larger than a form.
	for what, n := range map[string]int{"a text": 20<<10 + 1, "a list": 40<<10 + 1} {
		name := map[string]string{"a text": "message", "a list": "batch"}[what]
		if a := l.upload(t, "/v2.10/me/feed", filePart{name: name, data: strings.Repeat("x", n)}); a.status != 413 {
			t.Errorf("%s: %d %.200s", what, a.status, a.body)
		}
	}
}

// A call with a large body and a token that is none is refused for its token, by
// the same answer as one with a small body, whatever the body holds: it is not read.
func TestALargeBodyIsReadForNobody(t *testing.T) {
	l := openLab(t, Settings{Server: true}, "")
	refuse := func(target, kind, body string, header map[string]string) string {
		a := l.put(question{method: "POST", target: "/v25.0/" + target, kind: kind, body: body, header: header})
		var e struct{ Error struct{ Message string } }
		_ = json.Unmarshal([]byte(a.body), &e)
		return fmt.Sprint(a.status, " ", e.Error.Message)
	}
	const form, text = "application/x-www-form-urlencoded", "application/json"
	large := strings.Repeat("y", 64<<10)
	none := "EAA" + strings.Repeat("a", 60) + "ZD"
	for what, c := range map[string]struct {
		kind, body, like string
		header           map[string]string
	}{
		"JSON":                   {text, `{"access_token":"` + none + `","a":"` + large + `"}`, `{"access_token":"` + none + `"}`, nil},
		"JSON with bad literals": {text, `{"access_token":"` + none + `","a":` + large + `}`, `{"access_token":"` + none + `"}`, nil},
		"many members":           {text, `{"access_token":"` + none + `"` + strings.Repeat(`,"a":1`, 30_000) + `}`, `{"access_token":"` + none + `"}`, nil},
		"a form":                 {form, "b=" + large + "&access_token=" + none, "access_token=" + none, nil},
		"many parameters":        {form, "access_token=" + none + strings.Repeat("&a=1", 30_000), "access_token=" + none, nil},
		"no token":               {form, "a=" + large, "a=1", nil},
		"a header":               {text, `{"a":` + large + `}`, `{}`, map[string]string{"Authorization": "Bearer " + none}},
	} {
		for _, target := range []string{"me/feed", "me", "123?access_token=junk"} {
			if got, want := refuse(target, c.kind, c.body, c.header), refuse(target, c.kind, c.like, c.header); got != want {
				t.Errorf("%s to %s\n got %s\nwant %s", what, target, got, want)
			}
		}
	}
	if got := refuse("oauth/access_token", form, "client_id="+large, nil); !strings.HasPrefix(got, "413") {
		t.Errorf("the token endpoint: %s", got)
	}
	if got := refuse("me/feed", text, `{"access_token":"`+none+`","a":`+strings.Repeat("[", 20_000), nil); !strings.HasPrefix(got, "400 (#100)") {
		t.Errorf("no JSON: %s", got)
	}
}

// A body that there was no room for is to be sent again.
func TestABodyThatFoundNoRoom(t *testing.T) {
	l := openLab(t, Settings{}, "people: {ana: {first_name: Ana, apps: [app]}}\napps: {app: {}}\n")
	var out graph.Out
	l.Serve(t.Context(), &graph.In{Method: "POST", Host: "localhost", Target: "/v25.0/me/feed", Header: func(string) string { return "" },
		ContentType: "application/json", Body: []byte(`{"access_token":"`), BodyErr: graph.ErrUnavailable}, &out)
	if got := string(out.Body); out.Status != 500 || !strings.Contains(got, `"code":2,`) || !strings.Contains(got, `"is_transient":true`) {
		t.Errorf("%d %s", out.Status, got)
	}
}
