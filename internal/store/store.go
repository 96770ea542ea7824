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
	// Shared says that other processes write to the same database; nothing is
	// served from the cache then.
	Shared bool
}

// A DB is a database with one owner. It is safe for concurrent use.
type DB struct {
	drv    driver.Store
	shared bool
	decode map[Kind]Decoder
	assocs []driver.KindInfo
	spaces []driver.SpaceInfo
	cache  *cache
	seq    atomic.Uint64
	// pending counts transactions between their marks and their outcome.
	pending atomic.Int64
	ids     idPool
	// whole is held for reading by every Update and for writing by Replace.
	whole sync.RWMutex
}

// Open puts a DB over d, which it owns from then on.
func Open(d driver.Store, opt Options) *DB {
	db := &DB{drv: d, shared: opt.Shared, decode: opt.Decode, cache: newCache(opt)}
	reg := Registry()
	db.spaces = reg.Spaces
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

// Begin returns a Reader that is served from the cache. The caller loads what
// it needs and then asks Stale: if so, what was loaded may mix two states, and
// the work is to be done again inside View. Begin does not allocate.
func (db *DB) Begin() Reader {
	return Reader{db: db, seq: db.seq.Load()}
}

// Snapshot runs f with a Reader served from the cache and, if a commit
// intervened while f gathered its records, once more inside one View. f must
// not touch anything that the first run would spoil for the second.
func (db *DB) Snapshot(ctx context.Context, f func(*Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := db.Begin()
	err := f(&r)
	if !r.Stale() {
		return err
	}
	return db.View(ctx, f)
}

// View runs f with a Reader of one snapshot, without the cache.
func (db *DB) View(ctx context.Context, f func(*Reader) error) error {
	return db.drv.View(ctx, func(dr driver.Reader) error {
		return f(&Reader{db: db, from: dr})
	})
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
