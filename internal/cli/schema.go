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
		Use:   "schema [NODE[.NAME][.METHOD]]",
		Short: "List the nodes served, or the fields, edges and calls of one: types, parameters, needs, what backs it",
		Example: "  kith schema User --version v2.10\n" +
			"  kith schema User.birthday\n" +
			"  kith schema User.events\n" +
			"  kith schema User.POST\n" +
			"  kith schema CustomAudience.users.DELETE --json",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeSchema,
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
			node, rest, narrow := strings.Cut(args[0], ".")
			n := findNode(cat, node)
			if n == nil {
				return usagef("there is no node %q: %s", node, strings.Join(nodeNames(cat), ", "))
			}
			view := control.Describe(cat, n, v)
			if narrow {
				if view = pick(view, rest); len(view.Fields)+len(view.Edges)+len(view.Operations) == 0 {
					return usagef("%s has no field, edge or call %q in %s", n.Name, rest, v)
				}
			}
			r.describe(&view, narrow)
			return nil
		},
	}
	cmd.Flags().StringVar(&version, "version", version, "Graph version")
	_ = cmd.RegisterFlagCompletionFunc("version", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var list []string
		for _, v := range graph.Versions() {
			list = append(list, v.String())
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// completeSchema offers node types, and behind a point what one has.
func completeSchema(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	const quiet = cobra.ShellCompDirectiveNoFileComp
	cat, err := nodes.Catalogue()
	if err != nil || len(args) > 0 {
		return nil, quiet
	}
	node, _, narrow := strings.Cut(text, ".")
	n := findNode(cat, node)
	if !narrow || n == nil {
		return nodeNames(cat), quiet
	}
	flag, _ := cmd.Flags().GetString("version")
	v, known := graph.ParseVersion(flag)
	if !known {
		return nil, quiet
	}
	var list []string
	view := control.Describe(cat, n, v)
	for _, f := range view.Fields {
		list = append(list, node+"."+f.Name)
	}
	for _, e := range view.Edges {
		list = append(list, node+"."+e.Name)
	}
	for i := range view.Operations {
		if o := &view.Operations[i]; o.Root == n.Name {
			list = append(list, node+"."+callName(o))
		}
	}
	return list, quiet
}

// callName is how a call of a node is named behind it: POST, or users.POST.
func callName(o *control.OperationView) string {
	_, edge, _ := strings.Cut(strings.TrimPrefix(o.Path, "/"), "/")
	if edge == "" {
		return o.Method
	}
	return edge + "." + o.Method
}

// pick keeps what a name means: a field, an edge with the calls on it, or calls.
func pick(view control.NodeView, name string) control.NodeView {
	out := control.NodeView{Name: view.Name, Version: view.Version, Fields: []control.FieldView{}, Operations: []control.OperationView{}}
	for _, f := range view.Fields {
		if f.Name == name {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, e := range view.Edges {
		if e.Name == name || e.Name+".GET" == name {
			out.Edges = append(out.Edges, e)
		}
	}
	for _, o := range view.Operations {
		call := callName(&o)
		if o.Root == view.Name && (strings.EqualFold(call, name) || strings.HasPrefix(call, name+".")) {
			out.Operations = append(out.Operations, o)
		}
	}
	return out
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
