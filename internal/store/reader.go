package store

import (
	"context"
	"errors"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// errScanCached: a table walk belongs into one snapshot.
var errScanCached = errors.New("store: Scan needs View or Update")

// errEnded: a set said that it was the last, and was not.
var errEnded = errors.New("store: Load after a final one")

// A Reader answers ReadSets. One from Begin or Snapshot is served from the
// cache; one from View or Update reads its transaction. It belongs to one
// goroutine.
type Reader struct {
	db     *DB
	from   driver.Reader // nil: each Load has its own View
	cached bool          // from is asked only for what the cache may not know
	began  time.Duration // on the machine's clock, of a shared database only
	seq    uint64
	torn   bool
	reads  int
	points int

	// Of a cached Reader: where bindings of the cache led, and whether one led
	// to a record that is gone.
	leads  []lead
	misled bool
	// ended: a final set was loaded. lasting: no set is final.
	ended, lasting bool
	// Of a transaction where this process is the only one: what it has touched so
	// far, which it reads from itself. The rest of the cache holds there, too.
	mine *marks
	// Of a transaction: it read a leased record, or one that is missing.
	readLeased bool
	leases     []ID     // the leased objects among them
	one        *ReadSet // of questions that come alone
}

// A lead is a binding that came from the cache.
type lead struct {
	key cacheKey
	id  ID
}

// Load answers every question of rs. Hits come from the cache, all misses from
// one Read of one View; a Load that hits only opens no View and does not
// allocate. A set may be loaded again, by any Reader.
func (r *Reader) Load(ctx context.Context, rs *ReadSet) error {
	c := r.cache()
	missing := rs.gather(r, c)
	if c != nil {
		r.db.countHits(rs)
	}
	if !missing {
		return nil
	}
	if r.ended {
		r.misled = true
		return errEnded
	}
	r.reads++
	r.points += rs.miss.Points()
	if err := r.read(ctx, rs); err != nil {
		return err
	}
	l, err := rs.settle(r.db, c, r.began)
	r.torn = r.torn || !l.clean
	r.readLeased = r.readLeased || l.leased
	r.leases = append(r.leases, l.leases...)
	r.follow(rs)
	return err
}

// cache is where this Reader looks first, nil for nowhere.
func (r *Reader) cache() *cache {
	if r.cached || r.from == nil && r.db.shared == nil || r.mine != nil && len(r.mine.keys) <= mostOwn && !r.mine.all {
		return r.db.cache
	}
	return nil
}

// mostOwn is how much a transaction may have touched and still look into the cache:
// few enough to look through.
const mostOwn = 256

// peek is what the cache knows, which may be nil, of a key that this transaction has
// not touched.
func (r *Reader) peek(c *cache, k cacheKey) *entry {
	e := c.peek(k, r.began)
	if e != nil && r.mine.has(k) {
		return nil
	}
	return e
}

// depart begins a fill. What a transaction reads of itself nobody else may see.
func (r *Reader) depart(c *cache, k cacheKey) flight {
	f := c.depart(k)
	f.clean = f.clean && !r.mine.has(k)
	return f
}

func (r *Reader) read(ctx context.Context, rs *ReadSet) error {
	// Without a transaction there is one View for this one Read.
	rs.miss.Last = r.from == nil || r.cached && rs.final && !r.lasting
	if r.from != nil {
		r.ended = rs.miss.Last
		return rs.ask(ctx, r.db, r.from, r.began)
	}
	db, began := r.db, r.db.now()
	if err := db.admit(began); err != nil {
		return err
	}
	return db.drv.View(ctx, func(dr driver.Reader) error {
		return rs.ask(ctx, db, dr, began)
	})
}

// ask asks the driver for what is missing and refuses answers of a fenced host.
func (rs *ReadSet) ask(ctx context.Context, db *DB, dr driver.Reader, began time.Duration) error {
	db.stats.Reads.Add(1)
	if err := dr.Read(ctx, &rs.miss); err != nil {
		return err
	}
	return db.believe(ctx, dr, began)
}

// lead remembers where a binding of the cache led.
func (r *Reader) lead(k cacheKey, id ID) {
	if r.cached {
		r.leads = append(r.leads, lead{k, id})
	}
}

// follow drops the bindings of the cache that led to a record which is gone:
// whoever removed it may have let the key lead elsewhere.
func (r *Reader) follow(rs *ReadSet) {
	for _, l := range r.leads {
		for i, o := range rs.miss.GotObjects {
			if o == nil && rs.miss.Objects[i] == l.id {
				r.db.cache.drop(l.key)
				r.misled = true
			}
		}
	}
}

// Doubt says that a record does not go with the bindings that led to it: those
// that came from the cache are dropped, and Again runs once more.
func (r *Reader) Doubt() {
	for _, l := range r.leads {
		r.db.cache.drop(l.key)
		r.misled = true
	}
}

// Known is where the cache says a key leads, without asking the store; zero if
// it does not know. What it says of a space whose keys never lead elsewhere
// holds; of another, Stale and Again have the last word as always.
func (r *Reader) Known(s Space, key string) ID {
	c := r.cache()
	if c == nil {
		return 0
	}
	k := keyKey(s, key)
	e := r.peek(c, k)
	if e == nil || e.key != key {
		return 0
	}
	r.lead(k, e.rec.ID)
	return e.rec.ID
}

// Stale reports that a commit intervened since Begin, so that what was loaded
// may mix two states. It is never true of a Reader of View or Update.
func (r *Reader) Stale() bool {
	switch {
	case r.from != nil:
		return false
	case r.db.shared != nil:
		return r.reads > 1 // each Read had its own snapshot
	}
	return r.torn || r.db.seq.Load() != r.seq
}

// State names what the Reader sees, if that is one known state of the cache:
// two Readers of the same state find the same records. It is zero for a Reader
// of View or Update, of a shared store, and while a commit is under way.
func (r *Reader) State() uint64 {
	if r.from != nil || r.db.shared != nil || r.db.pending.Load() != 0 || r.db.seq.Load() != r.seq {
		return 0
	}
	return r.seq + 1
}

// Points says how many driver Reads this Reader did and how many single-row
// look-ups were in them.
func (r *Reader) Points() (reads, points int) {
	return r.reads, r.points
}

// alone is an empty set for one question, the same one each time.
func (r *Reader) alone() *ReadSet {
	if r.one == nil {
		r.one = &ReadSet{}
	}
	r.one.Reset()
	return r.one
}

// Get returns an object, nil if there is none.
func (r *Reader) Get(ctx context.Context, id ID) (*Record, error) {
	rs := r.alone()
	rs.Object(id)
	if err := r.Load(ctx, rs); err != nil {
		return nil, err
	}
	return rs.GotObject(0), nil
}

// Resolve returns the object a key leads to, zero if it is free.
func (r *Reader) Resolve(ctx context.Context, s Space, key string) (ID, error) {
	rs := r.alone()
	rs.Key(s, key)
	if err := r.Load(ctx, rs); err != nil {
		return 0, err
	}
	return rs.GotID(0), nil
}

// Pair returns one association, nil if there is none.
func (r *Reader) Pair(ctx context.Context, from ID, k Kind, to ID) (*Record, error) {
	rs := r.alone()
	rs.Pair(from, k, to)
	if err := r.Load(ctx, rs); err != nil {
		return nil, err
	}
	return rs.GotPair(0), nil
}

// Range returns a run of associations.
func (r *Reader) Range(ctx context.Context, q Range) ([]Record, error) {
	rs := r.alone()
	rs.Range(q)
	if err := r.Load(ctx, rs); err != nil {
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
	if err := r.from.Scan(ctx, t, f); err != nil {
		return err
	}
	return r.db.believe(ctx, r.from, r.began)
}
