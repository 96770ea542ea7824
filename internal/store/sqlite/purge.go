package sqlite

import (
	"context"
	"math"

	"github.com/kithgraph/kith/internal/store/driver"
)

// purgePage is how many associations Purge takes at a time.
const purgePage = 1000

// Purge implements driver.Writer.
func (w *writer) Purge(ctx context.Context, ids []driver.ID) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		if id == 0 {
			continue // the version sequence
		}
		if err := w.purge(ctx, id); err != nil {
			return w.fail("purge", err)
		}
	}
	return nil
}

func (w *writer) purge(ctx context.Context, id driver.ID) error {
	for {
		ps, err := w.starts(id)
		if err != nil {
			return err
		}
		for _, p := range ps {
			if err := w.unlink(p); err != nil {
				return err
			}
		}
		if len(ps) < purgePage {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	for _, sql := range [...]string{sqlPurgeCounts, sqlPurgeKeys, sqlDelete} {
		if err := executeInt(w.conn, sql, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// starts lists the first associations that start at id.
func (w *writer) starts(id driver.ID) (ps []driver.Pair, err error) {
	stmt, err := w.conn.Prepare(sqlStarts)
	if err != nil {
		return nil, err
	}
	defer func() { err = firstError(err, stmt.Reset()) }()
	stmt.BindInt64(1, int64(id))
	stmt.BindInt64(2, 0) // what an earlier page named is gone
	stmt.BindInt64(3, math.MinInt64)
	stmt.BindInt64(4, purgePage)
	for {
		if found, err := stmt.Step(); err != nil || !found {
			return ps, err
		}
		ps = append(ps, driver.Pair{From: id, Kind: driver.Kind(stmt.ColumnInt64(0)), To: driver.ID(stmt.ColumnInt64(1))})
	}
}
