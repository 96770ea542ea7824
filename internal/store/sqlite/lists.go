package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

func (r *reader) readRanges(ctx context.Context, rs *driver.ReadSet) error {
	for i := range rs.Ranges {
		if err := ctx.Err(); err != nil {
			return err
		}
		as, err := r.rangeOf(ctx, &rs.Ranges[i])
		if err != nil {
			return err
		}
		rs.GotRanges[i] = as
	}
	return nil
}

func (r *reader) rangeOf(ctx context.Context, q *driver.Range) (as []driver.Assoc, err error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	stmt, err := r.conn.Prepare(rangeSQL(q))
	if err != nil {
		return nil, err
	}
	defer func() { err = firstError(err, stmt.Reset()) }()
	bindRange(stmt, q)
	for n := 0; ; n++ {
		if found, err := stmt.Step(); err != nil || !found {
			return as, err
		}
		if err := pause(ctx, n); err != nil {
			return nil, err
		}
		as = append(as, driver.Assoc{
			From: q.From, Kind: q.Kind,
			To:      driver.ID(stmt.ColumnInt64(0)),
			Time:    columnTime(stmt, 1),
			Version: stmt.ColumnInt64(2),
			Data:    columnBytes(stmt, 3),
		})
	}
}

func rangeSQL(q *driver.Range) string {
	switch {
	case q.All && q.Reverse:
		return sqlAllReverse
	case q.All:
		return sqlAll
	case q.Reverse:
		return sqlOldest
	}
	return sqlNewest
}

func bindRange(stmt *sqlite.Stmt, q *driver.Range) {
	low, high := q.Span()
	args := []int64{int64(q.From), int64(q.Kind), low.Rank, int64(low.To), high.Rank, int64(high.To), int64(q.Limit)}
	if q.All {
		args = []int64{int64(q.From), int64(q.Kind), int64(low.To), int64(high.To), int64(q.Limit)}
	}
	for i, v := range args {
		stmt.BindInt64(i+1, v)
	}
}

func (r *reader) readCounts(ctx context.Context, rs *driver.ReadSet) error {
	for i, c := range rs.Counts {
		if err := pause(ctx, i); err != nil {
			return err
		}
		n, err := r.count(c)
		if err != nil {
			return err
		}
		rs.GotCounts[i] = n
	}
	return nil
}

func (r *reader) count(c driver.Count) (int64, error) {
	stmt, err := r.conn.Prepare(sqlGetCount)
	if err != nil {
		return 0, err
	}
	stmt.BindInt64(1, int64(c.From))
	stmt.BindInt64(2, int64(c.Kind))
	if found, err := stmt.Step(); err != nil || !found {
		return 0, err
	}
	n := stmt.ColumnInt64(0)
	return n, stmt.Reset()
}

func (r *reader) readOwned(ctx context.Context, rs *driver.ReadSet) error {
	for i, o := range rs.Owned {
		if err := pause(ctx, i); err != nil {
			return err
		}
		keys, err := r.ownedBy(o)
		if err != nil {
			return err
		}
		rs.GotOwned[i] = keys
	}
	return nil
}

func (r *reader) ownedBy(o driver.Owned) (keys []string, err error) {
	stmt, err := r.conn.Prepare(sqlGetOwned)
	if err != nil {
		return nil, err
	}
	defer func() { err = firstError(err, stmt.Reset()) }()
	stmt.BindInt64(1, int64(o.ID))
	stmt.BindInt64(2, int64(o.Space))
	for {
		if found, err := stmt.Step(); err != nil || !found {
			return keys, err
		}
		keys = append(keys, string(columnBytes(stmt, 0)))
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
