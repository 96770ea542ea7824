package world

import (
	"context"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Removed says which thing is gone.
type Removed struct {
	Handle string `json:"handle"`
	ID     string `json:"id"`
	Type   string `json:"type"`
}

// RemoveThing deletes a thing, found by handle or ID, with the comments on it and
// all that hangs on it; fields of other nodes that refer to it show nothing from
// then on. What hangs on it goes in transactions of Options.JobRows rows and itself
// last, so that whoever is interrupted finds it again. Errors are *NotFound.
func (b *Builder) RemoveThing(ctx context.Context, handle string) (*Removed, error) {
	var out *Removed
	var id store.ID
	for done := false; !done; {
		if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
			t, err := b.removing(ctx, &tx.Reader, handle, id)
			if done = t == nil; err != nil || done {
				return err
			}
			id, out = t.ID, &Removed{Handle: t.Handle, ID: t.PublicID, Type: t.Type}
			e := &erasure{b: b, tx: tx, left: b.opt.JobRows}
			done, err = e.whole(ctx, id)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sessionsAtOnce is of how many sessions the requests are removed in one go.
const sessionsAtOnce = 20

// requests removes what sessions know of their requests.
func (e *erasure) requests(ctx context.Context, sessions []store.Record) (done bool, err error) {
	var rs store.ReadSet
	for i := range sessions {
		rs.Range(store.Range{From: sessions[i].ID, Kind: store.AssocBatch, All: true, Limit: e.left})
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var gone []store.Pair
	for i := range sessions {
		for _, b := range rs.GotRange(i) {
			gone = append(gone, store.Pair{From: sessions[i].ID, Kind: store.AssocBatch, To: b.ID})
		}
	}
	if len(gone) == 0 {
		return true, nil
	}
	n := min(len(gone), e.left)
	e.left -= n
	return n == len(gone) && e.left > 0, e.tx.Unlink(ctx, gone[:n]...)
}

// removing is the thing that a name leads to at first; then, whatever the name leads
// to, the same one, or nil if it is gone.
func (b *Builder) removing(ctx context.Context, r *store.Reader, handle string, id store.ID) (*people.Thing, error) {
	if id == 0 {
		return findThing(ctx, r, handle)
	}
	rec, err := r.Get(ctx, id)
	t, _ := record[*people.Thing](rec)
	return t, err
}

// whole removes a thing with the rows and sessions of an audience, which nothing
// else leads to.
func (e *erasure) whole(ctx context.Context, id store.ID) (done bool, err error) {
	sessions, err := e.tx.Range(ctx, store.Range{From: id, Kind: store.Edge("audience.sessions"), All: true, Limit: min(e.left, sessionsAtOnce)})
	if err != nil {
		return false, err
	}
	if done, err := e.requests(ctx, sessions); err != nil || !done {
		return false, err
	}
	if err := e.purge(ctx, sessions); err != nil {
		return false, err
	}
	if e.left -= len(sessions); e.left <= 0 {
		return false, nil
	}
	rows, err := e.tx.Range(ctx, store.Range{From: id, Kind: store.AssocAudience, All: true, Limit: e.left})
	if err != nil {
		return false, err
	}
	pairs := make([]store.Pair, len(rows))
	for i := range rows {
		pairs[i] = store.Pair{From: id, Kind: store.AssocAudience, To: rows[i].ID}
	}
	if err := e.tx.Unlink(ctx, pairs...); err != nil {
		return false, err
	}
	if e.left -= len(rows); e.left <= 0 {
		return false, nil
	}
	return e.thing(ctx, id)
}
