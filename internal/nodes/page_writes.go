package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// pageOperations are the writes of a Page that the User reference names.
func pageOperations() []schema.Operation {
	readLeads := schema.Span{Until: graph.V(3, 3)} // [spec v3.3]
	manage := needs(graph.ManagePages)
	return []schema.Operation{
		{Method: "POST", Edge: "leadgen_whitelisted_users", Span: readLeads, Callers: schema.ByPage, PageNeed: manage,
			Params:  []schema.Param{{Name: "user_id", Type: "int", Required: true}},
			Returns: []string{success}, Do: allowLeadUser, Mark: "[doc user v2.10; permission guess]"},
		{Method: "DELETE", Edge: "leadgen_whitelisted_users", Span: readLeads, Callers: schema.ByPage, PageNeed: manage,
			Params:  []schema.Param{{Name: "user_id", Type: "numeric string", Required: true}},
			Returns: []string{success}, Do: forbidLeadUser, Mark: "[doc user v2.10; permission guess]"},
	}
}

// allowLeadUser lets a person read the leads of the Page. Something that is no ID
// is 110, an ID that the Page does not know 210. [doc user v2.10; which is which guess]
func allowLeadUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	id := c.Args.Text("user_id")
	if !graph.ValidID(id) {
		return done, graph.ErrInvalidUser
	}
	p, err := somebody(ctx, c, id)
	switch {
	case err != nil:
		return done, err
	case p == nil:
		return done, graph.ErrNotVisible
	}
	if err := forDesktop(c, p); err != nil {
		return done, err
	}
	pair := store.Pair{From: c.ID, Kind: store.Edge("page.leadgen_whitelisted_users"), To: p.ID}
	if had, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To); err != nil || had != nil {
		return done, err
	}
	return done, c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: c.Micros()})
}

// forbidLeadUser takes a person off the list; who is not on it is no valid
// parameter. [guess]
func forbidLeadUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	p, err := somebody(ctx, c, c.Args.Text("user_id"))
	switch {
	case err != nil:
		return done, err
	case p == nil:
		return done, graph.ErrBadParam
	}
	if err := forDesktop(c, p); err != nil {
		return done, err
	}
	return done, leave(ctx, c, store.Pair{From: c.ID, Kind: store.Edge("page.leadgen_whitelisted_users"), To: p.ID})
}

// leave takes an item off a list that it must be on.
func leave(ctx context.Context, c *schema.Call, pair store.Pair) error {
	had, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	switch {
	case err != nil:
		return err
	case had == nil:
		return graph.ErrBadParam
	}
	return c.Tx.Unlink(ctx, pair)
}
