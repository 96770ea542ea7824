package store

import "github.com/kithgraph/kith/internal/store/driver"

// A ReadSet collects questions and holds their answers after Load. Each method
// that asks returns the index to get the answer with. The zero value is ready;
// a set that is Reset and used again does not allocate on a warm hit. Strings
// and positions handed in must stay unchanged until Load returns.
type ReadSet struct {
	objects []ID
	keys    []Key
	pairs   []Pair
	ranges  []Range
	counts  []Count
	owned   []Owned

	final bool

	gotObjects []*Record
	gotIDs     []ID
	gotPairs   []*Record
	gotRanges  [][]Record
	gotCounts  []int64
	gotOwned   [][]string

	// What the cache did not have: questions for the driver, the index of each
	// in its slice above, and the flights in the same order.
	miss    driver.ReadSet
	at      []int
	flights []flight
	cell    uint32     // of the counters
	hashed  []cacheKey // keys, of many
	fetched uint64     // what fetchKeys saw; nobody asks
}

// Reset drops questions and answers and keeps the memory.
func (rs *ReadSet) Reset() {
	rs.objects = rs.objects[:0]
	clear(rs.keys) // drop the strings
	rs.keys = rs.keys[:0]
	rs.pairs = rs.pairs[:0]
	rs.ranges = rs.ranges[:0]
	rs.counts = rs.counts[:0]
	rs.owned = rs.owned[:0]
	rs.final = false
}

// Final says that no further question follows in the transaction of the Reader
// that loads the set, which saves a shared store a round trip. A Load after it
// is an error of the caller.
func (rs *ReadSet) Final() { rs.final = true }

// Object asks for an object.
func (rs *ReadSet) Object(id ID) int {
	rs.objects = append(rs.objects, id)
	return len(rs.objects) - 1
}

// Key asks what a key leads to.
func (rs *ReadSet) Key(s Space, key string) int {
	rs.keys = append(rs.keys, Key{Space: s, Key: key})
	return len(rs.keys) - 1
}

// Pair asks for one association.
func (rs *ReadSet) Pair(from ID, k Kind, to ID) int {
	rs.pairs = append(rs.pairs, Pair{From: from, Kind: k, To: to})
	return len(rs.pairs) - 1
}

// Range asks for a run of associations.
func (rs *ReadSet) Range(r Range) int {
	rs.ranges = append(rs.ranges, r)
	return len(rs.ranges) - 1
}

// Count asks for a count.
func (rs *ReadSet) Count(c Count) int {
	rs.counts = append(rs.counts, c)
	return len(rs.counts) - 1
}

// Owned asks for the keys that lead to an object.
func (rs *ReadSet) Owned(o Owned) int {
	rs.owned = append(rs.owned, o)
	return len(rs.owned) - 1
}

// GotObject is the answer to the i-th Object: nil if there is none.
func (rs *ReadSet) GotObject(i int) *Record { return rs.gotObjects[i] }

// GotID is the answer to the i-th Key: zero if the key is free.
func (rs *ReadSet) GotID(i int) ID { return rs.gotIDs[i] }

// GotPair is the answer to the i-th Pair: nil if there is none.
func (rs *ReadSet) GotPair(i int) *Record { return rs.gotPairs[i] }

// GotRange is the answer to the i-th Range.
func (rs *ReadSet) GotRange(i int) []Record { return rs.gotRanges[i] }

// GotCount is the answer to the i-th Count.
func (rs *ReadSet) GotCount(i int) int64 { return rs.gotCounts[i] }

// GotOwned is the answer to the i-th Owned.
func (rs *ReadSet) GotOwned(i int) []string { return rs.gotOwned[i] }

// prepare sizes the answers and clears what an earlier Load left.
func (rs *ReadSet) prepare() {
	rs.gotObjects = resize(rs.gotObjects, len(rs.objects))
	rs.gotIDs = resize(rs.gotIDs, len(rs.keys))
	rs.gotPairs = resize(rs.gotPairs, len(rs.pairs))
	rs.gotRanges = resize(rs.gotRanges, len(rs.ranges))
	rs.gotCounts = resize(rs.gotCounts, len(rs.counts))
	rs.gotOwned = resize(rs.gotOwned, len(rs.owned))
	rs.at, rs.flights = rs.at[:0], rs.flights[:0]
}

func resize[T any](s []T, n int) []T {
	clear(s)
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
