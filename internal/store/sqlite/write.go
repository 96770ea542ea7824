package sqlite

import (
	"context"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A writer is a reader on the writer's connection that also writes. Once a
// write has failed the update cannot succeed.
type writer struct {
	reader
	store   *Store
	version int64 // of this update, taken at the first write
	failed  error
}

// begin makes an update ready to write, with its version.
func (w *writer) begin(ctx context.Context) error {
	if w.failed != nil {
		return w.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.version == 0 {
		w.store.version++
		w.version = w.store.version
	}
	return nil
}

// fail remembers an error of a write.
func (w *writer) fail(op string, err error) error {
	if err != nil && w.failed == nil {
		w.failed = failure(op, err)
	}
	return w.failed
}

// Put implements driver.Writer.
func (w *writer) Put(ctx context.Context, objs []driver.Object) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for i := range objs {
		if err := w.store.reg.CheckObject(&objs[i]); err != nil {
			return err
		}
		if err := w.put(&objs[i]); err != nil {
			return w.fail("put", err)
		}
	}
	return nil
}

func (w *writer) put(o *driver.Object) error {
	stmt, err := w.conn.Prepare(sqlPut)
	if err != nil {
		return err
	}
	stmt.BindInt64(1, int64(o.ID))
	stmt.BindInt64(2, int64(o.Kind))
	stmt.BindInt64(3, w.version)
	stmt.BindBytes(4, o.Data)
	_, err = stmt.Step()
	return err
}

// Delete implements driver.Writer.
func (w *writer) Delete(ctx context.Context, ids []driver.ID) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		if id == 0 {
			continue // the version sequence
		}
		if err := executeInt(w.conn, sqlDelete, int64(id)); err != nil {
			return w.fail("delete", err)
		}
	}
	return nil
}

// Bind implements driver.Writer.
func (w *writer) Bind(ctx context.Context, bs []driver.Binding) ([]driver.ID, error) {
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	ids := make([]driver.ID, len(bs))
	for i := range bs {
		if err := w.store.reg.CheckBinding(&bs[i]); err != nil {
			return nil, err
		}
		id, err := w.bind(&bs[i])
		if err != nil {
			return nil, w.fail("bind", err)
		}
		ids[i] = id
	}
	return ids, nil
}

// bind claims one key and returns what it leads to now.
func (w *writer) bind(b *driver.Binding) (driver.ID, error) {
	stmt, err := w.conn.Prepare(sqlBind)
	if err != nil {
		return 0, err
	}
	stmt.BindInt64(1, int64(b.Space))
	stmt.BindBytes(2, []byte(b.Key.Key))
	stmt.BindInt64(3, int64(b.ID))
	if _, err := stmt.Step(); err != nil {
		return 0, err
	}
	if w.conn.Changes() == 1 {
		return b.ID, nil
	}
	return w.key(b.Key)
}

// Unbind implements driver.Writer.
func (w *writer) Unbind(ctx context.Context, ks []driver.Key) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, k := range ks {
		stmt, err := w.conn.Prepare(sqlUnbind)
		if err != nil {
			return w.fail("unbind", err)
		}
		stmt.BindInt64(1, int64(k.Space))
		stmt.BindBytes(2, []byte(k.Key))
		if _, err := stmt.Step(); err != nil {
			return w.fail("unbind", err)
		}
	}
	return nil
}
