package jsonpath

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

const friends = `{"data":[{"id":"7","name":"Ana"},{"id":"8","tags":["a","b"],"n":1.50}],"paging":{"cursors":{"after":"x"}},"z":{"id":"9"},"ok":true,"none":null}`

func TestFind(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"$.data.*.id", "7 8"},
		{"$.data[*].id", "7 8"},
		{"$['data'][1]['id']", "8"},
		{`$["z"].id`, "9"},
		{"$.data[0].name", "Ana"},
		{"$.data[2].name", ""},
		{"$.data.name", ""},
		{"$.z[0]", ""},
		{"$..id", "7 8 9"},
		{"$.data..id", "7 8"},
		{"$..tags[*]", "a b"},
		{"$.*.cursors.after", "x"},
		{"$.data[1].n", "1.50"},
		{"$.data.1.id", "8"},
		{"$.ok", "true"},
		{"$.none", "null"},
		{"$.data[1]", `{"id":"8","tags":["a","b"],"n":1.50}`},
		{"$.missing.*", ""},
		{"$", friends},
	} {
		p, err := Parse(c.path)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		got, err := p.Find([]byte(friends))
		if text := strings.Join(got, " "); err != nil || text != c.want {
			t.Errorf("%s: %q, %v, want %q", c.path, text, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "data", "$data", "$.", "$..", "$...a", "$[", "$[]", "$[-1]", "$[1", "$['a", "$['a'", "$['a'x]", "$[?(@.a)]", "$.a]", "$.a b", "$.{",
		"$[99999999999]", "$[(1)]", "$" + strings.Repeat(".a", mostSteps+1),
	} {
		if _, err := Parse(text); !errors.Is(err, ErrPath) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Work is bounded: neither a path that goes everywhere again and again nor a text
// that is deep or long takes more.
func TestFindIsBounded(t *testing.T) {
	long := "[" + strings.TrimSuffix(strings.Repeat(`{"a":[1,2,3]},`, 20_000), ",") + "]"
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	for path, text := range map[string]string{"$..*": long, "$.*": long, "$..*..*..*..*": friends + "", "$": deep, "$..a": deep} {
		p, err := Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Find([]byte(text)); path != "$..*..*..*..*" && !errors.Is(err, ErrTooMuch) {
			t.Errorf("%s: %d, %v", path, len(got), err)
		}
	}
	for _, text := range []string{"", "{", `{"a"}`, `{"a":1}x`, `[1,]`, "nul"} {
		if _, err := (Path{}).Find([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, p := range []string{"$.data.*.id", "$..id", "$[0]['a']", "$..*..*"} {
		f.Add(p, friends)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		p, err := Parse(path)
		if err != nil {
			return
		}
		got, err := p.Find([]byte(text))
		if err != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("read %q", text)
		}
		again, _ := p.Find([]byte(text))
		if !slices.Equal(got, again) || len(got) > mostMatches {
			t.Errorf("%d matches, then %d", len(got), len(again))
		}
	})
}
