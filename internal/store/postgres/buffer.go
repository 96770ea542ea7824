package postgres

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A buffer holds the writes of an Update until they are sent. Each row is
// written once, with its last content; rows go in the order of their keys, so
// that two transactions never wait for each other in a ring.
type buffer struct {
	segments []*segment
}

// A segment is writes whose order does not matter, and then purges.
type segment struct {
	objects map[driver.ID]*driver.Object // nil: deleted
	assocs  map[driver.Pair]edge
	unbound map[driver.Key]bool
	purged  []driver.ID
}

// An edge is what becomes of one row of assocs.
type edge struct {
	how  how
	time int64
	data []byte
}

type how uint8

const (
	written  how = iota
	mirrored     // written as inverse: the data that is there stays
	kept         // written as inverse, unless it is there
	removed
)

func (b *buffer) empty() bool { return len(b.segments) == 0 }

// open is the segment that takes the next write; none goes behind a purge.
func (b *buffer) open() *segment {
	if n := len(b.segments); n > 0 && b.segments[n-1].purged == nil {
		return b.segments[n-1]
	}
	s := &segment{objects: map[driver.ID]*driver.Object{}, assocs: map[driver.Pair]edge{}, unbound: map[driver.Key]bool{}}
	b.segments = append(b.segments, s)
	return s
}

func (b *buffer) put(o *driver.Object) {
	c := *o
	c.Data = bytes.Clone(o.Data)
	b.open().objects[o.ID] = &c
}

func (b *buffer) remove(id driver.ID) { b.open().objects[id] = nil }

func (b *buffer) unbind(k driver.Key) { b.open().unbound[k] = true }

func (b *buffer) set(p driver.Pair, time int64, data []byte) {
	b.open().assocs[p] = edge{written, time, bytes.Clone(data)}
}

// mirror writes the inverse of a row: once only leaves one alone that is there.
func (b *buffer) mirror(p driver.Pair, time int64, once bool) {
	s := b.open()
	was, there := s.assocs[p]
	switch {
	case once && !there:
		s.assocs[p] = edge{how: kept}
	case once && was.how == removed:
		s.assocs[p] = edge{how: written}
	case once:
	case !there || was.how == mirrored:
		s.assocs[p] = edge{how: mirrored, time: time}
	case was.how == removed:
		s.assocs[p] = edge{how: written, time: time}
	default:
		s.assocs[p] = edge{written, time, was.data}
	}
}

func (b *buffer) unset(p driver.Pair) { b.open().assocs[p] = edge{how: removed} }

// purge removes what is left of objects whose associations are gone.
func (b *buffer) purge(ids []driver.ID) {
	s := b.open()
	s.purged = append(s.purged, ids...)
}

// sortedKeys are the keys of m in order.
func sortedKeys[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	ks := make([]K, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.SortFunc(ks, order)
	return ks
}

func comparePairs(a, b driver.Pair) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.To, b.To))
}

func compareKeys(a, b driver.Key) int {
	return cmp.Or(cmp.Compare(a.Space, b.Space), cmp.Compare(a.Key, b.Key))
}
