package world

import (
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A target names what an edge or a field leads to. kind is that of its handle,
// empty until it is checked; to is the node type that is wanted.
type target struct {
	ref
	kind string
	to   string
}

// A thingDecl is a thing of the file, of its own or beside an edge. What says
// nothing of its owner has that of its parent.
type thingDecl struct {
	ref
	node   *schema.Node
	id     ref
	parent *thingDecl
	owner  target
	at     moment
	values []valueDecl
}

// owned is who the thing belongs to; the zero target is nobody.
func (d *thingDecl) owned() target {
	for ; d != nil; d = d.parent {
		if d.owner.name != "" {
			return d.owner
		}
	}
	return target{}
}

// A valueDecl is the value of one declared field: JSON, a time, or what it
// refers to.
type valueDecl struct {
	field     *schema.Field
	text      string
	at        moment // of a Datetime
	refs      []target
	line, col int
}

// ownerKind is that of a target that is whoever a stored thing belongs to.
const ownerKind = "owner"

// targets are all that things and edges of the world name.
func (w *World) targets() (list []target) {
	add := func(values []valueDecl) {
		for _, v := range values {
			list = append(list, v.refs...)
		}
	}
	for _, d := range w.things {
		list = append(list, d.owner)
		add(d.values)
	}
	for _, e := range w.edges {
		for _, it := range e.items {
			list = append(list, it.to)
			add(it.values)
		}
	}
	return list
}

// An edgeDecl is what is on one edge of a node, in the order of the file.
type edgeDecl struct {
	from  target
	edge  *schema.Edge
	items []*itemDecl
}

// An itemDecl is one item of an edge, with what the edge says about it.
type itemDecl struct {
	to     target
	fresh  bool // it is declared here
	at     moment
	values []valueDecl
}

// stored reports whether the edge is kept as an association of its own, which a
// world may fill.
func stored(e *schema.Edge) bool { return e.To != "" && store.IsEdge(e.Assoc) }

// assocOf is the association of an item, whichever end the edge starts at.
func assocOf(e *schema.Edge, from, to store.ID) store.Assoc {
	if _, inverse := store.EdgeName(e.Assoc); inverse {
		return store.Assoc{From: to, Kind: e.Assoc - 1, To: from}
	}
	return store.Assoc{From: from, Kind: e.Assoc, To: to}
}

// nodeOf is the node type behind a kind of handle; things have their own.
func nodeOf(cat *schema.Catalogue, kind string) *schema.Node {
	if cat == nil {
		return nil
	}
	switch kind {
	case personKind:
		return cat.InSpace(store.SpaceASID)
	case pageKind:
		return cat.OfKind(store.KindPage)
	case appKind:
		return cat.OfKind(store.KindApp)
	case businessKind:
		return cat.OfKind(store.KindBusiness)
	case instagramKind:
		return cat.OfKind(store.KindInstagram)
	}
	return nil
}

// kindOf is the kind of handle that nodes of a type have; "" if any may do.
func kindOf(cat *schema.Catalogue, node string) string {
	if node == schema.AnyNode {
		return ""
	}
	for _, kind := range []string{personKind, pageKind, appKind, businessKind, instagramKind} {
		if n := nodeOf(cat, kind); n != nil && n.Name == node {
			return kind
		}
	}
	return thingKind
}

// isThing reports whether nodes of this type are kept as things.
func isThing(n *schema.Node) bool { return n != nil && n.Kind == store.KindThing }

// settable reports whether a world says the value of a field.
func settable(f *schema.Field, thing bool) bool {
	return f.Plain && !(thing && madeAt(f.Name))
}

// madeAt are the fields that say when a thing was made, which "at" sets.
func madeAt(field string) bool { return field == "created_time" || field == "creation_time" }

// thingHandle is the handle of a thing that the file gave none: its place.
func thingHandle(of target, edge string, n string) string {
	name := of.name
	if of.kind != personKind && of.kind != thingKind {
		name = of.kind + "/" + name
	}
	return name + "/" + edge + "/" + n
}

// ownHandle is the handle of a thing that stands on somebody else's edge: it
// goes with who it belongs to.
func ownHandle(owner, edge string, n int) string {
	return strings.ReplaceAll(owner, " ", "/") + "/on/" + edge + "/" + strconv.Itoa(n)
}

// ValidThingHandle reports whether s may be the handle of a thing: handles with
// slashes between them.
func ValidThingHandle(s string) bool {
	if len(s) > 400 {
		return false
	}
	for part := range strings.SplitSeq(s, "/") {
		if !ValidHandle(part) {
			return false
		}
	}
	return true
}

// list reports whether the field refers to several nodes.
func (v *valueDecl) list() bool { return v.field.Kind == schema.List }
