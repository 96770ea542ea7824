package world

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// thing collects the record of a thing. A conversation is found by those who take
// part in it.
func (r *rows) thing(t *people.Thing) {
	r.put(thingObject(t))
	if t.Type == "Conversation" && t.Owner != 0 && len(t.Parts.Refs("participants")) > 0 {
		r.threads = append(r.threads, t)
	}
}

// bindThreads lets the IDs of people lead to their conversations with a place, and the
// people themselves, with whom those go.
func (r *rows) bindThreads(ctx context.Context, tx *store.Tx, keys *access.Keys) error {
	if len(r.threads) == 0 {
		return nil
	}
	var rs store.ReadSet
	for _, t := range r.threads {
		rs.Object(t.Owner)
		for _, id := range t.Parts.Refs("participants") {
			rs.Object(id)
		}
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	at := 0
	var bs []store.Binding
	var theirs []store.Assoc
	for _, t := range r.threads {
		var in place
		switch rec := rs.GotObject(at); {
		case rec == nil:
		case rec.Kind == store.KindPage:
			if p, ok := record[*people.Page](rec); ok {
				in = *pageOf(p)
			}
		case rec.Kind == store.KindInstagram:
			if i, ok := record[*people.Instagram](rec); ok {
				in = *accountOf(i, nil)
			}
		}
		at++
		for range t.Parts.Refs("participants") {
			p, ok := record[*people.Person](rs.GotObject(at))
			if at++; !ok || in.id == 0 {
				continue
			}
			digits, err := scopedid.Mint(ctx, tx, keys, in.space(), in.id, in.public, p.ID, p.Seed, "")
			if err != nil {
				return err
			}
			bs = append(bs, store.Binding{Key: messaging.ThreadKey(in.id, digits), ID: t.ID})
			theirs = append(theirs, store.Assoc{From: p.ID, Kind: store.Edge("conversations"), To: t.ID, Time: max(t.Created*1e6, 1)})
		}
	}
	if _, err := tx.Bind(ctx, bs...); err != nil { // of several with one person the first is the one
		return err
	}
	return linkMissing(ctx, tx, theirs)
}

// linkMissing links what is not linked, with another time, already.
func linkMissing(ctx context.Context, tx *store.Tx, list []store.Assoc) error {
	var rs store.ReadSet
	for i := range list {
		rs.Pair(list[i].From, list[i].Kind, list[i].To)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	var missing []store.Assoc
	for i := range list {
		if rs.GotPair(i) == nil {
			missing = append(missing, list[i])
		}
	}
	return tx.Link(ctx, missing...)
}
