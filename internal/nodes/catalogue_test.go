package nodes

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

var update = flag.Bool("update", false, "rewrite testdata/versions.txt; read its diff as you would read code")

// The reference of User in v2.10 as data: names in their order, types,
// permissions and who sees them.
type reference struct {
	Fields []struct {
		Name, Type string
		AnyOf      []string `json:"any_of"`
		Default    bool
		VisibleTo  string `json:"visible_to"`
		Deprecated bool
	}
	Edges []struct {
		Name, Group, To string
		Single          bool
		Paging          string
		AnyOf           []string `json:"any_of"`
		Default, Adds   []string
	}
}

func readReference(t *testing.T) (ref reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/user_v2.10.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &ref); err != nil {
		t.Fatal(err)
	}
	return ref
}

func user(t *testing.T) (*schema.Catalogue, *schema.Node) {
	t.Helper()
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return cat, cat.Node("User")
}

// An edge is walked in the order of its times: none is an inverse that has none.
func TestEdgesHaveTimes(t *testing.T) {
	cat, _ := user(t)
	reg := store.Registry()
	for _, n := range cat.Nodes {
		for i := range n.Edges {
			e := &n.Edges[i]
			kinds := []store.Kind{e.Assoc}
			for _, w := range e.Gather {
				kinds = append(kinds, w.By, w.Then)
			}
			for _, k := range kinds {
				if info := reg.Kind(k); info != nil && info.Once {
					t.Errorf("%s of %s walks %s, which is written once", e.Name, n.Name, info.Name)
				}
			}
		}
	}
}

// TestUserFields compares the declared fields with the reference, in its order.
func TestUserFields(t *testing.T) {
	_, n := user(t)
	ref, v := readReference(t), graph.V(2, 10)
	if len(ref.Fields) != 53 {
		t.Fatalf("the reference has %d fields, want 53", len(ref.Fields))
	}
	// bio is in the reference and answers with an error since v2.8.
	var names []string
	for i := range n.Fields {
		if n.Fields[i].Has(v) {
			names = append(names, n.Fields[i].Name)
		}
	}
	for i, want := range ref.Fields {
		if i >= len(names) || names[i] != want.Name {
			t.Fatalf("field %d is %v, want %s", i, names[min(i, len(names)-1)], want.Name)
		}
		f := n.Field(want.Name)
		needs := f.Need
		var got []string
		if needs.Asks(v) {
			got = needs.Permissions(v).Names()
		}
		deprecated := f.Obsolete || f.Deprecated != 0 && v >= f.Deprecated
		if !slices.Equal(sorted(got), sorted(want.AnyOf)) || f.DefaultIn(v) != want.Default || deprecated != want.Deprecated {
			t.Errorf("%s: needs %v, default %v, deprecated %v; want %v, %v, %v", f.Name, got, f.DefaultIn(v), deprecated, want.AnyOf, want.Default, want.Deprecated)
		}
		if !fits(f.Kind, want.Type) {
			t.Errorf("%s is a %s, want %s", f.Name, f.Kind, want.Type)
		}
		if !seen(f, want.VisibleTo) {
			t.Errorf("%s is seen by %d, want %s", f.Name, f.Sight, want.VisibleTo)
		}
	}
	if len(names) != len(ref.Fields) {
		t.Errorf("%d fields are declared, want %d: %v", len(names), len(ref.Fields), names)
	}
}

// TestUserEdges compares the declared edges with the reference, in its order.
func TestUserEdges(t *testing.T) {
	cat, n := user(t)
	ref, v := readReference(t), graph.V(2, 10)
	// ids_for_apps and ids_for_pages are on another page of that time. [doc id-matching]
	if len(ref.Edges) != 60 || len(n.Edges) != 62 {
		t.Fatalf("%d edges are declared and %d in the reference, want 62 and 60", len(n.Edges), len(ref.Edges))
	}
	for i, want := range ref.Edges {
		e := &n.Edges[i]
		if e.Name != want.Name || !e.Has(v) {
			t.Fatalf("edge %d is %s, want %s", i, e.Name, want.Name)
		}
		var got []string
		if e.Need.Asks(v) {
			got = e.Need.Permissions(v).Names()
		}
		if !slices.Equal(sorted(got), sorted(want.AnyOf)) || e.Single != want.Single || e.Legacy != (want.Group == "legacy") {
			t.Errorf("%s: needs %v, single %v, legacy %v; want %v, %v, %s", e.Name, got, e.Single, e.Legacy, want.AnyOf, want.Single, want.Group)
		}
		if e.Values == nil && e.To != want.To {
			t.Errorf("%s leads to %s, want %s", e.Name, e.To, want.To)
		}
		if (e.Paging == schema.PagedByTime) != (want.Paging == "time") || (want.Paging == "none") != (e.Values != nil && e.Name != "ids_for_business" && e.Name != "session_keys") {
			t.Errorf("%s pages by %d, want %s", e.Name, e.Paging, want.Paging)
		}
		for _, add := range want.Adds {
			if to := cat.Node(e.To); e.Field(add) == nil && to.Field(add) == nil {
				t.Errorf("%s does not add %s", e.Name, add)
			}
		}
		if e.Values == nil && len(want.Default) > 0 {
			if got := shownIn(cat.Node(e.To), e, v); !slices.Equal(sorted(got), sorted(want.Default)) {
				t.Errorf("%s shows %v, want %v", e.Name, sorted(got), sorted(want.Default))
			}
		}
	}
}

func shownIn(to *schema.Node, e *schema.Edge, v graph.Version) []string {
	if e.Default != "" {
		return strings.Split(e.DefaultIn(v), ",")
	}
	var names []string
	for _, list := range [][]schema.Field{to.Fields, e.Extra} {
		for i := range list {
			if f := &list[i]; f.Has(v) && f.DefaultIn(v) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// fits reports whether a kind is what the reference calls the type.
func fits(k schema.Kind, typ string) bool {
	switch {
	case strings.HasPrefix(typ, "list"):
		return k == schema.List
	case strings.HasPrefix(typ, "node"):
		return k == schema.NodeRef
	case strings.HasPrefix(typ, "value"):
		return k == schema.Struct || k == schema.List
	}
	switch typ {
	case "numeric_string":
		return k == schema.IDString
	case "bool":
		return k == schema.Bool
	case "float":
		return k == schema.Float
	case "uint32", "integer":
		return k == schema.Integer
	case "datetime":
		return k == schema.Datetime
	case "locale":
		return k == schema.LocaleCode
	}
	return k == schema.String || k == schema.URL
}

func seen(f *schema.Field, by string) bool {
	switch by {
	case "any":
		return f.Sight == schema.SeenByAnyone
	case "self":
		return f.Sight == schema.SeenBySelf
	case "workplace":
		return f.Sight == schema.SeenByWorkplace
	}
	return f.Sight == schema.SeenByToken || f.Sight == schema.SeenInCommon || f.Sight == schema.SeenByFriends || f.Sight == schema.SeenByAnyone
}

// TestVersions writes down which fields and edges every version of User has, and which
// operations there are at all, so that a change shows as a line of a diff.
func TestVersions(t *testing.T) {
	cat, n := user(t)
	var b strings.Builder
	for i := range n.Fields {
		f := &n.Fields[i]
		fmt.Fprintf(&b, "field %s: %s\n", f.Name, runs(func(v graph.Version) string {
			switch {
			case !f.Has(v):
				return ""
			case f.Deprecated != 0 && v >= f.Deprecated:
				return "error 12"
			case f.DefaultIn(v):
				return "default"
			}
			return "there"
		}))
	}
	for i := range n.Edges {
		e := &n.Edges[i]
		fmt.Fprintf(&b, "edge %s: %s\n", e.Name, runs(func(v graph.Version) string {
			return there(e.Has(v))
		}))
	}
	for _, n := range cat.Nodes {
		for i := range n.Operations {
			o := &n.Operations[i]
			fmt.Fprintf(&b, "operation %s: %s\n", called(n, o), runs(func(v graph.Version) string { return there(o.Has(v)) }))
		}
	}
	const file = "testdata/versions.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("the versions of User changed; run the test with -update and read the diff of %s", file)
	}
}

func there(is bool) string {
	if is {
		return "there"
	}
	return ""
}

// called is how a reference page heads an operation.
func called(n *schema.Node, o *schema.Operation) string {
	return strings.TrimSuffix(o.Method+" /{"+n.IDName()+"}/"+o.Edge, "/")
}

// runs says what holds in which span of versions.
func runs(of func(graph.Version) string) string {
	var out []string
	versions := graph.Versions()
	for i := 0; i < len(versions); {
		j := i
		for j+1 < len(versions) && of(versions[j+1]) == of(versions[i]) {
			j++
		}
		if what := of(versions[i]); what != "" {
			out = append(out, fmt.Sprintf("%s %s to %s", what, versions[i], versions[j]))
		}
		i = j + 1
	}
	return strings.Join(out, ", ")
}
