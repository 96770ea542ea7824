package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
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

// A column is one plain field of a thing.
type column struct {
	name string
	kind schema.Kind
	def  bool
	to   string // of a reference
}

// columns makes the fields of a thing, id first, in the order of the list. All
// of one type share what backs them.
func columns(mark string, cols ...column) []schema.Field {
	list := []schema.Field{{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: mark}}
	for _, c := range cols {
		f := schema.Field{Name: c.name, Kind: c.kind, To: c.to, Mark: mark}
		if c.def {
			f.Default = always()
		}
		switch {
		case c.to != "":
		case c.name == "created_time":
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

// needs asks the owner for one of these login permissions.
func needs(ps ...graph.Permission) *schema.Need {
	return &schema.Need{AnyOf: graph.PermissionSet(ps...), Info: -1}
}
