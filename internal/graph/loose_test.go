package graph

import (
	"encoding/json"
	"testing"
)

func TestLooseJSON(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"a":"it's"}`, `{"a":"it's"}`},
		{`{'a':'b'}`, `{"a":"b"}`},
		{`{'a':'say "b"','c':[1,'it\'s']}`, `{"a":"say \"b\"","c":[1,"it's"]}`},
		{`{'a':'\n\\'}`, `{"a":"\n\\"}`},
		{`{"a":'b',"c":"it's"}`, `{"a":"b","c":"it's"}`},
		{`{'a':'b`, `{'a':'b`},
		{`{a:1}`, `{a:1}`},
		{`'`, `'`},
		{`'\`, `'\`},
		{``, ``},
	} {
		if got := string(LooseJSON([]byte(c.text))); got != c.want {
			t.Errorf("%s becomes %s, want %s", c.text, got, c.want)
		}
	}
}

func FuzzLooseJSON(f *testing.F) {
	f.Add(`{'a':'b"c',"d":["it's",'\'']}`)
	f.Add(`[{'method':'GET','relative_url':'me'}]`)
	f.Fuzz(func(t *testing.T, text string) {
		out := LooseJSON([]byte(text))
		if !json.Valid(out) && string(out) != text {
			t.Errorf("%q became %q, which is no JSON", text, out)
		}
		if json.Valid([]byte(text)) && string(out) != text {
			t.Errorf("%q was right and became %q", text, out)
		}
	})
}
