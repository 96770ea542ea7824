package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

const (
	// mostFill is how many more items of a list one round looks at, at most. [own]
	mostFill = 500
	// mostRounds is in how many rounds lists inside fields are filled. [own]
	mostRounds = 4
)

// A walked is a list that was turned into leaves, and the leaf that has it.
type walked struct {
	of *leaf
	li *list
}

// A rest is what a round reads of a list.
type rest struct {
	*list
	of   *leaf
	q    store.Range
	back bool
	most int // items that are looked at
	at   []int
	had  int // items before
	undo list
}

// fill reads on where pages came out short, because items were left out, until they are
// full or nothing is left: the page that was asked for as long as it takes, those inside
// fields in mostRounds, all of them together. Pages that are full cost no Read more, and
// what would cost more than a call may stays short. [doc graph-api paging: a page may be]
func (e *Engine) fill(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	for round := 0; ; round++ {
		all := s.rests(round, c.Spent.Nodes, e.opt.Bounds.Nodes)
		if len(all) == 0 {
			return nil
		}
		if err := e.readOn(ctx, r, s, c, all); err != nil {
			if err != graph.ErrTooMuchData {
				return err
			}
			for i := range all {
				*all[i].list = all[i].undo
			}
			return nil
		}
	}
}

// rests are the lists that a round reads on, in their order, so far as there is room.
func (s *state) rests(round, spent, bound int) (all []rest) {
	asked := 0
	for _, w := range s.walked {
		_, back := w.li.args.cursor()
		missing := w.li.missing()
		inside := s.plan.edge == nil || w.of != &s.root
		if w.of.dead || w.li.strange() || missing <= 0 || !w.li.unread(back) || inside && round >= mostRounds {
			continue
		}
		r := rest{list: w.li, of: w.of, back: back, most: min(max(4*missing<<min(round, mostRounds), defaultPage), mostFill), had: len(w.li.items), undo: *w.li}
		if n := len(w.li.sources); n > 0 {
			r.most = min(r.most, mostAsked/(n+1)-1)
		}
		each := w.li.child.hangs()
		spent += r.most + missing*each
		asked += r.most * (len(w.li.sources) + 2 + each)
		if r.most <= 0 || spent > bound || asked > mostAsked {
			return all
		}
		r.q = store.Range{From: r.from, Kind: r.edge.Assoc, Since: r.args.since, Until: r.args.until, Limit: r.most + 1, Reverse: back}
		if r.q.After = r.last; back {
			r.q.After, r.q.Before = nil, r.first
		}
		all = append(all, r)
	}
	return all
}

// hangs is how many nodes the first pages of what hangs on a node may have.
func (p *plan) hangs() (n int) {
	if p == nil {
		return 0
	}
	for i := range p.items {
		switch it := &p.items[i]; {
		case it.edge != nil:
			n += it.page.limit + it.page.offset + 1
		case it.field.To != "" || it.inner != nil && it.inner.nodes:
			n++
		}
	}
	return n
}

// readOn reads what follows on several lists, looks at all of it and goes on with what
// the pages have room for.
func (e *Engine) readOn(ctx context.Context, r *store.Reader, s *state, c *Call, all []rest) error {
	s.rs.Reset()
	reads := false
	for i := range all {
		li := &all[i]
		if li.edge.Common { // both lists are at hand
			continue
		}
		reads = true
		li.at = append(li.at, s.rs.Range(li.q))
		for _, from := range li.sources {
			q := li.q
			q.From, q.Kind = from.id, from.kind
			li.at = append(li.at, s.rs.Range(q))
		}
	}
	if reads {
		if err := r.Load(ctx, &s.rs); err != nil {
			return err
		}
	}
	var level []*leaf
	for i := range all {
		li := &all[i]
		level = append(level, li.goOn(li.of, li.follow(s), li.most, li.back)...)
	}
	if err := e.loadLevel(ctx, r, s, c, level); err != nil {
		return err
	}
	if err := e.loadLevel(ctx, r, s, c, s.owners(nil, level)); err != nil {
		return err
	}
	s.nameOwned()
	var deeper []*leaf
	for i := range all {
		li := &all[i]
		li.cut(li.back)
		kept := li.items[min(li.had, len(li.items)):]
		if li.back {
			kept = li.items[:max(0, len(li.items)-li.had)]
		}
		for _, l := range kept {
			deeper = s.next(deeper, l)
		}
	}
	return e.levels(ctx, r, s, c, deeper)
}

// follow is what a round read of a list.
func (r *rest) follow(s *state) (got []store.Record) {
	switch {
	case r.edge.Common:
		return pageOf(r.both, &r.q)
	case len(r.sources) == 0:
		return s.rs.GotRange(r.at[0])
	}
	for _, at := range r.at {
		got = append(got, s.rs.GotRange(at)...)
	}
	return inOrder(got, r.q)
}

// fillable reports whether items of a list are read one after the other.
func (li *list) fillable() bool {
	return li.edge.Values == nil && li.edge.Paging != schema.PagedByOffset && li.args.one == "" && li.first != nil
}

// missing is how many items the page could show beyond those that it has.
func (li *list) missing() int {
	n := li.args.limit
	for _, it := range li.items {
		if !it.dead {
			n--
		}
	}
	return n
}

// unread reports whether there are items that were not looked at.
func (li *list) unread(back bool) bool {
	if back {
		return li.earlier
	}
	return li.more
}

// goOn makes leaves of the items that follow the page, or come before it, and
// returns those.
func (li *list) goOn(l *leaf, got []store.Record, most int, back bool) []*leaf {
	over := len(got) > most
	got = got[:min(len(got), most)]
	items := l.leaves(li, got, back)
	if back {
		li.items, li.earlier = append(items, li.items...), over
	} else {
		li.items, li.more = append(li.items, items...), over
	}
	li.ends()
	return items
}

// ends says where the page begins and ends.
func (li *list) ends() {
	if n := len(li.items); n > 0 {
		li.first, li.last = li.items[0].pos(), li.items[n-1].pos()
	}
}

func (l *leaf) pos() *driver.Pos { return &driver.Pos{Time: l.row.Linked, To: l.id} }

// cut takes off what a page has beyond its limit. What was looked at and is not shown
// makes no other page.
func (li *list) cut(back bool) {
	room, end, beyond := li.args.limit, -1, false
	for i := range li.items {
		at := i
		if back {
			at = len(li.items) - 1 - i
		}
		switch {
		case li.items[at].dead:
		case room == 0:
			beyond = true
		default:
			if room--; room == 0 {
				end = at
			}
		}
	}
	switch {
	case end < 0:
		return
	case back:
		li.items, li.earlier = li.items[end:], li.earlier || beyond
	default:
		li.items, li.more = li.items[:end+1], li.more || beyond
	}
	li.ends()
}
