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

// bindThreads lets the IDs of people lead to their conversations with a place.
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
		}
	}
	_, err := tx.Bind(ctx, bs...) // of several with one person the first is the one
	return err
}
