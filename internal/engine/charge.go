package engine

import (
	"cmp"
	"context"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// failed charges a call that leads to nothing this Viewer may see: as one about
// nothing in particular, so that usage and refusals do not tell what an ID leads to.
// Who is over a limit is told that instead of err.
func (e *Engine) failed(ctx context.Context, r *store.Reader, s *state, c *Call, err error) error {
	if _, told := err.(*graph.Error); !told || c.Bill.Table() == nil {
		return err
	}
	return cmp.Or(e.charge(ctx, r, s, c, nil), err)
}

// charge counts the operation in the pools of who asks and of the type of node it
// is about, and refuses it where one is used up. It is the one place where calls are
// counted: each operation of a batch comes here, and each of several IDs.
func (e *Engine) charge(ctx context.Context, r *store.Reader, s *state, c *Call, about *schema.Node) error {
	if c.Bill.Table() == nil {
		return nil
	}
	b := c.Bill
	if b.Next() {
		var list pools
		err := e.gatherPools(ctx, r, s, c, about, &list)
		if err == nil {
			err = e.gatherMessaging(ctx, r, s, c, about, &list)
		}
		if err != nil {
			b.Undo()
			return err
		}
		for _, p := range list.of[:list.n] {
			b.Charge(p)
		}
	}
	err := b.Refused()
	if err != nil {
		c.Ladder.Reset()
		c.Ladder.Pass(journal.Token, s.viewer.Kind.String())
		c.Ladder.Fail(journal.Rate, 0, errorName(err))
	}
	return err
}

// pools are those that one operation is counted in.
type pools struct {
	of [4]*limits.Pool
	n  int
}

// gatherPools finds them. A business use case counts in place of what it is called
// with. [doc rate-limiting]
func (e *Engine) gatherPools(ctx context.Context, r *store.Reader, s *state, c *Call, about *schema.Node, to *pools) error {
	v, use := &s.viewer, limits.NoKind
	if about != nil {
		use = about.UseCase
	}
	put := func(kind limits.Kind, of store.ID) error {
		p, err := e.limitOf(ctx, r, s, c, kind, of)
		to.of[to.n] = p
		to.n++
		return err
	}
	switch {
	case use == limits.CustomAudience || use == limits.AdsManagement:
		account, err := e.advertiser(ctx, r, s)
		if err != nil {
			return err
		}
		return put(use, account)
	case v.Kind == access.InstagramToken:
		return put(limits.Instagram, v.Instagram.ID)
	case v.Kind == access.PageToken && !schema.BusinessUseCases.Has(c.Served):
		return put(limits.Page, v.Page.ID)
	case v.Kind == access.PageToken && use == limits.Instagram:
		return put(limits.Instagram, v.Page.Instagram)
	case v.Kind == access.PageToken && use == limits.Messenger:
		return put(limits.Messenger, v.Page.ID)
	case v.Kind == access.PageToken:
		return put(limits.Pages, v.Page.ID)
	}
	return platform(s, c, about, put)
}

// platform are the pools of calls with app and user tokens: the app's, that of the
// Page they are about, and the person's.
func platform(s *state, c *Call, n *schema.Node, put func(limits.Kind, store.ID) error) error {
	v := &s.viewer
	if err := put(limits.App, 0); err != nil {
		return err
	}
	if n != nil && n.Kind == store.KindPage {
		if err := put(limits.Page, s.target.id); err != nil {
			return err
		}
	}
	if v.Person == 0 {
		return nil
	}
	if err := put(limits.User, v.Person); err != nil {
		return err
	}
	if n == nil || c.Edge == "" {
		return nil
	}
	if edge := n.Edge(c.Edge); edge == nil || edge.Rate != limits.Stream {
		return nil
	}
	return put(limits.Stream, v.Person)
}

// gatherMessaging adds the pools of what a Page or an account asks of its conversations
// and sends, from the version on that has business use cases. [doc rate-limiting; since
// when guess]
func (e *Engine) gatherMessaging(ctx context.Context, r *store.Reader, s *state, c *Call, n *schema.Node, to *pools) error {
	v := &s.viewer
	if n == nil || v.Kind != access.PageToken && v.Kind != access.InstagramToken || !schema.BusinessUseCases.Has(c.Served) {
		return nil
	}
	var kinds [2]limits.Kind
	if c.Method == "GET" {
		kinds[0] = s.rate(c, n)
	} else if op := n.Operation(c.Method, c.Edge, c.Key != "", c.Served); op != nil && op.Rate != nil {
		kinds = op.Rate(c.Params)
	}
	if kinds[0] == limits.NoKind {
		return nil
	}
	of := speaker(s, c, n)
	if of == 0 {
		return nil
	}
	for _, kind := range kinds {
		if kind == limits.NoKind {
			break
		}
		p, err := e.limitOf(ctx, r, s, c, kind, of)
		if err != nil {
			return err
		}
		to.of[to.n] = p
		to.n++
	}
	return nil
}

// rate is the limit that a read counts for: of the node, of the edge that the path names,
// or of one that fields name.
func (s *state) rate(c *Call, n *schema.Node) limits.Kind {
	if n.Rate != limits.NoKind {
		return n.Rate
	}
	if c.Edge != "" {
		if edge := n.Edge(c.Edge); edge != nil {
			return edge.Rate
		}
		return limits.NoKind
	}
	if s.plan == nil || !s.plan.deep {
		return limits.NoKind
	}
	for i := range s.plan.items {
		if edge := s.plan.items[i].edge; edge != nil && edge.Rate != limits.NoKind {
			return edge.Rate
		}
	}
	return limits.NoKind
}

// speaker is the Page or account for which a call is made about its conversations, zero
// if it is about those of others.
func speaker(s *state, c *Call, n *schema.Node) store.ID {
	v := &s.viewer
	if v.Kind == access.InstagramToken {
		return v.Instagram.ID
	}
	switch n.Kind {
	case store.KindPage, store.KindInstagram:
		if id := s.target.id; id != v.Page.ID && id != v.Page.Instagram {
			return 0
		}
		if p, _ := graph.Given(c.Params, "platform"); strings.EqualFold(p.Value, "instagram") && v.Page.Instagram != 0 {
			return v.Page.Instagram
		}
		return s.target.id
	}
	return v.Page.ID
}

// limitOf is a pool with what bounds it, and has the answer tell of the app's. What
// a person calls is counted whatever the app.
func (e *Engine) limitOf(ctx context.Context, r *store.Reader, s *state, c *Call, kind limits.Kind, of store.ID) (*limits.Pool, error) {
	t, k := e.opt.Limits, limits.Key{Kind: kind, App: int64(s.viewer.App.ID), Of: int64(of)}
	if kind == limits.User {
		k.App = 0
	}
	p := t.Pool(k, c.Now)
	if c.Bill.App() == nil {
		if err := e.tell(ctx, r, s, c, t.Beside(p, c.Now)); err != nil {
			return p, err
		}
	}
	return p, e.bound(ctx, r, s.viewer.App, p, kind, of, c)
}

// tellApp has the answer say how much of the app's limit is used.
func (e *Engine) tellApp(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	return e.tell(ctx, r, s, c, e.opt.Limits.Pool(limits.Key{Kind: limits.App, App: int64(s.viewer.App.ID)}, c.Now))
}

func (e *Engine) tell(ctx context.Context, r *store.Reader, s *state, c *Call, app *limits.Pool) error {
	c.Bill.Show(app)
	return e.bound(ctx, r, s.viewer.App, app, limits.App, 0, c)
}

// bound finds out by what a pool is bounded, where that is not known or was found
// long ago.
func (e *Engine) bound(ctx context.Context, r *store.Reader, app *people.App, p *limits.Pool, kind limits.Kind, of store.ID, c *Call) error {
	t := e.opt.Limits
	if !t.Stale(p, c.Now) {
		return nil
	}
	f, err := factOf(ctx, r, app, kind, of)
	if err != nil {
		t.Untold(p)
		return err
	}
	t.Tell(p, f, c.Now)
	return nil
}

// factOf counts the people that a formula speaks of, unless the app or the Page
// says how many they are: who uses the app, and who has to do with the Page or
// account. [guess that these are the daily active and engaged ones]
func factOf(ctx context.Context, r *store.Reader, app *people.App, kind limits.Kind, of store.ID) (limits.Fact, error) {
	f := limits.Fact{App: app.PublicID}
	rs := new(store.ReadSet)
	object, count := -1, -1
	if of != 0 {
		object = rs.Object(of)
	}
	switch kind {
	case limits.App:
		count = rs.Count(store.Count{From: app.ID, Kind: store.AssocInstall})
	case limits.Page, limits.Pages, limits.Messenger, limits.Instagram:
		count = rs.Count(store.Count{From: of, Kind: store.AssocContact})
	case limits.CustomAudience:
		list, err := r.Range(ctx, store.Range{From: of, Kind: store.Edge("ad_account.customaudiences"), Limit: mostAudiences})
		if err != nil {
			return f, err
		}
		f.N = int64(len(list))
	}
	if err := r.Load(ctx, rs); err != nil {
		return f, err
	}
	if count >= 0 {
		f.N = rs.GotCount(count)
	}
	if kind == limits.App && app.ActiveUsers != 0 {
		f.N = app.ActiveUsers
	}
	if object < 0 {
		return f, nil
	}
	switch o := recordValue(rs.GotObject(object)).(type) {
	case *people.Page:
		f.Name = o.PublicID
		if o.EngagedUsers != 0 {
			f.N = o.EngagedUsers
		}
	case *people.Instagram:
		f.Name, f.Instagram = o.PublicID, true
	case *people.Thing:
		f.Name = strings.TrimPrefix(o.PublicID, "act_")
	case *people.Person:
		f.Name = o.Handle
		if kind == limits.User {
			f.App = ""
		}
	}
	return f, nil
}

// mostAudiences is how many audiences of an ad account are counted: more change
// nothing, as the formula ends at 700,000 calls.
const mostAudiences = 17_500

func recordValue(rec *store.Record) any {
	if rec == nil {
		return nil
	}
	return rec.Value
}

// advertiser is the ad account that a call is about, or the thing itself where
// it is of none.
func (e *Engine) advertiser(ctx context.Context, r *store.Reader, s *state) (store.ID, error) {
	if s.target.node.UseCase != limits.CustomAudience {
		return s.target.id, nil
	}
	list, err := r.Range(ctx, store.Range{From: s.target.id, Kind: store.EdgeOf("ad_account.customaudiences"), All: true, Limit: 1})
	if err != nil || len(list) == 0 {
		return s.target.id, err
	}
	return list[0].ID, nil
}
