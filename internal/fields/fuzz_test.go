package fields

import "testing"

// FuzzParse holds every accepted text to the promises of the package: the
// print parses back to itself, within the limits, with offsets inside the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "name", "a.limit(5){b,c{d}}", `["a","b{c}"]`, `["a\u002cb"]`, "a.fields(b).as(c)", "a,,b", "id,id", "a.q('x)')",
		`a.q({"k":"\")"})`, "a{b", "a.q(it's)", " a . b ( c ) { d } ", "third_party_id?x", `["a.q(\" \n\")"]`, `a.fields(["b"])`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sel, err := Parse(text, Limits{})
		if err != nil {
			if sel != nil || err.Text != text || err.Msg == "" || err.Pos < 0 || err.Pos > len(text) {
				t.Fatalf("Parse(%q): odd error %+v", text, err)
			}
			return
		}
		if n, d := measure(sel); n > defaultNames || d > defaultDepth {
			t.Fatalf("Parse(%q): %d names, %d levels", text, n, d)
		}
		printed := sel.String()
		again, err := Parse(printed, Limits{})
		if err != nil {
			t.Fatalf("Parse(%q) of the print of %q: %v", printed, text, err)
		}
		if got := again.String(); got != printed {
			t.Fatalf("print of %q\n got %q\nwant %q", text, got, printed)
		}
	})
}

func measure(s *Selection) (names, depth int) {
	if s == nil {
		return 0, 0
	}
	for i := range s.Items {
		n, d := measure(s.Items[i].Sub)
		names += 1 + n
		depth = max(depth, d)
	}
	return names, depth + 1
}
