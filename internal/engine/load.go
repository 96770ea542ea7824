package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// asked are the places of the answers in the second Read.
type asked struct {
	node, contact, role, task, install, userFollows, businessFollows, friend, business, pageTask, member, count, owned int
	wants                                                                                                              wants
}

// load gathers everything the plan needs about the node, in one Read; who a thing
// belongs to takes one more.
func (e *Engine) load(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	a := &s.foreseen.asked
	if !s.foreseen.answers(s) {
		s.rs.Reset()
		a = &s.asked
		s.plan.ask(a, &s.rs, &s.target, s.by())
		a.wants, _ = s.askWants(s.plan.loads, s.target.id)
		if err := s.askEdges(e, c); err != nil {
			if err = s.postpone(err, c); err != nil {
				return err
			}
		}
		if c.Method == "GET" && !s.plan.deep && !c.session() {
			s.rs.Final()
		}
		if err := r.Load(ctx, &s.rs); err != nil {
			return err
		}
	}
	if !s.fill(a) {
		return e.noNode(c)
	}
	if s.row.Contact != nil && s.row.Contact.Erased {
		r.Doubt() // the ID is dead since, though its person is not
	}
	row := &s.row
	row.Env, row.Viewer, row.Version, row.Now, row.Params = e.env(c), &s.viewer, c.Served, c.Now, c.Params
	row.Edition = schema.EditionOf(c.Served, s.viewer.App.Edition)
	e.shorten(s, c)
	if s.plan.deep && s.plan.broken == nil {
		s.receive(&s.root)
	}
	if a.wants.row = row; s.plan.loads&wanted != 0 && row.Person != nil {
		if err := s.loadWants(ctx, r, []wants{a.wants}); err != nil {
			return err
		}
	}
	switch {
	case row.Thing != nil:
		return s.loadOwner(ctx, r)
	case row.Page != nil && s.plan.loads&schema.LoadInstagram != 0 && row.Page.Instagram != 0:
		rec, err := r.Get(ctx, row.Page.Instagram)
		row.Instagram, _ = value[*people.Instagram](rec)
		return err
	case row.Instagram != nil:
		return s.loadAccount(ctx, r)
	}
	return nil
}

// loadAccount gathers what the Viewer is to the Page that an Instagram account is
// linked to.
func (s *state) loadAccount(ctx context.Context, r *store.Reader) error {
	v, page := &s.viewer, s.row.Instagram.Page
	if v.Kind != access.UserToken || page == 0 {
		return nil
	}
	s.rs.Reset()
	task := s.rs.Pair(page, store.AssocTask, v.Person)
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	s.row.Tasks, _ = value[graph.Tasks](s.rs.GotPair(task))
	return nil
}

// askEdges asks for the first page of every edge of the plan together with the
// node itself.
func (s *state) askEdges(e *Engine, c *Call) error {
	if !s.plan.deep || s.plan.broken != nil {
		return nil
	}
	s.row.Env, s.row.Now = e.env(c), c.Now
	s.root = leaf{id: s.target.id, plan: s.plan}
	s.share([]*leaf{&s.root})
	var args *pageArgs
	if s.plan.edge != nil {
		a, params := newPageArgs(s.plan.edge), c.Params
		if s.plan.edge.Param("fields") != nil && c.Fields != "" {
			params = append(slices.Clip(params), graph.Param{Name: "fields", Value: c.Fields})
		}
		if c.Key != "" {
			params = append(slices.Clip(params), graph.Param{Name: s.plan.edge.Key, Value: c.Key})
		}
		if err := a.ask(s.plan.edge, params); err != nil {
			return err
		}
		args = &a
	}
	_, err := s.open(&s.root, s.row.ID, args)
	return err
}

// postpone leaves what is wrong with the parameters of an edge to the gate, where a
// node might be one that the Viewer must not know of. A person who was found is known.
func (s *state) postpone(err error, c *Call) error {
	told, ok := errors.AsType[*graph.Error](err)
	if !ok {
		return err
	}
	if s.target.node.Kind == 0 {
		c.Ladder.Fail(journal.Parameter, 0, told.Name())
		return err
	}
	p := *s.plan
	p.fail(journal.Parameter, told, told.Name())
	s.plan, s.root = &p, leaf{}
	return nil
}

// shorten takes the short default for people whose record asks for it.
func (e *Engine) shorten(s *state, c *Call) {
	short := s.plan.node.ShortDefault
	if short == "" || s.plan.asked || s.row.Person == nil || s.row.Person.Shape != people.ShapeNameID {
		return
	}
	if p, _ := e.planFor(s, s.plan.node, nil, c.Served, short); p.broken == nil {
		s.plan = p
	}
}

// by is who asks, so far as the questions depend on it.
type by struct {
	app, page, person, business store.ID
	clerk                       store.ID // the person behind a Page token
	role                        bool     // a role in the app may matter
}

func (s *state) by() by {
	v := &s.viewer
	b := by{app: v.App.ID, person: v.Person, business: v.App.Business, role: s.roleMatters()}
	if v.Page != nil {
		b.page, b.clerk = v.Page.ID, v.Token.Person
	}
	return b
}

// ask puts what the plan needs to know about t into rs, and the places of it into a.
func (p *plan) ask(a *asked, rs *store.ReadSet, t *target, v by) {
	*a = asked{}
	l := p.loads
	a.node = rs.Object(t.id)
	if l&schema.LoadContact != 0 {
		a.contact = rs.Pair(t.owner, store.AssocContact, t.id)
	}
	if a.role = -1; l&schema.LoadRole != 0 && v.role {
		a.role = rs.Pair(v.app, store.AssocRole, t.id)
	}
	if l&schema.LoadTask != 0 && v.page != 0 {
		a.task = rs.Pair(v.page, store.AssocTask, v.clerk)
	}
	if l&schema.LoadInstall != 0 {
		a.install = rs.Pair(v.app, store.AssocInstall, t.id)
	}
	if l&schema.LoadFollows != 0 {
		a.userFollows = rs.Pair(t.id, store.AssocUserFollows, t.owner)
		a.businessFollows = rs.Pair(t.owner, store.AssocBusinessFollows, t.id)
	}
	if l&schema.LoadFriend != 0 && v.person != 0 {
		a.friend = rs.Pair(v.person, store.AssocFriend, t.id)
	}
	if l&schema.LoadBusiness != 0 && v.business != 0 {
		a.business = rs.Object(v.business)
	}
	if l&schema.LoadMember != 0 && v.person != 0 {
		a.member = rs.Pair(v.person, store.Edge("businesses"), t.id)
	}
	if p.node.Handle != "" {
		a.owned = rs.Owned(driver.Owned{ID: t.id, Space: store.SpaceASID})
	}
	if p.node.Counts != 0 {
		a.count = rs.Count(store.Count{From: t.id, Kind: p.node.Counts})
	}
	if l&schema.LoadPageTask != 0 && v.person != 0 {
		a.pageTask = rs.Pair(t.id, store.AssocTask, v.person)
	}
}

// roleMatters reports whether a role of the person could change the answer: in
// development, where something is open to people with a role alone, and where
// it stands in for an install.
func (s *state) roleMatters() bool {
	app := s.viewer.App
	return app.Mode == graph.ModeDevelopment || app.Standard != app.Advanced ||
		app.Features[graph.BusinessAssetUserProfileAccess] == graph.LevelStandard || s.plan.loads&schema.LoadInstall != 0
}

// fill turns the answers into the row, with false if the node is gone.
func (s *state) fill(a *asked) bool {
	rs, row, l := &s.rs, &s.row, s.plan.loads
	node := rs.GotObject(a.node)
	if node == nil || !s.fillNode(node.Value) {
		return false
	}
	row.Self = s.viewer.Kind == access.UserToken && s.viewer.Person == s.target.id
	if s.target.node.Space == store.SpaceASID {
		row.ASID = row.ID
	}
	if s.plan.node.Handle != "" {
		for _, k := range rs.GotOwned(a.owned) {
			if digits, ok := scopedid.Digits(k, s.viewer.App.ID); ok {
				row.Of = digits
			}
		}
	}
	if l&schema.LoadContact != 0 {
		row.Contact, _ = value[*consent.Contact](rs.GotPair(a.contact))
	}
	if a.role >= 0 {
		row.Role, _ = value[graph.Role](rs.GotPair(a.role))
	}
	// What the person behind a Page token may do there says nothing of another Page, nor
	// of its account.
	if l&schema.LoadTask != 0 && s.viewer.Page != nil && s.atHome() {
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
	if s.plan.node.Counts != 0 {
		row.Count = rs.GotCount(a.count)
	}
	if l&schema.LoadMember != 0 && s.viewer.Person != 0 {
		row.Self = rs.GotPair(a.member) != nil
	}
	if row.Page != nil && s.target.node.Kind == store.KindPage {
		row.Self = s.viewer.Page != nil && s.viewer.Page.ID == s.target.id || row.Tasks != 0
	}
	if v := &s.viewer; row.Instagram != nil && s.target.node.Kind == store.KindInstagram {
		row.Self = ofAccount(v, s.target.id)
	}
	return true
}

// atHome reports whether the node is the Page of the token, its account or no place.
func (s *state) atHome() bool {
	switch s.target.node.Kind {
	case store.KindPage:
		return s.viewer.Page.ID == s.target.id
	case store.KindInstagram:
		return s.viewer.Page.Instagram == s.target.id
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
		row.Page, row.Parts = v, v.Parts
	case *people.App:
		row.App, row.Parts = v, v.Parts
	case *people.Business:
		row.Business, row.Parts = v, v.Parts
	case *people.Instagram:
		row.Instagram, row.Parts = v, v.Parts
	case *people.Thing:
		row.Thing, row.Parts = v, v.Parts
	default:
		return false
	}
	return (row.Person != nil) == (s.target.node.Space != 0 || s.target.node.Persons)
}

// ofAccount reports whether a Viewer acts for an Instagram account: with a token of
// its own, or that of the Page it is linked to.
func ofAccount(v *access.Viewer, account store.ID) bool {
	return v.Instagram != nil && v.Instagram.ID == account || v.Page != nil && v.Page.Instagram == account
}

// loadOwner gathers what the Viewer and the owner of a thing are to each other.
func (s *state) loadOwner(ctx context.Context, r *store.Reader) error {
	row, v, id := &s.row, &s.viewer, s.row.Thing.Owner
	s.holder = nil
	if id == 0 {
		return nil
	}
	s.rs.Reset()
	owner, install := s.rs.Object(id), s.rs.Pair(v.App.ID, store.AssocInstall, id)
	task, business := -1, -1
	if v.Person != 0 {
		task = s.rs.Pair(id, store.AssocTask, v.Person)
		business = s.rs.Pair(v.Person, store.Edge("businesses"), id)
	}
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	switch o := s.rs.GotObject(owner); {
	case o == nil:
		return nil
	case o.Kind == store.KindPerson:
		row.Install, _ = value[*people.Install](s.rs.GotPair(install))
		row.Self = v.Kind == access.UserToken && v.Person == id
	case o.Kind == store.KindPage:
		s.holder, _ = o.Value.(*people.Page)
		row.Self = v.Page != nil && v.Page.ID == id || task >= 0 && s.rs.GotPair(task) != nil
	case o.Kind == store.KindInstagram:
		row.Self = ofAccount(v, id)
	case o.Kind == store.KindApp:
		row.Self = v.App.ID == id
	case o.Kind == store.KindBusiness:
		row.Self = business >= 0 && s.rs.GotPair(business) != nil
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
