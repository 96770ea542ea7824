package store

import (
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store/driver"
)

// slack is how much faster one machine's clock may run than another's, as a
// share of a span: 1/slack more is waited for whatever another machine measures.
// A clock that is being slewed runs up to a twelfth off. [doc chrony.conf(5),
// maxslewrate]
const slack = 4

// A sharing has what a database needs that other processes write to.
type sharing struct {
	clock  clock.Machine
	lease  time.Duration
	fence  *fence // nil: every host may be used
	kinds  []driver.Freshness
	spaces []driver.Freshness
}

func newSharing(opt *Options, reg *driver.Registry) *sharing {
	s := &sharing{clock: opt.Machine, lease: opt.Lease}
	if opt.Fence > 0 {
		s.fence = newFence(opt.Machine, opt.Fence)
		s.fence.trusting = opt.bugs.noProbation
	}
	for _, k := range reg.Kinds {
		s.kinds = putAt(s.kinds, int(k.Kind), k.Fresh)
	}
	for _, p := range reg.Spaces {
		s.spaces = putAt(s.spaces, int(p.Space), p.Fresh)
	}
	return s
}

func putAt(list []driver.Freshness, i int, f driver.Freshness) []driver.Freshness {
	for len(list) <= i {
		list = append(list, driver.Live)
	}
	list[i] = f
	return list
}

// freshness is what the registry says of a kind; kinds it does not know are
// live.
func (db *DB) freshness(k Kind) driver.Freshness {
	if s := db.shared; s != nil && int(k) < len(s.kinds) {
		return s.kinds[k]
	}
	return driver.Live
}

func (db *DB) spaceFreshness(p Space) driver.Freshness {
	if s := db.shared; s != nil && int(p) < len(s.spaces) {
		return s.spaces[p]
	}
	return driver.Live
}

// keep reports whether an answer may enter the cache, and until when. With one
// owner all may. On a shared database only what is there may: what never
// changes for ever, what is leased for the lease, counted from the moment its
// transaction began.
func (db *DB) keep(e *entry, f driver.Freshness, began time.Duration) bool {
	s := db.shared
	switch {
	case s == nil, db.bugs.keepLive:
		return true
	case !e.found || f == driver.Live || f == driver.Leased && s.lease == 0:
		return false
	case f == driver.Leased:
		e.until = began + s.lease
	}
	return true
}

// now reads the machine's clock, which only a shared database needs.
func (db *DB) now() time.Duration {
	if db.shared == nil || db.shared.clock == nil {
		return 0
	}
	return db.shared.clock.Now()
}

// snapshot runs f with a Reader of one snapshot. cached says that it also
// answers from the cache what a shared database lets it.
func (db *DB) snapshot(ctx context.Context, cached bool, f func(*Reader) error) error {
	began := db.now()
	if err := db.admit(began); err != nil {
		return err
	}
	return db.drv.View(ctx, func(dr driver.Reader) error {
		return f(&Reader{db: db, from: dr, cached: cached, began: began})
	})
}

// transact is Update of the driver, which commits nothing on a fenced host,
// gives out nothing that was read there and acknowledges nothing there. The last
// is asked when COMMIT is over: it may have waited for a standby until the host
// was primary no more, and be let go by whoever minds that host. [seen Patroni
// 3.0, a leader that stood still]
func (db *DB) transact(ctx context.Context, f func(w driver.Writer, began time.Duration) error) error {
	began := db.now()
	if err := db.admit(began); err != nil {
		return err
	}
	var last driver.Writer
	err := db.drv.Update(ctx, func(w driver.Writer) error {
		last = w
		err := f(w, began)
		if _, known := hostOf(w); !known && err != nil {
			return err // before anything was read
		}
		if doubt := db.believe(ctx, w, began); doubt != nil {
			return doubt
		}
		return err
	})
	if err != nil || db.shared == nil || db.shared.fence == nil {
		return err
	}
	host, _ := hostOf(last)
	if doubt := db.shared.fence.check(host, began); doubt != nil {
		return fmt.Errorf("%w: %w", driver.ErrAmbiguous, doubt)
	}
	return nil
}

// waitOut lets every lease run out that was given before tx could be seen. It
// cannot be cancelled: what is acknowledged must be true everywhere.
func (db *DB) waitOut(tx *Tx) {
	s := db.shared
	if s == nil || s.lease == 0 || tx == nil || !tx.leased() || db.bugs.noWait || db.bugs.noIdleWait && !tx.wrote {
		return
	}
	d := s.lease + s.lease/slack
	db.stats.Waits.Add(1)
	s.clock.Sleep(d)
}

// leased reports whether the outcome of a transaction may contradict what others
// hold a lease on: it wrote a leased record, or it wrote nothing and so says
// that leased records are as wanted already, perhaps since a moment ago.
func (t *Tx) leased() bool {
	return t.wroteLeased || !t.wrote && t.readLeased
}
