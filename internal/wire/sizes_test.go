package wire

import (
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

// What a look at JSON finds is what a reader of JSON does.
func TestMembers(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		loose      bool
	}{
		{`{}`, "", false},
		{` { } `, "", false},
		{`{"a":1,"b":[1,{"c":"}"}],"d":"x\"]","e":null}`, `"a"=1 "b"=[1,{"c":"}"}] "d"="x\"]" "e"=null`, false},
		{"{\"a\" : 1 ,\n\"a\": {\"b\" : [ ] } }", `"a"=1 "a"={"b" : [ ] }`, false},
		{`{'a':'it\'s','b':"it's"}`, `'a'='it\'s' 'b'="it's"`, true},
		{`{"a":"\\"}`, `"a"="\\"`, false},
		{`{"a":1}x`, "error", false},
		{`{"a":1,}`, "error", false},
		{`{"a" 1}`, "error", false},
		{`{a:1}`, "error", false},
		{`[1]`, "error", false},
		{`{"a":[}`, "error", false},
		{`{"a":"x`, "error", false},
		{`{"a":1`, "error", false},
		{"\xef\xbb\xbf{}", "error", false},
		{`{"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`, `"a"=` + strings.Repeat("[", 31) + strings.Repeat("]", 31), false},
		{`{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, "error", false},
		{`{"a":"` + strings.Repeat("[", 40) + `"}`, `"a"="` + strings.Repeat("[", 40) + `"`, false},
	} {
		var got []string
		loose, err := members([]byte(tt.text), 32, func(name, value []byte) { got = append(got, string(name)+"="+string(value)) })
		text := strings.Join(got, " ")
		if err != nil {
			text = "error"
		}
		if text != tt.want || err == nil && loose != tt.loose {
			t.Errorf("members(%s)\n got %s, loose %v\nwant %s, loose %v", tt.text, text, loose, tt.want, tt.loose)
		}
	}
	for text, want := range map[string]bool{
		strings.Repeat("[", 32) + strings.Repeat("]", 32):   false,
		strings.Repeat("[", 33) + strings.Repeat("]", 33):   true,
		"  " + strings.Repeat(`{"a":`, 33) + "1":            true,
		"x" + strings.Repeat("[", 99):                       false,
		`["` + strings.Repeat("[", 99) + `"]`:               false,
		strings.Repeat("[", 20) + strings.Repeat("],[", 99): false,
	} {
		if got := tooDeep(text, 32); got != want {
			t.Errorf("tooDeep(%.60s) = %v", text, got)
		}
	}
}

// The token that a look finds in a body is the one that reading it gives. [F-08]
func FuzzTokenIn(f *testing.F) {
	for _, seed := range [][2]string{
		{"application/json", `{"a":[1],"access_token":"t","b":{"access_token":"u"}}`},
		{"application/json", `{'access_token':'t'}`},
		{"application/json", `{"access_token":["t"]}`},
		{"application/json", `{"access_token":null,"access_token":"\u0041"}`},
		{"", "a=1&access_token=t&xaccess_token=u"},
		{"", "access_token=a&access_token=b%20c"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		sizes := Sizes{}.withDefaults()
		in := &graph.In{Method: "POST", ContentType: kind, Body: []byte(body), Header: func(string) string { return "" }}
		var p params
		if kindOf(kind) == ignored || p.readBody(in, &sizes) != nil {
			return
		}
		token, found, err := tokenIn(kindOf(kind), in.Body, sizes.Depth)
		switch {
		case strings.TrimSpace(body) == "" || strings.TrimSpace(body) == "null":
		case err != nil:
			t.Errorf("%q is read, but a look says %v", body, err)
		case found == perhaps:
		case token != p.token && !strings.Contains(body, "%") && !strings.Contains(body, "\\") && !strings.Contains(body, "+"):
			t.Errorf("in %q a look finds %q, a reader %q", body, token, p.token)
		}
	})
}
