package control_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/world"
)

func TestClock(t *testing.T) {
	r := newRig(t, nil)
	tests := []struct{ body, want string }{
		{`{"advance":"26h"}`, `{"mode":"live","now":"2026-03-02T11:00:00Z"}`},
		{`{"mode":"frozen"}`, `{"mode":"frozen","now":"2026-03-02T11:00:00Z"}`},
		{`{"advance":"3d"}`, `{"mode":"frozen","now":"2026-03-05T11:00:00Z"}`},
		{`{"advance":"-1h"}`, `{"mode":"frozen","now":"2026-03-05T10:00:00Z"}`},
		{`{"now":"2021-01-15T00:00:00+01:00"}`, `{"mode":"frozen","now":"2021-01-14T23:00:00Z"}`},
		{`{"mode":"frozen","now":"2021-01-15T00:00:00Z","advance":"1d"}`, `{"mode":"frozen","now":"2021-01-16T00:00:00Z"}`},
		{`{"mode":"live","now":"2030-01-01T00:00:00Z"}`, `{"mode":"live","now":"2030-01-01T00:00:00Z"}`},
		{`{"mode":"live"}`, `{"mode":"live","now":"2026-01-02T03:04:05Z"}`},
	}
	for _, tt := range tests {
		r.want(call{method: "PUT", path: "/_/api/clock", body: tt.body}, 200, tt.want)
	}
}

func (r *rig) ids() (ids world.IDs) {
	r.Helper()
	if err := json.Unmarshal([]byte(r.want(call{method: "GET", path: "/_/api/ids"}, 200, "")), &ids); err != nil {
		r.Fatal(err)
	}
	return ids
}

func TestImportAndReset(t *testing.T) {
	r := newRig(t, nil)
	more := "pages: {cafe: {}}\npeople: {ben: {first_name: Ben, contacts: {cafe: message}}}"
	r.want(call{method: "POST", path: "/_/api/import", kind: "text/yaml; charset=utf-8", body: more}, 200, "success")
	if r.ids().Pages["cafe"].PSIDs["ben"] == "" {
		t.Error("ben was not imported")
	}
	exported := r.want(call{method: "GET", path: "/_/api/export"}, 200, "ben")

	r.want(call{method: "POST", path: "/_/api/reset"}, 200, "success")
	if ids := r.ids(); len(ids.People) != 2 || ids.Pages["shop"].PSIDs["ana"] == "" {
		t.Errorf("after a reset: %+v", ids)
	}
	r.want(call{method: "GET", path: "/_/api/clock"}, 200, "2026-03-01T09:00:00Z")

	other := "pages: {cafe: {}}\npeople: {eva: {first_name: Eva}}"
	r.want(call{method: "POST", path: "/_/api/reset", kind: "application/yaml", body: other}, 200, "success")
	if ids := r.ids(); len(ids.People) != 1 || ids.Pages["cafe"].ID == "" {
		t.Errorf("after a reset to YAML: %+v", ids)
	}
	inJSON, err := json.Marshal(map[string]string{"world": "pages: {inn: {}}"})
	if err != nil {
		t.Fatal(err)
	}
	r.want(call{method: "POST", path: "/_/api/reset", body: string(inJSON)}, 200, "success")
	if ids := r.ids(); len(ids.People) != 0 || ids.Pages["inn"].ID == "" {
		t.Errorf("after a reset to JSON: %+v", ids)
	}

	r.want(call{method: "POST", path: "/_/api/reset", kind: "application/yaml", body: "world: bare\napps: {other: {}}"}, 200, "success")
	r.want(call{method: "POST", path: "/_/api/import", kind: "application/jsonl", body: exported}, 200, "success")
	if ids := r.ids(); len(ids.People) != 3 || ids.Pages["cafe"].PSIDs["ben"] == "" {
		t.Errorf("after importing an export: %+v", ids)
	}
	r.want(call{method: "POST", path: "/_/api/import", kind: "application/jsonl", body: exported}, 400, "problems")
}

func TestTokensEnd(t *testing.T) {
	r := newRig(t, nil)
	mint := func() string {
		var made struct{ Token string }
		if err := json.Unmarshal([]byte(r.want(call{method: "POST", path: "/_/api/tokens", body: `{"page":"shop"}`}, 200, "")), &made); err != nil {
			t.Fatal(err)
		}
		return made.Token
	}
	one, two := mint(), mint()
	if one == two {
		t.Error("two tokens are the same")
	}
	r.want(call{method: "POST", path: "/_/api/tokens/expire", body: `{"token":"` + one + `"}`}, 200, "success")
	r.want(call{method: "POST", path: "/_/api/tokens/invalidate", body: `{"token":"` + two + `","reason":"logged_out"}`}, 200, "success")
	r.ask("/v25.0/me?access_token=" + one)
	r.ask("/v25.0/me?access_token=" + two)
	why := r.want(call{method: "GET", path: "/_/api/requests?status=4xx&limit=2"}, 200, `"code":190`)
	if strings.Contains(why, one) || strings.Contains(why, two) {
		t.Error("the journal has a token")
	}
}

func TestListOfRequests(t *testing.T) {
	r := newRig(t, nil)
	page := r.ids().Pages["shop"]
	r.ask("/v25.0/me?fields=id&access_token=" + page.Token)
	r.ask("/v25.0/" + page.PSIDs["ana"] + "?fields=first_name&access_token=" + page.Token)
	r.ask("/v25.0/me?access_token=wrong")
	tests := []struct {
		query string
		want  []uint64
	}{
		{"", []uint64{3, 2, 1}},
		{"?limit=1", []uint64{3}},
		{"?since=1", []uint64{3, 2}},
		{"?status=200", []uint64{2, 1}},
		{"?status=4xx", []uint64{3}},
		{"?node=messengeruser", []uint64{2}},
		{"?node=messengeruser&status=4xx", nil},
	}
	for _, tt := range tests {
		var got struct{ Requests []struct{ ID uint64 } }
		if err := json.Unmarshal([]byte(r.want(call{method: "GET", path: "/_/api/requests" + tt.query}, 200, "")), &got); err != nil {
			t.Fatal(err)
		}
		var ids []uint64
		for _, q := range got.Requests {
			ids = append(ids, q.ID)
		}
		if len(ids) != len(tt.want) {
			t.Errorf("%q\n got %v\nwant %v", tt.query, ids, tt.want)
			continue
		}
		for i := range ids {
			if ids[i] != tt.want[i] {
				t.Errorf("%q\n got %v\nwant %v", tt.query, ids, tt.want)
			}
		}
	}
}

// Where an app is told of people is looked at when it is set, and what it was told
// is listed.
func TestCallbacks(t *testing.T) {
	r := newRig(t, nil)
	const app, all = "/_/api/apps/demo", "/_/api/deliveries"
	for _, url := range []string{"ftp://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/", "https://8.8.8.8/", "http://ana:x@127.0.0.1/", "http://127.0.0.1:22/", "/deauth"} {
		r.want(call{method: "PUT", path: app, body: `{"deauth_callback_url":"` + url + `"}`}, 400, "")
	}
	r.want(call{method: "PUT", path: app, body: `{"data_deletion_url":"http://127.0.0.1:9/delete"}`}, 200, "success")
	r.want(call{method: "GET", path: all}, 200, `{"deliveries":[]}`)
	for _, event := range []string{"install", "data_deletion_request"} {
		r.want(call{method: "POST", path: "/_/api/act", body: `{"person":"ana","app":"demo","event":"` + event + `"}`}, 200, "")
	}
	var list struct {
		Deliveries []struct{ ID, App, What string }
	}
	if err := json.Unmarshal([]byte(r.want(call{method: "GET", path: all + "?app=demo&limit=1"}, 200, "")), &list); err != nil || len(list.Deliveries) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	one := list.Deliveries[0]
	if one.App != "demo" || one.What != "data_deletion" {
		t.Errorf("%+v", one)
	}
	r.want(call{method: "GET", path: all + "/" + one.ID}, 200, `"what":"data_deletion"`)
	r.want(call{method: "POST", path: all + "/" + one.ID + "/redeliver"}, 400, "waits for its turn")
	r.want(call{method: "GET", path: all + "?state=delivered"}, 200, `{"deliveries":[]}`)
	for path, status := range map[string]int{"/nothing": 404, "?app=nobody": 404, "?state=lost": 400, "?limit=0": 400, "?limit=1001": 400, "?page=2": 400, "?a;b": 400} {
		r.want(call{method: "GET", path: all + path}, status, "error")
	}
	r.want(call{method: "PUT", path: app, body: `{"data_deletion_url":""}`}, 200, "success")
}
