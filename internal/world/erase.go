package world

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// erase takes a person out of the Graph: the record, contacts, history,
// installs, tokens, pictures and friends. Only the scoped IDs stay, bound to a
// tombstone, so that nobody ever gets one of them again. [own]
func (x *acting) erase(ctx context.Context) error {
	if x.at != nil {
		return bad("leave the page and the instagram account away, or use erase", "event %q is about the whole person", x.a.Event)
	}
	id := x.person.ID
	dead, err := ownedKeys(ctx, &x.tx.Reader, id)
	if err != nil {
		return err
	}
	grave, _, err := x.b.nextGrave(ctx, &x.tx.Reader, x.person.Handle)
	if err != nil {
		return err
	}
	dead = append(dead, grave)
	doomed := []store.ID{id}
	for _, kind := range []store.Kind{store.AssocHistory, store.AssocToken} {
		if err := eachLink(ctx, &x.tx.Reader, id, kind, func(rec *store.Record) error {
			doomed = append(doomed, rec.ID)
			return nil
		}); err != nil {
			return err
		}
	}
	if x.person.PictureID != 0 {
		doomed = append(doomed, x.person.PictureID)
	}
	if err := x.loseRoles(ctx); err != nil {
		return err
	}
	if err := x.tx.Purge(ctx, doomed...); err != nil {
		return fmt.Errorf("purge person: %w", err)
	}
	// The first tombstone keeps the common key; Bind leaves it there.
	return bury(ctx, x.tx, append(dead, store.Key{Space: store.SpaceHandle, Key: gravesKey}))
}

// ownedKeys are the keys of a person that must never lead to anybody else.
func ownedKeys(ctx context.Context, r *store.Reader, id store.ID) ([]store.Key, error) {
	spaces := []store.Space{store.SpacePSID, store.SpaceASID, store.SpaceIGSID, store.SpaceThirdParty}
	var rs store.ReadSet
	for _, s := range spaces {
		rs.Owned(store.Owned{ID: id, Space: s})
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var keys []store.Key
	for i, s := range spaces {
		for _, k := range rs.GotOwned(i) {
			keys = append(keys, store.Key{Space: s, Key: k})
		}
	}
	return keys, nil
}

// bury binds dead keys to a new tombstone.
func bury(ctx context.Context, tx *store.Tx, dead []store.Key) error {
	if len(dead) == 0 {
		return nil
	}
	stone := tx.NewID()
	if err := tx.Put(ctx, store.Object{ID: stone, Kind: store.KindTombstone, Data: store.AppendRecord(nil, nil)}); err != nil {
		return fmt.Errorf("put tombstone: %w", err)
	}
	bs := make([]store.Binding, len(dead))
	for i, k := range dead {
		bs[i] = store.Binding{Key: k, ID: stone}
	}
	if _, err := tx.Bind(ctx, bs...); err != nil {
		return fmt.Errorf("bind tombstone: %w", err)
	}
	return nil
}

// loseRoles ends the Page tokens the person asked for. [seen: "lost page role"]
func (x *acting) loseRoles(ctx context.Context) error {
	return eachLink(ctx, &x.tx.Reader, x.person.ID, store.AssocTaskOf, func(page *store.Record) error {
		return losePage(ctx, x.tx, page.ID, x.person.ID)
	})
}

// forgetAt is an erasure at one place: the contact stays as a tombstone, the ID
// dies, and the history there is gone.
func (x *acting) forgetAt(ctx context.Context, at *place) error {
	var doomed []store.ID
	if err := eachLink(ctx, &x.tx.Reader, x.person.ID, store.AssocHistory, func(link *store.Record) error {
		rec, err := x.tx.Get(ctx, link.ID)
		if h, ok := record[*happening](rec); ok && h.Place == at.id {
			doomed = append(doomed, link.ID)
		}
		return err
	}); err != nil {
		return err
	}
	if len(doomed) > 0 {
		if err := x.tx.Purge(ctx, doomed...); err != nil {
			return fmt.Errorf("purge history: %w", err)
		}
	}
	dead := scopedid.Key(at.space(), at.id, x.out.ScopedID)
	if err := x.tx.Unbind(ctx, dead); err != nil {
		return err
	}
	return bury(ctx, x.tx, []store.Key{dead})
}
