package store

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

const (
	ways        = 7 // entries of a bucket
	lockBits    = 6
	rackBits    = 7 // of the smallest rack: a lock has buckets together with those next door
	shelfFilled = 3 // entries of a bucket, on average, from which on a rack is doubled

	everyTag = 0x00010101_01010101 // one in each byte that is a tag
	tagTops  = 0x00808080_80808080 // the top bit of each
	asked    = 1 << 56             // of the first entry; those of the others follow
)

// A bucket is one cache line: a few entries and what tells them apart.
type bucket struct {
	// tags has a byte of the hash of each entry, and above those a bit for each
	// entry that was asked for since the hand passed.
	tags    atomic.Uint64
	entries [ways]atomic.Pointer[entry]
}

// A rack is all buckets; the top bits of a hash choose one. What finds no room
// there goes next door, so that few buckets that are full cost nothing. The
// length is a power of two.
type rack struct {
	buckets []bucket
	shift   uint8
}

func newRack(n int) *rack {
	return &rack{make([]bucket, n), uint8(64 - bits.Len(uint(n-1)))}
}

// at is where an entry belongs, and next door.
func (r *rack) at(hash uint64) (home, next *bucket) {
	i := hash >> r.shift
	return &r.buckets[i], &r.buckets[i^1]
}

// A shelf holds entries up to a weight. Looking costs no lock and, mostly, two
// cache lines: the bucket and the entry. What nobody asked for since the hand
// last passed goes first, so that one walk through everything leaves what is in
// use where it is.
type shelf struct {
	rack   atomic.Pointer[rack]
	least  uint32 // what an entry weighs at least
	most   int64
	widest int // of the rack
	weight atomic.Int64
	count  atomic.Int64

	// A lock guards all buckets whose hashes begin with its number, in every rack.
	locks [1 << lockBits]sync.Mutex
	// moving guards the hand and the change of the rack; it is taken before locks.
	moving sync.Mutex
	hand   int
}

// newShelf makes a shelf for so many entries of so many bytes together. One
// weight holds both bounds: no entry weighs less than its share.
func newShelf(entries int, size int64) *shelf {
	s := &shelf{least: uint32(min(max(size/int64(entries), 1), 1<<20)), most: size, widest: 1 << rackBits}
	for s.widest*shelfFilled < entries {
		s.widest *= 2
	}
	s.rack.Store(newRack(1 << rackBits))
	return s
}

func tagOf(hash uint64) uint64 { return hash >> 16 & 0xff }

// get returns the entry of k, nil if it is not here.
func (s *shelf) get(k cacheKey) *entry {
	hash := k.hash()
	home, next := s.rack.Load().at(hash)
	if e := home.get(k, tagOf(hash)); e != nil {
		return e
	}
	return next.get(k, tagOf(hash))
}

// fetch looks at the bucket of k.
func (s *shelf) fetch(k cacheKey) uint64 {
	home, _ := s.rack.Load().at(k.hash())
	return home.tags.Load()
}

func (b *bucket) get(k cacheKey, tag uint64) *entry {
	tags := b.tags.Load()
	// A byte that is zero now is the tag, or, seldom, one that a borrow made look so.
	other := tags ^ everyTag*tag
	for same := (other - everyTag) &^ other & tagTops; same != 0; same &= same - 1 {
		i := bits.TrailingZeros64(same) / 8 % ways
		if e := b.entries[i].Load(); e != nil && e.at == k {
			if tags&(asked<<i) == 0 {
				b.tags.Or(asked << i)
			}
			return e
		}
	}
	return nil
}

// set puts e where k leads, in place of what is there.
func (s *shelf) set(k cacheKey, e *entry) {
	e.at = k
	hash := k.hash()
	lock := &s.locks[hash>>(64-lockBits)]
	lock.Lock()
	r := s.rack.Load()
	s.place(r, hash, e)
	lock.Unlock()
	if s.count.Load() > int64(len(r.buckets)*shelfFilled) && len(r.buckets) < s.widest {
		s.widen(r)
	}
	if s.weight.Load() > s.most {
		s.shrink()
	}
}

// place puts e where its hash leads, under the lock of that.
func (s *shelf) place(r *rack, hash uint64, e *entry) {
	b, i := r.find(hash, e.at)
	if i < 0 {
		b, i = r.room(hash)
	}
	s.remove(b, i)
	b.entries[i].Store(e)
	b.mark(i, tagOf(hash))
	s.weight.Add(s.weigh(e))
	s.count.Add(1)
}

func (s *shelf) weigh(e *entry) int64 { return int64(max(s.least, e.size)) }

// find is where the entry of k is, with a negative place for nowhere.
func (r *rack) find(hash uint64, k cacheKey) (*bucket, int) {
	home, next := r.at(hash)
	for _, b := range [...]*bucket{home, next} {
		for i := range b.entries {
			if e := b.entries[i].Load(); e != nil && e.at == k {
				return b, i
			}
		}
	}
	return nil, -1
}

// room is a place that is free, or of an entry that nobody asked for lately.
func (r *rack) room(hash uint64) (*bucket, int) {
	home, next := r.at(hash)
	for _, b := range [...]*bucket{home, next} {
		for i := range b.entries {
			if b.entries[i].Load() == nil {
				return b, i
			}
		}
	}
	unasked := ^home.tags.Load() / asked & (1<<ways - 1)
	if unasked == 0 {
		home.tags.And(asked - 1)
		return home, 0
	}
	return home, bits.TrailingZeros64(unasked)
}

// mark gives a place a tag, and nobody has asked for what is there. Who looks
// meanwhile may add that he did.
func (b *bucket) mark(i int, tag uint64) {
	for {
		was := b.tags.Load()
		is := was&^(0xff<<(8*i)|asked<<i) | tag<<(8*i)
		if b.tags.CompareAndSwap(was, is) {
			return
		}
	}
}

// remove empties a place of a bucket whose lock is held.
func (s *shelf) remove(b *bucket, i int) {
	if e := b.entries[i].Swap(nil); e != nil {
		s.weight.Add(-s.weigh(e))
		s.count.Add(-1)
	}
}

// drop forgets the entry of k.
func (s *shelf) drop(k cacheKey) {
	hash := k.hash()
	lock := &s.locks[hash>>(64-lockBits)]
	lock.Lock()
	defer lock.Unlock()
	if b, i := s.rack.Load().find(hash, k); i >= 0 {
		s.remove(b, i)
	}
}

// clear forgets everything.
func (s *shelf) clear() {
	s.moving.Lock()
	defer s.moving.Unlock()
	defer s.lockAll()()
	s.rack.Store(newRack(1 << rackBits))
	s.weight.Store(0)
	s.count.Store(0)
	s.hand = 0
}

// widen doubles the rack, unless that was done meanwhile.
func (s *shelf) widen(was *rack) {
	s.moving.Lock()
	defer s.moving.Unlock()
	if s.rack.Load() != was {
		return
	}
	defer s.lockAll()()
	r := newRack(2 * len(was.buckets))
	s.weight.Store(0)
	s.count.Store(0)
	for i := range was.buckets {
		b := &was.buckets[i]
		for j := range b.entries {
			if e := b.entries[j].Load(); e != nil {
				hash := e.at.hash()
				s.place(r, hash, e)
			}
		}
	}
	s.rack.Store(r)
	s.hand = 0
}

// shrink lets the hand pass until the weight is right: it takes what nobody
// asked for since it last passed. The second time round that is all there was.
func (s *shelf) shrink() {
	s.moving.Lock()
	defer s.moving.Unlock()
	r := s.rack.Load()
	share := len(r.buckets) >> lockBits
	for range 2 * len(r.buckets) {
		if s.weight.Load() <= s.most {
			return
		}
		at := s.hand % len(r.buckets)
		s.hand = at + 1
		lock := &s.locks[at/share]
		lock.Lock()
		s.pass(&r.buckets[at])
		lock.Unlock()
	}
}

// pass takes from a bucket what nobody asked for, and of the rest that somebody did.
func (s *shelf) pass(b *bucket) {
	tags := b.tags.Load()
	for i := range b.entries {
		if tags&(asked<<i) == 0 {
			s.remove(b, i)
		} else {
			b.tags.And(^uint64(asked << i))
		}
	}
}

// lockAll locks every bucket and returns what unlocks them.
func (s *shelf) lockAll() (unlock func()) {
	for i := range s.locks {
		s.locks[i].Lock()
	}
	return func() {
		for i := range s.locks {
			s.locks[i].Unlock()
		}
	}
}
