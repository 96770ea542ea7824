package world

import (
	"context"
	"errors"

	"github.com/kithgraph/kith/internal/store"
)

// UnfinishedID is an object that is there from the first transaction of an
// import into an empty store to its last. Between them people are without
// their scoped IDs, roles and friends.
const UnfinishedID store.ID = 5

// ErrUnfinished: the store has a part of an import, and nothing tells which.
var ErrUnfinished = errors.New("an import into this database did not finish, or still runs: people and IDs are missing; " +
	"if none runs, import the whole file again into a new --data folder or another empty database, and throw this one away")

// Finished gives ErrUnfinished if an import began in the empty store and has
// not ended.
func (b *Builder) Finished(ctx context.Context) error {
	return b.opt.DB.View(ctx, func(r *store.Reader) error {
		rec, err := r.Get(ctx, UnfinishedID)
		if err == nil && rec != nil {
			err = ErrUnfinished
		}
		return err
	})
}

// mark notes in tx that an import begins, or that it has ended. One into a store
// with people binds everybody's IDs with them, and needs none.
func (m *importing) mark(ctx context.Context, tx *store.Tx, begins bool) error {
	switch {
	case !m.fresh:
		return nil
	case begins:
		return markUnfinished(ctx, tx)
	}
	return tx.Delete(ctx, UnfinishedID)
}

func markUnfinished(ctx context.Context, tx *store.Tx) error {
	return tx.Put(ctx, store.Object{ID: UnfinishedID, Kind: store.KindMeta, Data: store.AppendRecord(nil, nil)})
}
