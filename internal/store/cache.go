package store

import (
	"sync"
	"time"
)

const (
	defaultCacheEntries = 131_072
	defaultCacheBytes   = 64 << 20
	stripeBits          = 12
)

// An entry is one cached answer. A negative answer has found false.
type entry struct {
	at    cacheKey // where it is, once it is kept
	rec   Record
	key   string // of a key: the whole key
	found bool
	size  uint32
	list  *listed
	until time.Duration // on the machine's clock, zero for ever
}

// A cache keeps decoded answers under the generation rule.
//
// Before COMMIT every key a transaction touched is marked: its entry goes and
// its stripe is pending until the outcome is known. A fill installs only if
// nothing was pending on its stripe when its flight began and the generation is
// the same when it lands. Keys that share a stripe cost each other fills, never
// correctness.
type cache struct {
	entries *shelf
	stripes [1 << stripeBits]stripe
	lax     bool // a planted bug of tests: fills are installed whatever happened
}

type stripe struct {
	mu      sync.Mutex
	gen     uint64
	pending int
}

// A flight is a fill on its way.
type flight struct {
	key   cacheKey
	gen   uint64
	clean bool // nothing was pending when it began
}

func newCache(opt Options) *cache {
	entries, size := opt.CacheEntries, opt.CacheBytes
	if entries <= 0 {
		entries = defaultCacheEntries
	}
	if size <= 0 {
		size = defaultCacheBytes
	}
	return &cache{entries: newShelf(entries, size)}
}

// peek returns the cached answer, or nil, to a call that began at a moment of
// the machine's clock: what is leased until then is not there. The cache may be nil.
func (c *cache) peek(k cacheKey, began time.Duration) *entry {
	if c == nil {
		return nil
	}
	e := c.entries.get(k)
	if e != nil && e.until != 0 && began >= e.until {
		return nil
	}
	return e
}

// depart begins a fill of k.
func (c *cache) depart(k cacheKey) flight {
	s := &c.stripes[k.stripe()]
	s.mu.Lock()
	defer s.mu.Unlock()
	return flight{key: k, gen: s.gen, clean: s.pending == 0}
}

// land ends a fill: it installs e, if there is one, and reports true, unless a
// write of the key may have come between.
func (c *cache) land(f flight, e *entry) bool {
	s := &c.stripes[f.key.stripe()]
	s.mu.Lock()
	defer s.mu.Unlock()
	if (!f.clean || s.gen != f.gen) && !c.lax {
		return false
	}
	if e != nil {
		c.entries.set(f.key, e)
	}
	return true
}

// drop forgets one answer.
func (c *cache) drop(k cacheKey) { c.entries.drop(k) }

// mark is called before COMMIT with every key the transaction touched.
func (c *cache) mark(ks []cacheKey) {
	for _, k := range ks {
		s := &c.stripes[k.stripe()]
		s.mu.Lock()
		s.gen++
		s.pending++
		c.entries.drop(k)
		s.mu.Unlock()
	}
}

// unmark is called with the same keys once the outcome of COMMIT is known.
func (c *cache) unmark(ks []cacheKey) {
	for _, k := range ks {
		s := &c.stripes[k.stripe()]
		s.mu.Lock()
		s.gen++
		s.pending--
		s.mu.Unlock()
	}
}

// markAll marks every key there may be.
func (c *cache) markAll() {
	for i := range c.stripes {
		s := &c.stripes[i]
		s.mu.Lock()
		s.gen++
		s.pending++
		s.mu.Unlock()
	}
	c.entries.clear()
}

// unmarkAll undoes one markAll.
func (c *cache) unmarkAll() {
	for i := range c.stripes {
		s := &c.stripes[i]
		s.mu.Lock()
		s.gen++
		s.pending--
		s.mu.Unlock()
	}
}
