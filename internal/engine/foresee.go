package engine

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// foreseen is a question about the node that rode along with the one about the
// token, because the ID's binding was known.
type foreseen struct {
	plan   *plan
	known  bool // the plan came from the cache
	target target
	asked  asked
}

// foreseeable are the questions that do not depend on what the records behind
// the token say.
const foreseeable = schema.LoadContact | schema.LoadRole | schema.LoadInstall | schema.LoadFollows | schema.LoadFriend

// foresee asks for the node together with the token where the cache knows what
// the ID leads to, so that the whole read is one round trip. It is worth it on
// a shared store only. Whether the token may see any of it is decided later, as
// always; what turns out to be another question is asked again.
func (e *Engine) foresee(r *store.Reader, s *state, c *Call, space store.Space, key string) {
	if !e.opt.DB.Shared() || c.Method != "GET" || c.Edge != "" || c.session() {
		return
	}
	n, id := e.opt.Catalogue.InSpace(space), r.Known(space, key)
	if n == nil || id == 0 {
		return
	}
	p, known := e.planFor(s, n, nil, c.Served, c.Fields)
	if p.deep || p.loads&^foreseeable != 0 {
		return
	}
	f := &s.foreseen
	f.plan, f.known, f.target = p, known, target{node: n, id: id, owner: s.ticket.Owner()}
	p.ask(&f.asked, &s.rs, &f.target, by{app: s.ticket.App(), person: s.ticket.Person(), role: true})
	s.rs.Final()
}

// choosePlan finds the plan for the node that the ID led to.
func (e *Engine) choosePlan(s *state, c *Call) (known bool, err error) {
	f := &s.foreseen
	if f.plan != nil && f.plan.node == s.target.node && f.plan.ver == c.Served && f.plan.text == c.Fields {
		s.plan = f.plan
		return f.known, nil
	}
	var edge *schema.Edge
	if c.Edge != "" {
		edge = s.target.node.Edge(c.Edge)
		if edge == nil || !edge.Has(c.Served) || e.opt.Env.Left(edge.Gone, s.when(c)) || c.Key != "" && edge.Key == "" {
			err := graph.ErrUnknownPath.Args(c.path())
			if edge != nil && edge.Early != nil && c.Served < edge.Span.Since {
				err = edge.Early.Args(edge.Name, edge.Span.Since.String())
			}
			if s.target.node.Space != 0 || s.target.node.Access == 0 {
				c.Ladder.Fail(journal.Route, 0, "")
				return false, err
			}
			// Who may not see the node must not learn from its edges what it is.
			s.plan = &plan{node: s.target.node, ver: c.Served, loads: s.target.node.Loads}
			s.plan.fail(journal.Syntax, err, c.path())
			return true, nil
		}
	}
	s.plan, known = e.planFor(s, s.target.node, edge, c.Served, c.Fields)
	s.plan = s.plan.on(e.opt.Env, s.when(c))
	return known, nil
}

// answers reports whether what was foreseen is what is asked now.
func (f *foreseen) answers(s *state) bool {
	return f.plan != nil && f.plan == s.plan && f.target == s.target
}
