package postgres

import (
	"context"
	"slices"
	"sync"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A View of one Read needs a snapshot that is taken after it began, and no
// other. So those that wait share one: whoever comes while few are under way
// leads, takes along who waits by then, and hands the lead to one of those who
// came meanwhile. Under load a round trip, a transaction and a look-up by list
// serve many; alone a Read goes at once.
const (
	lanes    = 2  // batches under way
	foldMost = 64 // Reads of one batch
)

// folds are the Reads that wait.
type folds struct {
	mu      sync.Mutex
	waiting []*fold
	under   int // lanes taken
}

// A fold is one Read that waits or is answered. It has questions and answers
// of its own, because its caller may leave.
type fold struct {
	rs   driver.ReadSet
	done chan folded
	lead chan struct{}
}

// folded is how a batch ended.
type folded struct {
	host string
	v    verdict
	err  error
}

func newFold(rs *driver.ReadSet) *fold {
	f := &fold{done: make(chan folded, 1), lead: make(chan struct{}, 1)}
	f.rs.Objects, f.rs.Keys, f.rs.Pairs = slices.Clone(rs.Objects), slices.Clone(rs.Keys), slices.Clone(rs.Pairs)
	f.rs.Ranges, f.rs.Counts, f.rs.Owned = slices.Clone(rs.Ranges), slices.Clone(rs.Counts), slices.Clone(rs.Owned)
	for i := range f.rs.Ranges {
		for _, p := range []**driver.Pos{&f.rs.Ranges[i].After, &f.rs.Ranges[i].Before} {
			if *p != nil {
				at := **p
				*p = &at
			}
		}
	}
	f.rs.Prepare()
	return f
}

// answer gives the answers to the caller.
func (f *fold) answer(rs *driver.ReadSet) {
	copy(rs.GotObjects, f.rs.GotObjects)
	copy(rs.GotKeys, f.rs.GotKeys)
	copy(rs.GotPairs, f.rs.GotPairs)
	copy(rs.GotRanges, f.rs.GotRanges)
	copy(rs.GotCounts, f.rs.GotCounts)
	copy(rs.GotOwned, f.rs.GotOwned)
}

// readOnce answers the only Read of a View, once: an error is the caller's to
// judge. Whoever follows fails with whoever leads. wait bounds it, ctx is the
// caller's.
func (s *Store) readOnce(ctx, wait context.Context, rs *driver.ReadSet) folded {
	f := newFold(rs)
	if !s.folds.join(f) {
		select {
		case got := <-f.done:
			f.answer(rs)
			return got
		case <-f.lead:
		case <-wait.Done():
			s.folds.leave(f)
			return folded{v: moved, err: wait.Err()}
		}
	}
	all := s.folds.take(f)
	got := s.ride(ctx, wait, all)
	s.folds.pass()
	for _, other := range all[1:] {
		other.done <- got
	}
	f.answer(rs)
	return got
}

// join reports whether f leads, or waits now.
func (q *folds) join(f *fold) (leads bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.under < lanes {
		q.under++
		return true
	}
	q.waiting = append(q.waiting, f)
	return false
}

// take is the batch that f leads: f and who waits.
func (q *folds) take(f *fold) []*fold {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), foldMost-1)
	all := append([]*fold{f}, q.waiting[:n]...)
	q.waiting = slices.Delete(q.waiting, 0, n)
	return all
}

// pass hands the lane to the first who waits, or gives it back.
func (q *folds) pass() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.under--
		return
	}
	q.waiting[0].lead <- struct{}{}
	q.waiting = slices.Delete(q.waiting, 0, 1)
}

// leave is for a caller that waits no longer. If the lead came just then, it
// goes on to the next.
func (q *folds) leave(f *fold) {
	q.mu.Lock()
	if i := slices.Index(q.waiting, f); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	q.mu.Unlock()
	select {
	case <-f.lead:
		q.pass()
	default:
	}
}

// ride asks the questions of all in one snapshot and one round trip.
func (s *Store) ride(ctx, wait context.Context, all []*fold) folded {
	r := &reader{s: s, pool: s.pool, begin: s.sql.beginRead} // the lane is its seat
	defer r.end()
	v, err := r.once(ctx, wait, true, func(b *batch) {
		s.askObjects(b, all)
		for _, f := range all {
			q := questions{s: s, rs: &f.rs}
			q.askRest(b)
		}
	})
	if err == nil {
		return folded{host: r.host}
	}
	for _, f := range all {
		f.rs.Prepare() // no half answers
	}
	return folded{r.host, v, err}
}

// askObjects looks up the objects of all by list.
func (s *Store) askObjects(b *batch, all []*fold) {
	type place struct {
		f *fold
		i int
	}
	var places []place
	for _, f := range all {
		for i := range f.rs.Objects {
			places = append(places, place{f, i})
		}
	}
	for _, g := range grouped(len(places), func(int) struct{} { return struct{}{} }) {
		at := newPlaces(g.in, func(n int) driver.ID { return places[n].f.rs.Objects[places[n].i] })
		ids := make([]driver.ID, len(g.in))
		for n, i := range g.in {
			ids[n] = at.at(i)
		}
		b.add(s.sql.getObjects, func(r *row) {
			id := driver.ID(r.int(0))
			at.each(id, func(n int) {
				p := places[n]
				p.f.rs.GotObjects[p.i] = s.object(r, id)
			})
		}, b.ids(ids))
	}
}
