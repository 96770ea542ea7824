package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

func TestSplit(t *testing.T) {
	tests := []struct{ path, version, node, rest string }{
		{"/v25.0/123", "v25.0", "123", ""},
		{"/123", "", "123", ""},
		{"//v2.10//me/", "v2.10", "me", ""},
		{"/v99.0/me", "", "v99.0", "/me"},
		{"/v3/123", "", "v3", "/123"},
		{"/v2.10x/1", "", "v2.10x", "/1"},
		{"/123/bogus/more", "", "123", "/bogus/more"},
		{"/", "", "", ""},
		{"/v25.0", "v25.0", "", ""},
		{"/v25.0/..//1", "v25.0", "..", "/1"},
	}
	for _, tt := range tests {
		v, node, rest := split(tt.path)
		version := ""
		if v != 0 {
			version = v.String()
		}
		if version != tt.version || node != tt.node || rest != tt.rest {
			t.Errorf("split(%q) = %q %q %q, want %q %q %q", tt.path, version, node, rest, tt.version, tt.node, tt.rest)
		}
	}
}

func decodeCall(method, target, kind, body string) (*exchange, string, error) {
	x := &exchange{in: &graph.In{Method: method, Target: target, ContentType: kind, Body: []byte(body), Header: func(string) string { return "" }}}
	sizes := Sizes{}.withDefaults()
	path, query, err := x.decodePath(sizes.Target)
	if err == nil {
		err = x.decodeQuery(query, &sizes)
	}
	if err == nil {
		err = x.decodeBody(&sizes)
	}
	return x, path, err
}

func TestDecode(t *testing.T) {
	tests := []struct {
		method, target, kind, body string
		want                       params
		verb                       string
	}{
		{"GET", "/1?access_token=t&fields=a%2C+b&junk=1", "", "", params{token: "t", fields: "a, b"}, "GET"},
		{"GET", "/1", "application/x-www-form-urlencoded", "access_token=t", params{}, "GET"},
		{"POST", "/1?access_token=q", "application/x-www-form-urlencoded", "access_token=b&method=get", params{token: "b", method: "get"}, "GET"},
		{"POST", "/1", "application/json; charset=utf-8", `{"access_token":"t","fields":["a","b"],"x":{}}`, params{token: "t", fields: `["a","b"]`}, "POST"},
		{"POST", "/1?access_token=q", "application/json", `{"access_token":null,"method":"GET"}`, params{token: "q", method: "GET"}, "GET"},
		{"POST", "/1", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\nt\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nz\r\n--x--", params{token: "t"}, "POST"},
		{"GET", "/1?method=DELETE", "", "", params{method: "DELETE"}, "DELETE"},
		{"GET", "/1?access_token=a%zz", "", "", params{token: "a%zz"}, "GET"},
		{"GET", "/1?access_token=a&access_token=b", "", "", params{token: "b"}, "GET"},
	}
	for _, tt := range tests {
		x, _, err := decodeCall(tt.method, tt.target, tt.kind, tt.body)
		if err != nil || !reflect.DeepEqual(x.param, tt.want) || x.call.Method != tt.verb {
			t.Errorf("%s %s %s\n got %+v %s %v\nwant %+v %s", tt.method, tt.target, tt.body, x.param, x.call.Method, err, tt.want, tt.verb)
		}
	}
	for _, bad := range [][4]string{
		{"POST", "/1", "application/json", `{"access_token":`},
		{"POST", "/1", "application/json", `[1]`},
		{"POST", "/1", "multipart/form-data", `x`},
		{"POST", "/1", "multipart/form-data; boundary=x", "--x\r\nno header"},
		{"POST", "/1", "multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\nz\r\n", 100) + "--x--"},
		{"POST", "/1", "application/json", `{"access_token":1}`},
		{"GET", "/%zz", "", ""},
		{"GET", "/1?method=PATCH", "", ""},
		{"GET", "/" + strings.Repeat("1", 16<<10), "", ""},
	} {
		if _, _, err := decodeCall(bad[0], bad[1], bad[2], bad[3]); err == nil {
			t.Errorf("%s %.60s %s was accepted", bad[0], bad[1], bad[3])
		}
	}
}

// No path of the Graph leads to the reserved prefix, however it is spelled. [F-03]
func FuzzDecode(f *testing.F) {
	f.Add("GET", "/v25.0/1?fields=name&access_token=x", "", "")
	f.Add("POST", "/v2.10//me/../_/api", "application/json", `{"fields":["a"]}`)
	f.Fuzz(func(t *testing.T, method, target, kind, body string) {
		x, path, err := decodeCall(method, "/"+target, kind, body)
		if err != nil {
			return
		}
		v, node, _ := split(path)
		if strings.Contains(node, "/") || v != 0 && !v.Known() {
			t.Errorf("split(%q) = %v %q", path, v, node)
		}
		_ = x
	})
}

func TestErrorBody(t *testing.T) {
	env := graph.ErrNoProfile.Envelope(graph.V(25, 0), false)
	body := appendError(nil, &env, traceIDs{n: 1, seed: 1}, graph.V(25, 0))
	var got struct {
		Error struct {
			Message string `json:"message"`
			Trace   string `json:"fbtrace_id"`
			Subcode int    `json:"error_subcode"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if got.Error.Subcode != 2018218 || len(got.Error.Trace) != 23 || got.Error.Trace[0] != 'A' {
		t.Errorf("got %s", body)
	}
	old := appendError(nil, &env, traceIDs{n: 3, seed: 1}, graph.V(2, 6))
	if err := json.Unmarshal(old, &got); err != nil || len(got.Error.Trace) != 11 {
		t.Errorf("v2.6: %s %v", old, err)
	}
	hostile := graph.Envelope{Kind: "invalid_request", Message: "a\"b\\c\r\nSet-Cookie: x\x00é"}
	if got, want := challenge(&hostile), `OAuth "Facebook Platform" "invalid_request" "a\"b\\c  Set-Cookie: x  "`; got != want {
		t.Errorf("challenge\n got %s\nwant %s", got, want)
	}
}

// A form may have many parameters and no more; what is repeated is dropped, but for
// items of lists.
func TestManyParameters(t *testing.T) {
	form := func(n int, pair func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(pair(i) + "&")
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, body string
		kept       int
		err        error
	}{
		{"as many as there may be", form(mostParams, func(i int) string { return "a" + strconv.Itoa(i) + "=1" }), mostParams, nil},
		{"one more", form(mostParams+1, func(i int) string { return "a" + strconv.Itoa(i) + "=1" }), 0, graph.ErrTooMuchData},
		{"fields one by one, and one more", form(mostParams+1, func(i int) string { return "fields[]=a" }), 0, graph.ErrTooMuchData},
		{"one name again and again", form(mostParams, func(i int) string { return "a=" + strconv.Itoa(i) }), 1, nil},
		{"items of a list", form(600, func(i int) string { return "user[]=" + strconv.Itoa(i) }), 600, nil},
		{"a few, one of them twice", "a=1&b=2&a=3", 2, nil},
	} {
		p := params{keep: true}
		p.readForm(tt.body)
		if err := p.settle(32); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		} else if err == nil && len(p.rest) != tt.kept {
			t.Errorf("%s: %d are kept, want %d", tt.name, len(p.rest), tt.kept)
		}
	}
	p := params{keep: true}
	p.readForm(form(600, func(i int) string { return "user[]=" + strconv.Itoa(i) }))
	list, _ := graph.Given(p.rest, "user")
	if n := strings.Count(list.Value, ","); n != 599 || !strings.HasPrefix(list.Value, `["0","1",`) {
		t.Errorf("a list of 600 has %d commas: %.60s", n, list.Value)
	}
}
