package engine

import (
	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// askLeaf asks for a node and for the edges that are wanted of it.
func (s *state) askLeaf(l *leaf) (int, error) {
	v := &s.viewer
	l.node = s.rs.Object(l.id)
	if l.noNode() {
		if l.sole {
			l.pair = s.rs.Pair(l.from.from, l.from.edge.Assoc, l.id)
		}
		return 1, nil
	}
	if l.party {
		l.known = s.rs.Owned(driver.Owned{ID: l.id, Space: store.SpacePSID})
		l.number = s.rs.Owned(driver.Owned{ID: l.id, Space: store.SpaceIGSID})
		l.owned = s.rs.Owned(driver.Owned{ID: l.id, Space: store.SpaceASID})
		return 1, nil
	}
	l.owned, l.known, l.install, l.role, l.friend, l.task, l.with, l.number, l.pair = -1, -1, -1, -1, -1, -1, -1, -1, -1
	l.business, l.wants = -1, wants{tokens: -1, asids: -1, psids: -1}
	if l.plan == nil || l.plan.node.Space == store.SpaceASID || l.plan.node.Persons {
		l.owned = s.rs.Owned(driver.Owned{ID: l.id, Space: store.SpaceASID})
		if l.page != 0 {
			l.known = s.rs.Owned(driver.Owned{ID: l.id, Space: store.SpacePSID})
		}
		l.install = s.rs.Pair(v.App.ID, store.AssocInstall, l.id)
		l.role = s.rs.Pair(v.App.ID, store.AssocRole, l.id)
		if v.Person != 0 {
			l.friend = s.rs.Pair(v.Person, store.AssocFriend, l.id)
		}
	}
	if l.plan == nil {
		return 1, nil
	}
	if l.plan.loads&schema.LoadPageTask != 0 && v.Person != 0 {
		l.task = s.rs.Pair(l.id, store.AssocTask, v.Person)
	}
	if l.plan.node.Counts != 0 {
		l.number = s.rs.Count(store.Count{From: l.id, Kind: l.plan.node.Counts})
	}
	if l.friendOf != 0 {
		l.with = s.rs.Pair(l.friendOf, store.AssocFriend, l.id)
	}
	if l.sole {
		l.pair = s.rs.Pair(l.from.from, l.from.edge.Assoc, l.id)
	}
	if l.plan.loads&schema.LoadBusiness != 0 && v.App.Business != 0 {
		l.business = s.rs.Object(v.App.Business)
	}
	asked := 0
	if l.owned >= 0 {
		l.wants, asked = s.askWants(l.plan.loads, l.id)
	}
	n, err := s.open(l, "", nil)
	return asked + n, err
}

// fillLeaf makes the row of a node from the answers. What the Viewer may not
// see, or what is gone, is dead and left out.
func (e *Engine) fillLeaf(s *state, l *leaf, c *Call) {
	row := &l.row
	row.Env, row.Viewer, row.Version, row.Now, row.Edition = s.row.Env, &s.viewer, s.row.Version, s.row.Now, s.row.Edition
	row.App = s.viewer.App
	rec := s.rs.GotObject(l.node)
	if rec == nil || l.sole && !l.isOn(s.rs.GotPair(l.pair)) {
		l.dead = true
		return
	}
	if l.noNode() {
		l.record = rec.Value
		return
	}
	if l.party {
		s.fillParty(l, rec.Value)
		return
	}
	var n *schema.Node
	switch v := rec.Value.(type) {
	case *people.Person:
		n = e.opt.Catalogue.InSpace(store.SpaceASID)
		s.fillPerson(l, v)
	case *people.Page:
		row.Page, row.ID, row.Parts = v, v.PublicID, v.Parts
		if l.task >= 0 {
			row.Tasks, _ = value[graph.Tasks](s.rs.GotPair(l.task))
		}
		row.Self = row.Tasks != 0 || s.viewer.Page != nil && s.viewer.Page.ID == l.id
	case *people.App:
		row.App, row.ID, row.Parts = v, v.PublicID, v.Parts
		l.dead = v.Deleted
	case *people.Business:
		row.Business, row.ID, row.Parts = v, v.PublicID, v.Parts
	case *people.Instagram:
		row.Instagram, row.ID, row.Parts = v, v.PublicID, v.Parts
	case *people.Thing:
		n = e.opt.Catalogue.Node(v.Type)
		row.Thing, row.ID, row.Parts = v, v.PublicID, v.Parts
		draft := n != nil && n.Access&schema.AccessPublic != 0 && v.Parts.JSON("is_published") == "false"
		l.dead = l.referred && v.Owner != 0 && v.Owner != l.within || l.of != 0 && v.Owner != l.of || draft && !row.Self
	default:
		l.dead = true
	}
	if n == nil {
		n = e.opt.Catalogue.OfKind(rec.Kind)
	}
	switch {
	case n == nil:
		l.dead = true
	case l.plan != nil && l.plan.node.Handle != "":
		row.ID = schema.Handle(s.row.Env, l.plan.node, s.viewer.App, l.id)
	case l.plan == nil:
		l.plan = s.met.plan(n, l.sel, func() *plan { return e.planOf(n, c.Served, l.sel) })
		l.again = l.plan.deep || l.plan.loads&(wanted|schema.LoadBusiness) != 0
	case l.plan.node != n && !(l.plan.node.Persons && row.Person != nil):
		l.dead = true
	}
	if l.from != nil && l.from.edge.Filter != nil && !l.dead {
		l.dead = !l.from.edge.Filter(row, &l.from.asked)
	}
	if l.sole && !l.dead {
		at := &driver.Pos{Time: row.Linked, To: l.id}
		l.from.first, l.from.last = at, at
	}
	if l.number >= 0 {
		row.Count = s.rs.GotCount(l.number)
	}
	for _, li := range l.lists {
		li.owner = row.ID
	}
}

// fillPerson is a person as the app of the Viewer knows them, if it does.
func (s *state) fillPerson(l *leaf, p *people.Person) {
	row, v := &l.row, &s.viewer
	row.Person, row.Owner = p, v.App.ID
	for _, k := range s.rs.GotOwned(l.owned) {
		if digits, ok := scopedid.Digits(k, v.App.ID); ok {
			row.ID, row.ASID = digits, digits
		}
	}
	if l.known >= 0 {
		for _, k := range s.rs.GotOwned(l.known) {
			if digits, ok := scopedid.Digits(k, l.page); ok {
				row.ID, row.Space, row.Owner = digits, store.SpacePSID, l.page
			}
		}
	}
	row.Install, _ = value[*people.Install](s.rs.GotPair(l.install))
	row.Role, _ = value[graph.Role](s.rs.GotPair(l.role))
	if l.business >= 0 {
		row.Business, _ = value[*people.Business](s.rs.GotObject(l.business))
	}
	row.Self = v.Kind == access.UserToken && v.Person == l.id
	row.Friend = l.friend >= 0 && s.rs.GotPair(l.friend) != nil
	uses := row.Install != nil || row.Role != graph.RoleNone
	l.dead = p.Account != people.Facebook
	if l.with >= 0 && s.rs.GotPair(l.with) == nil {
		l.dead = true
	}
	if l.plan != nil && l.plan.node.Handle != "" { // whoever is seen has it
		l.dead = false
		return
	}
	switch l.among {
	case schema.AmongAnyone:
	case schema.AmongKnown:
		l.dead = l.dead || row.ID == ""
	case schema.AmongOthers:
		l.dead = l.dead || uses
	default:
		l.dead = l.dead || row.ID == "" || !uses || v.App.Mode == graph.ModeDevelopment && row.Role == graph.RoleNone
	}
}

// fillParty is somebody who takes part in what belongs to a Page or an Instagram
// account, by the ID that this one has of them, or else the app.
func (s *state) fillParty(l *leaf, v any) {
	row := &l.row
	switch v := v.(type) {
	case *people.Person:
		row.Person = v
		s.scopedID(row, store.SpacePSID, l.known, l.within)
		s.scopedID(row, store.SpaceIGSID, l.number, l.within)
		if row.ID == "" {
			s.scopedID(row, store.SpaceASID, l.owned, s.viewer.App.ID)
		}
	case *people.Page:
		row.Page, row.ID = v, v.PublicID
	case *people.Instagram:
		row.Instagram, row.ID = v, v.PublicID
	}
	l.dead = row.ID == ""
}

func (s *state) scopedID(row *schema.Row, space store.Space, at int, owner store.ID) {
	for _, k := range s.rs.GotOwned(at) {
		if digits, ok := scopedid.Digits(k, owner); ok {
			row.ID, row.Space = digits, space
		}
	}
}

// noNode reports whether the leaf is an item of an edge whose items are no nodes.
func (l *leaf) noNode() bool { return l.from != nil && l.from.edge.Values != nil }
