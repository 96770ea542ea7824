package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// open reports whether c asks for what an app-scoped ID, or the ID of a Page, shows to
// anybody, without a token. [doc user picture, page picture]
func (e *Engine) open(c *Call) bool {
	if c.Edge == "" || c.Method != "GET" || c.Instagram || c.Key != "" || !graph.ValidID(c.ID) {
		return false
	}
	n := e.opt.Catalogue.InSpace(store.SpaceASID)
	if n == nil {
		return false
	}
	edge := n.Edge(c.Edge)
	return edge != nil && edge.Open
}

// A standing is what somebody is to whoever names an app-scoped ID without a token.
type standing int

const (
	// stranger are IDs of all other kinds, and people who are not there, do not use the
	// app, or are test users.
	stranger standing = iota
	// veiled are those whose app is in development, and whose picture is not for
	// everybody. The first is documented, the second own. [doc user picture]
	veiled
	visible
)

// anybody answers a call that open is true of, whoever it comes from. Three Reads find
// out, whatever the ID is; all that nobody may know of is refused in one way, or has the
// same silhouette.
func (e *Engine) anybody(ctx context.Context, r *store.Reader, s *state, c *Call, b []byte, refusal error) ([]byte, error) {
	p, is, page, err := e.standingOf(ctx, r, c.ID)
	if err != nil {
		return b, err
	}
	s.viewer = access.Viewer{App: new(people.App)}
	s.target = target{node: e.opt.Catalogue.InSpace(store.SpaceASID)}
	if is == stranger {
		if s.row.Page, err = e.shownPage(ctx, r, page); err != nil {
			return b, err
		}
	}
	switch c.Ladder.Skip(journal.Token); {
	case s.row.Page != nil:
		p, s.target = nil, target{node: e.opt.Catalogue.OfKind(store.KindPage), id: s.row.Page.ID}
	case is == stranger && !e.opt.Env.Silhouettes:
		return b, tokenFailed(c, refusal)
	case is != visible:
		p = nobody()
		c.Ladder.Withhold(journal.Audience, c.Edge)
	}
	if p != nil {
		s.target.id = p.ID
	}
	c.Node = s.target.node.Name
	if _, err := e.choosePlan(s, c); err != nil {
		return b, err
	}
	if s.plan.broken != nil {
		c.Ladder.Fail(s.plan.rung, 0, s.plan.arg)
		return b, s.plan.broken
	}
	row := &s.row
	row.Viewer, row.Version, row.Person, row.ID, row.ASID = &s.viewer, c.Served, p, c.ID, c.ID
	s.rs.Reset()
	if err := s.askEdges(e, c); err != nil {
		c.Ladder.Fail(journal.Parameter, 0, errorName(err))
		return b, err
	}
	c.Spent.Nodes++
	return e.write(b, s, c)
}

// shownPage is a Page as far as it shows its picture to everybody: it is published, and
// Pages are not closed. [doc page picture; clients keep such URLs, seen chatwoot; the latter
// guess]
func (e *Engine) shownPage(ctx context.Context, r *store.Reader, id store.ID) (*people.Page, error) {
	if id == 0 || e.opt.Env.PublicPages == "closed" {
		return nil, nil
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	page, ok := value[*people.Page](rec)
	if !ok || page.Parts.JSON("is_published") == "false" {
		return nil, nil
	}
	return page, nil
}

// nobody is who has a silhouette.
func nobody() *people.Person { return &people.Person{Picture: people.PictureNone} }

// standingOf finds who has an app-scoped ID in some app, and what they are to anybody: in
// the app of theirs that shows most, should it be an ID in several. public is what else has
// the ID, whoever asks.
func (e *Engine) standingOf(ctx context.Context, r *store.Reader, digits string) (p *people.Person, is standing, public store.ID, err error) {
	var rs store.ReadSet
	key := scopedid.AnyASID(digits)
	scoped, node := rs.Key(key.Space, key.Key), rs.Key(store.SpaceNode, digits)
	if err := r.Load(ctx, &rs); err != nil {
		return nil, stranger, 0, err
	}
	id, public := rs.GotID(scoped), rs.GotID(node)
	if id == 0 {
		return nil, stranger, public, nil
	}
	rs.Reset()
	who, owned := rs.Object(id), rs.Owned(store.Owned{ID: id, Space: store.SpaceASID})
	tests := rs.Range(store.Range{From: id, Kind: store.EdgeOf("app.test_users"), All: true, Limit: 1})
	if err := r.Load(ctx, &rs); err != nil {
		return nil, stranger, 0, err
	}
	p = personOf(rs.GotObject(who))
	if p == nil || p.Account != people.Facebook || len(rs.GotRange(tests)) > 0 {
		return nil, stranger, public, nil
	}
	apps := scopedid.Owners(rs.GotOwned(owned), digits)
	apps = apps[:min(len(apps), mostApps)]
	rs.Reset()
	for _, app := range apps {
		rs.Object(app)
		rs.Pair(app, store.AssocInstall, id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, stranger, 0, err
	}
	for i := range apps {
		app, _ := value[*people.App](rs.GotObject(i))
		is = max(is, standingIn(app, rs.GotPair(i) != nil, p))
	}
	return p, is, public, nil
}

// mostApps bounds those in which somebody has one and the same recorded ID. [own]
const mostApps = 20

// standingIn is what somebody is in one app of theirs.
func standingIn(app *people.App, uses bool, p *people.Person) standing {
	switch {
	case app == nil || app.Deleted || !uses:
		return stranger
	case app.Mode == graph.ModeDevelopment || p.Audience(people.ProfilePic) != graph.Public:
		return veiled
	}
	return visible
}
