package audit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A search walks the associations again and keeps those of the pages that do
// not balance, to name the rows.
type search struct {
	*audit
	pairs map[pair]int64
	lists map[list]int64
}

type pair struct {
	low, high driver.ID
	kind      driver.Kind
	time      int64
}

type list struct {
	from driver.ID
	kind driver.Kind
}

// mostKept bounds what a search keeps: a database that is wrong everywhere is
// not told row by row.
const mostKept = 1 << 20

func (s *search) run() error {
	if err := s.r.Scan(s.ctx, driver.Assocs, func(row *driver.Row) bool {
		s.assoc(&row.Assoc)
		return len(s.pairs)+len(s.lists) < mostKept
	}); err != nil {
		return err
	}
	if err := s.r.Scan(s.ctx, driver.Counts, func(row *driver.Row) bool {
		c := &row.Count
		if s.counts.off(hash(int64(c.From), int64(c.Kind))) {
			s.lists[list{c.From, c.Kind}] -= c.N
		}
		return len(s.pairs)+len(s.lists) < mostKept
	}); err != nil {
		return err
	}
	if len(s.pairs)+len(s.lists) >= mostKept {
		s.say("so much is wrong that the rows are not told one by one")
		return nil
	}
	s.tell()
	return nil
}

func (s *search) assoc(as *driver.Assoc) {
	info := s.reg.Kind(as.Kind)
	if info == nil || !info.Assoc {
		return
	}
	time := s.time(as, info)
	if h, sign, ok := mirror(as, info, time); ok && s.mirrors.off(h) {
		p := pair{as.From, as.To, as.Kind, time}
		if sign < 0 {
			p = pair{as.To, as.From, info.Inverse, time}
		}
		if s.pairs[p] += sign; s.pairs[p] == 0 {
			delete(s.pairs, p)
		}
	}
	if info.Counted && s.counts.off(hash(int64(as.From), int64(as.Kind))) {
		s.lists[list{as.From, as.Kind}]++
	}
}

func (s *search) tell() {
	for _, p := range slices.SortedFunc(maps.Keys(s.pairs), func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(a.kind, b.kind), cmp.Compare(a.high, b.high), cmp.Compare(a.time, b.time))
	}) {
		name := s.reg.Kind(p.kind).Name
		if s.pairs[p] > 0 {
			s.say("%s %d -> %d has no inverse of the same time", name, p.low, p.high)
		} else {
			s.say("%s %d -> %d is missing, or of another time; its inverse is there", name, p.low, p.high)
		}
	}
	for _, l := range slices.SortedFunc(maps.Keys(s.lists), func(a, b list) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.kind, b.kind))
	}) {
		if n := s.lists[l]; n != 0 {
			s.say("object %d: the count of %s is off by %d", l.from, s.reg.Kind(l.kind).Name, -n)
		}
	}
}
