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
//
// The transaction that is acknowledged puts a tombstone in the person's place,
// so that nothing shows any more, and removes what fits; a job does the rest.
func (x *acting) erase(ctx context.Context) error {
	if x.at != nil {
		return bad("leave the page and the instagram account away, or use erase", "event %q is about the whole person", x.a.Event)
	}
	if err := x.tellApps(ctx); err != nil {
		return err
	}
	id := x.person.ID
	grave, _, err := x.b.nextGrave(ctx, &x.tx.Reader, x.person.Handle)
	if err != nil {
		return err
	}
	// The first tombstone keeps the common key; Bind leaves it there.
	stone, err := bury(ctx, x.tx, []store.Key{grave, {Space: store.SpaceHandle, Key: gravesKey}})
	if err != nil {
		return err
	}
	if err := x.tx.Unbind(ctx, store.Key{Space: store.SpaceHandle, Key: personKind + "/" + x.person.Handle}); err != nil {
		return err
	}
	if x.person.PictureID != 0 {
		if err := x.tx.Purge(ctx, x.person.PictureID); err != nil {
			return fmt.Errorf("purge picture: %w", err)
		}
	}
	if err := x.tx.Put(ctx, tombstone(id)); err != nil {
		return fmt.Errorf("put tombstone: %w", err)
	}
	return x.begin(ctx, &job{kind: eraseJob, person: id, stone: stone})
}

// begin puts an erasure on the list and does of it what one transaction may.
func (x *acting) begin(ctx context.Context, j *job) error {
	j.state, j.began = removing, x.now.UnixMicro()
	if err := j.add(ctx, x.tx); err != nil {
		return fmt.Errorf("begin erasure: %w", err)
	}
	x.begun = true
	if err := (&erasure{b: x.b, tx: x.tx, j: j}).run(ctx); err != nil {
		return err
	}
	return j.save(ctx, x.tx)
}

func tombstone(id store.ID) store.Object {
	return store.Object{ID: id, Kind: store.KindTombstone, Data: store.AppendRecord(nil, nil)}
}

// bury binds dead keys to a new tombstone, those that are free.
func bury(ctx context.Context, tx *store.Tx, dead []store.Key) (store.ID, error) {
	stone := tx.NewID()
	if err := tx.Put(ctx, tombstone(stone)); err != nil {
		return 0, fmt.Errorf("put tombstone: %w", err)
	}
	bs := make([]store.Binding, len(dead))
	for i, k := range dead {
		bs[i] = store.Binding{Key: k, ID: stone}
	}
	if _, err := tx.Bind(ctx, bs...); err != nil {
		return 0, fmt.Errorf("bind tombstone: %w", err)
	}
	return stone, nil
}

// forgetAt is an erasure at one place: the contact stays as a tombstone, the ID
// dies, and the history there is gone.
func (x *acting) forgetAt(ctx context.Context, at *place) error {
	if x.out.ScopedID == "" {
		return nil // erased here before
	}
	stone, err := bury(ctx, x.tx, nil)
	if err != nil {
		return err
	}
	dead := scopedid.Key(at.space(), at.id, x.out.ScopedID)
	if err := moveKeys(ctx, x.tx, []store.Key{dead}, stone); err != nil {
		return err
	}
	return x.begin(ctx, &job{kind: forgetJob, person: x.person.ID, place: at.id, stone: stone})
}
