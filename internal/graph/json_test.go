package graph

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendString(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Peter", `"Peter"`},
		{"a/b", `"a\/b"`},
		{"5% <b> a@b.c /x \U0001F622", `"5\u0025 \u003Cb> a\u0040b.c \/x \ud83d\ude22"`},
		{"äöå", `"\u00e4\u00f6\u00e5"`},
		{"q\"b\\n\n\x01\x7f", `"q\"b\\n\n\u0001\u007f"`},
		{"\xff", `"\ufffd"`},
		{"\u2028", `"\u2028"`},
	}
	for _, tt := range tests {
		if got := string(AppendString(nil, tt.in)); got != tt.want {
			t.Errorf("AppendString(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("a/b ä \U0001F622 \xff")
	f.Fuzz(func(t *testing.T, s string) {
		out := AppendString(nil, s)
		var back string
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatalf("AppendString(%q) = %s: %v", s, out, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && back != want {
			t.Errorf("AppendString(%q) reads back as %q", s, back)
		}
		for _, c := range out {
			if c >= utf8.RuneSelf {
				t.Fatalf("AppendString(%q) is not ASCII: %s", s, out)
			}
		}
	})
}

func TestAppendJSON(t *testing.T) {
	got, err := AppendJSON(nil, `{ "b": ["x/y", 1.50, null], "a": {"é": true} }`)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"b":["x\/y",1.50,null],"a":{"\u00e9":true}}`; string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := AppendJSON(nil, `{"a":}`); err == nil {
		t.Error("a broken text was accepted")
	}
}

func TestParseVersion(t *testing.T) {
	for _, v := range Versions() {
		if got, ok := ParseVersion(v.String()); !ok || got != v {
			t.Errorf("ParseVersion(%s) = %v, %v", v, got, ok)
		}
	}
	for _, s := range []string{"", "v", "v3", "v3.", "v03.0", "v99.0", "v2.13", "V2.10", "v2.10x", "v2.010", "2.10", "v-1.0", "v2.10.0", "v1.0"} {
		if v, ok := ParseVersion(s); ok {
			t.Errorf("ParseVersion(%q) = %v, want none", s, v)
		}
	}
	if V(2, 10) <= V(2, 9) {
		t.Error("v2.10 is not above v2.9")
	}
}

func TestValidID(t *testing.T) {
	for s, want := range map[string]bool{
		"1": true, "4": true, "1278886878901311": true, "9223372036854775807": true,
		"": false, "0": false, "-1": false, "+1": false, "01": false, "1e3": false, "9223372036854775808": false,
		"18446744073709551616": false, "1.0": false, " 1": false, "1\x00": false, "１": false, "me": false,
	} {
		if got := ValidID(s); got != want {
			t.Errorf("ValidID(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestEnvelope(t *testing.T) {
	e := ErrNoNode.Args("get", "12%s34")
	if got, want := e.Envelope(V(25, 0), false).Message, "Unsupported get request. Object with ID '12%s34' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if env := e.Envelope(V(2, 5), false); env.Subcode != 0 || strings.Contains(env.Message, "Object") {
		t.Errorf("v2.5: got %+v", env)
	}
	if env := ErrConsent.Envelope(V(25, 0), true); env.Type != "IGApiException" || strings.HasPrefix(env.Message, "(#") {
		t.Errorf("instagram: got %+v", env)
	}
	if env := ErrNoApp.Envelope(V(2, 11), false); env.Code != 104 || env.Status != 400 || env.Message != "An access token is required to request this resource." {
		t.Errorf("v2.11: %+v", env)
	}
	seen := map[string]bool{}
	for _, e := range Errors() {
		if seen[e.Name()] || e.Mark() == "" {
			t.Errorf("row %q is twice there or has no mark", e.Name())
		}
		seen[e.Name()] = true
	}
}

// The quick way and the long one write the same.
func TestAppendEscapedEitherWay(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 7))
		s := make([]byte, rng.IntN(80))
		for i := range s {
			switch rng.IntN(12) {
			case 0:
				s[i] = byte(rng.IntN(256))
			case 1, 2:
				s[i] = "\"\\/\n\r\t\b\f%@<\x00\x7f"[rng.IntN(13)]
			default:
				s[i] = byte(' ' + rng.IntN(95))
			}
		}
		before := []byte("> ")
		if got, want := AppendEscaped(before, string(s)), appendRest(before, s); string(got) != string(want) {
			t.Fatalf("%q is written %q, not %q", s, got, want)
		}
		if got, want := AppendText(nil, s), AppendString(nil, string(s)); string(got) != string(want) {
			t.Fatalf("%q in bytes is written %q, not %q", s, got, want)
		}
	}
}

func BenchmarkAppendText(b *testing.B) {
	body := []byte(`{"first_name":"Alice","last_name":"Moreau","profile_pic":"http:\/\/127.0.0.1:8080\/platform\/profilepic\/?psid=1876737694680510&width=1024&ext=1797915370&hash=AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQ","id":"1876737694680510"}`)
	var out []byte
	for name, f := range map[string]func(){
		"quick": func() { out = AppendText(out[:0], body) },
		"long":  func() { out = appendRest(out[:0], body) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}
