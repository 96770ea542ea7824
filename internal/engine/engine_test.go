package engine

import (
	"encoding/json"
	"testing"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/schema"
)

func catalogue(t testing.TB) *schema.Catalogue {
	t.Helper()
	c, err := nodes.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(p *plan) (s string) {
	for i := range p.items {
		if i > 0 {
			s += ","
		}
		s += p.items[i].field.Name
	}
	return s
}

func TestCompile(t *testing.T) {
	c := catalogue(t)
	messenger, user, instagram := c.Node("MessengerUser"), c.Node("User"), c.Node("InstagramUser")
	tests := []struct {
		node *schema.Node
		v    graph.Version
		text string
		want string
	}{
		{messenger, graph.V(2, 6), "", "first_name,last_name,profile_pic,locale,timezone,gender"},
		{messenger, graph.V(3, 0), "", "first_name,last_name,profile_pic,locale,timezone,gender"},
		{messenger, graph.V(3, 1), "", "name,first_name,last_name,profile_pic,id"},
		{messenger, graph.V(9, 0), "", "first_name,last_name,profile_pic,id"},
		{messenger, graph.V(2, 6), "last_name, first_name", "last_name,first_name"},
		{messenger, graph.V(25, 0), "last_name", "last_name,id"},
		{messenger, graph.V(25, 0), "id,last_name", "id,last_name"},
		{user, graph.V(2, 10), "", "name,id"},
		{user, graph.V(2, 3), "", "bio,first_name,gender,last_name,link,locale,name,timezone,updated_time,verified,id"},
		{instagram, graph.V(25, 0), "", "name,profile_pic,id"},
	}
	for _, tt := range tests {
		p := compile(nil, Bounds{}, tt.node, tt.v, tt.text)
		if p.broken != nil || names(p) != tt.want {
			t.Errorf("%s %s %q\n got %s %v\nwant %s", tt.node.Name, tt.v, tt.text, names(p), p.broken, tt.want)
		}
	}
}

func TestCompileBroken(t *testing.T) {
	c := catalogue(t)
	messenger, user := c.Node("MessengerUser"), c.Node("User")
	tests := []struct {
		node *schema.Node
		v    graph.Version
		text string
		rung journal.Rung
		want string
	}{
		{messenger, graph.V(2, 8), "first_name,name", journal.UnknownField, "(#100) Tried accessing nonexisting field (name) on node type (MessengerPageScopedID)"},
		{messenger, graph.V(3, 1), "is_payment_enabled", journal.UnknownField, "(#100) Tried accessing nonexisting field (is_payment_enabled) on node type (MessengerPageScopedID)"},
		{user, graph.V(2, 8), "id,bio,bogus", journal.UnknownField, "(#12) bio field is deprecated for versions v2.8 and higher"},
		{user, graph.V(2, 10), "name.as(my_name)", journal.UnknownField, "(#100) Unknown fields: my_name."},
		{user, graph.V(2, 10), "id,id", journal.Syntax, `Syntax error "Field id specified more than once. This is only possible before version 2.1" at character 5: id,id`},
	}
	for _, tt := range tests {
		p := compile(nil, Bounds{}, tt.node, tt.v, tt.text)
		if p.broken == nil || p.rung != tt.rung || p.broken.Envelope(tt.v, false).Message != tt.want {
			t.Errorf("%s %s %q: %v at %v", tt.node.Name, tt.v, tt.text, p.broken, p.rung)
		}
	}
}

func TestNarrow(t *testing.T) {
	tests := []struct{ text, fields, want string }{
		{`{"id":"1","source":"a\/b","offset_x":0}`, "source", `{"source":"a\/b","id":"1"}`},
		{`[{"a":1,"b":{"c":2,"d":3}},{"b":4}]`, "b{d}", `[{"b":{"d":3}},{"b":4}]`},
		{`{"a":1}`, "bogus", `{}`},
		{`"text"`, "a", `"text"`},
		{`{"id":"1","a":2}`, "id,a", `{"id":"1","a":2}`},
	}
	for _, tt := range tests {
		sel, err := fields.Parse(tt.fields, fields.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(narrow([]byte(tt.text), sel)); got != tt.want {
			t.Errorf("narrow(%s, %s)\n got %s\nwant %s", tt.text, tt.fields, got, tt.want)
		}
	}
}

func FuzzNarrow(f *testing.F) {
	f.Add(`[{"a":1,"b":{"c":2}}]`, "b{c}")
	f.Fuzz(func(t *testing.T, text, expr string) {
		sel, err := fields.Parse(expr, fields.Limits{})
		if err != nil || sel == nil || !json.Valid([]byte(text)) {
			return
		}
		if got := narrow([]byte(text), sel); !json.Valid(got) {
			t.Errorf("narrow(%s, %s) = %s", text, expr, got)
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	n := catalogue(b).Node("MessengerUser")
	b.ReportAllocs()
	for b.Loop() {
		compile(nil, Bounds{}, n, graph.V(25, 0), "first_name,last_name,profile_pic,locale,timezone,gender")
	}
}
