package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/schema"
)

func (r *Run) schema() *cobra.Command {
	version := "v25.0"
	cmd := &cobra.Command{
		Use:   "schema [NODE]",
		Short: "List the nodes served, or the fields and edges of one: kind, default, needs, what backs it",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			v, known := graph.ParseVersion(version)
			if !known {
				return usagef("%q is not a Graph version from %s to %s", version, graph.Oldest, graph.Newest)
			}
			cat, err := nodes.Catalogue()
			if err != nil {
				return fmt.Errorf("declared graph: %w", err)
			}
			if len(args) == 0 {
				r.listNodes(cat, v)
				return nil
			}
			n := findNode(cat, args[0])
			if n == nil {
				return usagef("there is no node %q: %s", args[0], strings.Join(nodeNames(cat), ", "))
			}
			r.describe(control.Describe(cat, n, v))
			return nil
		},
	}
	cmd.Flags().StringVar(&version, "version", version, "Graph version")
	return cmd
}

func findNode(cat *schema.Catalogue, name string) *schema.Node {
	for _, n := range cat.Nodes {
		if strings.EqualFold(n.Name, name) {
			return n
		}
	}
	return nil
}

func nodeNames(cat *schema.Catalogue) []string {
	var names []string
	for _, n := range cat.Nodes {
		names = append(names, n.Name)
	}
	return names
}

func (r *Run) listNodes(cat *schema.Catalogue, v graph.Version) {
	var views []control.NodeView
	rows := [][]string{{"NODE", "FIELDS IN " + v.String(), "EDGES"}}
	for _, n := range cat.Nodes {
		view := control.Describe(cat, n, v)
		views = append(views, view)
		rows = append(rows, []string{n.Name, fmt.Sprint(len(view.Fields)), fmt.Sprint(len(view.Edges))})
	}
	if r.json {
		r.print(map[string]any{"nodes": views})
		return
	}
	r.table(rows)
}

func (r *Run) describe(view control.NodeView) {
	if r.json {
		r.print(view)
		return
	}
	rows := [][]string{{"FIELD", "KIND", "DEFAULT", "NEEDS", "BACKED BY"}}
	for _, f := range view.Fields {
		def, name := "", f.Name
		if f.Default {
			def = "yes"
		}
		if f.Deprecated {
			name += " (deprecated)"
		}
		rows = append(rows, []string{name, f.Kind, def, strings.Join(f.Needs, " or "), f.Mark})
	}
	r.say("%s in %s", view.Name, view.Version)
	r.table(rows)
	if len(view.Edges) == 0 {
		return
	}
	rows = [][]string{{"EDGE", "TO", "PAGING", "NEEDS", "BACKED BY"}}
	for _, e := range view.Edges {
		to := e.To
		if to == "" {
			to = "values"
		}
		rows = append(rows, []string{e.Name, to, e.Paging, strings.Join(e.Needs, " or "), e.Mark})
	}
	r.say("")
	r.table(rows)
}
