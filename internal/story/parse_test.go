package story

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const whole = `# A Page asks about someone
# who wrote. [doc user-profile 2018] [guess]
# versions: v2.6 v3.0
# settings: no_consent=33 block_withdraws=false

-- seed.yaml --
pages:  {bakery: {}}
people: {ana: {first_name: Ana}}
-- run --
# first
GET /{version}/{psid ana bakery}?fields=first_name,friends{name}  as page bakery of demo with proof via bearer host graph.facebook.com
If-None-Match: "x"
= 200
< ETag: {any}
< !WWW-Authenticate
{
  "first_name": "Ana"
}

act ana on bakery message text="hi there"
POST /x as token {kept}
content-type: application/json
` + "```" + `
{"a":

 1}
` + "```" + `
= 403 text
URL signature expired
GET /y
= 304
`

func TestParse(t *testing.T) {
	s, err := Parse("whole.txtar", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := &Story{
		Name: "whole.txtar", Sentence: "A Page asks about someone who wrote. [doc user-profile 2018] [guess]",
		Marks: []string{"[doc user-profile 2018]", "[guess]"}, Versions: []string{"v2.6", "v3.0"},
		Settings: map[string]string{"no_consent": "33", "block_withdraws": "false"},
		Seed:     []byte("pages:  {bakery: {}}\npeople: {ana: {first_name: Ana}}\n"),
		Steps: []Step{
			{Line: 11, Call: &Call{
				Method: "GET", Target: "/{version}/{psid ana bakery}?fields=first_name,friends{name}", Host: "graph.facebook.com",
				As: Viewer{"page", "bakery", "demo"}, Proof: true, Via: "bearer", Header: []Pair{{"If-None-Match", `"x"`}},
				Status: 200, Expect: []Pair{{"ETag", "{any}"}, {"!WWW-Authenticate", ""}}, Want: "{\n  \"first_name\": \"Ana\"\n}",
			}},
			{Line: 20, Verb: []string{"act", "ana", "on", "bakery", "message", `text="hi there"`}},
			{Line: 21, Call: &Call{
				Method: "POST", Target: "/x", As: Viewer{"token", "{kept}", ""}, Via: "query",
				Header: []Pair{{"content-type", "application/json"}}, Body: "{\"a\":\n\n 1}", Status: 403, Mode: Text,
				Want: "URL signature expired\nGET /y\n= 304",
			}},
		},
	}
	// A body goes on until an empty line, whatever it looks like.
	if diff := cmp.Diff(want, s, cmpopts.IgnoreUnexported(Story{}, Call{})); diff != "" {
		t.Errorf("Parse (-want +got)\n%s", diff)
	}
	if got := string(Update(s, []*Result{{Story: s}})); got != whole {
		t.Errorf("Update without answers changes the file:\n%s", cmp.Diff(whole, got))
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "# Why. [guess]\n"
	tests := []struct{ name, in, want string }{
		{"nothing", "", "x:1: nothing backs this story: say [doc ...], [seen ...], [guess] or [own ...] in the comment"},
		{"no mark", "# Why.\n-- run --\nrestart\n", "x:1: nothing backs this story: say [doc ...], [seen ...], [guess] or [own ...] in the comment"},
		{"text above", "Why. [guess]\n", "x:1: before the first section every line begins with #"},
		{"no run", head, "x:1: there is no section -- run --"},
		{"seed only", head + "-- seed.yaml --\nx: 1\n", "x:4: here should be the line -- run --"},
		{"other section", head + "-- rum --\n", "x:2: here should be the line -- run --"},
		{"second run", head + "-- run --\nrestart\n-- run --\n", `x:4: section "run": nothing follows -- run --`},
		{"no step", head + "-- run --\n\n# nothing\n", "x:4: the story has no step"},
		{"version", "# versions: v99.0\n", `x:1: there is no version "v99.0"`},
		{"version twice", "# versions: v3.0 v3.0\n", "x:1: version v3.0 is there twice"},
		{"setting", "# settings: a\n", `x:1: setting "a": it takes KEY=VALUE`},
		{"verb", head + "-- run --\nfly\n", `x:3: "fly" is no verb and no method`},
		{"arguments", head + "-- run --\nadvance\n", "x:3: it takes advance 3d"},
		{"too many", head + "-- run --\nrestart now\n", "x:3: it takes restart"},
		{"no target", head + "-- run --\nGET\n= 200\n", "x:3: a request is METHOD TARGET [as WHO]"},
		{"viewer", head + "-- run --\nGET /x as cat tom\n= 200\n",
			`x:3: cannot read "as cat tom": it takes as page|app|client|user|instagram H [of APP], as token T, as nobody, with proof, via query|bearer|oauth|form|json, host NAME`},
		{"header", head + "-- run --\nGET /x\nno header\n= 200\n", `x:4: here should be a header, a body or = STATUS, not "no header"`},
		{"no status", head + "-- run --\nGET /x\n", "x:3: the request has no = STATUS"},
		{"endless body", head + "-- run --\nGET /x\n```\n= 200\n", "x:4: this body has no end: a line ```"},
		{"status", head + "-- run --\nGET /x\n= ok\n", `x:4: "ok" is no status`},
		{"mode", head + "-- run --\nGET /x\n= 200 xml\n", `x:4: a body is json, text or any, not "xml"`},
		{"many words", head + "-- run --\nGET /x\n= 200 text please\n", "x:4: it takes = STATUS [json|text|any]"},
		{"body of any", head + "-- run --\nGET /x\n= 200 any\n{}\n", "x:5: an answer that is any has no body here: an empty line ends it"},
		{"request after any", head + "-- run --\nGET /x\n= 200 any\n< X-A: b\nGET /y\n= 404\n", "x:6: an answer that is any has no body here: an empty line ends it"},
		{"expected header", head + "-- run --\nGET /x\n= 200\n< \n", "x:5: it takes < Header: value, or < !Header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x", []byte(tt.in))
			if err == nil || err.Error() != tt.want {
				t.Errorf("Parse(%q)\n got %v\nwant %s", tt.in, err, tt.want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		in     string
		quotes bool
		want   []string
	}{
		{"", true, []string{""}},
		{"  GET  /{psid ana bakery}?a=1 as page x ", false, []string{"GET", "/{psid ana bakery}?a=1", "as", "page", "x"}},
		{"GET /x?fields=a{b as nobody", false, []string{"GET", "/x?fields=a{b", "as", "nobody"}},
		{`act ana say text="a b" x`, true, []string{"act", "ana", "say", `text="a b"`, "x"}},
		{`act text="a \" b" y`, true, []string{"act", `text="a \" b"`, "y"}},
		{`GET "/a b`, false, []string{"GET", `"/a`, "b"}},
		{"as token {token page bakery demo} via form", false, []string{"as", "token", "{token page bakery demo}", "via", "form"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, split(tt.in, tt.quotes)); diff != "" {
			t.Errorf("split(%q) (-want +got)\n%s", tt.in, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("# [guess]\n-- run --\nGET /{psid a b}\n= 200\n< !X\n{any}\n"))
	f.Add([]byte("# [guess]\r\n-- seed.yaml --\n-- run --\nact a \"b\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("x", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "x:") {
				t.Errorf("the error names no place: %v", err)
			}
			return
		}
		again, err := Parse("x", Update(s, nil))
		if err != nil {
			t.Fatalf("what was read is not written back: %v", err)
		}
		if diff := cmp.Diff(s, again, cmp.AllowUnexported(Story{}, Call{})); diff != "" {
			t.Errorf("read, written and read again (-first +second)\n%s", diff)
		}
		for _, step := range s.Steps {
			if step.Call != nil {
				_, _ = compile(step.Call.Want, true, nowhere)
			}
		}
	})
}

// nowhere is a world without any names.
func nowhere([]string) (string, bool, error) { return "", false, nil }
