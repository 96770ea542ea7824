package world

import (
	"context"
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/transfer"
)

// UnfinishedID is an object that is there from the first transaction to the last
// of an import into an empty store, of a generation of people, or of a load that
// takes several. Between them people are without their scoped IDs, roles and
// friends. A copy of a whole database has a mark of its own, transfer.ProgressID.
const UnfinishedID store.ID = 5

// tagLoad is in the mark of a load; that of an import has nothing.
const tagLoad uint32 = 1

// ErrUnfinished: the store has a part of a world, and nothing tells which. The
// errors that wrap it say how it came about and what to do.
var ErrUnfinished = errors.New("the database is not whole")

var (
	errImport = fmt.Errorf("%w: an import into it, or the generation of people, did not finish or still runs, and people and IDs are missing; "+
		"if none runs, do it again with a new --data folder or another empty database, and throw this one away", ErrUnfinished)
	errLoad = fmt.Errorf("%w: a world file was being loaded into it and a part is missing; "+
		"if no server loads it now, start again with a new --data folder or another empty database, and throw this one away", ErrUnfinished)
	errMove = fmt.Errorf("%w: kith db move did not finish copying into it, or still runs; "+
		"if it does not run, run the same move again, which goes on where it was", ErrUnfinished)
)

// Finished gives an error that wraps ErrUnfinished if an import, a load or a copy
// began in the empty store and has not ended.
func (b *Builder) Finished(ctx context.Context) error {
	return b.opt.DB.View(ctx, func(r *store.Reader) error { return finished(ctx, r) })
}

func finished(ctx context.Context, r *store.Reader) error {
	var rs store.ReadSet
	marks := []store.ID{UnfinishedID, transfer.ProgressID}
	for _, id := range marks {
		rs.Object(id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, id := range marks {
		if rec := rs.GotObject(i); rec != nil {
			data, _ := rec.Value.([]byte)
			return unfinished(id, data)
		}
	}
	return nil
}

// unfinished says what an object is a mark of; nil for one that is none.
func unfinished(id store.ID, data []byte) error {
	switch id {
	case transfer.ProgressID:
		return errMove
	case UnfinishedID:
		if fs, err := store.ParseRecord(data); err == nil && len(fs) > 0 && fs[0].Tag == tagLoad {
			return errLoad
		}
		return errImport
	}
	return nil
}

// begins notes in tx that something begins, ends that it has ended.
func begins(ctx context.Context, tx *store.Tx, what ...store.Field) error {
	return tx.Put(ctx, store.Object{ID: UnfinishedID, Kind: store.KindMeta, Data: store.AppendRecord(nil, what)})
}

func ends(ctx context.Context, tx *store.Tx) error { return tx.Delete(ctx, UnfinishedID) }
