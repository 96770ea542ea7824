package engine

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
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

// noNode reports whether the leaf is an item of an edge whose items are no nodes.
func (l *leaf) noNode() bool { return l.from != nil && l.from.edge.Values != nil }

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
