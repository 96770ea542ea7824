package world

import (
	"context"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// things removes what belongs to the person, one thing after the other: what is
// said about it, its edges, and itself.
func (e *erasure) things(ctx context.Context) (done bool, err error) {
	for e.left > 0 {
		list, err := e.tx.Range(ctx, store.Range{From: e.j.person, Kind: store.AssocOwn, All: true, Limit: 1})
		if err != nil || len(list) == 0 {
			return true, err
		}
		if done, err := e.thing(ctx, list[0].ID); err != nil || !done {
			return false, err
		}
	}
	return false, nil
}

// thing removes a thing with the comments on it, whoever made them.
func (e *erasure) thing(ctx context.Context, id store.ID) (done bool, err error) {
	if done, err := e.messages(ctx, id); err != nil || !done {
		return false, err
	}
	for e.left > 0 {
		list, err := e.tx.Range(ctx, store.Range{From: id, Kind: store.Edge("object.comments"), All: true, Limit: 1})
		if err != nil {
			return false, err
		}
		if len(list) == 0 {
			return e.bare(ctx, id)
		}
		if done, err := e.bare(ctx, list[0].ID); err != nil || !done {
			return false, err
		}
	}
	return false, nil
}

// bare removes an object once no edge starts at it or leads to it. What a comment is
// on goes with the object itself: nothing else would find it again.
func (e *erasure) bare(ctx context.Context, id store.ID) (done bool, err error) {
	if e.left <= 0 {
		return false, nil
	}
	rec, err := e.tx.Get(ctx, id)
	if err != nil {
		return false, err
	}
	if m, ok := record[*people.Thing](rec); ok {
		if done, err := e.files(ctx, m); err != nil || !done {
			return false, err
		}
	}
	var rs store.ReadSet
	var kinds []store.Kind
	for _, k := range store.EdgeKinds() {
		if kinds = append(kinds, k); k+1 != store.EdgeOf("object.comments") {
			kinds = append(kinds, k+1)
		}
	}
	for _, k := range kinds {
		rs.Range(store.Range{From: id, Kind: k, All: true, Limit: e.left})
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var ps []store.Pair
	for i, k := range kinds {
		for _, rec := range rs.GotRange(i) {
			if len(ps) < e.left {
				ps = append(ps, store.Pair{From: id, Kind: k, To: rec.ID})
			}
		}
	}
	if err := e.tx.Unlink(ctx, ps...); err != nil {
		return false, err
	}
	if e.left -= len(ps); e.left <= 0 {
		return false, nil
	}
	e.left--
	return true, e.tx.Purge(ctx, id)
}

// withoutRefs are parts that do not refer to the dead; ok is false if none did.
func withoutRefs(ps people.Parts, dead map[store.ID]bool) (_ people.Parts, ok bool) {
	out := ps
	for _, p := range ps {
		var alive []store.ID
		for _, id := range p.Refs {
			if !dead[id] {
				alive = append(alive, id)
			}
		}
		if len(alive) < len(p.Refs) {
			p.Refs, ok = alive, true
			out = out.Set(p)
		}
	}
	return out, ok
}

// partsOf are the plain fields of an object that has some.
func partsOf(o *store.Object) (people.Parts, error) {
	switch o.Kind {
	case store.KindThing:
		t, err := people.DecodeThing(o.ID, o.Version, o.Data)
		if err != nil {
			return nil, err
		}
		return t.Parts, nil
	case store.KindPage:
		p, err := people.DecodePage(o.ID, o.Data)
		if err != nil {
			return nil, err
		}
		return p.Parts, nil
	case store.KindApp:
		a, err := people.DecodeApp(o.ID, o.Data)
		if err != nil {
			return nil, err
		}
		return a.Parts, nil
	case store.KindBusiness:
		b, err := people.DecodeBusiness(o.ID, o.Data)
		if err != nil {
			return nil, err
		}
		return b.Parts, nil
	}
	return nil, nil
}

// unrefer takes the dead out of the plain fields of an object.
func (b *Builder) unrefer(ctx context.Context, tx *store.Tx, rec *store.Record, dead map[store.ID]bool) error {
	var parts people.Parts
	if rec == nil {
		return nil
	}
	switch v := rec.Value.(type) {
	case *people.Thing:
		parts = v.Parts
	case *people.Page:
		parts = v.Parts
	case *people.App:
		parts = v.Parts
	case *people.Business:
		parts = v.Parts
	}
	if parts, ok := withoutRefs(parts, dead); ok {
		return b.putParts(ctx, tx, rec, parts)
	}
	return nil
}
