package engine

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// writesAnswerTrue is when a write answered a bare true. [doc changelog v2.1]
var writesAnswerTrue = schema.Span{Until: graph.V(2, 1)}

// Write does what c asks and appends the answer to b. Everything from the token
// to the last change happens in one transaction; a refused call changes nothing.
// A call with thousands of rows takes several, each gated anew.
// With fields the node is read afterwards: if that is refused, the refusal is the
// answer, although the write happened [doc read-after-write]; if the store keeps
// failing there, the answer is that of the write alone, because who is told to try
// again would write twice. [guess]
func (e *Engine) Write(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	s := e.pool.Get().(*state)
	defer e.release(s)
	e.Serve(c)
	id := c.ID
	var call schema.Call
	var answer schema.Answer
	var memo any
	if e.opt.Catalogue.Waits(c.Method, c.Edge, c.Params) {
		if err := e.before(ctx, s, c, &memo); err != nil {
			return b, err
		}
	}
	for part := 0; part == 0 || answer.More; part++ {
		err := e.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
			c.ID = id
			c.Ladder.Reset()
			s.row, s.compound = schema.Row{Scratch: s.row.Scratch}, nil // what an earlier run found
			call = e.call(s, c, &memo)
			call.Tx, call.Part = tx, part
			answer, err = e.act(ctx, s, c, &call)
			c.Reads, c.Points = tx.Points()
			return err
		})
		if err != nil {
			return b, err
		}
		for _, f := range call.After {
			f()
		}
	}
	if c.Fields != "" && call.Op.Reread {
		for range readTries {
			read, err := e.readAfter(ctx, c, answer.Created, b)
			if _, refused := errors.AsType[*graph.Error](err); err == nil || refused {
				return read, err
			}
		}
	}
	return appendAnswer(b, &answer, c.Served), nil
}

// readTries is how often the node is read after a write, if the store fails: the
// client can not ask for it without writing again.
const readTries = 4

// readAfter reads what was made, or else the node that was written to.
func (e *Engine) readAfter(ctx context.Context, c *Call, created string, b []byte) ([]byte, error) {
	read := Call{Cred: c.Cred, Method: "GET", ID: c.ID, Fields: c.Fields, Version: c.Version, Instagram: c.Instagram, Now: c.Now, Spent: c.Spent}
	if read.spelled = c.spelled; created != "" {
		read.ID, read.spelled = created, ""
	}
	b, err := e.Read(ctx, &read, b)
	if _, refused := errors.AsType[*graph.Error](err); err != nil && !refused {
		return b, err // c stays as the write left it
	}
	c.Served, c.Spent = read.Served, read.Spent
	if err != nil {
		c.Ladder = read.Ladder
	}
	return b, err
}

func appendAnswer(b []byte, a *schema.Answer, v graph.Version) []byte {
	switch {
	case a.Body != nil:
		return append(b, a.Body...)
	case a.Created != "":
		b = append(b, `{"id":"`...)
		b = append(b, a.Created...)
		return append(b, `"}`...)
	case writesAnswerTrue.Has(v):
		return append(b, "true"...)
	}
	return append(b, `{"success":true}`...)
}

// call is what an operation gets, without its transaction.
func (e *Engine) call(s *state, c *Call, memo *any) schema.Call {
	return schema.Call{Viewer: &s.viewer, Row: &s.row, Now: c.Now, Services: e.opt.Services, Memo: memo, Hold: c.Hold}
}

// before gates a call whose operation has something to do before its transaction,
// and lets it do that. Nothing of the store is held meanwhile.
func (e *Engine) before(ctx context.Context, s *state, c *Call, memo *any) error {
	id := c.ID
	call := e.call(s, c, memo)
	var err error
	rerr := e.opt.DB.Again(ctx, func(r *store.Reader) error {
		c.ID = id
		c.Ladder.Reset()
		s.row, s.compound = schema.Row{Scratch: s.row.Scratch}, nil
		err = e.enter(ctx, r, s, c, &call)
		if _, told := err.(*graph.Error); told {
			return nil
		}
		return err
	})
	if rerr != nil || err != nil {
		return cmp.Or(rerr, err)
	}
	c.ID = id
	if call.Op.Before == nil {
		return nil
	}
	if err := call.Op.Before(ctx, &call); err != nil {
		c.Ladder.Fail(journal.Parameter, 0, errorName(err))
		return err
	}
	return nil
}

// act is one run of a write.
func (e *Engine) act(ctx context.Context, s *state, c *Call, call *schema.Call) (schema.Answer, error) {
	if err := e.enter(ctx, &call.Tx.Reader, s, c, call); err != nil {
		return schema.Answer{}, err
	}
	answer, err := call.Op.Do(ctx, call)
	if err != nil {
		c.Ladder.Fail(journal.Parameter, 0, errorName(err))
		return schema.Answer{}, err
	}
	c.Ladder.Pass(journal.Project, "")
	return answer, nil
}

// enter gates a call and finds its operation and what it is told. The order of checks
// is that of reads: the token, the node and whether it is visible, then what may be
// done with it. [GP 11]
func (e *Engine) enter(ctx context.Context, r *store.Reader, s *state, c *Call, call *schema.Call) error {
	if err := e.authenticate(ctx, r, s, c); err != nil {
		return err
	}
	if err := e.resolve(ctx, r, s, c); err != nil {
		return e.failed(ctx, r, s, c, err)
	}
	n := s.target.node
	s.plan = &plan{node: n, ver: c.Served, loads: n.Loads | schema.LoadTask, asked: true}
	if err := e.load(ctx, r, s, c); err != nil {
		return e.failed(ctx, r, s, c, err)
	}
	if allowed, err := e.gate(s, c); err != nil || !allowed {
		if err == nil {
			err = e.noNode(c)
		}
		return e.failed(ctx, r, s, c, err)
	}
	if err := e.charge(ctx, r, s, c, n); err != nil {
		return err
	}
	op, err := e.operation(s, c)
	if err != nil {
		return err
	}
	if err := s.mayCall(ctx, r, c, op); err != nil {
		return err
	}
	if err := s.checkSession(ctx, r, c); err != nil {
		return err
	}
	if call.Args, err = decodeArgs(n, op, c); err != nil {
		c.Ladder.Fail(journal.Parameter, 0, errorName(err))
		return err
	}
	call.Node, call.ID, call.Op = n, s.target.id, op
	return nil
}

// operation finds what the path and method name. A node without such a write
// answers as if it were not there, whatever its edge may do for readers.
func (e *Engine) operation(s *state, c *Call) (*schema.Operation, error) {
	n := s.target.node
	op, edge, when := n.Operation(c.Method, c.Edge, c.Key != "", c.Served), n.Edge(c.Edge), s.when(c)
	if op != nil && e.opt.Env.Left(op.Gone, when) {
		op = nil
	}
	there := edge != nil && edge.Has(c.Served) && !e.opt.Env.Left(edge.Gone, when)
	switch known := c.Edge == "" || there || e.writesTo(n, c.Edge, when); {
	case op == nil && (!known || c.Key != ""):
		c.Ladder.Fail(journal.Route, 0, "")
		return nil, graph.ErrUnknownPath.Args(c.path())
	case op == nil:
		return nil, e.noNode(c)
	}
	return op, nil
}

// writesTo reports whether the node has an operation on an edge of that name.
func (e *Engine) writesTo(n *schema.Node, edge string, w schema.When) bool {
	for i := range n.Operations {
		if op := &n.Operations[i]; op.Edge == edge && op.Has(w.Version) && !e.opt.Env.Left(op.Gone, w) {
			return true
		}
	}
	return false
}

// path is what the call names behind the node.
func (c *Call) path() string {
	if c.Key == "" {
		return "/" + c.Edge
	}
	return "/" + c.Edge + "/" + c.Key
}

// mayCall asks for the kind of token, for whom it is, and its permission.
func (s *state) mayCall(ctx context.Context, r *store.Reader, c *Call, op *schema.Operation) error {
	v, row := &s.viewer, &s.row
	if callerOf(v.Kind)&op.Callers == 0 {
		c.Ladder.Fail(journal.TokenKind, 0, v.Kind.String())
		switch {
		case op.Callers == schema.ByApp && op.Refusal != nil:
			return op.Refusal
		case op.Callers == schema.ByApp:
			return graph.ErrNeedsAppToken
		case op.Callers == schema.ByPage:
			return graph.ErrNeedsPageToken
		}
		return graph.ErrPermissions
	}
	switch {
	case row.Self, op.Others, v.Kind == access.AppToken:
	default:
		c.Ladder.Fail(journal.Permission, 0, "")
		return s.foreign()
	}
	if row.Person != nil && !row.Self && v.App.Type == graph.AppDesktop {
		c.Ladder.Fail(journal.Permission, 0, v.App.Type.String())
		return graph.ErrDesktop
	}
	if err := s.mayWrite(c, op); err != nil {
		return err
	}
	if op.Tasked && v.Kind == access.PageToken && v.Token.Person != 0 && !row.Tasks.Has(op.Task) {
		c.Ladder.Fail(journal.Task, 0, op.Task.String())
		return graph.ErrPermissions
	}
	return s.restricted(ctx, r, c)
}

// mayWrite asks for the permission of an operation; one that was taken from everybody
// ends the operation with it.
func (s *state) mayWrite(c *Call, op *schema.Operation) error {
	row, need := &s.row, s.needOf(op)
	if !need.Asks(row.Version) {
		return nil
	}
	asked := need.Permissions(row.Version)
	standing := row.Env.Standing(asked, row.When())
	if standing.Intersects(s.holds()) {
		return nil
	}
	c.Ladder.Fail(journal.Permission, 0, asked.Names()[0])
	switch {
	case standing.Empty():
		return graph.ErrEndpointEnded.Args(asked.Names()[0])
	case op.Refusal != nil:
		return s.refusal(op.Refusal, need)
	case asked.Has(graph.RsvpEvent):
		return graph.ErrEvents
	case !asked.Has(graph.PublishActions):
		return graph.ErrPermissions
	case s.viewer.Kind == access.AppToken:
		return graph.ErrNotAuthorized
	}
	return graph.ErrExtended.Args(graph.PublishActions.String())
}

// refusal names in an error the permission that the token lacks: of those that would do,
// the one that a token of its kind can carry.
func (s *state) refusal(err *graph.Error, need *schema.Need) *graph.Error {
	if err != graph.ErrNoMessaging {
		return err
	}
	asked := need.Permissions(s.row.Version)
	if login := graph.InstagramBusinessManageMessages; asked.Has(login) && s.viewer.Kind == access.InstagramToken {
		return err.Args(login.String())
	}
	return err.Args(asked.Names()[0])
}

// foreign refuses a call for somebody else: a desktop app is told why. [doc user v2.10]
func (s *state) foreign() error {
	if s.row.Person != nil && s.viewer.App.Type == graph.AppDesktop {
		return graph.ErrDesktop
	}
	return graph.ErrPermissions
}

func callerOf(k access.Kind) schema.Callers {
	switch k {
	case access.UserToken:
		return schema.ByPerson
	case access.PageToken:
		return schema.ByPage
	case access.AppToken:
		return schema.ByApp
	case access.InstagramToken:
		return schema.ByInstagram
	}
	return 0
}

func (s *state) needOf(op *schema.Operation) *schema.Need {
	if s.viewer.Kind == access.PageToken {
		return op.PageNeed
	}
	return op.Need
}

// holds is what the token carries; an app token holds what the person granted.
func (s *state) holds() graph.Permissions {
	if s.viewer.Kind != access.AppToken {
		return s.viewer.Granted
	}
	if s.row.Install == nil {
		return graph.Permissions{}
	}
	return s.row.Install.Granted
}

// restricted refuses what somebody does, or an app for somebody, whom a
// restriction keeps from acting. [doc error-handling: blocked for policy violations]
func (s *state) restricted(ctx context.Context, r *store.Reader, c *Call) error {
	p, v := s.row.Person, &s.viewer
	if v.Token != nil && v.Token.Person != 0 && (p == nil || p.ID != v.Token.Person) {
		rec, err := r.Get(ctx, v.Token.Person)
		if err != nil {
			return err
		}
		p = personOf(rec)
	}
	if p == nil || p.Text(people.Restricted) != strconv.FormatBool(true) {
		return nil
	}
	c.Ladder.Fail(journal.Permission, 0, people.Restricted.String())
	return graph.ErrAbusive
}

// session reports whether the call says in which session it is made.
func (c *Call) session() bool {
	_, said := graph.Given(c.Params, "session_key")
	return said
}

// checkSession refuses a call that says in which session it is made, if that is
// none of the sessions by which the app knows the person. [doc user v2.10; the
// parameter guess]
func (s *state) checkSession(ctx context.Context, r *store.Reader, c *Call) error {
	key, said := graph.Given(c.Params, "session_key")
	if !said {
		return nil
	}
	var row schema.Row
	s.rs.Reset()
	w, _ := s.askWants(schema.LoadSessions, s.viewer.Person)
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	w.row = &row
	if err := s.loadWants(ctx, r, []wants{w}); err != nil {
		return err
	}
	for _, id := range row.Sessions {
		if schema.SessionKey(s.row.Env, s.viewer.App, id) == key.Value {
			return nil
		}
	}
	c.Ladder.Fail(journal.Parameter, 0, "session_key")
	return graph.ErrSession
}
