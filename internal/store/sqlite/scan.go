package sqlite

import (
	"context"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Scan implements driver.Reader.
func (r *reader) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	sql, fill := scanOf(t)
	if fill == nil {
		return fmt.Errorf("scan: no table %d", t)
	}
	if err := r.scan(ctx, sql, fill, f); err != nil {
		return failure("scan", err)
	}
	return nil
}

// scan has a statement of its own, so that f may read and scan again.
func (r *reader) scan(ctx context.Context, sql string, fill func(*sqlite.Stmt, *driver.Row), f func(*driver.Row) bool) (err error) {
	stmt, _, err := r.conn.PrepareTransient(sql)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, stmt.Finalize()) }()
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

func scanOf(t driver.Table) (sql string, fill func(*sqlite.Stmt, *driver.Row)) {
	switch t {
	case driver.Objects:
		return sqlScanObjects, fillObject
	case driver.Assocs:
		return sqlScanAssocs, fillAssoc
	case driver.Keys:
		return sqlScanKeys, fillKey
	case driver.Counts:
		return sqlScanCounts, fillCount
	}
	return "", nil
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
