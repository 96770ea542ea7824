package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/control"
)

var update = flag.Bool("update", false, "write docs/coverage.md again; read its diff as you would read code")

// The reference page of User in v2.10 as data.
type reference struct {
	Fields []struct {
		Name, Type string
		AnyOf      []string `json:"any_of"`
		Default    bool
		Sees       string `json:"visible_to"`
		Deprecated bool
	}
	Edges []struct {
		Name, To      string
		Single        bool
		Paging        string
		AnyOf         []string `json:"any_of"`
		Default, Adds []string
		Params        []control.ParamView
	}
	Operations []control.OperationView
	Errors     []control.ErrorTableView
}

// beyond are edges of v2.10 that another page of that time describes.
var beyond = []string{"ids_for_apps", "ids_for_pages"}

// optional are parameters that the machine specification of v3.3 requires, and that
// the reference page of v2.10 does not know: docs/fidelity.md has them too.
var optional = []string{"objects.type"}

// TestCoverage compares what "kith schema User --version v2.10 --json" prints with
// the reference, entry by entry, and writes down what came of it.
func TestCoverage(t *testing.T) {
	var ref reference
	var got control.NodeView
	read(t, "../nodes/testdata/user_v2.10.json", &ref)
	var out, errs bytes.Buffer
	if code := (&Run{Args: []string{"schema", "User", "--version", "v2.10", "--json"}, Out: &out, Err: &errs}).Exec(t.Context()); code != 0 {
		t.Fatalf("code %d: %s", code, &errs)
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	got.Edges = slices.DeleteFunc(got.Edges, func(e control.EdgeView) bool { return slices.Contains(beyond, e.Name) })
	c := &coverage{T: t}
	c.fields(&ref, &got)
	c.edges(&ref, &got)
	c.operations(&ref, &got)
	c.errors(&ref, &got)
	const file = "../../docs/coverage.md"
	text := c.text()
	t.Logf("\n%s", text)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("run the test with -update and read the diff of %s\n%s", file, diff)
	}
}

func read(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// A coverage is the comparison: counts by part, and a table of each.
type coverage struct {
	*testing.T
	parts [][]string
	body  strings.Builder
}

// part ends one part: how many entries the reference has and how many agree.
func (c *coverage) part(name string, want, same int) {
	c.parts = append(c.parts, []string{name, fmt.Sprint(want), fmt.Sprint(same)})
}

// same reports whether what is served is what the reference says.
func (c *coverage) same(what string, want, got any) bool {
	diff := cmp.Diff(want, got)
	if diff != "" {
		c.Errorf("%s differs (-reference +kith):\n%s", what, diff)
	}
	return diff == ""
}

func (c *coverage) heading(title string, columns ...string) {
	fmt.Fprintf(&c.body, "\n## %s\n\n", title)
	c.row(columns...)
	c.row(slices.Repeat([]string{"---"}, len(columns))...)
}

func (c *coverage) row(cells ...string) {
	fmt.Fprintf(&c.body, "| %s |\n", strings.Join(cells, " | "))
}

func (c *coverage) fields(ref *reference, got *control.NodeView) {
	c.heading("Fields", "field", "type", "permission")
	n := 0
	for i, want := range ref.Fields {
		var f control.FieldView
		if i < len(got.Fields) {
			f = got.Fields[i]
		}
		sees := f.Sees
		if sees == "friends" || sees == "any" && want.Sees == "token" {
			sees = "token" // narrower, or wider, than a token the reference has no word for
		}
		if c.same("field "+want.Name,
			[]any{want.Name, want.Type, sorted(want.AnyOf), want.Default, want.Deprecated, want.Sees},
			[]any{f.Name, f.Type, sorted(f.Needs), f.Default, f.Deprecated, sees}) {
			n++
		}
		c.row(want.Name, "`"+want.Type+"`", strings.Join(want.AnyOf, ", "))
	}
	if len(got.Fields) != len(ref.Fields) {
		c.Errorf("%d fields, want %d", len(got.Fields), len(ref.Fields))
	}
	c.part("fields", len(ref.Fields), n)
}

func (c *coverage) edges(ref *reference, got *control.NodeView) {
	c.heading("Edges", "edge", "leads to", "paging", "permission", "parameters")
	n, params, sameParams := 0, 0, 0
	for i, want := range ref.Edges {
		var e control.EdgeView
		if i < len(got.Edges) {
			e = got.Edges[i]
		}
		if len(want.Default) == 0 {
			e.Default = nil // the reference does not know
		}
		for _, add := range want.Adds {
			if !slices.Contains(e.Adds, add) && !slices.Contains(e.Default, add) {
				c.Errorf("edge %s does not add %s", want.Name, add)
			}
		}
		if c.same("edge "+want.Name,
			[]any{want.Name, want.To, want.Single, want.Paging, sorted(want.AnyOf), sorted(want.Default)},
			[]any{e.Name, e.To, e.Single, e.Paging, sorted(e.Needs), sorted(e.Default)}) {
			n++
		}
		c.row(want.Name, want.To, want.Paging, strings.Join(want.AnyOf, ", "), names(want.Params))
		want.Params = slices.DeleteFunc(want.Params, func(p control.ParamView) bool { return p.Name == "since" || p.Name == "until" })
		params += len(want.Params)
		sameParams += c.asked(want.Name, want.Params, e.Params)
	}
	if len(got.Edges) != len(ref.Edges) {
		c.Errorf("%d edges, want %d", len(got.Edges), len(ref.Edges))
	}
	c.part("edges", len(ref.Edges), n)
	c.part("parameters of edges, as v3.3 lists them", params, sameParams)
}

// asked counts the parameters of an edge that kith takes; others of ours may be
// there.
func (c *coverage) asked(edge string, want, got []control.ParamView) (same int) {
	for _, w := range want {
		var g control.ParamView
		for i := range got {
			if got[i].Name == w.Name {
				g = got[i]
			}
		}
		g.Required = g.Required || slices.Contains(optional, edge+"."+w.Name)
		if c.same(edge+"."+w.Name, []any{w.Name, w.Type, w.Required, w.Enum}, []any{g.Name, g.Type, g.Required, g.Enum}) {
			same++
		}
	}
	return same
}

// params compares parameters in their order, members and all, and counts those
// that agree.
func (c *coverage) params(what string, want, got []control.ParamView) (same int) {
	if len(want) != len(got) {
		c.Errorf("%s takes %d parameters, want %d", what, len(got), len(want))
		return 0
	}
	for i := range want {
		w, g := want[i], got[i]
		g.For = "" // ours alone
		same += c.params(what+"."+w.Name, w.Params, g.Params)
		w.Params, g.Params = nil, nil
		if c.same(what+"."+w.Name, w, g) {
			same++
		}
	}
	return same
}

func (c *coverage) operations(ref *reference, got *control.NodeView) {
	c.heading("Operations", "call", "parameters", "answers", "errors")
	var n, params, sameParams, values, forms, sameForms, lists, sameLists int
	for _, want := range ref.Operations {
		what := want.Method + " " + want.Path
		o := find(got.Operations, want.Method, want.Path)
		if o == nil {
			c.Errorf("there is no %s", what)
			o = &control.OperationView{}
		}
		if c.same(what, []any{want.Root, want.Target, want.Action, want.Reread, want.Errors}, []any{o.Root, o.Target, o.Action, o.Reread, o.Errors}) {
			n++
		}
		p, v := count(want.Params)
		params, values = params+p, values+v
		sameParams += c.params(what, want.Params, o.Params)
		if forms += len(want.Returns); c.same(what+" returns", want.Returns, o.Returns) {
			sameForms += len(want.Returns)
		}
		if lists += 3; c.same(what+" permissions", want.Usual, o.Usual) {
			sameLists += 3
		}
		c.row("`"+what+"`", names(want.Params), "`"+strings.Join(want.Returns, "` or `")+"`", strings.Trim(fmt.Sprint(want.Errors), "[]"))
	}
	c.part("operations, the read among them", len(ref.Operations), n)
	c.part("their parameters, nested ones too", params, sameParams)
	if sameParams == params {
		c.part("values of their enums, in order", values, values)
	}
	c.part("forms of their answers", forms, sameForms)
	c.part("permission lists by kind of app", lists, sameLists)
}

func (c *coverage) errors(ref *reference, got *control.NodeView) {
	c.heading("Errors", "table", "code", "description", "")
	want, same, dead := 0, 0, []int{}
	for i, table := range ref.Errors {
		var g control.ErrorTableView
		if i < len(got.Errors) {
			g = got.Errors[i]
		}
		for j, row := range table.Rows {
			var e control.ErrorRowView
			if g.Name == table.Name && j < len(g.Rows) {
				e = g.Rows[j]
			}
			note := "answered"
			if e.Unreachable {
				note, dead = "cannot be brought about", append(dead, e.Code)
			}
			e.Unreachable = false
			if want++; c.same(fmt.Sprintf("error %s %d", table.Name, row.Code), row, e) {
				same++
			}
			c.row(table.Name, fmt.Sprint(row.Code), row.Description, note)
		}
	}
	c.same("errors that nothing brings about", []int{3001, 1157}, dead)
	c.part("rows of the error tables", want, same)
	c.part("of these such as kith answers", want, want-len(dead))
}

func (c *coverage) text() string {
	var b strings.Builder
	b.WriteString("# Coverage of the User reference\n\n" +
		"What the reference page of the User node names in v2.10, and whether\n" +
		"`kith schema User --version v2.10 --json` says the same: names and their order, types,\n" +
		"permissions, who sees a field, parameters with their values, what is required, defaults,\n" +
		"forms of answers in the order of their members, permissions by kind of app, and the\n" +
		"tables of errors. Calls are served from the same declarations. That every edge and\n" +
		"field works is shown by the stories: `go test ./stories` fails for an entry without one.\n" +
		"It fails, too, for a row of a table of errors that no call brings about: method and path\n" +
		"of each call in the stories say which table holds for it (DELETE of `/{page_id}/blocked`:\n" +
		"deleting), and its answer which row was met. Edges that take POST are those of creating.\n" +
		"The page names no parameters of edges. Those compared are what the machine specification\n" +
		"of v3.3, the oldest one, lists for edges that v2.10 has; paging is not among them.\n" +
		"Which version has which field, edge and operation is written down in\n" +
		"[versions.txt](../internal/nodes/testdata/versions.txt), and what is taken away beside, in\n" +
		"versions, from new apps and by date, in [dated.txt](../internal/nodes/testdata/dated.txt).\n" +
		"A test compares and writes this file: `go test ./internal/cli -run Coverage -update`.\n\n" +
		"| part | in the reference | the same in kith |\n| --- | --- | --- |\n")
	for _, p := range c.parts {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(p, " | "))
	}
	return b.String() + c.body.String()
}

func find(list []control.OperationView, method, path string) *control.OperationView {
	for i := range list {
		if list[i].Method == method && list[i].Path == path {
			return &list[i]
		}
	}
	return nil
}

func names(list []control.ParamView) string {
	var out []string
	for i := range list {
		out = append(out, list[i].Name)
	}
	return strings.Join(out, ", ")
}

// count counts parameters and the values of their enums, members too.
func count(list []control.ParamView) (params, values int) {
	for i := range list {
		p := &list[i]
		n, v := count(p.Params)
		params += 1 + n
		values += len(p.Enum) + len(p.EnumSingle) + len(p.EnumMulti) + v
	}
	return params, values
}

func sorted(list []string) []string {
	list = append([]string{}, list...)
	slices.Sort(list)
	return list
}
