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

// open reports whether c asks for what an app-scoped ID shows to anybody, without a
// token. [doc user picture]
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
	p, is, err := e.standingOf(ctx, r, c.ID)
	if err != nil {
		return b, err
	}
	if is == stranger && !e.opt.Env.Silhouettes {
		return b, tokenFailed(c, refusal)
	}
	if c.Ladder.Skip(journal.Token); is != visible {
		p = nobody()
		c.Ladder.Withhold(journal.Audience, c.Edge)
	}
	s.viewer = access.Viewer{App: new(people.App)}
	s.target = target{node: e.opt.Catalogue.InSpace(store.SpaceASID), id: p.ID}
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

// nobody is who has a silhouette.
func nobody() *people.Person { return &people.Person{Picture: people.PictureNone} }

// standingOf finds who has an app-scoped ID in some app, and what they are to anybody: in
// the app of theirs that shows most, should it be an ID in several.
func (e *Engine) standingOf(ctx context.Context, r *store.Reader, digits string) (*people.Person, standing, error) {
	key := scopedid.AnyASID(digits)
	id, err := r.Resolve(ctx, key.Space, key.Key)
	if err != nil || id == 0 {
		return nil, stranger, err
	}
	var rs store.ReadSet
	node, owned := rs.Object(id), rs.Owned(store.Owned{ID: id, Space: store.SpaceASID})
	tests := rs.Range(store.Range{From: id, Kind: store.EdgeOf("app.test_users"), All: true, Limit: 1})
	if err := r.Load(ctx, &rs); err != nil {
		return nil, stranger, err
	}
	p := personOf(rs.GotObject(node))
	if p == nil || p.Account != people.Facebook || len(rs.GotRange(tests)) > 0 {
		return nil, stranger, nil
	}
	apps := scopedid.Owners(rs.GotOwned(owned), digits)
	apps = apps[:min(len(apps), mostApps)]
	rs.Reset()
	for _, app := range apps {
		rs.Object(app)
		rs.Pair(app, store.AssocInstall, id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, stranger, err
	}
	most := stranger
	for i := range apps {
		app, _ := value[*people.App](rs.GotObject(i))
		most = max(most, standingIn(app, rs.GotPair(i) != nil, p))
	}
	return p, most, nil
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
