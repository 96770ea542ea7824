package engine

import (
	"context"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A found is what one of many IDs leads to.
type found struct {
	foreseen
	rowID string
	owner store.ID
}

// ReadMany reads many nodes, or an edge of each, and appends an object with a
// member for each ID as it was spelled. One that fails fails them all. [guess]
// The token is looked at once; people are loaded together where the fields let
// them, so that it does not matter how many they are.
func (e *Engine) ReadMany(ctx context.Context, c *Call, ids []string, b []byte) (out []byte, err error) {
	call := *c
	terr := e.Together(ctx, func(g *Glance) error {
		*c = call
		out, err = g.ReadMany(ctx, c, ids, b)
		if _, told := err.(*graph.Error); told {
			return nil
		}
		return err
	})
	if terr != nil {
		return b, terr
	}
	return out, err
}

// ReadMany is Engine.ReadMany on the state of the Glance.
func (g *Glance) ReadMany(ctx context.Context, c *Call, ids []string, b []byte) ([]byte, error) {
	e, r := g.engine, g.r
	s := e.pool.Get().(*state)
	defer e.release(s)
	defer func() { c.Reads, c.Points = r.Points() }()
	c.Asides.reset()
	e.Serve(c)
	people, err := e.authenticateMany(ctx, r, s, c, ids)
	if err != nil {
		return b, err
	}
	nodes := make([]found, len(ids))
	simple := !c.session()
	for i, id := range ids {
		s.begin(c, id, people[i])
		if i > 0 && c.Edge == "" { // most are of one type, whose plan is at hand
			s.foreseen = foreseen{plan: nodes[i-1].plan, known: nodes[i-1].known}
		}
		if err := e.resolve(ctx, r, s, c); err != nil {
			return b, e.failed(ctx, r, s, c, err)
		}
		known, err := e.choosePlan(s, c)
		if err != nil {
			return b, e.failed(ctx, r, s, c, err)
		}
		nodes[i] = found{foreseen{plan: s.plan, known: known, target: s.target}, s.row.ID, s.row.Owner}
		simple = simple && !s.plan.deep && s.plan.loads&^foreseeable == 0 && s.target.node.Space != 0
	}
	if simple {
		s.rs.Reset()
		for i := range nodes {
			nodes[i].plan.ask(&nodes[i].asked, &s.rs, &nodes[i].target, s.by())
		}
		s.rs.Final()
		if err := r.Load(ctx, &s.rs); err != nil {
			return b, err
		}
		s.fetch(nodes)
	}
	start := len(b)
	b = append(b, '{')
	for i := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(graph.AppendString(b, ids[i]), ':')
		f := &nodes[i]
		s.begin(c, ids[i], people[i])
		s.plan, s.target, s.row.ID, s.row.Owner = f.plan, f.target, f.rowID, f.owner
		if simple {
			s.foreseen = f.foreseen
		}
		if b, err = e.show(ctx, r, s, c, b, f.known); err != nil {
			return b[:start], err
		}
	}
	c.Redirect = "" // an edge of one object shows it, among others
	return append(b, '}'), nil
}

// fetch looks at each record that will be shown, so that those which are far away in
// memory come side by side: while one is being shown nothing else is on its way.
func (s *state) fetch(nodes []found) {
	for i := range nodes {
		a := &nodes[i].asked
		if p, ok := value[*people.Person](s.rs.GotObject(a.node)); ok && p.Account != 0 {
			s.fetched++
		}
		if nodes[i].plan.loads&schema.LoadContact == 0 {
			continue
		}
		if k, ok := value[*consent.Contact](s.rs.GotPair(a.contact)); ok && k.Erased {
			s.fetched++
		}
	}
}

// An alias is an ID that is a name, and where its key stands among what is read.
type alias struct {
	name string
	at   int
}

// authenticateMany makes the Viewer and finds whom the IDs lead to among the
// token's own people.
func (e *Engine) authenticateMany(ctx context.Context, r *store.Reader, s *state, c *Call, ids []string) ([]store.ID, error) {
	s.rs.Reset()
	c.Bill.Begin()
	c.Cred.Me = false
	if err := e.opt.Auth.Ask(ctx, r, &s.rs, c.Cred, &s.ticket); err != nil {
		return nil, tokenFailed(c, err)
	}
	at := make([]int, len(ids))
	var aliases []alias
	for i, id := range ids {
		if at[i] = -1; graph.ValidID(id) {
			at[i] = s.rs.Key(firstSpace(s.ticket.Kind()), s.scopedKey(s.ticket.Owner(), id))
		} else if isAlias(id) && e.opt.Catalogue.Handled(id) == nil && !e.opt.Catalogue.Prefixed(id) {
			a := alias{name: id, at: -1}
			if key := people.AliasKey(id); key != "" {
				a.at = s.rs.Key(store.SpaceAlias, key)
			}
			aliases = append(aliases, a)
		}
	}
	if err := e.admit(ctx, r, s, c); err != nil {
		return nil, err
	}
	var nobodys []string
	for _, a := range aliases {
		if a.at < 0 || s.rs.GotID(a.at) == 0 {
			nobodys = append(nobodys, a.name)
		}
	}
	if len(nobodys) > 0 {
		return nil, graph.ErrNoAlias.Args(strings.Join(nobodys, ","))
	}
	people := make([]store.ID, len(ids))
	for i, k := range at {
		if k >= 0 {
			people[i] = s.rs.GotID(k)
		}
	}
	return people, nil
}

// begin makes s ready for another node of the same call.
func (s *state) begin(c *Call, id string, person store.ID) {
	c.ID, c.spelled = id, ""
	c.Ladder.Reset()
	c.Ladder.Pass(journal.Token, "")
	s.row, s.compound, s.foreseen = schema.Row{Scratch: s.row.Scratch}, nil, foreseen{}
	s.plan, s.target, s.person = nil, target{}, person
}
