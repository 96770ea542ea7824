package story

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// here is a small world.
func here(words []string) (string, bool, error) {
	switch words[0] {
	case "psid":
		return "6012345678901234", true, nil
	case "pic":
		return "https://x/p?a=b", true, nil
	case "id":
		return "", false, errors.New("no such id")
	}
	return "", false, nil
}

const trace23, trace11 = "AbCdEfGhIjKlMnOpQrStU_-", `G2oz2QE++k\/`

func TestMatch(t *testing.T) {
	tests := []struct {
		name, want, got string
		same            bool
		kept            map[string]string
	}{
		{name: "equal", want: `{"a":1}`, got: `{"a":1}`, same: true},
		{name: "blanks of the file", want: "{\n  \"a\": [1,\n 2] }", got: `{"a":[1,2]}`, same: true},
		{name: "blanks in strings count", want: `{"a":"x y"}`, got: `{"a":"x  y"}`},
		{name: "order counts", want: `{"a":1,"b":2}`, got: `{"b":2,"a":1}`},
		{name: "numbers count", want: `{"a":1.0}`, got: `{"a":1}`},
		{name: "escapes count", want: `{"a":"ä"}`, got: `{"a":"\u00e4"}`},
		{name: "placeholder", want: `{"id":"{psid ana bakery}"}`, got: `{"id":"6012345678901234"}`, same: true},
		{name: "kept value is escaped", want: `{"u":"{pic}"}`, got: `{"u":"https:\/\/x\/p?a=b"}`, same: true},
		{name: "words that are none", want: `{"f":"a{b}"}`, got: `{"f":"a{b}"}`, same: true},
		{name: "long trace", want: `{"t":"{trace}"}`, got: `{"t":"` + trace23 + `"}`, same: true},
		{name: "short trace", want: `{"t":"{trace}"}`, got: `{"t":"` + trace11 + `"}`, same: true},
		{name: "no trace", want: `{"t":"{trace}"}`, got: `{"t":"x"}`},
		{name: "url", want: `{"u":"{url}"}`, got: `{"u":"https:\/\/x\/p?a=\u0025b"}`, same: true},
		{name: "url unescaped", want: `{"u":"{url}"}`, got: `{"u":"https://x/p"}`},
		{name: "any text", want: `{"a":"{any}","b":1}`, got: `{"a":"x\"y","b":1}`, same: true},
		{name: "any text stays in its string", want: `{"a":"{any}"}`, got: `{"a":"x","b":"y"}`},
		{name: "any value", want: `{"a":{any},"b":1}`, got: `{"a":{"c":[1]},"b":1}`, same: true},
		{name: "capture", want: `{"u":"{capture p}"}`, got: `{"u":"https:\/\/x\/\u00e4"}`, same: true,
			kept: map[string]string{"p": "https://x/ä"}},
		{name: "parts of a string", want: `{"u":"a{any}&b={capture n}"}`, got: `{"u":"axyz&b=7"}`, same: true, kept: map[string]string{"n": "7"}},
		{name: "nothing", want: "", got: "", same: true},
		{name: "something for nothing", want: "", got: "{}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := compile(tt.want, true, here)
			if err != nil {
				t.Fatal(err)
			}
			kept, same := p.match(compact(tt.got))
			if same != tt.same {
				t.Errorf("%s\nmatches %s: %v, want %v", tt.want, tt.got, same, tt.same)
			}
			if len(tt.kept) > 0 {
				if diff := cmp.Diff(tt.kept, kept); diff != "" {
					t.Errorf("kept (-want +got)\n%s", diff)
				}
			}
		})
	}
	if _, err := compile(`{"id":"{id page nobody}"}`, true, here); err == nil {
		t.Error("a placeholder that stands for nothing is taken")
	}
}

func TestMatchText(t *testing.T) {
	tests := []struct {
		want, got string
		same      bool
	}{
		{"URL signature expired", "URL signature expired", true},
		{"a  b", "a b", false},
		{`OAuth "x" "{any}"`, `OAuth "x" "(#10) y"`, true},
		{"{url}", "http://x/y", true},
		{"{trace}", "G2oz2QE++k/", true},
		{"{trace}", `vZH\/37SsrSE`, true},
	}
	for _, tt := range tests {
		p, err := compile(tt.want, false, here)
		if err != nil {
			t.Fatal(err)
		}
		if _, same := p.match(tt.got); same != tt.same {
			t.Errorf("%q matches %q: %v, want %v", tt.want, tt.got, same, tt.same)
		}
	}
}

func TestExpand(t *testing.T) {
	got, err := expand("/{psid ana bakery}?fields=picture{url},{pic}&x={}", here)
	if want := "/6012345678901234?fields=picture{url},https://x/p?a=b&x={}"; err != nil || got != want {
		t.Errorf("expand\n got %s, %v\nwant %s", got, err, want)
	}
	if _, err := expand("/{id page nobody}", here); err == nil {
		t.Error("a placeholder that stands for nothing is taken")
	}
}

func TestDiff(t *testing.T) {
	if got, want := diff(`{"a":1}`, `{"a":2}`), "want {\"a\":1}\n got {\"a\":2}"; got != want {
		t.Errorf("short\n got %s\nwant %s", got, want)
	}
	long := `{"first_name":"Ana","last_name":"Lima","gender":"female","locale":"pt_BR","timezone":-3,"profile_pic":"x","id":"1"}`
	other := `{"first_name":"Ana","last_name":"Lima","gender":"female","locale":"pt_PT","timezone":-3,"profile_pic":"x","id":"1"}`
	want := "      {\n" +
		"        \"first_name\": \"Ana\",\n" +
		"        \"last_name\": \"Lima\",\n" +
		"        \"gender\": \"female\",\n" +
		"-want   \"locale\": \"pt_BR\",\n" +
		"+got    \"locale\": \"pt_PT\",\n" +
		"        \"timezone\": -3,\n" +
		"        \"profile_pic\": \"x\",\n" +
		"        \"id\": \"1\"\n" +
		"      }\n"
	if diff := cmp.Diff(want, diff(long, other)); diff != "" {
		t.Errorf("long (-want +got)\n%s", diff)
	}
}
