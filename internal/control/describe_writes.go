package control

import (
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// An OperationView is one call that a node takes.
type OperationView struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	// Root is the node type of the path, Target the one of the reference page.
	Root   string      `json:"root_node"`
	Target string      `json:"target_node"`
	Action string      `json:"action"`
	Tokens []string    `json:"tokens,omitempty"` // kinds that may call it
	Needs  []string    `json:"needs,omitempty"`  // any of these permissions
	Usual  *UsualView  `json:"permissions_by_app_kind"`
	Params []ParamView `json:"params"`
	// Returns are the forms of the answer; Reread says that fields make it a read.
	Returns []string `json:"returns"`
	Reread  bool     `json:"read_after_write"`
	Errors  []int    `json:"errors"`
	Mark    string   `json:"mark,omitempty"`
}

// A UsualView says what apps usually ask for; null is no data.
type UsualView struct {
	Marketing      []string `json:"marketing_apps"`
	PageManagement []string `json:"page_management_apps"`
	Other          []string `json:"other_apps"`
}

// A ParamView is one parameter, or member of one.
type ParamView struct {
	Name          string          `json:"name"`
	Type          string          `json:"type"`
	Required      bool            `json:"required"`
	Unless        []string        `json:"required_unless,omitempty"`
	For           string          `json:"stands_for,omitempty"` // parameter in whose place it may be given
	Default       json.RawMessage `json:"default,omitempty"`
	Deprecated    bool            `json:"deprecated,omitempty"`
	TestUsersOnly bool            `json:"test_users_only,omitempty"`
	Enum          []string        `json:"enum,omitempty"`
	EnumSingle    []string        `json:"enum_single,omitempty"`
	EnumMulti     []string        `json:"enum_multi,omitempty"`
	Params        []ParamView     `json:"params,omitempty"`
}

// An ErrorTableView is a table of errors; a row that cannot be brought about is
// marked so.
type ErrorTableView struct {
	Name string         `json:"name"`
	Rows []ErrorRowView `json:"rows"`
}

// An ErrorRowView is one code of it.
type ErrorRowView struct {
	Code        int    `json:"code"`
	Description string `json:"description"`
	Unreachable bool   `json:"unreachable,omitempty"`
}

// describeOperations lists the read, the writes of the node, and those of other
// nodes that belong to its page.
func describeOperations(cat *schema.Catalogue, n *schema.Node, v graph.Version) []OperationView {
	var list []OperationView
	if n.Space != 0 || !n.Persons && !n.Unaddressed {
		read := OperationView{Method: "GET", Path: "/{" + strings.ReplaceAll(n.IDName(), "_", "-") + "}", Root: n.Name, Target: n.Name,
			Action: schema.Reading, Params: []ParamView{}, Returns: []string{n.Name}, Errors: codes(n, schema.Reading)}
		if n.Usual != nil {
			read.Usual = usualOf(*n.Usual)
		}
		list = append(list, read)
	}
	for i := range n.Operations {
		if o := &n.Operations[i]; o.Has(v) {
			list = append(list, describeOperation(cat, n, o, v))
		}
	}
	for _, other := range cat.Nodes {
		for i := range other.Operations {
			if o := &other.Operations[i]; o.Target == n.Name && other != n && o.Has(v) {
				list = append(list, describeOperation(cat, other, o, v))
			}
		}
	}
	return list
}

func describeOperation(cat *schema.Catalogue, n *schema.Node, o *schema.Operation, v graph.Version) OperationView {
	target := n
	if t := cat.Node(o.Target); t != nil {
		target = t
	}
	ov := OperationView{Method: o.Method, Path: "/{" + n.IDName() + "}", Root: n.Name, Target: target.Name, Action: o.Action, Usual: usualOf(o.Usual),
		Params: describeParams(o.Params), Returns: o.Returns, Reread: o.Reread, Errors: codes(target, o.Action), Mark: o.Mark}
	if o.Edge != "" {
		ov.Path += "/" + o.Edge
	}
	for _, kind := range []struct {
		by   schema.Callers
		name string
	}{{schema.ByPerson, "user"}, {schema.ByPage, "page"}, {schema.ByApp, "app"}} {
		if o.Callers&kind.by != 0 {
			ov.Tokens = append(ov.Tokens, kind.name)
		}
	}
	for _, need := range []*schema.Need{o.Need, o.PageNeed} {
		if need.Asks(v) {
			ov.Needs = append(ov.Needs, need.Permissions(v).Names()...)
		}
	}
	return ov
}

func codes(n *schema.Node, action string) []int {
	list := []int{}
	if t := n.Table(action); t != nil {
		for _, r := range t.Rows {
			list = append(list, r.Code)
		}
	}
	return list
}

func describeErrors(t *schema.ErrorTable) ErrorTableView {
	v := ErrorTableView{Name: t.Name}
	for _, r := range t.Rows {
		v.Rows = append(v.Rows, ErrorRowView{r.Code, r.Text, len(r.From) == 0})
	}
	return v
}

func usualOf(u schema.Usual) *UsualView {
	names := func(list []graph.Permission) (out []string) {
		if list != nil {
			out = []string{}
		}
		for _, p := range list {
			out = append(out, p.String())
		}
		return out
	}
	return &UsualView{names(u.Marketing), names(u.PageManagement), names(u.Other)}
}

func describeParams(params []schema.Param) []ParamView {
	list := []ParamView{}
	for i := range params {
		p := &params[i]
		pv := ParamView{Name: p.Name, Type: p.Typed(), Required: p.Required, Unless: p.Unless, For: p.For, Deprecated: p.Deprecated, TestUsersOnly: p.TestUsers,
			Enum: p.Enum, EnumSingle: p.Names, EnumMulti: p.Lists}
		if p.Of != nil {
			pv.Enum = p.Of.Enum
		}
		if p.Default != "" {
			pv.Default = json.RawMessage(p.Default)
			if !json.Valid(pv.Default) {
				pv.Default, _ = json.Marshal(p.Default)
			}
		}
		if len(p.Params) > 0 {
			pv.Params = describeParams(p.Params)
		}
		list = append(list, pv)
	}
	return list
}
