package world

import (
	"context"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A held is an object that an edge starts at or leads to.
type held struct {
	handled
	node  *schema.Node
	owner store.ID // of a thing
}

// edgeOf finds a node and an edge of it that a world may fill.
func (b *Builder) edgeOf(ctx context.Context, r *store.Reader, kind, handle, edge string) (*schema.Edge, *held, error) {
	from, err := findHeld(ctx, r, b.opt.Catalogue, kind, handle)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for i := range from.node.Edges {
		e := &from.node.Edges[i]
		if !stored(e) && e.Name != "friends" {
			continue
		}
		if e.Name == edge {
			return e, from, nil
		}
		names = append(names, e.Name)
	}
	return nil, nil, bad(didYouMeanOr(edge, names), "%s has no edge %q that is filled item by item", from.node.Name, edge)
}

// findHeld finds a node of a kind by its handle or public ID.
func findHeld(ctx context.Context, r *store.Reader, cat *schema.Catalogue, kind, name string) (*held, error) {
	h := &held{handled: handled{kind: kind}, node: nodeOf(cat, kind)}
	switch kind {
	case personKind:
		p, err := findPerson(ctx, r, name, nil, nil)
		if err != nil {
			return nil, err
		}
		h.id, h.handle = p.ID, p.Handle
	case pageKind:
		p, err := findPage(ctx, r, name)
		if err != nil {
			return nil, err
		}
		h.id, h.handle = p.ID, p.Handle
	case appKind:
		a, err := findApp(ctx, r, name)
		if err != nil {
			return nil, err
		}
		h.id, h.handle = a.ID, a.Handle
	case businessKind:
		b, err := findNode[*people.Business](ctx, r, businessKind, name)
		if err != nil {
			return nil, err
		}
		h.id, h.handle = b.ID, b.Handle
	case instagramKind:
		i, err := findNode[*people.Instagram](ctx, r, instagramKind, name)
		if err != nil {
			return nil, err
		}
		h.id, h.handle = i.ID, i.Handle
	default:
		t, err := findThing(ctx, r, name)
		if err != nil {
			return nil, err
		}
		h.id, h.handle, h.node, h.owner = t.ID, thingName(t), cat.Node(t.Type), t.Owner
	}
	if h.node == nil {
		return nil, bad("", "%s %q has no edges", kind, name)
	}
	return h, nil
}

// findThing finds a thing by handle or public ID.
func findThing(ctx context.Context, r *store.Reader, name string) (*people.Thing, error) {
	var rs store.ReadSet
	handle, public := rs.Key(store.SpaceHandle, thingKind+"/"+name), rs.Key(store.SpaceNode, name)
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for _, i := range []int{handle, public} {
		rec, err := r.Get(ctx, rs.GotID(i))
		if err != nil {
			return nil, err
		}
		if t, ok := record[*people.Thing](rec); ok {
			return t, nil
		}
	}
	return nil, notFound(ctx, r, thingKind, name)
}

// thingName is how a thing is named where handles are: by its ID if it has none.
func thingName(t *people.Thing) string {
	if t.Handle == "" {
		return t.PublicID
	}
	return t.Handle
}

func publicOfThing(ctx context.Context, r *store.Reader, id store.ID) (string, error) {
	rec, err := r.Get(ctx, id)
	if t, ok := record[*people.Thing](rec); ok {
		return t.PublicID, err
	}
	return "", err
}
