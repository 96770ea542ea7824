package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// A leaf is one node of an answer: the one that was asked for, an item of an
// edge, or what a field refers to.
type leaf struct {
	id    store.ID
	plan  *plan
	row   schema.Row
	lists []*list // the edges of the plan, in its order
	refs  []ref
	names []named // what the values of the plan name
	dead  bool    // missing, or nothing that this Viewer may see
	// again says that only now it is known what is to be asked of it.
	again bool
	// friendOf is another person whose friend this one must be.
	friendOf store.ID
	// among is who of the people an edge lists; sel is what is asked of a node
	// whose type is known only when it is loaded.
	among schema.Among
	sel   *fields.Selection
	// referred marks what a field refers to: of things only those of the same
	// owner, within, and those of nobody are shown.
	referred bool
	within   store.ID
	// from is the list that it is an item of; sole says that it was named, so that
	// the edge must be asked whether it has it.
	from *list
	sole bool
	// record is what an item is that is no node.
	record any
	// of is the Page whose conversations alone are listed, zero for all.
	of store.ID
	// owner is who a thing belongs to whose ID begins with theirs.
	owner *leaf
	// page is the Page whose edge lists a person, or that asks: it knows them by an
	// ID of its own.
	page store.ID

	// party marks who takes part in something: neither app nor permission matters.
	party bool

	// Places of answers while the leaf is loaded.
	node, owned, known, install, role, friend, task, with, number, pair, business int

	wants wants
}

// A list is one page of an edge.
type list struct {
	edge  *schema.Edge
	args  pageArgs
	child *plan
	inner *inner // what is shown of items that are no nodes, nil for all of it
	from  store.ID
	owner string // public ID of the node the edge starts at
	// asked is what the call asks of it; names are the places of what that names.
	asked schema.Asked
	names [][2]int
	// other is the person whose friends the items must be too, nil for nobody.
	other *leaf
	// shut says that the Viewer may not walk the edge.
	shut  bool
	got   []store.Record
	items []*leaf
	// more and earlier say that there are items behind and before the page, first
	// and last are its ends.
	more, earlier bool
	first, last   *driver.Pos
	total         int64

	at, count int // places of the answers
	// mine is the place of the Viewer's list, counted from one, where what both have in
	// common is listed, bound how many of each were asked for, and page the page of it.
	mine, bound int
	page        store.Range
	both        []store.Record
	// place is where a page of items that are worked out begins, nil for the first.
	place *store.Pos
	// ways are the places of the nodes that the edge is gathered from, sources those
	// nodes.
	ways    []int
	sources []source
}

// A ref is what one field of a thing refers to.
type ref struct {
	item *planItem
	to   []*leaf
	list bool
}

// mostAsked is how many items one level asks for at most. [own]
const mostAsked = 50_000

// grow loads what hangs on the node of the path, level by level: one Read each, one
// more where an edge is gathered from others, where values name nodes and where people's
// IDs elsewhere or their sessions are asked for, and more where pages are
// filled because items are left out.
func (e *Engine) grow(ctx context.Context, r *store.Reader, s *state, c *Call) error {
	s.root.row, s.met, s.walked = s.row, met{}, s.walked[:0]
	c.Spent.Nodes++
	root := []*leaf{&s.root}
	if err := s.more(ctx, r, root); err != nil {
		return err
	}
	if err := e.levels(ctx, r, s, c, s.next(nil, &s.root)); err != nil {
		return err
	}
	return e.fill(ctx, r, s, c)
}

// levels loads nodes and what hangs on them.
func (e *Engine) levels(ctx context.Context, r *store.Reader, s *state, c *Call, level []*leaf) error {
	for len(level) > 0 {
		if err := e.loadLevel(ctx, r, s, c, level); err != nil {
			return err
		}
		var deeper []*leaf
		for _, l := range level {
			deeper = s.next(deeper, l)
		}
		level = deeper
	}
	if s.flooded {
		return graph.ErrTooMuchData
	}
	s.nameOwned()
	return nil
}

// owners appends who the things of a level belong to whose ID begins with theirs.
func (s *state) owners(to, level []*leaf) []*leaf {
	for _, l := range level {
		if l.dead || l.owner != nil || l.plan == nil || !l.plan.node.Compound || l.row.Thing == nil || l.row.Thing.Owner == 0 || l == &s.root {
			continue
		}
		var fresh bool
		l.owner, fresh = s.met.leaf(l, l.row.Thing.Owner, nil)
		if s.compound = append(s.compound, l); fresh {
			to = append(to, l.owner)
		}
	}
	return to
}

// nameOwned gives things the ID that begins with that of their owner; whose owner is not
// shown is not shown either.
func (s *state) nameOwned() {
	for _, l := range s.compound {
		if l.dead = l.dead || l.owner.dead; !l.dead {
			l.row.ID = l.owner.row.ID + "_" + l.row.Thing.PublicID
		}
		for _, li := range l.lists {
			li.owner = l.row.ID
		}
	}
}

// loadLevel loads nodes, and the first pages of their edges; none take no Read.
func (e *Engine) loadLevel(ctx context.Context, r *store.Reader, s *state, c *Call, level []*leaf) error {
	if len(level) == 0 {
		return nil
	}
	if c.Spent.Nodes += len(level) + s.met.take(); c.Spent.Nodes > e.opt.Bounds.Nodes {
		return graph.ErrTooMuchData
	}
	s.rs.Reset()
	s.share(level)
	asked := 0
	for _, l := range level {
		n, err := s.askLeaf(l)
		if err != nil {
			return err
		}
		if asked += n; asked > mostAsked {
			return graph.ErrTooMuchData
		}
	}
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	for _, l := range level {
		e.fillLeaf(s, l, c)
		s.receive(l)
	}
	return s.more(ctx, r, level)
}

// more reads what only the answers of a level tell.
func (s *state) more(ctx context.Context, r *store.Reader, level []*leaf) error {
	var all []wants
	for _, l := range level {
		if !l.dead && l.row.Person != nil && l.plan != nil && l.plan.loads&wanted != 0 && l != &s.root {
			w := l.wants
			w.row = &l.row
			all = append(all, w)
		}
	}
	if err := s.loadWants(ctx, r, all); err != nil {
		return err
	}
	if err := s.gather(ctx, r, level); err != nil {
		return err
	}
	return s.name(ctx, r, level)
}

// open makes the lists of a leaf and asks for what is on them. It returns how
// many items that may be.
func (s *state) open(l *leaf, publicID string, args *pageArgs) (asked int, err error) {
	l.lists = l.lists[:0]
	for i := range l.plan.items {
		it := &l.plan.items[i]
		if it.edge == nil {
			continue
		}
		li := &list{edge: it.edge, args: it.page, child: it.child, inner: it.inner, from: l.id, owner: publicID, at: -1, count: -1}
		if args != nil {
			li.args = *args
		}
		li.args.clock(s.row.Now)
		l.lists = append(l.lists, li)
		if it.edge.From != nil {
			li.from = s.start(l, it.edge, li.args.args)
		}
		li.asked = schema.Asked{Of: li.from, Args: li.args.args}
		s.lookUp(li)
		if it.edge.Values != nil && it.edge.Assoc == 0 {
			if err := s.openPlace(li); err != nil {
				return asked, err
			}
			continue
		}
		if it.edge.Common {
			if err := s.askCommon(li); err != nil {
				return asked, err
			}
			continue
		}
		if it.edge.Total && (li.args.summary || it.edge.Always) {
			li.count = s.rs.Count(store.Count{From: li.from, Kind: it.edge.Assoc})
		}
		if li.args.one != "" {
			continue
		}
		q, err := s.rangeOf(li)
		if err != nil {
			return asked, err
		}
		li.at = s.rs.Range(q)
		asked += q.Limit + s.askSources(li, q.Limit)
	}
	return asked, nil
}

// start is where an edge of a Page starts that its parameters move, zero where the
// Page is not known yet: it is none that the call is about.
func (s *state) start(l *leaf, edge *schema.Edge, args schema.Args) store.ID {
	for _, p := range []*people.Page{s.row.Page, s.viewer.Page} {
		if p != nil && p.ID == l.id {
			return edge.From(p, args)
		}
	}
	return 0
}

// lookUp asks what the parameters of a list lead to: a person by the ID that the
// Page of the token has of them, or the app, anything else by its public ID. With whom
// a conversation is, is known to the Page, or else to the account that it is linked to,
// unless the edge starts at one of them.
func (s *state) lookUp(li *list) {
	for i := range li.args.args {
		a := &li.args.args[i]
		p := li.edge.Param(a.Name)
		if p.To == "" {
			continue
		}
		at := [2]int{-1, -1}
		switch v := &s.viewer; {
		case p.To == "Conversation":
			at[1] = s.rs.Key(store.SpaceThread, scopedid.Key(0, li.from, a.Text).Key)
			if v.Page != nil && v.Page.ID == li.from && v.Page.Instagram != 0 && li.edge.From == nil {
				at[0] = s.rs.Key(store.SpaceThread, scopedid.Key(0, v.Page.Instagram, a.Text).Key)
			}
		case p.To == "MessengerUser" && v.Page != nil:
			at[1] = s.rs.Key(store.SpacePSID, scopedid.Key(0, v.Page.ID, a.Text).Key)
		case p.To != "User":
			at[1] = s.rs.Key(store.SpaceNode, a.Text)
		case v.Page != nil:
			at[0] = s.rs.Key(store.SpacePSID, scopedid.Key(0, v.Page.ID, a.Text).Key)
			fallthrough
		default:
			at[1] = s.rs.Key(store.SpaceASID, scopedid.Key(0, v.App.ID, a.Text).Key)
		}
		li.asked.Named, li.names = append(li.asked.Named, schema.Named{Param: a.Name}), append(li.names, at)
	}
}
