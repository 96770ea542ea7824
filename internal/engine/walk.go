package engine

import (
	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// leadTo makes the leaf of a node that hangs on l. A thing is seen under the
// permissions of the person it was reached through.
func (l *leaf) leadTo(to *leaf, id store.ID, p *plan) *leaf {
	to.id, to.plan = id, p
	to.row.Self, to.row.Install = l.row.Self, l.row.Install
	if to.row.Of = l.row.ASID; l.plan != nil && l.plan.node.Handle != "" {
		to.row.Of = l.row.Of // what two have in common is on the list of the one whom it is about
	}
	to.page = l.knows()
	return to
}

// knows is the Page through which people who hang on l are known, zero for none.
func (l *leaf) knows() store.ID {
	if v := l.row.Viewer; l.row.Page != nil {
		return l.row.Page.ID
	} else if v != nil && v.Page != nil {
		return v.Page.ID
	}
	return 0
}

// receive takes the answers about the edges of a leaf.
func (s *state) receive(l *leaf) {
	for _, li := range l.lists {
		if li.at >= 0 {
			li.got = s.rs.GotRange(li.at)
		}
		if li.mine > 0 {
			s.meet(li)
		}
		for i, at := range li.ways {
			for _, rec := range s.rs.GotRange(at) {
				li.sources = append(li.sources, source{rec.ID, li.edge.Gather[i].Then})
			}
		}
		if li.count >= 0 {
			li.total = s.rs.GotCount(li.count)
		}
		for i, at := range li.names {
			id := &li.asked.Named[i].ID
			if *id = 0; at[0] >= 0 {
				*id = s.rs.GotID(at[0])
			}
			if *id != 0 && li.edge.Param(li.asked.Named[i].Param).To == "Conversation" {
				li.from = s.viewer.Page.Instagram // it is one of the linked account
			}
			if *id == 0 {
				*id = s.rs.GotID(at[1])
			}
		}
	}
}

// isOn takes what the edge says about an item that was named, with false if the
// item is not on it.
func (l *leaf) isOn(rec *store.Record) bool {
	if rec == nil {
		return false
	}
	l.row.Item, _ = rec.Value.(*people.Item)
	l.row.Linked = rec.Time
	return true
}

// strange reports whether the edge was asked about a person whom the Viewer may
// not see.
func (li *list) strange() bool { return li.other != nil && li.other.dead }

// turn makes leaves of the associations of one page, and finds out what is
// before and behind it.
func (l *leaf) turn(li *list) {
	a := &li.args
	got := li.got
	over := len(got) > a.limit+a.offset
	if over {
		got = got[:a.limit+a.offset]
	}
	got = got[min(a.offset, len(got)):]
	text, back := a.cursor()
	li.more, li.earlier = over, text != "" || a.offset > 0
	if back {
		li.more, li.earlier = true, over
	}
	li.items = l.leaves(li, got, back)
	li.ends()
}

// leaves makes leaves of associations, which are in the other order where they were
// read backwards.
func (l *leaf) leaves(li *list, got []store.Record, back bool) []*leaf {
	made := make([]leaf, len(got))
	items := make([]*leaf, 0, len(got))
	for i := range got {
		rec := &got[i]
		if back {
			rec = &got[len(got)-1-i]
		}
		item := l.item(&made[i], li, rec.ID)
		item.row.Item, _ = rec.Value.(*people.Item)
		item.row.Linked = rec.Time
		items = append(items, item)
	}
	return items
}

// item makes the leaf of an item.
func (l *leaf) item(to *leaf, li *list, id store.ID) *leaf {
	l.leadTo(to, id, li.child)
	to.among, to.from = li.edge.Among, li
	if li.other != nil {
		to.friendOf = li.other.id
	}
	if li.edge.OfPage && l.row.Viewer.Kind == access.PageToken {
		to.of = l.row.Viewer.Page.ID
	}
	return to
}

// walk makes the leaves of a list: those of one page, or the one that was named.
func (l *leaf) walk(li *list) {
	if li.args.with != "" {
		id, _ := li.asked.ID(li.args.with)
		li.other = l.leadTo(&leaf{dead: id == 0}, id, nil)
	}
	if li.args.one == "" {
		l.turn(li)
	} else if id, _ := li.asked.ID(li.args.one); id != 0 {
		to := l.item(&leaf{sole: true}, li, id)
		li.items = []*leaf{to}
	}
}

// next appends what a leaf leads to: the items of its edges, and what its
// fields refer to.
func (s *state) next(level []*leaf, l *leaf) []*leaf {
	if l.dead {
		return level
	}
	if l.again {
		l.again = false
		return append(level, l)
	}
	for _, li := range l.lists {
		if li.shut = !s.walks(&l.row, li.edge); !li.shut {
			if li.edge.Common && !s.inCommon(&l.row, li.edge.Need) {
				li.got = nil
			}
			l.walk(li)
			if li.fillable() {
				s.walked = append(s.walked, walked{l, li})
			}
			if level = append(level, li.items...); li.other != nil && !li.other.dead {
				level = append(level, li.other)
			}
		}
	}
	if l.plan == nil {
		return level
	}
	level = s.owners(level, []*leaf{l})
	for i := range l.plan.items {
		it := &l.plan.items[i]
		if it.field == nil || it.field.To == "" || !s.shows(&l.row, it.field) {
			continue
		}
		ids, list := it.field.LeadsTo(&l.row)
		if len(ids) == 0 {
			continue
		}
		rf := ref{item: it, list: list}
		for _, id := range ids {
			to, fresh := s.met.leaf(l, id, it)
			if rf.to = append(rf.to, to); fresh {
				level = append(level, to)
			}
		}
		l.refs = append(l.refs, rf)
	}
	for i := range l.names {
		n := &l.names[i]
		if n.node == 0 || n.to != nil {
			continue
		}
		var fresh bool
		if n.to, fresh = s.met.named(l, n.node, n.inner); fresh {
			level = append(level, n.to)
		}
	}
	return level
}

// walks reports whether the Viewer may walk an edge of a node at all.
func (s *state) walks(row *schema.Row, edge *schema.Edge) bool {
	if w := row.When(); row.Env.Left(edge.Empty, w) || row.Env.Left(edge.Gone, w) || edge.Common && s.viewer.Person == 0 {
		return false
	}
	if edge.Reviewed && !s.viewer.Has(edge.Feature, row.Role) && row.Role == graph.RoleNone {
		return false
	}
	if edge.OfPage && s.viewer.Kind == access.PageToken {
		return row.Env.Standing(edge.Need.Permissions(row.Version), row.When()).Intersects(s.viewer.Granted)
	}
	return s.sees(row, edge.Sight) && (edge.Need == nil || edge.Common || s.permitted(row, edge.Need))
}
