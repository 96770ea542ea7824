package store

import (
	"context"
	"errors"

	"github.com/kithgraph/kith/internal/store/driver"
)

// errScanCached: a table walk belongs into one snapshot.
var errScanCached = errors.New("store: Scan needs View or Update")

// A Reader answers ReadSets. One from Begin or Snapshot is served from the
// cache; one from View or Update reads its transaction. It belongs to one
// goroutine.
type Reader struct {
	db     *DB
	from   driver.Reader // nil: served from the cache
	seq    uint64
	torn   bool
	reads  int
	points int
}

// Load answers every question of rs. Hits come from the cache, all misses from
// one Read of one View; a Load that hits only opens no View and does not
// allocate. A set may be loaded again, by any Reader.
func (r *Reader) Load(ctx context.Context, rs *ReadSet) error {
	var c *cache
	if r.from == nil && !r.db.shared {
		c = r.db.cache
	}
	if !rs.gather(c) {
		return nil
	}
	r.reads++
	r.points += rs.miss.Points()
	if err := r.read(ctx, rs); err != nil {
		return err
	}
	clean, err := rs.settle(r.db, c)
	if !clean {
		r.torn = true
	}
	return err
}

func (r *Reader) read(ctx context.Context, rs *ReadSet) error {
	if r.from == nil {
		return rs.load(ctx, r.db)
	}
	return r.from.Read(ctx, &rs.miss)
}

// Stale reports that a commit intervened since Begin, so that what was loaded
// may mix two states. It is never true of a Reader of View or Update.
func (r *Reader) Stale() bool {
	switch {
	case r.from != nil:
		return false
	case r.db.shared:
		return r.reads > 1 // each Read had its own snapshot
	}
	return r.torn || r.db.seq.Load() != r.seq
}

// State names what the Reader sees, if that is one known state of the cache:
// two Readers of the same state find the same records. It is zero for a Reader
// of View or Update, of a shared store, and while a commit is under way.
func (r *Reader) State() uint64 {
	if r.from != nil || r.db.shared || r.db.pending.Load() != 0 || r.db.seq.Load() != r.seq {
		return 0
	}
	return r.seq + 1
}

// Points says how many driver Reads this Reader did and how many single-row
// look-ups were in them.
func (r *Reader) Points() (reads, points int) {
	return r.reads, r.points
}

// Get returns an object, nil if there is none.
func (r *Reader) Get(ctx context.Context, id ID) (*Record, error) {
	var rs ReadSet
	rs.Object(id)
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	return rs.GotObject(0), nil
}

// Resolve returns the object a key leads to, zero if it is free.
func (r *Reader) Resolve(ctx context.Context, s Space, key string) (ID, error) {
	var rs ReadSet
	rs.Key(s, key)
	if err := r.Load(ctx, &rs); err != nil {
		return 0, err
	}
	return rs.GotID(0), nil
}

// Pair returns one association, nil if there is none.
func (r *Reader) Pair(ctx context.Context, from ID, k Kind, to ID) (*Record, error) {
	var rs ReadSet
	rs.Pair(from, k, to)
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	return rs.GotPair(0), nil
}

// Range returns a run of associations.
func (r *Reader) Range(ctx context.Context, q Range) ([]Record, error) {
	var rs ReadSet
	rs.Range(q)
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	return rs.GotRange(0), nil
}

// Scan walks one table in primary-key order until f returns false. It needs a
// Reader of View or Update; the bytes of a row are valid during the call only.
func (r *Reader) Scan(ctx context.Context, t Table, f func(*Row) bool) error {
	if r.from == nil {
		return errScanCached
	}
	return r.from.Scan(ctx, t, f)
}
