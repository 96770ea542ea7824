package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Link implements driver.Writer.
func (w *writer) Link(ctx context.Context, as []driver.Assoc) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for i := range as {
		info, err := w.store.reg.CheckAssoc(&as[i])
		if err != nil {
			return err
		}
		a := as[i]
		if a.Time == driver.TimeVersion {
			a.Time = w.version
		}
		if err := w.link(&a, info); err != nil {
			return w.fail("link", err)
		}
	}
	return nil
}

// link writes a row and its inverse.
func (w *writer) link(a *driver.Assoc, info *driver.KindInfo) error {
	there, err := w.set(a, info, sqlUpsert, sqlRelink)
	if err != nil {
		return err
	}
	inv, invInfo := w.inverse(driver.Pair{From: a.From, Kind: a.Kind, To: a.To}, info)
	if invInfo == nil {
		return nil
	}
	mirror := driver.Assoc{From: inv.From, Kind: inv.Kind, To: inv.To}
	if invInfo.Once {
		if !there {
			_, err = w.assoc(sqlLink, &mirror)
		}
		return err
	}
	mirror.Time = a.Time
	_, err = w.set(&mirror, invInfo, sqlUpsertInverse, sqlRelinkInverse)
	return err
}

// set inserts a row or changes the one that is there: in one statement, unless it is
// to be counted if it is new. It reports whether one was there, if it knows.
func (w *writer) set(a *driver.Assoc, info *driver.KindInfo, upsert, relink string) (there bool, err error) {
	if info == nil || !info.Counted {
		_, err := w.assoc(upsert, a)
		return false, err
	}
	keeps := relink == sqlRelink
	if keeps && a.Version != 0 { // it was read: likely it keeps its time, too
		if same, err := w.assoc(sqlRewrite, a); same || err != nil {
			return true, err
		}
		keeps = false
	}
	inserted, err := w.assoc(sqlLink, a)
	if err != nil {
		return false, err
	}
	if inserted {
		return false, w.add(driver.Pair{From: a.From, Kind: a.Kind, To: a.To}, info, 1)
	}
	if keeps {
		if same, err := w.assoc(sqlRewrite, a); same || err != nil {
			return true, err
		}
	}
	_, err = w.assoc(relink, a)
	return true, err
}

// assoc runs one of the statements that write a row; it reports whether
// a row was written.
func (w *writer) assoc(sql string, a *driver.Assoc) (changed bool, err error) {
	stmt, err := w.conn.Prepare(sql)
	if err != nil {
		return false, err
	}
	bindPair(stmt, driver.Pair{From: a.From, Kind: a.Kind, To: a.To})
	if a.Time == 0 {
		stmt.BindNull(4)
	} else {
		stmt.BindInt64(4, driver.Rank(a.Time))
	}
	stmt.BindInt64(5, w.version)
	if sql != sqlRelinkInverse {
		stmt.BindBytes(6, a.Data)
	}
	_, err = stmt.Step()
	return w.conn.Changes() == 1, err
}

// Unlink implements driver.Writer.
func (w *writer) Unlink(ctx context.Context, ps []driver.Pair) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, p := range ps {
		if err := w.unlink(p); err != nil {
			return w.fail("unlink", err)
		}
	}
	return nil
}

// unlink removes a row and its inverse.
func (w *writer) unlink(p driver.Pair) error {
	info := w.store.reg.Kind(p.Kind)
	if err := w.unset(p, info); err != nil {
		return err
	}
	inv, invInfo := w.inverse(p, info)
	if invInfo == nil {
		return nil
	}
	return w.unset(inv, invInfo)
}

func (w *writer) unset(p driver.Pair, info *driver.KindInfo) error {
	stmt, err := w.conn.Prepare(sqlUnlink)
	if err != nil {
		return err
	}
	bindPair(stmt, p)
	if _, err := stmt.Step(); err != nil || w.conn.Changes() == 0 {
		return err
	}
	return w.add(p, info, -1)
}

// inverse names the row that mirrors p; no info means that there is none, or
// that it is p itself.
func (w *writer) inverse(p driver.Pair, info *driver.KindInfo) (driver.Pair, *driver.KindInfo) {
	if info == nil || info.Inverse == 0 || info.Inverse == p.Kind && p.From == p.To {
		return driver.Pair{}, nil
	}
	return driver.Pair{From: p.To, Kind: info.Inverse, To: p.From}, w.store.reg.Kind(info.Inverse)
}

// add keeps the count of a Counted kind, in the slot of the other end.
func (w *writer) add(p driver.Pair, info *driver.KindInfo, n int64) error {
	if info == nil || !info.Counted {
		return nil
	}
	stmt, err := w.conn.Prepare(sqlCount)
	if err != nil {
		return err
	}
	bindCount(stmt, p, n)
	_, err = stmt.Step()
	return err
}

func bindCount(stmt *sqlite.Stmt, p driver.Pair, n int64) {
	stmt.BindInt64(1, int64(p.From))
	stmt.BindInt64(2, int64(p.Kind))
	stmt.BindInt64(3, slot(p.To))
	stmt.BindInt64(4, n)
}

// slot spreads the count of one list over 64 rows; ids are dense, so the bits
// are mixed first.
func slot(to driver.ID) int64 {
	return int64(uint64(to) * 0x9e3779b97f4a7c15 >> 58)
}
