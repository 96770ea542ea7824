package sqlite

import (
	"context"
	"fmt"
	"math"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Scan implements driver.Reader.
func (r *reader) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	sql, from, fill := scanOf(t)
	if fill == nil {
		return fmt.Errorf("scan: no table %d", t)
	}
	if err := r.scan(ctx, sql, from, fill, f); err != nil {
		return failure("scan", err)
	}
	return nil
}

// scan has a statement of its own, so that f may read and scan again: one page
// that begins behind from and holds the table.
func (r *reader) scan(ctx context.Context, sql string, from func(*sqlite.Stmt) int,
	fill func(*sqlite.Stmt, *driver.Row), f func(*driver.Row) bool) (err error) {
	stmt, _, err := r.conn.PrepareTransient(sql)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, stmt.Finalize()) }()
	stmt.BindInt64(from(stmt), math.MaxInt64)
	var row driver.Row
	for n := 0; ; n++ {
		if err := pause(ctx, n); err != nil {
			return err
		}
		if found, err := stmt.Step(); err != nil || !found {
			return err
		}
		fill(stmt, &row)
		if !f(&row) {
			return nil
		}
	}
}

func scanOf(t driver.Table) (sql string, from func(*sqlite.Stmt) int, fill func(*sqlite.Stmt, *driver.Row)) {
	switch t {
	case driver.Objects:
		return sqlScanObjects, fromFirst(1), fillObject
	case driver.Assocs:
		return sqlScanAssocs, fromFirst(3), fillAssoc
	case driver.Keys:
		return sqlScanKeys, fromFirstKey, fillKey
	case driver.Counts:
		return sqlScanCounts, fromFirst(3), fillCount
	}
	return "", nil, nil
}

// fromFirst binds a key of n numbers below every other and returns the number
// of the next parameter.
func fromFirst(n int) func(*sqlite.Stmt) int {
	return func(stmt *sqlite.Stmt) int {
		for i := range n {
			stmt.BindInt64(i+1, math.MinInt64)
		}
		return n + 1
	}
}

func fromFirstKey(stmt *sqlite.Stmt) int {
	stmt.BindInt64(1, 0)
	stmt.BindBytes(2, nil)
	return 3
}

func fillObject(stmt *sqlite.Stmt, row *driver.Row) {
	row.Object = driver.Object{
		ID:      driver.ID(stmt.ColumnInt64(0)),
		Kind:    driver.Kind(stmt.ColumnInt64(1)),
		Version: stmt.ColumnInt64(2),
		Data:    columnBytes(stmt, 3),
	}
}

func fillAssoc(stmt *sqlite.Stmt, row *driver.Row) {
	row.Assoc = driver.Assoc{
		From:    driver.ID(stmt.ColumnInt64(0)),
		Kind:    driver.Kind(stmt.ColumnInt64(1)),
		To:      driver.ID(stmt.ColumnInt64(2)),
		Time:    columnTime(stmt, 3),
		Version: stmt.ColumnInt64(4),
		Data:    columnBytes(stmt, 5),
	}
}

func fillKey(stmt *sqlite.Stmt, row *driver.Row) {
	row.Key.Space = driver.Space(stmt.ColumnInt64(0))
	row.Key.Key.Key = string(columnBytes(stmt, 1))
	row.Key.ID = driver.ID(stmt.ColumnInt64(2))
}

func fillCount(stmt *sqlite.Stmt, row *driver.Row) {
	row.Count.From = driver.ID(stmt.ColumnInt64(0))
	row.Count.Kind = driver.Kind(stmt.ColumnInt64(1))
	row.Count.Slot = stmt.ColumnInt(2)
	row.Count.N = stmt.ColumnInt64(3)
}
