package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// mostFill is how many more items one round looks at, at most. [own]
const mostFill = 500

// fill reads on where the page that was asked for came out short, because items were
// left out, until it is full or nothing is left. A page that is full costs no Read
// more, and one that would cost more than a call may stays short. [doc graph-api
// paging: a page may be]
func (e *Engine) fill(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	if s.plan.edge == nil || len(s.root.lists) == 0 {
		return nil
	}
	li := s.root.lists[0]
	if !li.fillable() {
		return nil
	}
	_, back := li.args.cursor()
	for missing := li.missing(); missing > 0 && li.unread(back); missing = li.missing() {
		n := min(max(4*missing, defaultPage), mostFill)
		if c.Spent.Nodes+n > e.opt.Bounds.Nodes {
			break
		}
		q := store.Range{From: li.from, Kind: li.edge.Assoc, Since: li.args.since, Until: li.args.until, Limit: n + 1, Reverse: back}
		if q.After = li.last; back {
			q.After, q.Before = nil, li.first
		}
		s.rs.Reset()
		at := s.rs.Range(q)
		if err := r.Load(ctx, &s.rs); err != nil {
			return err
		}
		if err := e.levels(ctx, r, s, c, li.goOn(&s.root, s.rs.GotRange(at), n, back)); err != nil {
			return err
		}
	}
	li.cut(back)
	return nil
}

// fillable reports whether items of a list are read one after the other.
func (li *list) fillable() bool {
	return li.edge.Values == nil && !li.edge.Common && len(li.edge.Gather) == 0 && li.edge.Paging != schema.PagedByOffset &&
		li.args.one == "" && !li.shut && !li.strange() && li.first != nil
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
