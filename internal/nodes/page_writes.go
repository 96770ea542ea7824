package nodes

import (
	"context"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// pageOperations are the writes of a Page that the User reference names.
func pageOperations() []schema.Operation {
	readLeads := schema.Span{Until: graph.V(3, 3)} // [spec v3.3]
	manage, pages := needs(graph.ManagePages), []graph.Permission{graph.ManagePages, graph.PagesShowList}
	return []schema.Operation{
		{Method: "POST", Edge: "leadgen_whitelisted_users", Target: "User", Action: schema.Updating, Reread: true, Span: readLeads, Callers: schema.ByPage, PageNeed: manage,
			Params:  []schema.Param{{Name: "user_id", Type: "int", Required: true}},
			Returns: []string{success}, Do: allowLeadUser, Mark: "[doc user v2.10; permission guess]"},
		{Method: "DELETE", Edge: "leadgen_whitelisted_users", Target: "User", Action: schema.Dissociate, Span: readLeads, Callers: schema.ByPage, PageNeed: manage,
			Params:  []schema.Param{{Name: "user_id", Type: "numeric string", Required: true}},
			Returns: []string{success}, Do: forbidLeadUser, Mark: "[doc user v2.10; permission guess]"},
		{Method: "POST", Edge: "blocked", Target: "User", Action: schema.Updating,
			Usual:   schema.Usual{Marketing: pages, PageManagement: pages},
			Callers: schema.ByPage, PageNeed: needs(graph.ManagePages, graph.PagesManageEngagement), Task: graph.TaskModerate, Tasked: true,
			Params: blockedParams(), Returns: []string{"map{string: bool}"}, Do: blockUsers, Mark: "[doc page blocked]"},
		{Method: "DELETE", Edge: "blocked", Target: "User", Action: schema.Dissociate,
			Usual:   schema.Usual{Marketing: append([]graph.Permission{graph.AdsManagement}, pages...), PageManagement: pages},
			Callers: schema.ByPage, PageNeed: needs(graph.ManagePages, graph.PagesManageEngagement), Task: graph.TaskModerate, Tasked: true,
			Params: blockedParams(), Returns: []string{success}, Do: unblockUsers, Mark: "[doc user v2.10]"},
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

// blockedParams name people by any ID that the Page has of them, or by the one
// its app has. [doc user v2.10, page blocked; that asid is enough guess]
func blockedParams() []schema.Param {
	of := &schema.Param{Kind: schema.IDParam}
	return []schema.Param{
		{Name: "asid", Kind: schema.ListParam, Of: of, Type: "int", For: "user"},
		{Name: "uid", Kind: schema.ListParam, Of: of, Type: "int", Deprecated: true},
		{Name: "user", Kind: schema.ListParam, Of: of, Type: "int", Unless: []string{"uid"}},
	}
}

// A named is an ID of a call and whom it means, nil for nobody.
type named struct {
	id     string
	person *people.Person
}

// whom finds everybody that the lists of a call name, in its order.
func whom(ctx context.Context, c *schema.Call) (list []named, err error) {
	for i := range c.Args {
		for _, e := range c.Args[i].List {
			n := named{id: e.Text}
			if n.person, err = somebody(ctx, c, e.Text); err != nil {
				return nil, err
			}
			if n.person != nil {
				if err := forDesktop(c, n.person); err != nil {
					return nil, err
				}
			}
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return nil, graph.ErrNeedsParam.Args(c.Op.Params[len(c.Op.Params)-1].Name)
	}
	return list, nil
}

// blockUsers bans people from the Page: their contact says so, and the list of
// the Page. An ID that leads to nobody it knows is false in the answer. [guess]
func blockUsers(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	list, err := whom(ctx, c)
	if err != nil {
		return done, err
	}
	b := []byte{'{'}
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(graph.AppendString(b, n.id), ':')
		b = strconv.AppendBool(b, n.person != nil)
		if n.person == nil {
			continue
		}
		if _, err := c.Act(ctx, c, schema.Deed{Event: "page_ban", Person: n.person, Page: c.Row.Page}); err != nil {
			return done, err
		}
	}
	return schema.Answer{Body: append(b, '}')}, nil
}

// unblockUsers lifts bans; an ID that leads to nobody is no valid parameter, and
// nobody is unblocked then. [guess]
func unblockUsers(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	list, err := whom(ctx, c)
	if err != nil {
		return done, err
	}
	for _, n := range list {
		if n.person == nil {
			return done, graph.ErrBadParam
		}
		if _, err := c.Act(ctx, c, schema.Deed{Event: "page_unban", Person: n.person, Page: c.Row.Page}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// labelUsersOperations put people on a label and take them off, as the User page of
// v2.8 has it; that of v2.10 does not name them any more. [doc user v2.8; end spec]
func labelUsersOperations() []schema.Operation {
	need := needs(graph.ReadPageMailboxes, graph.ManagePages, graph.PublishPages, graph.PagesShowList)
	op := schema.Operation{Method: "POST", Edge: "users", Action: schema.Updating, Span: schema.Span{Until: graph.V(5, 0)}, Callers: schema.ByPage, PageNeed: need,
		Usual:   schema.Usual{Marketing: []graph.Permission{graph.ReadPageMailboxes, graph.ManagePages, graph.PublishPages, graph.PagesShowList}},
		Params:  []schema.Param{{Name: "user_ids", Kind: schema.ListParam, Of: &schema.Param{Kind: schema.IDParam}, Type: "list<int>", Required: true}},
		Returns: []string{success}, Do: labelUsers, Mark: "[doc user v2.8]"}
	off := op
	off.Method, off.Action, off.Do, off.Usual = "DELETE", schema.Dissociate, unlabelUsers, schema.Usual{}
	off.Mark = "[doc user v2.8; permission guess]"
	return []schema.Operation{op, off}
}

// labelUsers puts all of them on the label or nobody: an ID that leads to nobody is no
// valid parameter. [guess]
func labelUsers(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	list, err := whom(ctx, c)
	if err != nil {
		return done, err
	}
	for i, n := range list {
		if n.person == nil {
			return done, graph.ErrBadParam
		}
		pair := store.Pair{From: c.ID, Kind: store.Edge("page_label.users"), To: n.person.ID}
		if had, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To); err != nil || had != nil {
			if err != nil {
				return done, err
			}
			continue
		}
		if err := c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: c.Micros() + int64(len(list)-1-i)}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// unlabelUsers takes people off the label, who must all be known to the Page; who is
// not on it is off. [guess]
func unlabelUsers(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	list, err := whom(ctx, c)
	if err != nil {
		return done, err
	}
	for _, n := range list {
		if n.person == nil {
			return done, graph.ErrBadParam
		}
		if err := c.Tx.Unlink(ctx, store.Pair{From: c.ID, Kind: store.Edge("page_label.users"), To: n.person.ID}); err != nil {
			return done, err
		}
	}
	return done, nil
}
