package store

import (
	"context"

	"github.com/kithgraph/kith/internal/store/driver"
)

// purgePage is how many associations one question of a purge looks at.
const purgePage = 1000

// Purge removes objects with every association that starts at them, the
// inverses of those, their counts and their keys. It reads what it removes
// first, so that the cache forgets exactly that.
func (t *Tx) Purge(ctx context.Context, ids ...ID) error {
	for _, id := range ids {
		if err := t.touchAll(ctx, id); err != nil {
			return err
		}
	}
	return t.w.Purge(ctx, ids)
}

func (t *Tx) touchAll(ctx context.Context, id ID) error {
	t.touched.add(objectKey(id))
	var rs driver.ReadSet
	for _, k := range t.db.assocs {
		t.touched.add(listKey(id, k.Kind))
		rs.Ranges = append(rs.Ranges, Range{From: id, Kind: k.Kind, All: true, Limit: purgePage})
	}
	if t.db.shared != nil {
		rs.Objects = append(rs.Objects, id)
	}
	for _, s := range t.db.spaces {
		rs.Owned = append(rs.Owned, Owned{ID: id, Space: s.Space})
	}
	if err := t.w.Read(ctx, &rs); err != nil {
		return err
	}
	for _, o := range rs.GotObjects {
		t.loses(o)
	}
	for i, keys := range rs.GotOwned {
		for _, key := range keys {
			t.touchBinding(Binding{ID: id, Key: Key{Space: rs.Owned[i].Space, Key: key}})
		}
	}
	t.wrote = true
	for i := range rs.Ranges {
		if err := t.touchRange(ctx, rs.Ranges[i], rs.GotRanges[i]); err != nil {
			return err
		}
	}
	return nil
}

// touchRange touches the first page of q and reads on while pages are full.
func (t *Tx) touchRange(ctx context.Context, q Range, page []Assoc) error {
	for {
		for i := range page {
			t.touchPair(Pair{From: q.From, Kind: q.Kind, To: page[i].To})
		}
		if len(page) < q.Limit || t.touched.all {
			return nil
		}
		q.After = &Pos{To: page[len(page)-1].To}
		rs := driver.ReadSet{Ranges: []Range{q}}
		if err := t.w.Read(ctx, &rs); err != nil {
			return err
		}
		page = rs.GotRanges[0]
	}
}
