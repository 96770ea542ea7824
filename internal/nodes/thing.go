package nodes

import (
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// thing declares a node type whose nodes are kept as people.Thing: the person it
// belongs to shows it under need, nil for none.
func thing(name string, need *schema.Need, fields []schema.Field, edges ...schema.Edge) *schema.Node {
	return &schema.Node{
		Name: name, Wire: name, Kind: store.KindThing,
		Ladder: []journal.Rung{journal.Node, journal.Syntax, journal.UnknownField},
		Access: schema.AccessOwner, Need: need,
		Fields: fields, Edges: edges,
	}
}

// unaddressed is a thing without an ID on the wire: it is seen on edges only. Where
// nobody says what of it is shown unasked, all of it is. [guess]
func unaddressed(name string, need *schema.Need, fields []schema.Field, edges ...schema.Edge) *schema.Node {
	n := thing(name, need, fields, edges...)
	n.Unaddressed, n.ImplicitID = true, schema.Span{Since: graph.V(255, 0)}
	n.Fields[0].Default = nil
	if !slices.ContainsFunc(n.Fields, func(f schema.Field) bool { return len(f.Default) > 0 }) {
		for i := range n.Fields[1:] {
			n.Fields[i+1].Default = always()
		}
	}
	return n
}

// public lets anybody read what a published Page published of some types, where
// pages.public does.
func public(list []*schema.Node, types ...string) []*schema.Node {
	for _, n := range list {
		if slices.Contains(types, n.Name) {
			n.Access |= schema.AccessPublic
		}
	}
	return list
}

// prefixed begins every ID of a node type.
func prefixed(prefix string, n *schema.Node) *schema.Node {
	n.IDPrefix = prefix
	return n
}

// compound begins the ID of a node with that of who it belongs to.
func compound(n *schema.Node) *schema.Node {
	n.Compound = true
	return n
}

// writable lets a node be written to.
func writable(ops []schema.Operation, n *schema.Node) *schema.Node {
	n.Operations = append(n.Operations, ops...)
	return n
}

// used says what business use case calls about a node are.
func used(kind limits.Kind, n *schema.Node) *schema.Node {
	n.UseCase = kind
	return n
}

// A column is one plain field of a thing: whether it is shown without being
// asked for, and the node type that a reference leads to.
type column struct {
	name string
	kind schema.Kind
	def  bool
	to   string
}

const (
	shown = true
	asked = false
)

// columns makes the fields of a thing, id first, in the order of the list. All
// of one type share what backs them.
func columns(mark string, cols ...column) []schema.Field {
	list := []schema.Field{{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: mark}}
	for _, c := range cols {
		f := schema.Field{Name: c.name, Kind: c.kind, To: c.to, Plain: true, Mark: mark}
		if c.def {
			f.Default = always()
		}
		switch {
		case c.to != "":
		case c.name == "created_time" || c.name == "creation_time":
			f.From = schema.Created
		case c.kind == schema.Datetime:
			f.From = schema.PartTime(c.name)
		default:
			f.From = schema.Part(c.name)
		}
		list = append(list, f)
	}
	return list
}

// instead gives one field of a list another source.
func instead(fields []schema.Field, name string, from func([]byte, *schema.Row) []byte) []schema.Field {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].From, fields[i].To, fields[i].Plain = from, "", false
			return fields
		}
	}
	panic("nodes: no field " + name)
}

// needs asks the owner for one of these login permissions.
func needs(ps ...graph.Permission) *schema.Need {
	return &schema.Need{AnyOf: graph.PermissionSet(ps...), Info: -1}
}
