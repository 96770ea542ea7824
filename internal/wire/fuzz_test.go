package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// A list of IDs has 1 to 50 of them, each once, without blanks around them and in the
// order they came, or is refused. [F-02]
func FuzzReadIDs(f *testing.F) {
	for _, seed := range []string{"1", "1,2", " me , 4 ", "1,,2", "", ",", `["1","2"]`, `[1,"me",1]`, `['a']`, "[", "[]", `[["1"]]`,
		strings.Repeat("1,", 49) + "1", strings.Repeat("1,", 50) + "1", `["` + strings.Repeat(`1","`, 600) + `"]`, "a\x00b", "١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids, err := readIDs(text)
		if err != nil {
			return
		}
		if len(ids) == 0 || len(ids) > maxIDs {
			t.Errorf("readIDs(%q) is %d IDs", text, len(ids))
		}
		for i, id := range ids {
			if id == "" || id != strings.TrimSpace(id) || slices.Index(ids, id) != i {
				t.Errorf("readIDs(%q) is %q", text, ids)
			}
		}
		if again, err := readIDs(strings.Join(ids, ",")); !strings.Contains(strings.Join(ids, ""), ",") && !strings.HasPrefix(ids[0], "[") && (err != nil || !slices.Equal(again, ids)) {
			t.Errorf("readIDs(%q) is %q, and of that %q, %v", text, ids, again, err)
		}
	})
}

// An answer in a script is a comment, a plain name and JSON in brackets; any other
// name is refused. [F-15]
func FuzzCallback(f *testing.F) {
	for _, seed := range []string{"fn", "a.b[0]", "$_", "alert(1)//", "<script>", "a b", "a\n", "á", "", strings.Repeat("a", 100), strings.Repeat("a", 101), "*/x/*", "a;b", "__proto__"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		d := dressing{callback: name}
		body := string(d.dress([]byte(`{"a":1}`)))
		if err := d.check(); err != nil {
			if d.callback != "" {
				t.Errorf("%q is refused and kept", name)
			}
			return
		}
		if name == "" {
			return
		}
		inner, ok := strings.CutPrefix(body, "/**/ "+name+"(")
		if inner, ok = strings.CutSuffix(inner, ");"); !ok || !json.Valid([]byte(inner)) {
			t.Errorf("%q gives %q", name, body)
		}
		if len(name) > mostCallback || strings.ContainsAny(name, "<>()/*;=\"'`\\ \t\r\n\x00") || !isASCII(name) {
			t.Errorf("%q is taken", name)
		}
	})
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }
