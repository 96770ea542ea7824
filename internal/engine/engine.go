// Package engine plans a read, loads what it needs and gates it, and gates writes
// before it lets them act. It is handed a catalogue and knows no node type by
// name: what differs between them is data that it reads. It refuses to know HTTP.
//
// A read is two questions to the store: who is asking and what the ID leads to,
// then everything about that node the plan needs. On a shared store they are one
// where the cache knows what the ID leads to. Both come from one state of the
// store: if a commit intervened, the read is done again in one snapshot. Edges and
// references take one question more for each level, an edge that is gathered from
// others two.
package engine

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Options of an Engine.
type Options struct {
	DB        *store.DB
	Auth      *access.Auth
	Catalogue *schema.Catalogue
	Env       *schema.Env
	Knobs     consent.Knobs
	// Services are what writes may ask of the rest of kith.
	Services *schema.Services
	// DefaultVersion serves unversioned paths of apps that have no own.
	DefaultVersion graph.Version
	// PlanEntries bounds the plans kept.
	PlanEntries int
	Bounds      Bounds
	// Limits are where calls with a Bill are counted.
	Limits *limits.Table
}

// Bounds are what one call may cost. A zero field has its default.
type Bounds struct {
	Names, Depth int // of a fields text: names in all, levels of them
	Nodes        int // that an answer is made of, however they are nested: 5,000
	Bytes        int // of an answer: 4 MiB
}

func (b Bounds) withDefaults() Bounds {
	b.Nodes, b.Bytes = cmp.Or(b.Nodes, 5_000), cmp.Or(b.Bytes, 4<<20)
	return b
}

func (b Bounds) fields(v graph.Version) fields.Limits {
	return fields.Limits{Names: b.Names, Depth: b.Depth, Repeat: schema.RepeatedFields.Has(v)}
}

// An Engine answers reads. It is safe for concurrent use.
type Engine struct {
	opt   Options
	plans *otter.Cache[planKey, *plan]
	pool  sync.Pool
}

type planKey struct {
	node   *schema.Node
	edge   *schema.Edge
	ver    graph.Version
	hi, lo uint64
}

// New makes an Engine.
func New(opt Options) *Engine {
	if opt.PlanEntries == 0 {
		opt.PlanEntries = 4096
	}
	opt.Bounds = opt.Bounds.withDefaults()
	e := &Engine{opt: opt, plans: otter.Must(&otter.Options[planKey, *plan]{MaximumSize: opt.PlanEntries})}
	e.pool.New = func() any { return new(state) }
	return e
}

// A Call is one read or write as the wire understood it, and what became of it.
type Call struct {
	Cred access.Credentials
	// Method is GET, POST or DELETE, or something that no node does.
	Method string
	// ID is the node as the path names it: digits, "me", "app" or an alias.
	ID     string
	Fields string
	// Edge is the list of the node that the path names, empty for the node itself.
	Edge string
	// Key is what the path names behind the edge.
	Key string
	// Params are the other parameters of a write or a call to an edge, in their order.
	Params []graph.Param
	// Hold is graph.In's.
	Hold func(bytes int) error
	// Version is the one of the path, zero for none.
	Version graph.Version
	// Instagram says that graph.instagram.com was addressed.
	Instagram bool
	Now       time.Time
	// Asides are what is asked for beside the values; nil: nothing.
	Asides *Asides
	// Bill is what the call is charged; nil: nothing.
	Bill *limits.Bill

	// Served is the version that answers. Ladder says how the answer came
	// about. App, Owner and Node are public names for the journal.
	Served graph.Version
	// Redirect is where a single edge leads, instead of a body.
	Redirect string
	Ladder   journal.Ladder
	Kind     access.Kind
	App      string
	Owner    string
	Node     string
	Reads    int
	Points   int
	// Spent is what the answer is made of, beginning with what other parts of the
	// same call were made of.
	Spent Spent
	// spelled is the node as the path names it, where ID is what that led to.
	spelled string
}

// Spent are the nodes and bytes of an answer.
type Spent struct{ Nodes, Bytes int }

// state is what one read works with; it is pooled.
type state struct {
	rs     store.ReadSet
	ticket access.Ticket
	viewer access.Viewer
	row    schema.Row
	plan   *plan
	lately *plan // the last one that came from the cache: most programs ask the same again
	target target
	// root is the node of the path with what hangs on it, compound the things
	// whose ID waits for that of their owner.
	root     leaf
	compound []*leaf
	met      met
	common   common
	walked   []walked
	// holder is the Page that a thing belongs to, nil for none.
	holder *people.Page
	// flooded says that lists were cut before it was known what is on both.
	flooded bool
	// foreseen is of the read set as authenticate loaded it; asked is what load asked.
	foreseen foreseen
	asked    asked
	fetched  int // what fetch saw; nobody asks
	// person is who the ID of the call leads to, of the token's own people.
	person store.ID
	// end is how long the answer may become; over says that it did.
	end  int
	over bool
}

// when is what a call asks for.
func (s *state) when(c *Call) schema.When {
	return schema.When{App: s.viewer.App, Version: c.Served, Now: c.Now}
}

// HasEdge reports whether any node type has an edge of that name.
func (e *Engine) HasEdge(name string) bool { return e.opt.Catalogue.HasEdge(name) }

// HasKey reports whether the path may name something behind an edge.
func (e *Engine) HasKey(edge string) bool { return e.opt.Catalogue.HasKey(edge) }

// Read appends the answer to c to b. The error is a *graph.Error for the
// client or the operator's. Nothing is appended when there is an error.
func (e *Engine) Read(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	s := e.pool.Get().(*state)
	defer e.release(s)
	e.Serve(c)
	spent := c.Spent
	if !e.opt.DB.Shared() {
		r := e.opt.DB.Begin()
		out, err := e.attempt(ctx, &r, s, c, b)
		c.Reads, c.Points = r.Points()
		if !r.Stale() {
			return out, err
		}
	}
	return e.again(ctx, s, c, spent, b)
}

// again reads everything in one snapshot: always on a shared store, otherwise
// because a commit came between.
func (e *Engine) again(ctx context.Context, s *state, c *Call, spent Spent, b []byte) (out []byte, err error) {
	verr := e.opt.DB.Again(ctx, func(r *store.Reader) error {
		c.Ladder.Reset()
		c.Spent = spent
		s.row, s.compound = schema.Row{Scratch: s.row.Scratch}, nil // what an earlier run found
		out, err = e.attempt(ctx, r, s, c, b)
		c.Reads, c.Points = r.Points()
		return nil
	})
	if verr != nil {
		return b, verr
	}
	return out, err
}

func (e *Engine) release(s *state) {
	s.rs.Reset()
	s.viewer, s.ticket, s.plan, s.target, s.holder = access.Viewer{}, access.Ticket{}, nil, target{}, nil
	s.foreseen = foreseen{}
	s.row = schema.Row{Scratch: s.row.Scratch}
	if s.root.plan != nil {
		s.root, s.compound, s.met, s.common, s.walked, s.flooded = leaf{}, nil, met{}, common{}, nil, false
	}
	e.pool.Put(s)
}

func (e *Engine) attempt(ctx context.Context, r *store.Reader, s *state, c *Call, b []byte) ([]byte, error) {
	c.Asides.reset()
	if c.Cred.Text() == "" && e.open(c) {
		return e.anybody(ctx, r, s, c, b, graph.ErrNoApp)
	}
	if err := e.authenticate(ctx, r, s, c); err != nil {
		return b, err
	}
	if s.viewer.Client && e.open(c) {
		// A token that whoever has the program has shows what none shows. [doc user picture]
		if err := e.charge(ctx, r, s, c, nil); err != nil {
			return b, err
		}
		return e.anybody(ctx, r, s, c, b, graph.ErrNeedsAppToken)
	}
	if err := e.resolve(ctx, r, s, c); err != nil {
		return b, e.failed(ctx, r, s, c, err)
	}
	known, err := e.choosePlan(s, c)
	if err != nil {
		return b, e.failed(ctx, r, s, c, err)
	}
	return e.show(ctx, r, s, c, b, known)
}

// show loads what the plan needs, gates it and appends it.
func (e *Engine) show(ctx context.Context, r *store.Reader, s *state, c *Call, b []byte, known bool) ([]byte, error) {
	if s.plan.deep && c.Spent.Nodes > e.opt.Bounds.Nodes {
		// An earlier operation of the batch went over: no more work for this one.
		c.Ladder.Fail(journal.Budget, 0, "")
		return b, e.failed(ctx, r, s, c, graph.ErrTooMuchData)
	}
	if err := e.load(ctx, r, s, c); err != nil {
		return b, e.failed(ctx, r, s, c, err)
	}
	allowed, err := e.gate(s, c)
	if err != nil {
		return b, e.failed(ctx, r, s, c, err)
	}
	if err := e.charge(ctx, r, s, c, s.target.node); err != nil {
		return b, err
	}
	if !allowed {
		return append(b, '{', '}'), nil
	}
	if err := s.checkSession(ctx, r, c); err != nil {
		return b, err
	}
	if s.plan.deep {
		if err := e.grow(ctx, r, s, c); err != nil {
			return b, err
		}
		if err := s.refused(c); err != nil {
			return b, err
		}
	}
	if !known && len(s.plan.text) <= keptFields {
		// Admitted after it served somebody, so that nobody can fill the cache
		// with rubbish for free.
		e.plans.Set(keyOf(s.plan.node, s.plan.edge, s.plan.ver, s.plan.text), s.plan)
	}
	return e.write(b, s, c)
}

// write appends the answer, unless it is too long.
func (e *Engine) write(b []byte, s *state, c *Call) ([]byte, error) {
	start := len(b)
	s.end, s.over = start+e.opt.Bounds.Bytes-c.Spent.Bytes, false
	out := encode(b, s, c)
	if s.over || len(out) > s.end {
		c.Ladder.Fail(journal.Project, 0, "bytes")
		return out[:start], graph.ErrTooMuchData
	}
	c.Spent.Bytes += len(out) - start
	return out, nil
}

// planFor returns the plan of a text and whether it came from the cache.
func (e *Engine) planFor(s *state, n *schema.Node, edge *schema.Edge, ver graph.Version, text string) (p *plan, known bool) {
	if s.lately.serves(n, edge, ver, text) {
		return s.lately, true
	}
	if p, ok := e.plans.GetIfPresent(keyOf(n, edge, ver, text)); ok && p.text == text {
		s.lately = p
		return p, true
	}
	if edge != nil {
		return compileEdge(e.opt.Catalogue, e.opt.Bounds, n, edge, ver, text), false
	}
	return compile(e.opt.Catalogue, e.opt.Bounds, n, ver, text), false
}

// planOf plans what is shown of a node that a field refers to, whose type is
// known only now. What it does not have is left out.
func (e *Engine) planOf(n *schema.Node, ver graph.Version, sel *fields.Selection) *plan {
	p := &plan{node: n, ver: ver, loads: n.Loads}
	if sel == nil {
		p.brief(n)
		return p
	}
	p.some(e.opt.Catalogue, sel)
	return p
}

func keyOf(n *schema.Node, edge *schema.Edge, ver graph.Version, text string) planKey {
	h := xxh3.HashString128(text)
	return planKey{n, edge, ver, h.Hi, h.Lo}
}
