package control

import (
	"net/http"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

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
