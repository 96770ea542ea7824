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
}

// A FieldView is one field of it.
type FieldView struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Default    bool     `json:"default"`         // in the answer to a call that names no fields
	Needs      []string `json:"needs,omitempty"` // any of these permissions
	Deprecated bool     `json:"deprecated,omitempty"`
	Mark       string   `json:"mark"` // what backs it
}

// Describe lists the fields of a node in version v, in the order of the
// reference page.
func Describe(n *schema.Node, v graph.Version) NodeView {
	view := NodeView{Name: n.Name, Version: v.String(), Fields: []FieldView{}}
	for i := range n.Fields {
		f := &n.Fields[i]
		if !f.Has(v) {
			continue
		}
		fv := FieldView{Name: f.Name, Kind: f.Kind.String(), Default: f.DefaultIn(v), Mark: f.Mark,
			Deprecated: f.Deprecated != 0 && schema.Span{Since: f.Deprecated}.Has(v)}
		if f.Need.Asks(v) {
			fv.Needs = f.Need.Permissions(v).Names()
		}
		view.Fields = append(view.Fields, fv)
	}
	return view
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
				views = append(views, Describe(n, v))
			}
		}
	}
	if name != "" && len(views) == 0 {
		refuse(w, http.StatusNotFound, "There is no such node.", "")
		return
	}
	reply(w, http.StatusOK, map[string][]NodeView{"nodes": views})
}
