package driver

import (
	"fmt"
	"math"
)

// maxTime bounds the Time of an association on both sides, so that ranks and
// the positions next to them never overflow.
const maxTime = 1 << 61

// Rank turns a time into the number that lists are sorted by: newest first is
// an ascending walk. Times out of bounds are moved to the bound.
func Rank(time int64) int64 {
	return 1<<62 - max(-maxTime, min(maxTime, time))
}

// A Spot is a place in the ascending order of (rank, to).
type Spot struct {
	Rank int64
	To   ID
}

// Span returns the exclusive bounds of r in ascending (rank, to) order, from
// its positions and times. For a Range with All the ranks are zero and only the
// To of a position counts.
func (r *Range) Span() (low, high Spot) {
	if r.All {
		return r.spanAll()
	}
	low, high = Spot{math.MinInt64, math.MinInt64}, Spot{math.MaxInt64, math.MaxInt64}
	if r.Until != 0 {
		low = Spot{Rank(r.Until) - 1, math.MaxInt64}
	}
	if r.Since != 0 {
		high = Spot{Rank(r.Since) + 1, math.MinInt64}
	}
	if p := r.After; p != nil {
		low = later(low, Spot{Rank(p.Time), p.To})
	}
	if p := r.Before; p != nil {
		high = earlier(high, Spot{Rank(p.Time), p.To})
	}
	return low, high
}

func (r *Range) spanAll() (low, high Spot) {
	low, high = Spot{To: math.MinInt64}, Spot{To: math.MaxInt64}
	if r.After != nil {
		low.To = r.After.To
	}
	if r.Before != nil {
		high.To = r.Before.To
	}
	return low, high
}

// Less orders spots by rank, then by To.
func (s Spot) Less(t Spot) bool {
	return s.Rank < t.Rank || s.Rank == t.Rank && s.To < t.To
}

func later(a, b Spot) Spot {
	if a.Less(b) {
		return b
	}
	return a
}

func earlier(a, b Spot) Spot {
	if b.Less(a) {
		return b
	}
	return a
}

// CheckObject refuses an object no backend can keep.
func (r *Registry) CheckObject(o *Object) error {
	if o.ID == 0 {
		return fmt.Errorf("put: object of kind %d has no id", o.Kind)
	}
	if info := r.Kind(o.Kind); info == nil || info.Assoc {
		return fmt.Errorf("put: kind %d is not an object kind of the registry", o.Kind)
	}
	return nil
}

// CheckAssoc refuses an association no backend can keep and returns the row
// of its kind.
func (r *Registry) CheckAssoc(a *Assoc) (*KindInfo, error) {
	info := r.Kind(a.Kind)
	switch {
	case info == nil || !info.Assoc:
		return nil, fmt.Errorf("link: kind %d is not an association kind of the registry", a.Kind)
	case info.Once:
		return nil, fmt.Errorf("link: %s is written with its inverse only", info.Name)
	case a.From == 0 || a.To == 0:
		return nil, fmt.Errorf("link: %s has an end without id", info.Name)
	case a.Time != TimeVersion && (a.Time < -maxTime || a.Time > maxTime):
		return nil, fmt.Errorf("link: %s has a time out of bounds", info.Name)
	}
	return info, nil
}

// CheckBinding refuses a binding no backend can keep.
func (r *Registry) CheckBinding(b *Binding) error {
	if b.ID == 0 {
		return fmt.Errorf("bind: key of space %d leads to no id", b.Space)
	}
	if r.Space(b.Space) == nil {
		return fmt.Errorf("bind: space %d is not in the registry", b.Space)
	}
	return nil
}

// Check refuses a range without a limit.
func (r *Range) Check() error {
	if r.Limit <= 0 {
		return fmt.Errorf("range of kind %d: limit %d is not positive", r.Kind, r.Limit)
	}
	return nil
}
