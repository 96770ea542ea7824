package wire

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestIndent(t *testing.T) {
	tests := []struct{ in, want string }{
		{`{}`, "{\n\n}"},
		{`true`, `true`},
		{`{"id":"1"}`, "{\n   \"id\": \"1\"\n}"},
		{`{"data":[]}`, "{\n   \"data\": [\n\n   ]\n}"},
		{`{"a":[1,{"b":null}],"c":""}`, "{\n   \"a\": [\n      1,\n      {\n         \"b\": null\n      }\n   ],\n   \"c\": \"\"\n}"},
		{`{"a":"{,:[\"}\\","b":"\\\""}`, "{\n   \"a\": \"{,:[\\\"}\\\\\",\n   \"b\": \"\\\\\\\"\"\n}"},
	}
	for _, tt := range tests {
		got := string(indent([]byte(tt.in)))
		if got != tt.want {
			t.Errorf("indent(%s)\n got %s\nwant %s", tt.in, got, tt.want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("indent(%s) is no JSON: %s", tt.in, got)
		}
	}
}

// T-INJ-07: what is sent back as a script is a name or nothing.
func TestCallbackIsAName(t *testing.T) {
	for _, name := range []string{"f", "FB.__globalCallbacks.f12", "a.b[0]", "$", strings.Repeat("x", mostCallback)} {
		d := dressing{callback: name}
		if err := d.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, want := string(d.dress([]byte(`{}`))), "/**/ "+name+"({});"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, name := range []string{"alert(1)//", "<script>", "a b", "é", "a\n", "a\u2028", `"`, strings.Repeat("x", mostCallback+1), "\x00"} {
		d := dressing{callback: name}
		if err := d.check(); err == nil {
			t.Errorf("%q was taken", name)
		}
		if got := string(d.dress([]byte(`{}`))); got != `{}` {
			t.Errorf("%q was sent back: %s", name, got)
		}
	}
}
