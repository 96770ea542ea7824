package world

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A Linked says which item an edge has or no longer has.
type Linked struct {
	Of   string `json:"of"` // person/ana
	Edge string `json:"edge"`
	To   string `json:"to"`
	ID   string `json:"id,omitempty"` // of a thing
}

// Link puts an item on an edge of a node: of a person, page, app, business,
// Instagram account or thing by its handle. item is a mapping as world files have it, in JSON: with
// "to" something that is there, without a new thing. An item that is there
// already gets what the mapping says. Errors are *NotFound, *BadAction or
// Problems; nothing has changed then.
func (b *Builder) Link(ctx context.Context, kind, handle, edge string, item json.RawMessage) (*Linked, error) {
	var out *Linked
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
		out, err = b.link(ctx, tx, kind, handle, edge, item)
		return err
	})
	return out, err
}

func (b *Builder) link(ctx context.Context, tx *store.Tx, kind, handle, edge string, item json.RawMessage) (*Linked, error) {
	e, from, err := b.edgeOf(ctx, &tx.Reader, kind, handle, edge)
	if err != nil {
		return nil, err
	}
	root, ps := readYAML("", item)
	if root == nil {
		return nil, ps
	}
	w := &World{}
	p := &parser{reader: reader{problems: ps}, w: w, cat: b.opt.Catalogue}
	h := holding{kind: kind, ref: ref{name: from.handle}}
	l := &loading{b: b, w: w, now: b.opt.Now(), known: map[string]store.ID{kind + " " + from.handle: from.id}}
	if kind == thingKind {
		h.thing = &thingDecl{ref: h.ref, node: from.node, owner: target{ref: h.ref, kind: ownerKind}}
		l.known[ownerKind+" "+from.handle] = from.owner
	}
	n, err := freePlace(ctx, &tx.Reader, h.target(), e.Name)
	if err != nil {
		return nil, err
	}
	if p.owned, err = takenBy(ctx, &tx.Reader, e.Name, root); err != nil {
		return nil, err
	}
	it := p.item(h, e, n, root)
	if it == nil || len(p.problems) > 0 {
		return nil, p.problems
	}
	w.edges = append(w.edges, &edgeDecl{from: h.target(), edge: e, items: []*itemDecl{it}})
	if err := l.lookUp(ctx, &tx.Reader, p); err != nil {
		return nil, err
	}
	var out rows
	if err := l.putThings(ctx, tx, &out); err != nil {
		return nil, err
	}
	l.links(&out)
	if err := out.write(ctx, tx, b.opt.Keys); err != nil {
		return nil, err
	}
	done := &Linked{Of: kind + "/" + from.handle, Edge: edge, To: it.to.kind + "/" + it.to.name}
	if it.fresh {
		done.ID, err = publicOfThing(ctx, &tx.Reader, l.things[it.to.name])
	}
	return done, err
}

// Unlink takes an item off an edge; a thing that leaves goes on to exist.
func (b *Builder) Unlink(ctx context.Context, kind, handle, edge, item string) (*Linked, error) {
	var out *Linked
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		e, from, err := b.edgeOf(ctx, &tx.Reader, kind, handle, edge)
		if err != nil {
			return err
		}
		to, err := findHeld(ctx, &tx.Reader, b.opt.Catalogue, kindOf(b.opt.Catalogue, e.To), item)
		if err != nil {
			return err
		}
		a := assocOf(e, from.id, to.id)
		rec, err := tx.Pair(ctx, a.From, a.Kind, a.To)
		if err != nil {
			return err
		}
		if rec == nil {
			return bad("", "%s %s is not on %s of %s", to.kind, item, edge, handle)
		}
		out = &Linked{Of: kind + "/" + from.handle, Edge: edge, To: to.kind + "/" + to.handle}
		return tx.Unlink(ctx, store.Pair{From: a.From, Kind: a.Kind, To: a.To})
	})
	return out, err
}

// takenBy says for an item with an owner of its own how many they have already.
func takenBy(ctx context.Context, r *store.Reader, edge string, item *node) (map[string]int, error) {
	owned := map[string]int{}
	for _, e := range item.entries {
		if e.key.text != "owner" || e.value.form != formText {
			continue
		}
		n, err := firstFree(ctx, r, func(n int) string { return ownHandle(e.value.text, edge, n) })
		if err != nil {
			return nil, err
		}
		owned[e.value.text+" "+edge] = n - 1
	}
	return owned, nil
}

// freePlace is the first number from one on by which no thing on the edge goes.
func freePlace(ctx context.Context, r *store.Reader, of target, edge string) (int, error) {
	return firstFree(ctx, r, func(n int) string { return thingHandle(of, edge, strconv.Itoa(n)) })
}

func firstFree(ctx context.Context, r *store.Reader, name func(int) string) (int, error) {
	const step = 64
	for first := 1; ; first += step {
		var rs store.ReadSet
		for i := range step {
			rs.Key(store.SpaceHandle, thingKind+"/"+name(first+i))
		}
		if err := r.Load(ctx, &rs); err != nil {
			return 0, err
		}
		for i := range step {
			if rs.GotID(i) == 0 {
				return first + i, nil
			}
		}
	}
}

// lookUp finds in the store what the item names, and checks the rest as a world
// file is checked.
func (l *loading) lookUp(ctx context.Context, r *store.Reader, p *parser) error {
	type asked struct {
		key  string
		node bool // by its public ID
	}
	var rs store.ReadSet
	var qs []asked
	for _, t := range l.w.targets() {
		for _, kind := range targetKinds() {
			if t.kind != "" && t.kind != kind {
				continue
			}
			rs.Key(store.SpaceHandle, kind+"/"+t.name)
			qs = append(qs, asked{kind + " " + t.name, false})
			if graph.ValidID(t.name) && kind != personKind {
				rs.Key(store.SpaceNode, t.name)
				qs = append(qs, asked{kind + " " + t.name, true})
			}
		}
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, q := range qs {
		if id := rs.GotID(i); id != 0 && l.known[q.key] == 0 {
			l.known[q.key] = id
		}
	}
	x, err := l.indexOfKnown(ctx, r)
	if err != nil {
		return err
	}
	p.checkThings(x)
	if len(p.problems) > 0 {
		return p.problems
	}
	return nil
}

// indexOfKnown is what the store has, as a check of a world file wants it. What
// is not of the kind it was asked for by an ID is not there.
func (l *loading) indexOfKnown(ctx context.Context, r *store.Reader) (*index, error) {
	x := &index{taken: map[string]ref{}, businesses: map[string]bool{}, apps: map[string]bool{}, pages: map[string]bool{}, instagrams: map[string]bool{},
		people: map[string]bool{}, stored: map[string]*schema.Node{}}
	keys := sortedKeys(l.known)
	var rs store.ReadSet
	for _, key := range keys {
		rs.Object(l.known[key])
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i, key := range keys {
		kind, name, _ := strings.Cut(key, " ")
		if kind == ownerKind {
			continue
		}
		rec := rs.GotObject(i)
		if got, _, _ := strings.Cut(recordName(rec), "/"); got != kind {
			delete(l.known, key)
			continue
		}
		if t, ok := record[*people.Thing](rec); ok {
			x.stored[name] = l.b.opt.Catalogue.Node(t.Type)
			continue
		}
		x.of(kind)[name] = true
	}
	return x, nil
}
