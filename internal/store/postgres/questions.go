package postgres

import (
	"github.com/kithgraph/kith/internal/store/driver"
)

// chunk is how many keys one statement looks up.
const chunk = 200

// questions turn a ReadSet into a batch and its rows into answers.
type questions struct {
	s  *Store
	rs *driver.ReadSet
}

func (q *questions) check() error {
	for i := range q.rs.Ranges {
		if err := q.rs.Ranges[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

func (q *questions) ask(b *batch) {
	q.askObjects(b)
	q.askRest(b)
}

// askRest asks all but objects.
func (q *questions) askRest(b *batch) {
	q.askKeys(b)
	q.askPairs(b)
	q.askRanges(b)
	q.askCounts(b)
	q.askOwned(b)
}

// places says where in the questions a value stands. Few are looked for one by
// one, many by a map.
type places[K comparable] struct {
	at    func(i int) K
	in    []int
	index map[K][]int
}

func newPlaces[K comparable](in []int, at func(i int) K) *places[K] {
	p := &places[K]{at: at, in: in}
	if len(in) <= 16 {
		return p
	}
	p.index = make(map[K][]int, len(in))
	for _, i := range in {
		p.index[at(i)] = append(p.index[at(i)], i)
	}
	return p
}

func (p *places[K]) each(k K, f func(i int)) {
	if p.index != nil {
		for _, i := range p.index[k] {
			f(i)
		}
		return
	}
	for _, i := range p.in {
		if p.at(i) == k {
			f(i)
		}
	}
}

// A group is the questions that one statement answers.
type group[G comparable] struct {
	by G
	in []int
}

// grouped sorts the numbers below n into groups of at most chunk, in the order
// they came.
func grouped[G comparable](n int, by func(i int) G) []group[G] {
	var gs []group[G]
	open := map[G]int{} // the group that takes more
	for i := range n {
		g := by(i)
		at, ok := open[g]
		if !ok || len(gs[at].in) == chunk {
			at = len(gs)
			open[g] = at
			gs = append(gs, group[G]{by: g})
		}
		gs[at].in = append(gs[at].in, i)
	}
	return gs
}

// object decodes the row of one.
func (s *Store) object(r *row, id driver.ID) *driver.Object {
	o := &driver.Object{ID: id, Kind: driver.Kind(r.int(1)), Version: r.int(2), Data: r.bytes(3)}
	s.versions.see(o.Version)
	return o
}

func (q *questions) askObjects(b *batch) {
	q.s.askObjects(b, []*fold{{rs: *q.rs}})
}

func (q *questions) version(r *row, i int) int64 {
	v := r.int(i)
	q.s.versions.see(v)
	return v
}

func (q *questions) askKeys(b *batch) {
	for i := range q.rs.Keys {
		k, got := &q.rs.Keys[i], &q.rs.GotKeys[i]
		if k.Space == 0 {
			continue // operations are no keys
		}
		b.add(q.s.sql.getKey, func(r *row) { *got = driver.ID(r.int(0)) }, b.int(int64(k.Space)), b.bytes([]byte(k.Key)))
	}
}

func (q *questions) askPairs(b *batch) {
	for i, p := range q.rs.Pairs {
		got := &q.rs.GotPairs[i]
		b.add(q.s.sql.getPair, func(r *row) {
			*got = &driver.Assoc{From: p.From, Kind: p.Kind, To: p.To, Time: r.time(0), Version: q.version(r, 1), Data: r.bytes(2)}
		}, b.int(int64(p.From)), b.int(int64(p.Kind)), b.int(int64(p.To)))
	}
}

// assoc decodes to_id, inv_t, version, data.
func (q *questions) assoc(r *row, from driver.ID, kind driver.Kind) driver.Assoc {
	return driver.Assoc{From: from, Kind: kind, To: driver.ID(r.int(0)), Time: r.time(1), Version: q.version(r, 2), Data: r.bytes(3)}
}

func (q *questions) askRanges(b *batch) {
	for i := range q.rs.Ranges {
		r := &q.rs.Ranges[i]
		got := &q.rs.GotRanges[i]
		low, high := r.Span()
		args := []int64{int64(r.From), int64(r.Kind), low.Rank, int64(low.To), high.Rank, int64(high.To), int64(r.Limit)}
		if r.All {
			args = []int64{int64(r.From), int64(r.Kind), int64(low.To), int64(high.To), int64(r.Limit)}
		}
		b.add(q.s.rangeSQL(r), func(x *row) { *got = append(*got, q.assoc(x, r.From, r.Kind)) }, b.ints(args...)...)
	}
}

func (s *Store) rangeSQL(r *driver.Range) *statement {
	switch {
	case r.All && r.Reverse:
		return s.sql.allReverse
	case r.All:
		return s.sql.all
	case r.Reverse:
		return s.sql.oldest
	}
	return s.sql.newest
}

func (q *questions) askCounts(b *batch) {
	rs := q.rs
	for _, g := range grouped(len(rs.Counts), func(i int) driver.Kind { return rs.Counts[i].Kind }) {
		at := newPlaces(g.in, func(i int) driver.ID { return rs.Counts[i].From })
		from := make([]driver.ID, len(g.in))
		for n, i := range g.in {
			from[n] = rs.Counts[i].From
		}
		b.add(q.s.sql.getCounts, func(r *row) {
			n := r.int(1)
			at.each(driver.ID(r.int(0)), func(i int) { rs.GotCounts[i] = n })
		}, b.int(int64(g.by)), b.ids(from))
	}
}

func (q *questions) askOwned(b *batch) {
	for i, o := range q.rs.Owned {
		if o.Space == 0 {
			continue
		}
		got := &q.rs.GotOwned[i]
		b.add(q.s.sql.getOwned, func(r *row) { *got = append(*got, string(r.cols[0])) }, b.int(int64(o.ID)), b.int(int64(o.Space)))
	}
}
