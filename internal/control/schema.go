package control

import (
	"net/http"
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
}

// An EdgeView is one edge of it.
type EdgeView struct {
	Name    string   `json:"name"`
	To      string   `json:"to,omitempty"` // node type of the items; empty where they are plain values
	Single  bool     `json:"single,omitempty"`
	Paging  string   `json:"paging"`
	Default []string `json:"default,omitempty"` // fields of an item when none are named
	Adds    []string `json:"adds,omitempty"`    // fields that the edge adds to its items
	Needs   []string `json:"needs,omitempty"`   // any of these permissions
	Legacy  bool     `json:"legacy,omitempty"`  // not there under versions.policy realistic
	Mark    string   `json:"mark"`
}

// A FieldView is one field of it.
type FieldView struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Default    bool     `json:"default"`         // in the answer to a call that names no fields
	Needs      []string `json:"needs,omitempty"` // any of these permissions
	Deprecated bool     `json:"deprecated,omitempty"`
	To         string   `json:"to,omitempty"` // node type it refers to
	Mark       string   `json:"mark"`         // what backs it
}

// Describe lists the fields and edges of a node in version v, in the order of
// the reference page.
func Describe(cat *schema.Catalogue, n *schema.Node, v graph.Version) NodeView {
	view := NodeView{Name: n.Name, Version: v.String(), Fields: []FieldView{}}
	for i := range n.Fields {
		f := &n.Fields[i]
		if !f.Has(v) {
			continue
		}
		fv := FieldView{Name: f.Name, Kind: f.Kind.String(), Default: f.DefaultIn(v), Mark: f.Mark,
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
	return view
}

var pagings = map[schema.Paging]string{schema.PagedByCursor: "cursor", schema.PagedByTime: "time", schema.PagedByOffset: "offset"}

func describeEdge(cat *schema.Catalogue, e *schema.Edge, v graph.Version) EdgeView {
	ev := EdgeView{Name: e.Name, To: e.To, Single: e.Single, Paging: pagings[e.Paging], Legacy: e.Dead, Mark: e.Mark}
	if e.Values != nil {
		ev.Paging = "none"
	}
	if e.Need.Asks(v) {
		ev.Needs = e.Need.Permissions(v).Names()
	}
	if to := cat.Node(e.To); to != nil {
		for i := range to.Fields {
			if f := &to.Fields[i]; f.Has(v) && f.DefaultIn(v) {
				ev.Default = append(ev.Default, f.Name)
			}
		}
	}
	for i := range e.Extra {
		ev.Adds = append(ev.Adds, e.Extra[i].Name)
	}
	return ev
}

// schema answers the declared Graph: ?version= (v25.0), ?node= for one node.
func (p *plane) schema(w http.ResponseWriter, r *http.Request) {
	v, name := graph.V(25, 0), r.URL.Query().Get("node")
	if text := r.URL.Query().Get("version"); text != "" {
		known := false
		if v, known = graph.ParseVersion(text); !known {
			p.fail(w, bad("", "version is %q: from %s to %s.", text, graph.Oldest, graph.Newest))
			return
		}
	}
	views := []NodeView{}
	if p.Schema != nil {
		for _, n := range p.Schema.Nodes {
			if name == "" || strings.EqualFold(name, n.Name) {
				views = append(views, Describe(p.Schema, n, v))
			}
		}
	}
	if name != "" && len(views) == 0 {
		refuse(w, http.StatusNotFound, "There is no such node.", "")
		return
	}
	reply(w, http.StatusOK, map[string][]NodeView{"nodes": views})
}
