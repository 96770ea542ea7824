package store

import (
	"bytes"
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Tx reads and writes inside an Update and sees its own writes.
type Tx struct {
	Reader
	w       driver.Writer
	touched marks

	own         *idRange // ids claimed for this transaction
	issued      int      // ids handed out in this run
	provisional int      // those of them that may not be kept
	lastID      ID
	fresh       []ID // those that may be kept, ascending; of a shared database only

	wrote, wroteLeased bool
}

// Put inserts or replaces objects; Version is set by the store. Who puts an
// object of another kind in the place of a leased one has read that one before,
// in the same Update.
func (t *Tx) Put(ctx context.Context, objs ...Object) error {
	for i := range objs {
		id := objs[i].ID
		t.touched.add(objectKey(id))
		fresh := t.db.freshness(objs[i].Kind)
		if slices.Contains(t.leases, id) {
			fresh = driver.Leased // it was
		}
		t.writes(fresh, id)
	}
	return t.w.Put(ctx, objs)
}

// Want makes objects as they are given. Those that are so already are not
// written, but if they are leased the acknowledgement waits all the same: they
// may be so since a moment ago.
func (t *Tx) Want(ctx context.Context, objs ...Object) error {
	rs := driver.ReadSet{}
	for i := range objs {
		rs.Objects = append(rs.Objects, objs[i].ID)
	}
	if err := t.w.Read(ctx, &rs); err != nil {
		return err
	}
	var other []Object
	for i, have := range rs.GotObjects {
		if have == nil || have.Kind != objs[i].Kind || !bytes.Equal(have.Data, objs[i].Data) {
			other = append(other, objs[i])
		}
		t.wroteLeased = t.wroteLeased || t.db.freshness(objs[i].Kind) == driver.Leased
		if have != nil {
			t.wroteLeased = t.wroteLeased || t.db.freshness(have.Kind) == driver.Leased
		}
	}
	if other == nil {
		return nil
	}
	return t.Put(ctx, other...)
}

// Delete removes objects, not what hangs on them; missing ones are fine.
func (t *Tx) Delete(ctx context.Context, ids ...ID) error {
	for _, id := range ids {
		t.touched.add(objectKey(id))
	}
	t.wrote = true
	if t.db.shared != nil {
		rs := driver.ReadSet{Objects: ids}
		if err := t.w.Read(ctx, &rs); err != nil {
			return err
		}
		for _, o := range rs.GotObjects {
			t.loses(o)
		}
	}
	return t.w.Delete(ctx, ids)
}

// writes notes that a record is written. Nobody can hold a lease on one that
// this transaction makes.
func (t *Tx) writes(f driver.Freshness, id ID) {
	t.wrote = true
	if f != driver.Leased || t.wroteLeased {
		return
	}
	_, own := slices.BinarySearch(t.fresh, id)
	t.wroteLeased = !own
}

// loses notes that an object is removed. One that is missing may have been
// removed a moment ago.
func (t *Tx) loses(o *Object) {
	if o == nil || t.db.freshness(o.Kind) == driver.Leased {
		t.wroteLeased = true
	}
}

// Bind claims keys, first writer wins: the answer has the ID each key leads to
// now.
func (t *Tx) Bind(ctx context.Context, bs ...Binding) ([]ID, error) {
	for i := range bs {
		t.touchBinding(bs[i])
	}
	return t.w.Bind(ctx, bs)
}

// Unbind frees keys; missing ones are fine.
func (t *Tx) Unbind(ctx context.Context, ks ...Key) error {
	rs := driver.ReadSet{Keys: ks}
	if err := t.w.Read(ctx, &rs); err != nil {
		return err
	}
	for i, k := range ks {
		t.touchBinding(Binding{Key: k, ID: rs.GotKeys[i]})
	}
	return t.w.Unbind(ctx, ks)
}

// Link inserts or replaces associations with their inverses; Version is set by
// the store.
func (t *Tx) Link(ctx context.Context, as ...Assoc) error {
	for i := range as {
		t.touchPair(Pair{From: as[i].From, Kind: as[i].Kind, To: as[i].To})
	}
	return t.w.Link(ctx, as)
}

// Unlink removes associations and their inverses; missing ones are fine.
func (t *Tx) Unlink(ctx context.Context, ps ...Pair) error {
	for _, p := range ps {
		t.touchPair(p)
	}
	return t.w.Unlink(ctx, ps)
}

func (t *Tx) touchBinding(b Binding) {
	t.writes(t.db.spaceFreshness(b.Space), 0)
	t.touched.add(keyKey(b.Space, b.Key.Key))
	t.touched.add(ownedKey(Owned{ID: b.ID, Space: b.Space}))
}

func (t *Tx) touchPair(p Pair) {
	t.writes(t.db.freshness(p.Kind), 0)
	t.touched.add(pairKey(p))
	t.touched.add(listKey(p.From, p.Kind))
	if inv := t.db.inverse(p.Kind); inv != 0 {
		t.touched.add(pairKey(Pair{From: p.To, Kind: inv, To: p.From}))
		t.touched.add(listKey(p.To, inv))
	}
}

// inverse is the inverse of an association kind, zero for none.
func (db *DB) inverse(k Kind) Kind {
	for i := range db.assocs {
		if db.assocs[i].Kind == k {
			return db.assocs[i].Inverse
		}
	}
	return 0
}

// Bytes returns the record of an association as it is stored, nil if there is
// none: for those who write one again and keep what they do not know.
func (t *Tx) Bytes(ctx context.Context, p Pair) ([]byte, error) {
	rs := driver.ReadSet{Pairs: []Pair{p}}
	if err := t.w.Read(ctx, &rs); err != nil || rs.GotPairs[0] == nil {
		return nil, err
	}
	return rs.GotPairs[0].Data, nil
}
