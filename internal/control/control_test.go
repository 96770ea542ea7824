package control_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/control"
)

func TestRoutes(t *testing.T) {
	r := newRig(t, func(d *control.Deps) {
		d.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("kith_up 1\n")) })
	})
	r.ask("/v25.0/nobody?access_token=x")
	tests := []struct {
		method, path, body string
		status             int
		part               string
	}{
		{"GET", "/_/healthz", "", 200, `{"ok":true}`},
		{"GET", "/_/readyz", "", 200, `{"ready":true}`},
		{"GET", "/_/metrics", "", 200, "kith_up 1"},
		{"GET", "/_/", "", 200, `"/_/api/clock":["GET","PUT"]`},
		{"GET", "/_/api/version", "", 200, `"version":"test"`},
		{"GET", "/_/api/state", "", 200, `"clock":{"mode":"live","now":"2026-03-01T09:00:00Z"}`},
		{"GET", "/_/api/ids", "", 200, `"psids":{"ana":"`},
		{"HEAD", "/_/api/ids", "", 200, ``},
		{"GET", "/_/api/schema?node=User&version=v2.10", "", 200, `"name":"User","version":"v2.10"`},
		{"GET", "/_/api/requests", "", 200, `"path":"/v25.0/nobody?access_token=***"`},
		{"GET", "/_/api/requests/1", "", 200, `"id":1`},
		{"GET", "/_/api/requests/last/why", "", 200, `"outcome":"failed"`},
		{"GET", "/_/api/people/ana", "", 200, `Ana`},
		{"PUT", "/_/api/people/ana", `{"first_name":"Anna"}`, 200, `Anna`},
		{"PUT", "/_/api/people/ana/audience", `{"first_name":"only_me"}`, 200, `only_me`},
		{"PUT", "/_/api/apps/demo", `{"require_proof":true,"profile_edition":"2018"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/apps/demo", `{"created":"2018-04-24T00:00:00Z"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/apps/demo/review", `{"pages_user_locale":"standard"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/apps/demo/mode", `{"mode":"development"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/apps/demo/roles", `{"ana":"tester"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/pages/shop", `{"engaged_users":7}`, 200, `{"success":true}`},
		{"PUT", "/_/api/apps/demo", `{"active_users":"9"}`, 200, `{"success":true}`},
		{"GET", "/_/api/limits", "", 200, `{"enforced":false,"pools":[]}`},
		{"DELETE", "/_/api/limits?kind=page&of=1", "", 200, `{"cleared":0}`},
		{"PUT", "/_/api/pages/shop/info_about_people", `{"locale":"rejected"}`, 200, `{"success":true}`},
		{"PUT", "/_/api/pages/shop/tasks", `{"ana":["MODERATE"]}`, 200, `{"success":true}`},
		{"POST", "/_/api/act", `{"person":"ana","page":"shop","event":"block"}`, 200, `"event":"block"`},
		{"POST", "/_/api/tokens", `{"page":"shop"}`, 200, `{"token":"EAA`},
		{"GET", "/_/api/clock", "", 200, `{"mode":"live","now":"2026-03-01T09:00:00Z"}`},
		{"GET", "/_/api/export", "", 200, `"ana"`},
		{"POST", "/_/api/reset", "", 200, `{"success":true}`},
	}
	for _, tt := range tests {
		r.want(call{method: tt.method, path: tt.path, body: tt.body}, tt.status, tt.part)
	}
}

func TestBadInput(t *testing.T) {
	r := newRig(t, nil)
	long := `{"person":"` + strings.Repeat("a", 1<<20) + `"}`
	tests := []struct {
		name   string
		c      call
		status int
		part   string
	}{
		{"unknown path", call{method: "GET", path: "/_/api/nothing"}, 404, ""},
		{"outside", call{method: "GET", path: "/_/nothing"}, 404, ""},
		{"no metrics", call{method: "GET", path: "/_/metrics"}, 404, ""},
		{"method", call{method: "DELETE", path: "/_/api/clock"}, 405, "GET or HEAD or PUT"},
		{"method of a probe", call{method: "POST", path: "/_/healthz"}, 405, "GET or HEAD"},
		{"no type", call{method: "POST", path: "/_/api/act", kind: " "}, 400, "Content-Type"},
		{"form", call{method: "POST", path: "/_/api/act", kind: "application/x-www-form-urlencoded", body: "a=b"}, 400, "Content-Type"},
		{"text", call{method: "PUT", path: "/_/api/apps/demo/mode", kind: "text/plain", body: `{"mode":"live"}`}, 400, "Content-Type"},
		{"empty", call{method: "POST", path: "/_/api/act", kind: "application/json"}, 400, "empty"},
		{"not JSON", call{method: "POST", path: "/_/api/act", body: "{"}, 400, "not the JSON"},
		{"unknown member", call{method: "POST", path: "/_/api/act", body: `{"persn":"ana"}`}, 400, "persn"},
		{"wrong type", call{method: "POST", path: "/_/api/tokens", body: `{"expires_in":"1h"}`}, 400, "expires_in cannot be of type string"},
		{"two values", call{method: "POST", path: "/_/api/act", body: `{"person":"ana"}{}`}, 400, "goes on"},
		{"oversize", call{method: "POST", path: "/_/api/tokens", body: long}, 413, "larger than 1 MiB"},
		{"unknown person", call{method: "POST", path: "/_/api/act", body: `{"person":"anna","page":"shop","event":"message"}`}, 404, `anna`},
		{"unknown event", call{method: "POST", path: "/_/api/act", body: `{"person":"ana","page":"shop","event":"mesage"}`}, 400, `message`},
		{"unknown app", call{method: "PUT", path: "/_/api/apps/nope/mode", body: `{"mode":"live"}`}, 404, "nope"},
		{"unknown mode", call{method: "PUT", path: "/_/api/apps/demo/mode", body: `{"mode":"dead"}`}, 400, "dead"},
		{"unknown permission", call{method: "PUT", path: "/_/api/apps/demo/review", body: `{"pages_user_local":"standard"}`}, 400, "pages_user_locale"},
		{"unknown attribute", call{method: "PUT", path: "/_/api/people/ana", body: `{"frist_name":"A"}`}, 400, "first_name"},
		{"unknown audience", call{method: "PUT", path: "/_/api/people/ana/audience", body: `{"first_name":"nobody"}`}, 400, "nobody"},
		{"nobody", call{method: "GET", path: "/_/api/people/nobody"}, 404, "nobody"},
		{"unknown task", call{method: "PUT", path: "/_/api/pages/shop/tasks", body: `{"ana":["FLY"]}`}, 400, "FLY"},
		{"unknown info", call{method: "PUT", path: "/_/api/pages/shop/info_about_people", body: `{"locale":"maybe"}`}, 400, "maybe"},
		{"unknown role", call{method: "PUT", path: "/_/api/apps/demo/roles", body: `{"ana":"king"}`}, 400, "king"},
		{"clock says nothing", call{method: "PUT", path: "/_/api/clock", body: `{}`}, 400, "neither"},
		{"clock mode", call{method: "PUT", path: "/_/api/clock", body: `{"mode":"slow"}`}, 400, "slow"},
		{"clock time", call{method: "PUT", path: "/_/api/clock", body: `{"now":"today"}`}, 400, "today"},
		{"clock advance", call{method: "PUT", path: "/_/api/clock", body: `{"advance":"soon"}`}, 400, "soon"},
		{"clock too far", call{method: "PUT", path: "/_/api/clock", body: `{"now":"9999-01-01T00:00:00Z"}`}, 400, "9000"},
		{"unknown fault", call{method: "POST", path: "/_/api/faults", body: `{"error":"outage"}`}, 400, "unavailable"},
		{"fault without args", call{method: "POST", path: "/_/api/faults", body: `{"error":"no_field"}`}, 400, "2 args"},
		{"fault for ever", call{method: "POST", path: "/_/api/faults", body: `{"error":"unknown","times":1000001}`}, 400, "times"},
		{"no number of people", call{method: "PUT", path: "/_/api/pages/shop", body: `{"engaged_users":-1}`}, 400, "engaged_users is -1"},
		{"half a person", call{method: "PUT", path: "/_/api/apps/demo", body: `{"active_users":1.5}`}, 400, "active_users is 1.5"},
		{"when an app was made", call{method: "PUT", path: "/_/api/apps/demo", body: `{"created":"spring"}`}, 400, "2018-05-01T00:00:00Z"},
		{"unknown page", call{method: "PUT", path: "/_/api/pages/nope", body: `{"engaged_users":1}`}, 404, "nope"},
		{"unknown limit", call{method: "DELETE", path: "/_/api/limits?kind=speed"}, 400, "custom_audience"},
		{"query of limits", call{method: "DELETE", path: "/_/api/limits?off=1"}, 400, "off"},
		{"query", call{method: "GET", path: "/_/api/requests?limt=3"}, 400, "limt"},
		{"limit", call{method: "GET", path: "/_/api/requests?limit=0"}, 400, "limit"},
		{"since", call{method: "GET", path: "/_/api/requests?since=-1"}, 400, "since"},
		{"status", call{method: "GET", path: "/_/api/requests?status=9xx"}, 400, "status"},
		{"broken query", call{method: "GET", path: "/_/api/requests?limit=%zz"}, 400, "query"},
		{"request id", call{method: "GET", path: "/_/api/requests/first"}, 400, "number"},
		{"request gone", call{method: "GET", path: "/_/api/requests/99/why"}, 404, "too old"},
		{"no last", call{method: "GET", path: "/_/api/requests/last"}, 404, ""},
		{"schema version", call{method: "GET", path: "/_/api/schema?version=v1.0"}, 400, "v1.0"},
		{"schema node", call{method: "GET", path: "/_/api/schema?node=Nobody"}, 404, ""},
		{"token for nobody", call{method: "POST", path: "/_/api/tokens", body: `{}`}, 400, ""},
		{"no token", call{method: "POST", path: "/_/api/tokens/expire", body: `{}`}, 400, "no token"},
		{"unknown token", call{method: "POST", path: "/_/api/tokens/expire", body: `{"token":"EAAx"}`}, 404, "token"},
		{"unknown reason", call{method: "POST", path: "/_/api/tokens/invalidate", body: `{"token":"EAAx","reason":"boredom"}`}, 400, "boredom"},
		{"import as JSON", call{method: "POST", path: "/_/api/import", body: `{}`}, 400, "Content-Type"},
		{"broken YAML", call{method: "POST", path: "/_/api/import?name=mine.yaml", kind: "application/yaml", body: "peple: {}"}, 400, `"file":"mine.yaml","line":1`},
		{"broken lines", call{method: "POST", path: "/_/api/import", kind: "application/x-ndjson", body: "{\"page\":\n"}, 400, `"problems"`},
		{"existing handle", call{method: "POST", path: "/_/api/import", kind: "application/yaml", body: "people: {ana: {first_name: Ana}}"}, 400, `ana`},
		{"broken reset", call{method: "POST", path: "/_/api/reset", kind: "application/yaml", body: "peple: {}"}, 400, `"line":1`},
		{"reset to text", call{method: "POST", path: "/_/api/reset", kind: "text/plain", body: "x"}, 400, "Content-Type"},
	}
	before := r.want(call{method: "GET", path: "/_/api/export"}, 200, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			(&rig{t, r.graph, r.http}).want(tt.c, tt.status, tt.part)
		})
	}
	if after := r.want(call{method: "GET", path: "/_/api/export"}, 200, ""); after != before {
		t.Errorf("bad input changed the world\nfrom %s\n  to %s", before, after)
	}
}

func TestOtherOriginsChangeNothing(t *testing.T) {
	r := newRig(t, nil)
	for _, h := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}} {
		r.want(call{method: "POST", path: "/_/api/reset", header: h}, 403, "other origins")
		r.want(call{method: "PUT", path: "/_/api/clock", body: `{"advance":"1h"}`, header: h}, 403, "other origins")
	}
	r.want(call{method: "POST", path: "/_/api/reset", header: map[string]string{"Sec-Fetch-Site": "same-origin"}}, 200, "")
}

func TestServerMode(t *testing.T) {
	const admin = "0123456789abcdef"
	r := newRig(t, func(d *control.Deps) { d.Mode, d.Admin = "server", admin })
	r.want(call{method: "GET", path: "/_/healthz"}, 200, "ok")
	r.want(call{method: "GET", path: "/_/readyz"}, 200, "ready")
	for _, path := range []string{"/_/api/ids", "/_/metrics", "/_/api/clock", "/_/nothing"} {
		for _, auth := range []string{"", "Bearer", "Bearer ", "Bearer 0123456789abcdeX", "Basic " + admin, admin} {
			r.want(call{method: "GET", path: path, header: map[string]string{"Authorization": auth}}, 401, "admin credential")
		}
	}
	in := map[string]string{"Authorization": "Bearer " + admin}
	r.want(call{method: "GET", path: "/_/api/ids", header: in}, 200, "shop")
	r.want(call{method: "POST", path: "/_/api/tokens", body: `{"page":"shop"}`, header: in}, 200, "EAA")
	for _, c := range []call{
		{method: "GET", path: "/_/api/clock"},
		{method: "PUT", path: "/_/api/clock", body: `{"advance":"1h"}`},
		{method: "POST", path: "/_/api/reset"},
		{method: "POST", path: "/_/api/faults", body: `{"error":"unavailable"}`},
	} {
		c.header = in
		r.want(c, 404, "nothing at this path")
	}
	r.want(call{method: "POST", path: "/_/api/act", body: `{"person":"ana","page":"shop","event":"block"}`, header: in}, 200, `"event":"block"`)
}

func TestNoAdminCredentialLetsNobodyIn(t *testing.T) {
	r := newRig(t, func(d *control.Deps) { d.Mode = "server" })
	r.want(call{method: "GET", path: "/_/api/ids", header: map[string]string{"Authorization": "Bearer "}}, 401, "")
}

func TestNotReady(t *testing.T) {
	r := newRig(t, func(d *control.Deps) {
		d.Ready = func(context.Context) error { return errors.New("disk on fire at /var/canary") }
	})
	if body := r.want(call{method: "GET", path: "/_/readyz"}, 503, "not ready"); strings.Contains(body, "canary") {
		t.Error("the reason is told to anybody")
	}
	r.want(call{method: "GET", path: "/_/healthz"}, 200, "ok")
}

func TestNoJournal(t *testing.T) {
	r := newRig(t, func(d *control.Deps) { d.Journal = nil })
	r.want(call{method: "GET", path: "/_/api/requests"}, 200, `{"requests":[]}`)
	r.want(call{method: "GET", path: "/_/api/requests/last/why"}, 404, "keeps no requests")
}
