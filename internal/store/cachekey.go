package store

import (
	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A cacheKey names one question in a fixed size. Keys are hashed, so an entry
// keeps the whole key for comparison.
type cacheKey struct {
	a, b uint64
	what uint64 // the sort of question above, kind or space below
}

const (
	askObject = (iota + 1) << 32
	askKey
	askPair
	askList // ranges, of which the first page is cached, and counts, which are only guarded
	askOwned
)

func objectKey(id ID) cacheKey {
	return cacheKey{a: uint64(id), what: askObject}
}

func keyKey(s Space, key string) cacheKey {
	h := xxh3.HashString128Seed(key, uint64(s))
	return cacheKey{a: h.Hi, b: h.Lo, what: askKey | uint64(s)}
}

func pairKey(p Pair) cacheKey {
	return cacheKey{a: uint64(p.From), b: uint64(p.To), what: askPair | uint64(p.Kind)}
}

func listKey(from ID, k Kind) cacheKey {
	return cacheKey{a: uint64(from), what: askList | uint64(k)}
}

func ownedKey(o driver.Owned) cacheKey {
	return cacheKey{a: uint64(o.ID), what: askOwned | uint64(o.Space)}
}

// hash mixes all bits, because ids are dense. Its top bits choose the stripe and
// the place in the shelf.
func (k cacheKey) hash() uint64 {
	h := k.a*0x9e3779b97f4a7c15 ^ k.b*0xc2b2ae3d27d4eb4f ^ k.what*0x165667b19e3779f9
	h ^= h >> 29
	return h * 0xbf58476d1ce4e5b9
}

func (k cacheKey) stripe() uint64 { return k.hash() >> (64 - stripeBits) }
