package engine

import (
	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// met is what one answer has come across already: the same author of many posts
// is loaded once, and what is shown of authors is planned once.
type met struct {
	leaves map[reached]*leaf
	plans  map[shown]*plan
	again  int // leaves that were met before, since take
}

// take is how many nodes of the answer were met before: they count like others,
// though they are loaded once.
func (m *met) take() int {
	n := m.again
	m.again = 0
	return n
}

// reached tells apart what a field refers to, and who a thing belongs to, as far
// as it makes a difference to what is shown: what, through which field, and whose
// permissions count.
type reached struct {
	id, within, page store.ID
	item             *planItem // nil for an owner, and for what a value names
	inner            *inner
	self             bool
	install          *people.Install
}

type shown struct {
	node *schema.Node
	sel  *fields.Selection
}

// leaf is the node that a field of l refers to, or that l belongs to if there is
// no field; fresh says that it is met for the first time and is to be loaded.
func (m *met) leaf(l *leaf, id store.ID, it *planItem) (to *leaf, fresh bool) {
	key := reached{id: id, page: l.knows(), item: it, self: l.row.Self, install: l.row.Install}
	if it != nil && l.row.Thing != nil {
		key.within = l.row.Thing.Owner
	}
	if it != nil && l.row.Page != nil && it.field.Party != nil {
		key.within = l.row.Page.ID
	}
	if it == nil {
		return m.once(l, key, nil)
	}
	if to, fresh = m.once(l, key, it.child); fresh {
		to.sel, to.referred, to.within = it.sub, true, key.within
		to.party = it.field.Party != nil
	}
	return to, fresh
}

// named is the node that a value of l names.
func (m *met) named(l *leaf, id store.ID, v *inner) (to *leaf, fresh bool) {
	return m.once(l, reached{id: id, page: l.knows(), inner: v, self: l.row.Self, install: l.row.Install}, v.child)
}

// once makes a leaf unless there is one. What has edges of its own is not shared:
// each of its items counts.
func (m *met) once(l *leaf, key reached, p *plan) (to *leaf, fresh bool) {
	if known := m.leaves[key]; known != nil && (p == nil || !p.deep) {
		m.again++
		return known, false
	}
	to = l.leadTo(&leaf{}, key.id, p)
	if m.leaves == nil {
		m.leaves = map[reached]*leaf{}
	}
	m.leaves[key] = to
	return to, true
}

// plan makes a plan once.
func (m *met) plan(n *schema.Node, sel *fields.Selection, build func() *plan) *plan {
	key := shown{n, sel}
	p := m.plans[key]
	if p == nil {
		if m.plans == nil {
			m.plans = map[shown]*plan{}
		}
		p = build()
		m.plans[key] = p
	}
	return p
}
