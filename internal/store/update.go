package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// errShortOfIDs rolls a transaction back that ran out of identifiers.
var errShortOfIDs = errors.New("store: out of claimed ids")

// Update runs f in a serializable transaction. It may run f more than once: f
// must not touch anything outside that a second run would spoil. When Update
// returns nil the writes are durable and nobody who begins later sees what they
// replaced; on an error none happened, except for driver.ErrAmbiguous. f must
// not call Update.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	db.whole.RLock()
	defer db.whole.RUnlock()
	db.stats.Updates.Add(1)
	var own idRange
	for {
		tx, err := db.update(ctx, f, &own)
		if !errors.Is(err, errShortOfIDs) {
			db.ids.giveBack(own)
			if err == nil {
				db.waitOut(tx)
			}
			return err
		}
		short := tx.issued
		if own, err = db.claim(ctx, short); err != nil {
			return err
		}
	}
}

// update tries once and returns the last run. That was short of ids if the error
// says so.
func (db *DB) update(ctx context.Context, f func(*Tx) error, own *idRange) (last *Tx, err error) {
	var marked marks
	more := refill{db: db}
	defer func() {
		more.end(err)
		db.settle(&marked)
		db.note(marked.all || len(marked.keys) > 0, err)
		marked.free()
	}()
	err = db.transact(ctx, func(w driver.Writer, began time.Duration) error {
		tx := &Tx{Reader: Reader{db: db, from: w, began: began}, w: w, own: own}
		if db.shared == nil {
			tx.mine = &tx.touched
		}
		last = tx
		err := f(tx)
		if tx.provisional > 0 {
			return errShortOfIDs
		}
		if err != nil {
			return err
		}
		if err := more.in(ctx, tx); err != nil {
			return err
		}
		db.prepare(&marked, &tx.touched)
		return nil
	})
	return last, err
}

// marks lists the cache keys a transaction touched.
type marks struct {
	keys []cacheKey
	all  bool
	// counted says that DB.pending counts this transaction.
	counted bool
}

// maxMarks is where marking single keys costs more than forgetting all.
const maxMarks = 1 << 18

// usualMarks is how many keys a message to a Page touches.
const usualMarks = 64

// usedMarks are lists of keys that nobody needs any more.
var usedMarks = sync.Pool{New: func() any { return new(make([]cacheKey, 0, usualMarks)) }}

// free gives the list back.
func (m *marks) free() {
	if cap(m.keys) == usualMarks {
		keys := m.keys[:0]
		usedMarks.Put(&keys)
	}
	m.keys = nil
}

func (m *marks) add(k cacheKey) {
	if m.all {
		return
	}
	if len(m.keys) == maxMarks {
		m.all, m.keys = true, nil
		return
	}
	if m.keys == nil {
		m.keys = *usedMarks.Get().(*[]cacheKey)
	}
	m.keys = append(m.keys, k)
}

// has reports whether k was touched; nil marks nothing.
func (m *marks) has(k cacheKey) bool { return m != nil && (m.all || slices.Contains(m.keys, k)) }

// prepare marks what one run of a transaction touched, before its COMMIT; done
// remembers it, run after run.
func (db *DB) prepare(done, touched *marks) {
	if !done.counted {
		done.counted = true
		db.pending.Add(1)
	}
	if touched.all {
		if !done.all {
			db.cache.markAll()
		}
		done.all = true
		return
	}
	db.cache.mark(touched.keys)
	if done.keys == nil {
		done.keys = touched.keys // of a run that is over
		return
	}
	done.keys = append(done.keys, touched.keys...)
}

// settle ends a transaction, whatever its outcome: the commit sequence rises
// before the first key is unmarked.
func (db *DB) settle(done *marks) {
	if done.counted {
		defer db.pending.Add(-1)
	}
	if !done.all && len(done.keys) == 0 {
		return
	}
	db.seq.Add(1)
	db.cache.unmark(done.keys)
	if done.all {
		db.cache.unmarkAll()
	}
}
