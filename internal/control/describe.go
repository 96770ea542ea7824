package control

import (
	"cmp"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// A NodeView is a node type as one version serves it.
type NodeView struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Fields  []FieldView `json:"fields"`
	Edges   []EdgeView  `json:"edges,omitempty"`
	// Operations are the read and the writes; those of other nodes that the
	// reference page of this one has are among them.
	Operations []OperationView `json:"operations"`
	// Errors are the tables of errors of the reference page.
	Errors []ErrorTableView `json:"errors,omitempty"`
}

// An EdgeView is one edge of it.
type EdgeView struct {
	Name    string   `json:"name"`
	To      string   `json:"to,omitempty"` // type of the items
	Single  bool     `json:"single,omitempty"`
	Paging  string   `json:"paging"`
	Default []string `json:"default,omitempty"` // fields of an item when none are named
	Adds    []string `json:"adds,omitempty"`    // fields that the edge adds to its items
	Needs   []string `json:"needs,omitempty"`   // any of these permissions
	Sees    string   `json:"visible_to"`
	// Params are what a call may ask besides paging; Key is the one that may stand in
	// the path behind the edge. Keeps are what a world may say of an item, for them
	// alone.
	Params []ParamView `json:"params,omitempty"`
	Key    string      `json:"path_key,omitempty"`
	Keeps  []string    `json:"keeps,omitempty"`
	Legacy bool        `json:"legacy,omitempty"` // not there under versions.policy realistic
	Mark   string      `json:"mark"`
}

// A FieldView is one field of it.
type FieldView struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Type       string   `json:"type"`
	Sees       string   `json:"visible_to"`      // who at most: any, token, friends, self, app, workplace, proved
	Default    bool     `json:"default"`         // in the answer to a call that names no fields
	Needs      []string `json:"needs,omitempty"` // any of these permissions
	Deprecated bool     `json:"deprecated,omitempty"`
	To         string   `json:"to,omitempty"` // node type it refers to
	Mark       string   `json:"mark"`         // what backs it
}

// Describe lists what a node is in version v, in the order of
// the reference page.
func Describe(cat *schema.Catalogue, n *schema.Node, v graph.Version) NodeView {
	view := NodeView{Name: n.Name, Version: v.String(), Fields: []FieldView{}}
	for i := range n.Fields {
		f := &n.Fields[i]
		if !f.Has(v) {
			continue
		}
		fv := FieldView{Name: f.Name, Kind: f.Kind.String(), Type: cmp.Or(f.Type, strings.ReplaceAll(f.Kind.String(), " ", "_")), Sees: sights[f.Sight], Default: f.DefaultIn(v), Mark: f.Mark,
			Deprecated: f.Obsolete || f.Deprecated != 0 && schema.Span{Since: f.Deprecated}.Has(v), To: f.To}
		if f.Need.Asks(v) {
			fv.Needs = f.Need.Permissions(v).Names()
		}
		view.Fields = append(view.Fields, fv)
	}
	for i := range n.Edges {
		if e := &n.Edges[i]; e.Has(v) {
			view.Edges = append(view.Edges, describeEdge(cat, e, v))
		}
	}
	view.Operations = describeOperations(cat, n, v)
	for i := range n.Errors {
		view.Errors = append(view.Errors, describeErrors(&n.Errors[i]))
	}
	return view
}

var sights = map[schema.Sight]string{schema.SeenByAnyone: "any", schema.SeenByToken: "token", schema.SeenByFriends: "friends", schema.SeenBySelf: "self", schema.SeenByApp: "app", schema.SeenByWorkplace: "workplace", schema.SeenProved: "proved", schema.SeenInCommon: "token"}

var pagings = map[schema.Paging]string{schema.PagedByCursor: "cursor", schema.PagedByTime: "time", schema.PagedByOffset: "offset"}

func describeEdge(cat *schema.Catalogue, e *schema.Edge, v graph.Version) EdgeView {
	ev := EdgeView{Name: e.Name, To: cmp.Or(e.To, e.Type), Single: e.Single, Paging: pagings[e.Paging], Sees: sights[e.Sight], Legacy: e.Legacy, Mark: e.Mark}
	if e.Values != nil && e.Assoc == 0 && !e.Paged {
		ev.Paging = "none"
	}
	if e.Need.Asks(v) {
		ev.Needs = e.Need.Permissions(v).Names()
	}
	if to := cat.Node(e.To); e.Default != "" {
		ev.Default = strings.Split(e.DefaultIn(v), ",")
	} else if to != nil {
		for i := range to.Fields {
			if f := &to.Fields[i]; f.Has(v) && f.DefaultIn(v) {
				ev.Default = append(ev.Default, f.Name)
			}
		}
	}
	if len(e.Params) > 0 {
		ev.Params, ev.Key = describeParams(e.Params), e.Key
	}
	for i := range e.Kept {
		ev.Keeps = append(ev.Keeps, e.Kept[i].Name)
	}
	for i := range e.Extra {
		f := &e.Extra[i]
		if !f.Has(v) {
			continue
		}
		ev.Adds = append(ev.Adds, f.Name)
		if e.Default == "" && f.Has(v) && f.DefaultIn(v) {
			ev.Default = append(ev.Default, f.Name)
		}
	}
	return ev
}
