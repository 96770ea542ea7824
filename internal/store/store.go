// Package store is the database as the rest of kith sees it: decoded records
// over a driver, a cache in front, and the rules that keep the cache honest.
//
// It owns freshness: no answer mixes new data with an old grant, and nothing
// that begins after an acknowledged write sees what the write replaced. It
// refuses to know what records mean; owners hand in a decoder for each kind.
package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store/driver"
)

// The words of storage, so that callers need not import the driver.
type (
	ID      = driver.ID
	Kind    = driver.Kind
	Space   = driver.Space
	Object  = driver.Object
	Assoc   = driver.Assoc
	Binding = driver.Binding
	Key     = driver.Key
	Pair    = driver.Pair
	Pos     = driver.Pos
	Range   = driver.Range
	Count   = driver.Count
	Owned   = driver.Owned
	Table   = driver.Table
	Row     = driver.Row
)

// The four tables, for Scan.
const (
	Objects = driver.Objects
	Assocs  = driver.Assocs
	Keys    = driver.Keys
	Counts  = driver.Counts
)

// TimeVersion orders an association by its commit; see driver.TimeVersion.
const TimeVersion = driver.TimeVersion

// A Decoder makes the immutable value of a record; id is the object's, or the
// To of the association. It owns data, may be called by many goroutines and
// must depend on its arguments only.
type Decoder = func(id ID, version int64, data []byte) (any, error)

// Options says how a DB decodes and how much it remembers.
type Options struct {
	// Decode has a decoder for each object and association kind; the Value of
	// a kind without one is the bytes.
	Decode map[Kind]Decoder
	// CacheEntries bounds the number of cached records and keys, negative
	// answers included; zero means 131,072.
	CacheEntries int
	// CacheBytes bounds their estimated size; zero means 64 MiB.
	CacheBytes int64
	// Shared says that other processes write to the same database. Only what
	// never changes is served from the cache then, and leased records for as
	// long as Lease says.
	Shared bool
	// Lease is how long a leased record of a shared database may be served from
	// the cache; writes of such records take that much longer. Zero reads them
	// at every request.
	Lease time.Duration
	// Fence is how long a heartbeat lets a host of a shared database be used;
	// Run has to keep it up. Zero uses every host at any time.
	Fence time.Duration
	// Machine measures both.
	Machine clock.Machine
	// Node is a random number of this process.
	Node uint64

	bugs bugs
}

// A DB is a database. It is safe for concurrent use.
type DB struct {
	drv    driver.Store
	shared *sharing // nil: this process is the only one
	decode map[Kind]Decoder
	assocs []driver.KindInfo
	spaces []driver.SpaceInfo
	cache  *cache
	seq    atomic.Uint64
	// pending counts transactions between their marks and their outcome.
	pending atomic.Int64
	// failing: the latest write found the store unavailable.
	failing atomic.Bool
	ids     idPool
	stats   Stats
	cells   atomic.Uint32
	node    uint64
	// beatFailed is what the last heartbeat failed with, nil if it did not.
	beatFailed atomic.Pointer[error]
	bugs       bugs
	// whole is held for reading by every Update and for writing by Replace.
	whole sync.RWMutex
}

// Open puts a DB over d, which it owns from then on.
func Open(d driver.Store, opt Options) *DB {
	opt.bugs = opt.bugs.with(planted)
	db := &DB{drv: d, decode: opt.Decode, cache: newCache(opt), node: opt.Node, bugs: opt.bugs}
	db.cache.lax = opt.bugs.noGenerations
	reg := Registry()
	db.spaces = reg.Spaces
	if opt.Shared {
		db.shared = newSharing(&opt, reg)
	}
	for _, k := range reg.Kinds {
		if k.Assoc {
			db.assocs = append(db.assocs, k)
		}
	}
	return db
}

// Close closes the driver.
func (db *DB) Close() error {
	return db.drv.Close()
}

// Seq counts the commits that changed something, of this process. It has risen
// before an Update returns.
func (db *DB) Seq() uint64 {
	return db.seq.Load()
}

// Shared says that other processes write to the same database: Begin is of
// little use then, and Again does all the work.
func (db *DB) Shared() bool { return db.shared != nil }

// Begin returns a Reader that is served from the cache. The caller loads what
// it needs and then asks Stale: if so, what was loaded may mix two states, and
// the work is to be done with Again. Begin does not allocate. On a shared
// database each Load has a snapshot of its own and nothing is cached.
func (db *DB) Begin() Reader {
	return Reader{db: db, seq: db.seq.Load()}
}

// Snapshot runs f with a Reader served from the cache and, if a commit
// intervened while f gathered its records, with Again. f must not touch
// anything that the first run would spoil for the second.
func (db *DB) Snapshot(ctx context.Context, f func(*Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if db.shared == nil {
		r := db.Begin()
		err := f(&r)
		if !r.Stale() {
			return err
		}
	}
	return db.Again(ctx, f)
}

// Again runs f in one snapshot of the store. With one owner nothing comes from
// the cache. On a shared database what never changes and what is leased may,
// and f is run a second time if something it found in the cache had led it to a
// record that is gone, or if a set of it was final too early.
func (db *DB) Again(ctx context.Context, f func(*Reader) error) error {
	led := false
	once := func(r *Reader) error {
		err := f(r)
		led = r.misled
		return err
	}
	err := db.snapshot(ctx, db.shared != nil, once)
	if led {
		err = db.snapshot(ctx, db.shared != nil, func(r *Reader) error {
			r.lasting = true
			return once(r)
		})
	}
	return err
}

// Together is Snapshot for a caller whose sets say that they are final though
// others follow: none is taken for the last.
func (db *DB) Together(ctx context.Context, f func(*Reader) error) error {
	if db.shared == nil {
		return db.Snapshot(ctx, f)
	}
	led := true
	var err error
	for range 2 {
		if !led {
			break
		}
		err = db.snapshot(ctx, true, func(r *Reader) error {
			r.lasting = true
			err := f(r)
			led = r.misled
			return err
		})
	}
	return err
}

// View runs f with a Reader of one snapshot, without the cache.
func (db *DB) View(ctx context.Context, f func(*Reader) error) error {
	return db.snapshot(ctx, false, f)
}

// Replace runs f, which may exchange the whole content of the driver, while no
// Update runs, and then forgets everything this DB remembers of it.
func (db *DB) Replace(f func() error) error {
	db.whole.Lock()
	defer db.whole.Unlock()
	db.cache.markAll()
	defer func() {
		db.ids.forget()
		db.seq.Add(1)
		db.cache.unmarkAll()
	}()
	return f()
}
