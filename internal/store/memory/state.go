package memory

import (
	"cmp"
	"math"
	"strings"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A state is one version of the whole content. Copying it is a snapshot.
type state struct {
	version int64
	objects tree[*driver.Object]
	assocs  tree[*driver.Assoc] // by (from, kind, to)
	byTime  tree[*driver.Assoc] // those with a time, by (from, kind, rank, to)
	counts  tree[count]
	keys    tree[driver.Binding] // by (space, key)
	owned   tree[driver.Binding] // by (id, space, key)
}

type count struct {
	driver.Count
	n int64
}

func newState() *state {
	return &state{
		objects: tree[*driver.Object]{compare: compareObjects},
		assocs:  tree[*driver.Assoc]{compare: comparePairs},
		byTime:  tree[*driver.Assoc]{compare: compareTimes},
		counts:  tree[count]{compare: compareCounts},
		keys:    tree[driver.Binding]{compare: compareKeys},
		owned:   tree[driver.Binding]{compare: compareOwned},
	}
}

func compareObjects(a, b *driver.Object) int {
	return cmp.Compare(a.ID, b.ID)
}

func compareStarts(a, b *driver.Assoc) int {
	if c := cmp.Compare(a.From, b.From); c != 0 {
		return c
	}
	return cmp.Compare(a.Kind, b.Kind)
}

func comparePairs(a, b *driver.Assoc) int {
	if c := compareStarts(a, b); c != 0 {
		return c
	}
	return cmp.Compare(a.To, b.To)
}

func compareTimes(a, b *driver.Assoc) int {
	if c := compareStarts(a, b); c != 0 {
		return c
	}
	// Newest first is ascending in rank.
	if c := cmp.Compare(b.Time, a.Time); c != 0 {
		return c
	}
	return cmp.Compare(a.To, b.To)
}

func compareCounts(a, b count) int {
	if c := cmp.Compare(a.From, b.From); c != 0 {
		return c
	}
	return cmp.Compare(a.Kind, b.Kind)
}

func compareKeys(a, b driver.Binding) int {
	if c := cmp.Compare(a.Space, b.Space); c != 0 {
		return c
	}
	return strings.Compare(a.Key.Key, b.Key.Key)
}

func compareOwned(a, b driver.Binding) int {
	if c := cmp.Compare(a.ID, b.ID); c != 0 {
		return c
	}
	return compareKeys(a, b)
}

// rangeOf collects the associations of r.
func (s *state) rangeOf(r *driver.Range) []driver.Assoc {
	low, high := r.Span()
	var got []driver.Assoc
	visit := func(a *driver.Assoc) bool {
		if a.From != r.From || a.Kind != r.Kind {
			return false
		}
		at := driver.Spot{To: a.To}
		if !r.All {
			at.Rank = driver.Rank(a.Time)
		}
		if inside := low.Less(at) && at.Less(high); inside {
			got = append(got, *copyAssoc(a))
		} else if past := !at.Less(high) && !r.Reverse || !low.Less(at) && r.Reverse; past {
			return false
		}
		return len(got) < r.Limit
	}
	t := &s.byTime
	if r.All {
		t = &s.assocs
	}
	if r.Reverse {
		t.descend(pivot(r, high), visit)
	} else {
		t.ascend(pivot(r, low), visit)
	}
	return got
}

// pivot is the item a walk of r begins at.
func pivot(r *driver.Range, at driver.Spot) *driver.Assoc {
	a := &driver.Assoc{From: r.From, Kind: r.Kind, To: at.To}
	switch {
	case r.All:
	case at.Rank == math.MinInt64:
		a.Time = math.MaxInt64
	case at.Rank == math.MaxInt64:
		a.Time = math.MinInt64
	default:
		a.Time = 1<<62 - at.Rank
	}
	return a
}

// ownedBy lists the keys of one space that lead to an object.
func (s *state) ownedBy(o driver.Owned) []string {
	var got []string
	from := driver.Binding{ID: o.ID, Key: driver.Key{Space: o.Space}}
	s.owned.ascend(from, func(b driver.Binding) bool {
		if b.ID != o.ID || b.Space != o.Space {
			return false
		}
		got = append(got, b.Key.Key)
		return true
	})
	return got
}
