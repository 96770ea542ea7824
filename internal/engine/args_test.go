package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// trying has a parameter of every kind.
func trying() *schema.Operation {
	return &schema.Operation{Method: "POST", Edge: "x", Key: "text", Params: []schema.Param{
		{Name: "text"}, {Name: "int", Kind: schema.IntParam}, {Name: "on", Kind: schema.BoolParam}, {Name: "at", Kind: schema.TimeParam},
		{Name: "id", Kind: schema.IDParam}, {Name: "url", Kind: schema.URLParam}, {Name: "float", Kind: schema.FloatParam},
		{Name: "one", Kind: schema.EnumParam, Enum: []string{"A", "B"}}, {Name: "any", Kind: schema.AnyParam},
		{Name: "ids", Kind: schema.ListParam, Of: &schema.Param{Kind: schema.IDParam}, Most: 3},
		{Name: "rows", Kind: schema.ListParam, Of: &schema.Param{Kind: schema.AnyParam}},
		{Name: "object", Kind: schema.ObjectParam, Params: []schema.Param{{Name: "a", Required: true}, {Name: "n", Kind: schema.IntParam}}},
	}}
}

func TestDecodeArgs(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"text", "hi", "text=hi"},
		{"text", "", ""},
		{"text", "a\x00", "error: 100 Invalid parameter"},
		{"text", "\xff", "error: 100 Invalid parameter"},
		{"text", strings.Repeat("x", mostText+1), "error: 100 Param text must be a string."},
		{"int", "-7", "int=-7"},
		{"int", "[7]", "int=7"}, {"int", `["7"]`, "int=7"}, {"text", `["a"]`, `text=["a"]`},
		{"int", "[7,8]", "error: 100 Param int must be an integer."},
		{"ids", "['1']", "ids=[1]"}, {"object", "{'a':'x'}", `object={"a":"x"} a=x`},
		{"int", "1.5", "error: 100 Param int must be an integer."},
		{"int", "9223372036854775808", "error: 100 Param int must be an integer."},
		{"on", "1", "on=1"}, {"on", "false", "on=false"},
		{"on", "yes", "error: 100 Param on must be a boolean."},
		{"at", "2017-11-17T09:22:13+0000", "at=1510910533"},
		{"at", "tomorrow", "error: 100 Param at must be a valid time."},
		{"at", "253402300799", "at=253402300799"},
		{"at", "253402300800", "error: 100 Param at must be a valid time."},
		{"at", "-62135596801", "error: 100 Param at must be a valid time."},
		{"id", "012", `error: 100 Param id must be a valid ID string (e.g., "123")`},
		{"url", "ftp://x", "error: 100 Param url must be a valid URL."},
		{"float", "NaN", "error: 100 Param float must be a number."},
		{"float", "1e3", "float=1000"},
		{"one", "C", "error: 100 Param one must be one of {A, B}"},
		{"ids", "1,2", "ids=[1 2]"}, {"ids", `["1",2]`, "ids=[1 2]"}, {"ids", "7", "ids=[7]"},
		{"ids", "[1,2,3,4]", "error: 100 Param ids must be an array of at most 3 elements."},
		{"ids", "[1", "error: 100 Param ids must be an array."},
		{"ids", `{"a":1}`, "error: 100 Param ids must be an array."},
		{"ids", `[[1]]`, `error: 100 Param ids[0] must be a valid ID string (e.g., "123")`},
		{"ids[0]", "5", "ids=[5]"}, {"ids[]", "5", "ids=[5]"},
		{"rows", `[["a","b"],[]]`, `rows=[["a","b"] []]`},
		{"object", `{"a":"x", "n":3}`, `object={"a":"x","n":3} a=x n=3`},
		{"object[a]", "x", `object={"a":"x"} a=x`},
		{"object", `{"n":3}`, "error: 100 The parameter object[a] is required"},
		{"object", `{"a":"x","n":"many"}`, "error: 100 Param object[n] must be an integer."},
		{"object", "[]", "error: 100 Param object must be an object."},
		{"object", "null", "error: 100 Param object must be an object."},
		{"nonsense", "1", ""},
	}
	for _, tt := range tests {
		args, err := decodeArgs(&schema.Node{}, trying(), &Call{Params: []graph.Param{{Name: tt.name, Value: tt.value}}})
		if got := told(args, err); got != tt.want {
			t.Errorf("%s=%.60q\n got %s\nwant %s", tt.name, tt.value, got, tt.want)
		}
	}
}

func told(args schema.Args, err error) string {
	if g, ok := err.(*graph.Error); ok {
		return "error: 100 " + strings.TrimPrefix(g.Envelope(graph.V(25, 0), false).Message, "(#100) ")
	}
	var words []string
	for i := range args {
		a := &args[i]
		var list []string
		for j := range a.List {
			list = append(list, a.List[j].Text)
		}
		switch {
		case len(list) > 0:
			words = append(words, a.Name+"=["+strings.Join(list, " ")+"]")
		case a.Name == "at", a.Name == "float":
			n, _ := json.Marshal(float64(a.Int) + a.Float)
			words = append(words, a.Name+"="+string(n))
		default:
			words = append(words, a.Name+"="+a.Text)
		}
		if len(a.Args) > 0 {
			words = append(words, told(a.Args, nil))
		}
	}
	return strings.Join(words, " ")
}

// Whatever is sent, decoding ends, and a value that is taken has its kind.
func FuzzDecodeArgs(f *testing.F) {
	f.Add("ids", "[1,2]", false)
	f.Add("object[a][]", "x", false)
	f.Add("rows", `[{"a":[1]}]`, true)
	f.Add("ids[", "]", false)
	f.Fuzz(func(t *testing.T, name, value string, native bool) {
		if native && (value == "" || !json.Valid([]byte(value))) {
			return // a body gives valid JSON only
		}
		args, err := decodeArgs(&schema.Node{}, trying(), &Call{Params: []graph.Param{{Name: name, Value: value, JSON: native}}})
		if err != nil {
			if _, ok := err.(*graph.Error); !ok {
				t.Errorf("%q=%q: %v is no answer", name, value, err)
			}
			return
		}
		for i := range args {
			if a := &args[i]; (a.Name == "object" || a.Name == "any") && !json.Valid([]byte(a.Text)) {
				t.Errorf("%q=%q: %q is no JSON", name, value, a.Text)
			}
		}
	})
}
