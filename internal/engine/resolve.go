package engine

import (
	"cmp"
	"context"
	"strings"

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

// target is what an ID leads to for this Viewer.
type target struct {
	node  *schema.Node
	id    store.ID // the person or the object
	owner store.ID // in whose scope the ID is
}

// authenticate makes the Viewer. The first guess at what the ID leads to rides
// along, so that a profile read with a known token is two Reads.
func (e *Engine) authenticate(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	s.rs.Reset()
	c.Bill.Begin()
	c.Cred.Me = c.ID == "me"
	if err := e.opt.Auth.Ask(ctx, r, &s.rs, c.Cred, &s.ticket); err != nil {
		return tokenFailed(c, err)
	}
	s.foreseen = foreseen{}
	person := -1
	if space := firstSpace(s.ticket.Kind()); graph.ValidID(c.ID) {
		key := s.scopedKey(s.ticket.Owner(), c.ID)
		person = s.rs.Key(space, key)
		e.foresee(r, s, c, space, key)
	}
	if err := e.admit(ctx, r, s, c); err != nil {
		return err
	}
	if s.person = 0; person >= 0 {
		s.person = s.rs.GotID(person)
	}
	return nil
}

// admit loads what was asked about the token, and whatever rides along.
func (e *Engine) admit(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	if err := e.opt.Auth.Check(&s.rs, &s.ticket, c.Now, &s.viewer, &c.Ladder); err != nil {
		return tokenFailed(c, err)
	}
	if s.viewer.Client && !e.open(c) && (c.Method != "GET" || c.Edge != "" || c.ID != "app" && c.ID != s.viewer.App.PublicID) {
		c.Ladder.Fail(journal.TokenKind, 0, "client")
		return graph.ErrNeedsAppToken
	}
	s.ticket.Keep(r, &s.rs)
	v := &s.viewer
	c.Kind, c.App = v.Kind, v.App.PublicID
	if v.Page != nil {
		c.Owner = v.Page.PublicID
	} else if v.Instagram != nil {
		c.Owner = v.Instagram.PublicID
	}
	e.ServeApp(c, v.App)
	return nil
}

func tokenFailed(c *Call, err error) error {
	c.Ladder.Fail(journal.Token, 0, errorName(err))
	return err
}

// firstSpace is where the IDs of a token's own people are. [doc DESIGN section 4]
func firstSpace(k access.Kind) store.Space {
	switch k {
	case access.PageToken:
		return store.SpacePSID
	case access.InstagramToken:
		return store.SpaceIGSID
	}
	return store.SpaceASID
}

// scopedKey writes the key of a scoped ID into the state's buffer.
func (s *state) scopedKey(owner store.ID, digits string) string {
	return scopedid.Key(0, owner, digits).Key
}

// resolve finds what the ID leads to for this Viewer. Unknown, foreign and dead
// IDs take the same way and end in the same answer.
func (e *Engine) resolve(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	switch {
	case c.ID == "me":
		return e.resolveMe(ctx, r, s, c)
	case c.ID == "app":
		return e.toNode(s, c, store.KindApp, s.viewer.App.ID, s.viewer.App.PublicID)
	case isCompound(c.ID):
		return e.resolveCompound(ctx, r, s, c)
	case !graph.ValidID(c.ID) && e.opt.Catalogue.Prefixed(c.ID):
		return e.resolvePublic(ctx, r, s, c)
	case !graph.ValidID(c.ID):
		if n := e.opt.Catalogue.Handled(c.ID); n != nil {
			return e.resolveHandle(s, c, n)
		}
		return e.resolveAlias(ctx, r, s, c)
	}
	c.Ladder.Pass(journal.Version, "")
	if s.person != 0 {
		return e.toPerson(s, c, firstSpace(s.viewer.Kind), s.viewer.Owner(), s.person)
	}
	return e.resolveRest(ctx, r, s, c)
}

// resolveHandle finds the person whom an ID hides, for the app that it was made for.
func (e *Engine) resolveHandle(s *state, c *Call, n *schema.Node) error {
	id, ok := e.opt.Env.Keys.OpenHandle(n.Handle, s.viewer.App.PublicID, c.ID)
	if !ok || !n.Handled.Has(c.Served) {
		return e.noNode(c)
	}
	s.target = target{node: n, id: store.ID(id), owner: s.viewer.App.ID}
	s.row.ID, s.row.Owner = c.ID, s.viewer.App.ID
	return e.found(c, n)
}

// resolveAlias answers names and malformed numbers: the username of a Page, one
// that nobody has, or an ID that cannot exist.
func (e *Engine) resolveAlias(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	if !isAlias(c.ID) {
		return e.noNode(c)
	}
	if key := people.AliasKey(c.ID); key != "" {
		id, err := r.Resolve(ctx, store.SpaceAlias, key)
		if err != nil {
			return err
		}
		if id != 0 {
			return e.toPage(ctx, r, s, c, id)
		}
	}
	err := graph.ErrNoAlias.Args(c.ID)
	c.Ladder.Fail(journal.Node, 0, "")
	return err
}

// toPage goes to a Page that was found by its username.
func (e *Engine) toPage(ctx context.Context, r *store.Reader, s *state, c *Call, id store.ID) error {
	rec, err := r.Get(ctx, id)
	if err != nil {
		return err
	}
	p, ok := value[*people.Page](rec)
	if !ok {
		return e.noNode(c)
	}
	c.spelled, c.ID = c.ID, p.PublicID
	return e.toNode(s, c, store.KindPage, id, p.PublicID)
}

// isAlias reports whether an ID is a name that somebody might have.
func isAlias(id string) bool {
	return id != "me" && id != "app" && !isCompound(id) && strings.Trim(id, "0123456789") != ""
}

// resolveRest tries the other scopes of the token, then the public nodes.
func (e *Engine) resolveRest(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	v := &s.viewer
	s.rs.Reset()
	instagram, app := -1, -1
	if v.Page != nil && v.Page.Instagram != 0 {
		instagram = s.rs.Key(store.SpaceIGSID, s.scopedKey(v.Page.Instagram, c.ID))
	}
	if v.Kind == access.PageToken {
		app = s.rs.Key(store.SpaceASID, s.scopedKey(v.App.ID, c.ID))
	}
	public := s.rs.Key(store.SpaceNode, c.ID)
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	if instagram >= 0 && s.rs.GotID(instagram) != 0 {
		return e.toPerson(s, c, store.SpaceIGSID, v.Page.Instagram, s.rs.GotID(instagram))
	}
	if app >= 0 && s.rs.GotID(app) != 0 {
		return e.toPerson(s, c, store.SpaceASID, v.App.ID, s.rs.GotID(app))
	}
	if id := s.rs.GotID(public); id != 0 {
		rec, err := r.Get(ctx, id)
		if err != nil {
			return err
		}
		return e.toRecord(s, c, rec)
	}
	return e.noNode(c)
}

// toRecord goes to a node that was found by its public ID.
func (e *Engine) toRecord(s *state, c *Call, rec *store.Record) error {
	if rec == nil {
		return e.noNode(c)
	}
	if t, ok := value[*people.Thing](rec); ok {
		n := e.opt.Catalogue.Node(t.Type)
		if n == nil || n.Unaddressed || n.Compound != isCompound(c.ID) {
			return e.noNode(c)
		}
		return e.toDeclared(s, c, n, rec.ID, c.ID)
	}
	return e.toNode(s, c, rec.Kind, rec.ID, c.ID)
}

// isCompound reports whether an ID has the form of a post's: owner_number.
func isCompound(id string) bool {
	owner, number, ok := strings.Cut(id, "_")
	return ok && graph.ValidID(owner) && graph.ValidID(number)
}

// resolvePublic looks among the public IDs alone.
func (e *Engine) resolvePublic(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	id, err := r.Resolve(ctx, store.SpaceNode, c.ID)
	if err != nil || id == 0 {
		return cmp.Or(err, e.noNode(c))
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return err
	}
	return e.toRecord(s, c, rec)
}

// resolveCompound finds a thing by the ID of who it belongs to, as this Viewer
// knows it, and its own number.
func (e *Engine) resolveCompound(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	whole := c.ID
	owner, number, _ := strings.Cut(whole, "_")
	s.rs.Reset()
	first := s.rs.Key(store.SpaceASID, scopedid.Key(0, s.viewer.App.ID, owner).Key)
	page, thing := s.rs.Key(store.SpaceNode, owner), s.rs.Key(store.SpaceNode, number)
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	whose, id := s.rs.GotID(first), s.rs.GotID(thing)
	if whose == 0 {
		whose = s.rs.GotID(page)
	}
	if whose == 0 || id == 0 {
		return e.noNode(c)
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return err
	}
	if t, ok := value[*people.Thing](rec); !ok || t.Owner != whose {
		return e.noNode(c)
	}
	return e.toRecord(s, c, rec)
}

// resolveMe is the person or Page of the token. [doc graph-api overview]
func (e *Engine) resolveMe(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	v := &s.viewer
	switch v.Kind {
	case access.PageToken:
		return e.toNode(s, c, store.KindPage, v.Page.ID, v.Page.PublicID)
	case access.UserToken:
		s.rs.Reset()
		i := s.rs.Owned(driver.Owned{ID: v.Person, Space: store.SpaceASID})
		if err := r.Load(ctx, &s.rs); err != nil {
			return err
		}
		for _, k := range s.rs.GotOwned(i) {
			if digits, ok := scopedid.Digits(k, v.App.ID); ok {
				c.spelled, c.ID = c.ID, digits
				return e.toPerson(s, c, store.SpaceASID, v.App.ID, v.Person)
			}
		}
		return e.noNode(c)
	case access.InstagramToken:
		// A route that the token does not open. [seen chatwoot#14932; that it is this one guess]
		if !s.opened().Has(graph.InstagramBusinessBasic) {
			c.Ladder.Fail(journal.Permission, 0, graph.InstagramBusinessBasic.String())
			return graph.ErrUnsupportedMethod.Args(strings.ToLower(c.Method))
		}
		return e.toNode(s, c, store.KindInstagram, v.Instagram.ID, v.Instagram.PublicID)
	}
	c.Ladder.Fail(journal.Token, 0, "")
	return graph.ErrNoToken
}

func (e *Engine) toPerson(s *state, c *Call, space store.Space, owner, id store.ID) error {
	n := e.opt.Catalogue.InSpace(space)
	if n == nil {
		return e.noNode(c)
	}
	s.target = target{node: n, id: id, owner: owner}
	s.row.ID, s.row.Owner = c.ID, owner
	return e.found(c, n)
}

func (e *Engine) toNode(s *state, c *Call, kind store.Kind, id store.ID, public string) error {
	return e.toDeclared(s, c, e.opt.Catalogue.OfKind(kind), id, public)
}

func (e *Engine) toDeclared(s *state, c *Call, n *schema.Node, id store.ID, public string) error {
	if n == nil {
		return e.noNode(c)
	}
	s.target = target{node: n, id: id}
	s.row.ID = public
	return e.found(c, n)
}

// found refuses what no node of this type does. Writes arrive as other
// methods; a node without any answers as if it were not there. [seen restfb]
func (e *Engine) found(c *Call, n *schema.Node) error {
	c.Node = n.Name
	written := c.Method == "POST" || c.Method == "DELETE"
	if c.Method != "GET" && !(written && len(n.Operations) > 0) {
		return e.noNode(c)
	}
	c.Ladder.Pass(journal.Node, "")
	return nil
}

// noNode is the one answer for unknown, foreign and dead IDs.
func (e *Engine) noNode(c *Call) error {
	c.Ladder.Fail(journal.Node, 0, "")
	return e.hidden(c)
}

// hidden is what an ID answers that this token cannot see: 100/33, but to a
// token of Instagram Login 9010 when it reads, and that the method is not
// supported when it writes. Two knobs have the other answers that were recorded.
// [seen restfb#1075, chatwoot#11496, chatwoot#14932]
func (e *Engine) hidden(c *Call) *graph.Error {
	read := c.Method == "GET"
	switch {
	case c.Kind == access.PageToken && read && e.opt.Knobs.UnknownPSID == consent.Answer2018001:
		return graph.ErrNoRecipient
	case c.Kind == access.InstagramToken && read && e.opt.Knobs.UnknownIGSID == consent.Answer9010:
		return graph.ErrNoInstagramUser
	case c.Kind == access.InstagramToken && !read:
		return graph.ErrUnsupportedMethod.Args(strings.ToLower(c.Method))
	}
	return graph.ErrNoNode.Args(strings.ToLower(c.Method), cmp.Or(c.spelled, c.ID))
}

func errorName(err error) string {
	if g, ok := err.(*graph.Error); ok {
		return g.Name()
	}
	return ""
}

// personOf reads a person from a record; erased ones are no longer people.
func personOf(rec *store.Record) *people.Person {
	if rec == nil {
		return nil
	}
	p, _ := rec.Value.(*people.Person)
	return p
}
