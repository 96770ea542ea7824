package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// asked are the places of the answers in the second Read.
type asked struct {
	node, contact, role, task, install, userFollows, businessFollows, friend, business, pageTask, instagram int
}

// load gathers everything the plan needs about the node, in one Read; the
// significant other takes one more, which only its field asks for.
func (e *Engine) load(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	a := s.ask()
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	if !s.fill(&a) {
		return e.noNode(c)
	}
	row := &s.row
	row.Env, row.Viewer, row.Version, row.Now = e.opt.Env, &s.viewer, c.Served, c.Now
	row.Edition = schema.EditionOf(c.Served, s.viewer.App.Edition)
	e.shorten(s, c)
	if s.plan.loads&schema.LoadPartner != 0 {
		return s.loadPartner(ctx, r)
	}
	return nil
}

// shorten takes the short default for people whose record asks for it.
func (e *Engine) shorten(s *state, c *Call) {
	short := s.plan.node.ShortDefault
	if short == "" || s.plan.asked || s.row.Person == nil || s.row.Person.Shape != people.ShapeNameID {
		return
	}
	if p := e.planFor(s.plan.node, c.Served, short); p.broken == nil {
		s.plan = p
	}
}

func (s *state) ask() (a asked) {
	rs, t, v, l := &s.rs, &s.target, &s.viewer, s.plan.loads
	rs.Reset()
	a.node = rs.Object(t.id)
	if l&schema.LoadContact != 0 {
		a.contact = rs.Pair(t.owner, store.AssocContact, t.id)
	}
	if l&schema.LoadRole != 0 {
		a.role = rs.Pair(v.App.ID, store.AssocRole, t.id)
	}
	if l&schema.LoadTask != 0 && v.Page != nil {
		a.task = rs.Pair(v.Page.ID, store.AssocTask, v.Token.Person)
	}
	if l&schema.LoadInstall != 0 {
		a.install = rs.Pair(v.App.ID, store.AssocInstall, t.id)
	}
	if l&schema.LoadFollows != 0 {
		a.userFollows = rs.Pair(t.id, store.AssocUserFollows, t.owner)
		a.businessFollows = rs.Pair(t.owner, store.AssocBusinessFollows, t.id)
	}
	if l&schema.LoadFriend != 0 && v.Person != 0 {
		a.friend = rs.Pair(v.Person, store.AssocFriend, t.id)
	}
	if l&schema.LoadBusiness != 0 && v.App.Business != 0 {
		a.business = rs.Object(v.App.Business)
	}
	if l&schema.LoadPageTask != 0 && v.Person != 0 {
		a.pageTask = rs.Pair(t.id, store.AssocTask, v.Person)
	}
	if l&schema.LoadInstagram != 0 && v.Page != nil && v.Page.Instagram != 0 {
		a.instagram = rs.Object(v.Page.Instagram)
	}
	return a
}

// fill turns the answers into the row, with false if the node is gone.
func (s *state) fill(a *asked) bool {
	rs, row, l := &s.rs, &s.row, s.plan.loads
	node := rs.GotObject(a.node)
	if node == nil || !s.fillNode(node.Value) {
		return false
	}
	row.Self = s.viewer.Kind == access.UserToken && s.viewer.Person == s.target.id
	if l&schema.LoadContact != 0 {
		row.Contact, _ = value[*consent.Contact](rs.GotPair(a.contact))
	}
	if l&schema.LoadRole != 0 {
		row.Role, _ = value[graph.Role](rs.GotPair(a.role))
	}
	if l&schema.LoadTask != 0 && s.viewer.Page != nil {
		row.Tasks, _ = value[graph.Tasks](rs.GotPair(a.task))
	}
	if l&schema.LoadInstall != 0 {
		row.Install, _ = value[*people.Install](rs.GotPair(a.install))
	}
	if l&schema.LoadFollows != 0 {
		row.UserFollows = rs.GotPair(a.userFollows) != nil
		row.BusinessFollows = rs.GotPair(a.businessFollows) != nil
	}
	if l&schema.LoadFriend != 0 && s.viewer.Person != 0 {
		row.Friend = rs.GotPair(a.friend) != nil
	}
	if l&schema.LoadBusiness != 0 && s.viewer.App.Business != 0 {
		row.Business, _ = value[*people.Business](rs.GotObject(a.business))
	}
	if l&schema.LoadPageTask != 0 && s.viewer.Person != 0 {
		row.Tasks, _ = value[graph.Tasks](rs.GotPair(a.pageTask))
	}
	if l&schema.LoadInstagram != 0 && s.viewer.Page != nil && s.viewer.Page.Instagram != 0 {
		row.Instagram, _ = value[*people.Instagram](rs.GotObject(a.instagram))
	}
	return true
}

func (s *state) fillNode(v any) bool {
	row := &s.row
	row.App = s.viewer.App
	switch v := v.(type) {
	case *people.Person:
		row.Person = v
	case *people.Page:
		row.Page = v
	case *people.App:
		row.App = v
	default:
		return false
	}
	return (row.Person != nil) == (s.target.node.Space != 0)
}

func (s *state) loadPartner(ctx context.Context, r *store.Reader) error {
	id := s.row.Person.Partner()
	if id == 0 {
		return nil
	}
	s.rs.Reset()
	node := s.rs.Object(id)
	owned := s.rs.Owned(driver.Owned{ID: id, Space: store.SpaceASID})
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	s.row.Partner = personOf(s.rs.GotObject(node))
	for _, k := range s.rs.GotOwned(owned) {
		if digits, ok := scopedid.Digits(k, s.viewer.App.ID); ok {
			s.row.PartnerID = digits
		}
	}
	return nil
}

func value[T any](rec *store.Record) (v T, ok bool) {
	if rec == nil {
		return v, false
	}
	v, ok = rec.Value.(T)
	return v, ok
}
