package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A reader answers from one transaction of a connection.
type reader struct {
	conn  *sqlite.Conn
	began bool
}

// checkEvery is after how many rows or questions a context is looked at.
const checkEvery = 512

// begin opens the read transaction; the first statement fixes its snapshot.
func (r *reader) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil || r.began {
		return err
	}
	if err := execute(r.conn, sqlBegin); err != nil {
		return failure("begin", err)
	}
	r.began = true
	return nil
}

// Read implements driver.Reader. Point look-ups with a prepared statement each
// are faster here than one statement over a list.
func (r *reader) Read(ctx context.Context, rs *driver.ReadSet) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	rs.Prepare()
	for _, part := range [...]func(context.Context, *driver.ReadSet) error{
		r.readObjects, r.readKeys, r.readPairs, r.readRanges, r.readCounts, r.readOwned,
	} {
		if err := part(ctx, rs); err != nil {
			return failure("read", err)
		}
	}
	return nil
}

func (r *reader) readObjects(ctx context.Context, rs *driver.ReadSet) error {
	for i, id := range rs.Objects {
		if err := pause(ctx, i); err != nil {
			return err
		}
		if id == 0 {
			continue // the version sequence
		}
		o, err := r.object(id)
		if err != nil {
			return err
		}
		rs.GotObjects[i] = o
	}
	return nil
}

func (r *reader) object(id driver.ID) (*driver.Object, error) {
	stmt, err := r.conn.Prepare(sqlGetObject)
	if err != nil {
		return nil, err
	}
	stmt.BindInt64(1, int64(id))
	found, err := stmt.Step()
	if err != nil || !found {
		return nil, err
	}
	o := &driver.Object{
		ID:      id,
		Kind:    driver.Kind(stmt.ColumnInt64(0)),
		Version: stmt.ColumnInt64(1),
		Data:    columnBytes(stmt, 2),
	}
	return o, stmt.Reset()
}

func (r *reader) readKeys(ctx context.Context, rs *driver.ReadSet) error {
	for i, k := range rs.Keys {
		if err := pause(ctx, i); err != nil {
			return err
		}
		id, err := r.key(k)
		if err != nil {
			return err
		}
		rs.GotKeys[i] = id
	}
	return nil
}

func (r *reader) key(k driver.Key) (driver.ID, error) {
	stmt, err := r.conn.Prepare(sqlGetKey)
	if err != nil {
		return 0, err
	}
	stmt.BindInt64(1, int64(k.Space))
	stmt.BindBytes(2, []byte(k.Key))
	found, err := stmt.Step()
	if err != nil || !found {
		return 0, err
	}
	id := driver.ID(stmt.ColumnInt64(0))
	return id, stmt.Reset()
}

func (r *reader) readPairs(ctx context.Context, rs *driver.ReadSet) error {
	for i, p := range rs.Pairs {
		if err := pause(ctx, i); err != nil {
			return err
		}
		a, err := r.pair(p)
		if err != nil {
			return err
		}
		rs.GotPairs[i] = a
	}
	return nil
}

func (r *reader) pair(p driver.Pair) (*driver.Assoc, error) {
	stmt, err := r.conn.Prepare(sqlGetPair)
	if err != nil {
		return nil, err
	}
	bindPair(stmt, p)
	found, err := stmt.Step()
	if err != nil || !found {
		return nil, err
	}
	a := &driver.Assoc{
		From: p.From, Kind: p.Kind, To: p.To,
		Time:    columnTime(stmt, 0),
		Version: stmt.ColumnInt64(1),
		Data:    columnBytes(stmt, 2),
	}
	return a, stmt.Reset()
}

func bindPair(stmt *sqlite.Stmt, p driver.Pair) {
	stmt.BindInt64(1, int64(p.From))
	stmt.BindInt64(2, int64(p.Kind))
	stmt.BindInt64(3, int64(p.To))
}

// columnBytes copies a blob out of SQLite's memory; an empty one is nil.
func columnBytes(stmt *sqlite.Stmt, col int) []byte {
	n := stmt.ColumnLen(col)
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	stmt.ColumnBytes(col, b)
	return b
}

// columnTime turns inv_t back into a time; NULL is zero.
func columnTime(stmt *sqlite.Stmt, col int) int64 {
	if inv := stmt.ColumnInt64(col); inv != 0 { // a rank is never zero
		return 1<<62 - inv
	}
	return 0
}

// pause looks at the context now and then.
func pause(ctx context.Context, i int) error {
	if i%checkEvery == checkEvery-1 {
		return ctx.Err()
	}
	return nil
}
