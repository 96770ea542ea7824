// Package wire is the Graph on the wire: it reads a request, has the engine
// answer it and writes status, headers and body. It is the only package that
// turns an error into a response, and it knows no HTTP library.
package wire

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/fault"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/store/driver"
)

// Options of a Core.
type Options struct {
	Engine *engine.Engine
	// Desk answers the token endpoints.
	Desk *login.Desk
	// Now is the world's clock, read once per call. Machine is a clock for
	// durations.
	Now     func() time.Time
	Machine func() time.Time
	// DefaultVersion spells errors of calls that reached no app.
	DefaultVersion graph.Version
	// Journal keeps every Sample-th call; nil keeps none.
	Journal *journal.Ring
	Sample  uint64
	// Numbered adds X-Kith-Request, the number of the call in the journal.
	Numbered bool
	// Sizes bound what a call may bring.
	Sizes Sizes
	// Lean leaves out the headers that mean nothing to a client.
	Lean bool
	// TokenStatus is the knob token_status; empty is 400.
	TokenStatus string
	// TraceSeed starts the sequence of trace ids.
	TraceSeed uint64
	// Faults are failures somebody asked for; nil: none.
	Faults *fault.Plan
	// Limits are where calls are counted; nil: they are not.
	Limits *limits.Table
	Log    *slog.Logger
	// Observe hears of every call, for metrics; micros is negative for a call
	// that was not timed. Nil is fine.
	Observe func(node string, status int, code int, micros int64)
}

// Values of token_status beside 400.
const (
	Status401          = "401"
	Status401Instagram = "instagram"
)

// A Core answers Graph calls. It is safe for concurrent use.
type Core struct {
	opt   Options
	trace tracer
	pool  sync.Pool
	packs packer
}

// New makes a Core.
func New(opt Options) *Core {
	if opt.Sample == 0 {
		opt.Sample = 1
	}
	opt.Sizes = opt.Sizes.withDefaults()
	c := &Core{opt: opt, packs: newPacker()}
	c.trace.seed = opt.TraceSeed
	c.pool.New = func() any { return new(exchange) }
	return c
}

// exchange is one call on its way through the core; it is pooled.
type exchange struct {
	in    *graph.In
	out   *graph.Out
	param params
	call  engine.Call
	ids   traceIDs
	code  graph.Envelope
	path  []byte
	kept  bool // by the journal
	bill  limits.Bill
	// Of an operation of a batch: the call that brought it, and the state of the
	// store it shares with others, if it does.
	outer  *exchange
	glance *engine.Glance
	// files are those that the operation has a share in.
	files []graph.Param
	// untagged answers have no ETag; kind is their type, empty for JSON. flat
	// errors are those of api.instagram.com.
	untagged, flat bool
	kind           string
}

// timeEvery is how many calls share one measurement of time where no journal
// wants them all.
const timeEvery = 16

// Serve answers one request. It never panics on input and always sets a status.
func (c *Core) Serve(ctx context.Context, in *graph.In, out *graph.Out) {
	x := c.pool.Get().(*exchange)
	x.in, x.out = in, out
	x.ids = c.trace.next()
	x.kept = c.opt.Journal != nil && x.ids.n%c.opt.Sample == 0
	timed := x.kept || x.ids.n%timeEvery == 0
	var begin time.Time
	if timed {
		begin = c.opt.Machine()
	}
	x.call.Now = c.opt.Now()
	if c.opt.Limits != nil {
		x.bill.Open(c.opt.Limits, x.call.Now)
		x.call.Bill = &x.bill
	}
	if in.Method == "OPTIONS" {
		c.preflight(x)
	} else if body, err := c.answer(ctx, x, out.Body[:0]); err != nil {
		x.call.Bill.Settle(x.call.Spent.Nodes, x.call.Spent.Bytes)
		c.fail(x, err)
	} else {
		x.call.Bill.Settle(x.call.Spent.Nodes, x.call.Spent.Bytes)
		c.succeed(x, body)
	}
	c.packs.pack(in, out)
	micros := int64(-1)
	if timed {
		micros = c.opt.Machine().Sub(begin).Microseconds()
	}
	if x.kept {
		c.record(x, micros)
	}
	if c.opt.Numbered && x.ids.journal != 0 {
		out.Header = append(out.Header, graph.HeaderPair{Name: "X-Kith-Request", Value: strconv.FormatUint(x.ids.journal, 10)})
	}
	if c.opt.Observe != nil {
		c.opt.Observe(x.call.Node, out.Status, x.code.Code, micros)
	}
	c.release(x)
}

// answer runs the steps: decode, then everything the engine does.
func (c *Core) answer(ctx context.Context, x *exchange, b []byte) ([]byte, error) {
	call := &x.call
	call.Instagram = instagramHost(x.in.Host)
	call.Served = c.opt.DefaultVersion
	path, query, err := x.decodePath(c.opt.Sizes.Target)
	if err != nil {
		return b, err
	}
	var rest string
	call.Version, call.ID, rest = split(path)
	if call.Version == 0 && x.outer != nil {
		call.Version = x.outer.call.Version
	}
	c.opt.Engine.Serve(call)
	fixed := c.fixed(call.ID, rest, x.in.Host)
	x.param.keep = rest != "" || fixed != nil || x.in.Method != "GET" || keeps(query)
	if err := x.decodeQuery(query, &c.opt.Sizes); err != nil {
		return b, err
	}
	if err := c.early(ctx, x, fixed != nil); err != nil {
		return b, err
	}
	if err := x.decodeBody(&c.opt.Sizes); err != nil {
		return b, err
	}
	for _, f := range x.files {
		x.param.put(f)
	}
	if err := x.param.settle(c.opt.Sizes.Depth); err != nil {
		return b, err
	}
	call.Asides = x.param.form.aside()
	if batch, ok := x.param.find("batch"); ok && call.Method == "POST" {
		return c.batch(ctx, x, batch, b)
	}
	if fixed != nil {
		return c.desk(ctx, x, fixed, rest, b)
	}
	if x.param.ids != "" && call.Method == "GET" {
		return c.many(ctx, x, rest, b)
	}
	if call.ID == "" {
		call.ID = x.param.id
	}
	edge, key, ok := c.route(rest)
	switch {
	case !ok:
		// Before any token check. [seen idx:70865456440]
		call.Ladder.Fail(journal.Route, 0, "")
		return b, graph.ErrUnknownPath.Args(rest)
	case call.ID == "":
		return b, c.afterToken(ctx, x, graph.ErrEmptyID)
	}
	if err := c.opt.Faults.Next(call.ID); err != nil {
		call.Ladder.Fail(journal.Fault, 0, err.Name())
		return b, err
	}
	if err := c.credentials(x); err != nil {
		return b, err
	}
	call.Fields, call.Edge, call.Key, call.Params, call.Hold = x.param.fields, edge, key, x.param.rest, x.in.Hold
	if call.Method == "POST" || call.Method == "DELETE" {
		if x.glance != nil {
			return b, engine.ErrWrite
		}
		return c.opt.Engine.Write(ctx, call, b)
	}
	if x.glance != nil {
		return x.glance.Read(ctx, call, b)
	}
	return c.opt.Engine.Read(ctx, call, b)
}

// keeps reports whether a query may have parameters that a read of a node looks at.
func keeps(query string) bool {
	for i := 0; ; i++ {
		next := strings.IndexByte(query[i:], '=')
		if next < 0 {
			return false
		}
		i += next
		switch before := query[:i]; {
		case strings.HasSuffix(before, "method"), strings.HasSuffix(before, "ids"), strings.HasSuffix(before, "session_key"),
			strings.HasSuffix(before, "account_linking_token"):
			return true
		}
	}
}

// route reads what follows the node: nothing, an edge, whose name may have two
// parts, or an edge and what is meant on it.
func (c *Core) route(rest string) (edge, key string, ok bool) {
	if rest == "" {
		return "", "", true
	}
	edge, beyond := segment(rest)
	if beyond == "" {
		return edge, "", c.opt.Engine.HasEdge(edge)
	}
	key, beyond = segment(beyond)
	switch {
	case key == "" || beyond != "":
		return edge, "", false
	case c.opt.Engine.HasEdge(edge + "/" + key):
		return edge + "/" + key, "", true
	}
	return edge, key, c.opt.Engine.HasKey(edge)
}

// credentials gathers who is asking. A token of the other host is no token
// here. [seen idx:53747318090]
func (c *Core) credentials(x *exchange) error {
	cred := &x.call.Cred
	cred.Token, cred.Proof, cred.ProofTime = x.param.token, x.param.proof, x.param.proofTime
	cred.Header = bearer(x.in.Header("Authorization"))
	if x.outer != nil && cred.Token == "" && cred.Header == "" {
		proof, at := cred.Proof, cred.ProofTime
		if *cred = x.outer.call.Cred; proof != "" {
			cred.Proof, cred.ProofTime = proof, at
		}
	}
	text := cred.Token
	if text == "" {
		text = cred.Header
	}
	login := strings.HasPrefix(text, "IG")
	if login != x.call.Instagram && (login && graphHost(x.in.Host) || !login && text != "" && x.call.Instagram) {
		x.call.Ladder.Fail(journal.Token, 0, "other host")
		return graph.ErrBadToken
	}
	x.call.Instagram = x.call.Instagram || login
	return nil
}

// bearer reads the Authorization header. Without "Bearer " or the older "OAuth "
// it is treated as no token. [seen idx:59135192258; OAuth guess]
func bearer(h string) string {
	scheme, token, ok := strings.Cut(h, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "OAuth") {
		return ""
	}
	return strings.TrimSpace(token)
}

func instagramHost(host string) bool { return hostIs(host, "graph.instagram.com") }
func graphHost(host string) bool     { return hostIs(host, "graph.facebook.com") }

func hostIs(host, name string) bool {
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	return strings.EqualFold(host, name)
}

// graphError finds the client's error in err; anything else is the operator's,
// logged once, here.
func (c *Core) graphError(x *exchange, err error) *graph.Error {
	if g, ok := errors.AsType[*graph.Error](err); ok {
		return g
	}
	if c.opt.Log != nil {
		c.opt.Log.Error("call failed", "node", x.call.Node, "trace", x.ids.request(), "err", err)
	}
	if errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous) || errors.Is(err, driver.ErrClosed) || errors.Is(err, context.DeadlineExceeded) {
		return graph.ErrUnavailable
	}
	return graph.ErrUnknown
}

func (c *Core) record(x *exchange, micros int64) {
	e := journal.Entry{
		At: x.call.Now, Method: x.in.Method, Node: x.call.Node, App: x.call.App, Page: x.call.Owner,
		Path: x.in.Target, Status: x.out.Status, Code: x.code.Code, Subcode: x.code.Subcode,
		DurationMicros: micros, Ladder: x.call.Ladder,
	}
	x.ids.journal = c.opt.Journal.Add(&e)
}
