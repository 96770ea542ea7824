package world

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// settling is one Populate.
type settling struct {
	b    *Builder
	p    *population.Population
	made *Made
	bank bank
	size int // people of one transaction, zero for the usual number

	people, pages, apps, businesses, accounts, shared []store.ID
	places                                            [2]map[int64]*place // Pages and accounts that people write to
	held                                              rows                // put off until they can be sorted
}

const (
	// settlers are how many people go into one transaction, fullLives how many
	// with all their lives.
	settlers  = 2000
	fullLives = 200
	// heldTraces is how many traces are sorted at a time.
	heldTraces = 1_000_000
	// tracesChunk is how many are linked in one transaction. The other end of each
	// lies on another page, and every transaction writes most of those.
	tracesChunk = 100_000
)

func (s *settling) run(ctx context.Context, progress func(n int)) error {
	if err := s.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return begins(ctx, tx) }); err != nil {
		return err
	}
	if err := s.number(ctx); err != nil {
		return err
	}
	if err := s.build(ctx); err != nil {
		return err
	}
	size := s.size
	if size == 0 {
		size = fullLives
		if s.p.Profiles() {
			size = settlers
		}
	}
	chunks := (s.p.Size() + size - 1) / size
	const traces = 3 // e-mail, telephone, name
	s.held.links = make([]store.Assoc, 0, min(traces*s.p.Size(), heldTraces+traces*size))
	if err := inOrder(ctx, chunks, func(n int) (*settled, error) {
		return s.settle(ctx, n*size, min((n+1)*size, s.p.Size()))
	}, func(c *settled) error {
		if err := s.write(ctx, &c.rows); err != nil {
			return err
		}
		s.made.add(c.made)
		s.held.scoped, s.held.links = append(s.held.scoped, c.scoped...), append(s.held.links, c.traces...)
		progress(s.made.People)
		return s.release(ctx, false)
	}); err != nil {
		return err
	}
	if err := s.release(ctx, true); err != nil {
		return err
	}
	return s.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return ends(ctx, tx) })
}

// number gives everybody an ID before anybody is written, so that they can be
// named at once.
func (s *settling) number(ctx context.Context) (err error) {
	for _, list := range []struct {
		to *[]store.ID
		n  int
	}{{&s.apps, len(s.p.Apps())}, {&s.businesses, s.p.Businesses()}, {&s.accounts, len(s.p.Instagrams())}, {&s.pages, s.p.Pages()},
		{&s.shared, s.p.SharedThings()}, {&s.people, s.p.Size()}} {
		if *list.to, err = s.bank.take(ctx, list.n); err != nil {
			return err
		}
	}
	return nil
}

// write writes rows in one transaction and counts them.
func (s *settling) write(ctx context.Context, out *rows) error {
	if err := s.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return out.write(ctx, tx, s.b.opt.Keys) }); err != nil {
		return err
	}
	s.made.Rows += int64(len(out.objs) + len(out.claims) + len(out.scoped))
	for i := range out.scoped {
		if out.scoped[i].space == store.SpaceASID {
			s.made.Rows++ // it is found without its app, too
		}
	}
	for i := range out.links {
		if s.made.Rows++; out.links[i].Kind != store.AssocAudience {
			s.made.Rows++ // the inverse
		}
	}
	return nil
}

// release writes scoped IDs and traces in the order of their keys, once there
// are many: they have no order of their own, and each would fall on another page
// of a large database.
func (s *settling) release(ctx context.Context, all bool) error {
	if all || len(s.held.scoped) >= wantsRun {
		sortWants(s.held.scoped)
		for part := range slices.Chunk(s.held.scoped, wantsChunk) {
			if err := s.write(ctx, &rows{scoped: part}); err != nil {
				return err
			}
		}
		clear(s.held.scoped)
		s.held.scoped = s.held.scoped[:0]
	}
	if all || len(s.held.links) >= heldTraces {
		size := tracesChunk
		if s.b.opt.DB.Shared() {
			size = wantsChunk // all of it goes with COMMIT, which has its time
		}
		slices.SortFunc(s.held.links, func(a, b store.Assoc) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
		for part := range slices.Chunk(s.held.links, size) {
			if err := s.write(ctx, &rows{links: part}); err != nil {
				return err
			}
		}
		clear(s.held.links)
		s.held.links = s.held.links[:0]
	}
	return nil
}

// id finds a node that was numbered.
func (s *settling) id(r population.Ref, own map[int64]store.ID) store.ID {
	switch r.Kind {
	case population.Person:
		return s.people[r.N]
	case population.Page:
		return s.pages[r.N]
	case population.App:
		return s.apps[r.N]
	case population.Business:
		return s.businesses[r.N]
	case population.Instagram:
		return s.accounts[r.N]
	case population.Thing:
		if n, shared := population.SharedThing(r.N); shared {
			return s.shared[n]
		}
		return own[r.N]
	}
	return 0
}

// settled is a chunk ready to be written.
type settled struct {
	rows
	scoped []scopedWant // shadows those of rows: they are put off
	traces []store.Assoc
	made   *Made
}

// settle makes the people from..to-1.
func (s *settling) settle(ctx context.Context, from, to int) (*settled, error) {
	lives := make([]*population.Life, 0, to-from)
	things, acts := 0, 0
	c := &settled{made: &Made{Things: map[string]int{}, Edges: map[string]int{}}}
	for i := from; i < to; i++ {
		l := s.p.Life(i)
		c.made.life(l, s.p.Profiles())
		lives = append(lives, l)
		for j := range l.Nodes {
			if _, shared := population.SharedThing(l.Nodes[j].N); !shared {
				things++
			}
		}
		for j := range l.Contacts {
			acts += len(l.Contacts[j].Acts)
		}
	}
	ids, err := s.bank.take(ctx, things+acts)
	if err != nil {
		return nil, err
	}
	w := &moving{s: s, c: c, ids: ids, own: make(map[int64]store.ID, things)}
	c.objs, c.claims = make([]store.Object, 0, len(lives)+things+acts), make([]claim, 0, len(lives)+things)
	c.traces = make([]store.Assoc, 0, 4*len(lives))
	for _, l := range lives {
		w.person(l)
	}
	return c, nil
}

// moving writes lives into rows.
type moving struct {
	s   *settling
	c   *settled
	ids []store.ID
	own map[int64]store.ID // things of the chunk
}

func (w *moving) newID() store.ID {
	id := w.ids[0]
	w.ids = w.ids[1:]
	return id
}

func (w *moving) person(l *population.Life) {
	rec, id := l.Record, w.s.people[l.Person]
	rec.ID, rec.Seed = id, w.s.b.seed(rec.Handle)
	if l.Partner >= 0 {
		rec.Set(people.SignificantOther, strconv.FormatInt(int64(w.s.people[l.Partner]), 10), rec.Audience(people.RelationshipStatus))
	}
	w.c.put(personObject(rec))
	w.c.traces = append(w.c.traces, audience.Traces(rec)...)
	w.c.claim(store.SpaceHandle, personKind+"/"+rec.Handle, id, generatedClash)
	for _, f := range l.Friends {
		w.c.link(store.Assoc{From: id, Kind: store.AssocFriend, To: w.s.people[f.Person], Time: f.At})
	}
	for i := range l.Installs {
		w.install(l, rec, &l.Installs[i])
	}
	var past []*happening
	for i := range l.Contacts {
		past = append(past, w.contact(rec, &l.Contacts[i])...)
	}
	if w.s.p.Profiles() {
		past = nil
	}
	for _, h := range newestFirst(past) { // IDs ascend, so the order stays
		event := w.newID()
		w.c.put(store.Object{ID: event, Kind: store.KindEvent, Data: h.encode()})
		w.c.link(store.Assoc{From: id, Kind: store.AssocHistory, To: event, Time: store.TimeVersion})
	}
	for i := range l.Nodes { // things may name each other
		n := &l.Nodes[i]
		if _, shared := population.SharedThing(n.N); !shared {
			w.own[n.N] = w.newID()
		}
	}
	for i := range l.Nodes {
		w.thing(&l.Nodes[i])
	}
	for i := range l.Edges {
		w.edge(&l.Edges[i])
	}
	for i := range l.Uploads {
		w.upload(&l.Uploads[i])
	}
}

func generatedClash() Problem {
	return Problem{Text: "a made-up handle or ID exists already"}
}

func (w *moving) install(l *population.Life, rec *people.Person, in *population.Install) {
	app := w.s.apps[in.App]
	data := people.Install{Granted: in.Granted, Declined: in.Declined, Type: in.Type}
	w.c.link(store.Assoc{From: app, Kind: store.AssocInstall, To: rec.ID, Time: in.At, Data: data.Encode()})
	w.scoped(store.SpaceASID, app, w.s.p.AppID(in.App), rec)
}

func (w *moving) contact(rec *people.Person, c *population.Contact) []*happening {
	at := w.s.place(c.Place)
	contact, acts := w.s.b.meet(at, c.Acts, w.s.apps)
	w.c.link(contactLink(at.id, rec.ID, contact, c.Acts[0].At))
	if !contact.Erased {
		w.scoped(at.space(), at.id, at.public, rec)
	}
	return acts
}

// scoped asks for an ID of a person.
func (w *moving) scoped(space store.Space, owner store.ID, public string, rec *people.Person) {
	w.c.scoped = append(w.c.scoped, scopedWant{space: space, owner: owner, ownerPublic: public, person: rec.ID, seed: rec.Seed,
		candidate: scopedid.Candidate(w.s.b.opt.Keys, space, public, rec.Seed, 0)})
}

func (w *moving) thing(n *population.Node) {
	t := &people.Thing{ID: w.s.id(population.Ref{Kind: population.Thing, N: n.N}, w.own), Type: n.Type, PublicID: w.s.b.thingID(w.s.p, n.Type, n.N),
		Handle: n.Handle, Owner: w.s.id(n.Owner, w.own), Created: n.Created, Parts: w.parts(n.Parts)}
	w.c.thing(t)
	w.c.claim(store.SpaceNode, t.PublicID, t.ID, generatedClash)
	if t.Handle != "" {
		w.c.claim(store.SpaceHandle, thingKind+"/"+t.Handle, t.ID, generatedClash)
	}
	if t.Owner != 0 {
		w.c.link(ownLink(t, n.Created*1e6))
	}
}

// thingID is the public ID of a thing with what its type puts in front.
func (b *Builder) thingID(p *population.Population, typ string, n int64) string {
	id := p.PublicID(n)
	if node := b.opt.Catalogue.Node(typ); node != nil {
		return node.IDPrefix + id
	}
	return id
}

func (w *moving) parts(list []population.Part) people.Parts {
	ps := make(people.Parts, 0, len(list))
	for i := range list {
		p := &list[i]
		out := people.Part{Name: p.Name, Text: p.Text, List: p.List}
		for _, r := range p.Refs {
			out.Refs = append(out.Refs, w.s.id(r, w.own))
		}
		ps = append(ps, out)
	}
	return ps
}

func (w *moving) edge(e *population.Edge) {
	kind, ok := store.EdgeKind(e.Name)
	if !ok {
		panic("world: no edge " + strings.TrimSpace(e.Name)) // a mistake in kith
	}
	from := w.s.id(e.Of, w.own)
	for i := range e.Items {
		it := &e.Items[i]
		a := store.Assoc{From: from, Kind: kind, To: w.s.id(it.To, w.own), Time: it.At}
		if len(it.Parts) > 0 {
			data := people.Item{Parts: w.parts(it.Parts)}
			a.Data = data.Encode()
		}
		w.c.link(a)
	}
}

// upload fills an audience as a request would.
func (w *moving) upload(u *population.Upload) {
	of := w.s.id(u.Audience, w.own)
	for _, values := range u.Rows {
		if row, ok := audience.RowOf(u.Schema, values); ok {
			w.c.link(row.Link(of))
		}
	}
}

// allLevels opens everything to an app.
func allLevels(a *people.App) {
	for i := range graph.PermissionNames() {
		a.SetLevel(graph.Permission(i), graph.LevelAdvanced)
	}
	for f := range a.Features {
		a.Features[f] = graph.LevelAdvanced
	}
}
