package schema

import (
	"context"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
)

// Callers are the kinds of token that may call an operation. [GP 3.4 T15, T17]
type Callers uint8

// Callers. An app token acts for people who use the app.
const (
	ByPerson Callers = 1 << iota
	ByPage
	ByApp
	ByInstagram
)

// An Operation is one declared write: POST or DELETE of a node, or of an edge of it.
type Operation struct {
	Method string
	// Edge is the list that is written to, empty for the node itself. Key names
	// the parameter that the path may give behind it: /{user}/permissions/{permission}.
	Edge, Key string
	Span
	Callers Callers
	// Need is what a person's or an app's token must carry, PageNeed a Page's; nil
	// asks nothing. Refusal answers who lacks it; nil: 200.
	Need, PageNeed *Need
	Refusal        *graph.Error
	// Task is what the person behind a Page token must be able to do, where Tasked.
	Task   graph.Task
	Tasked bool
	// Target is the node type whose reference page has the operation, empty for the
	// own; Action what the page calls it. Usual and Reread are what it says besides:
	// what apps ask for, and that fields make it answer with a read of what was
	// written.
	Target, Action string
	Usual          Usual
	Reread         bool
	// Others says that it may be called on what belongs to somebody else too, so
	// far as the Viewer sees it.
	Others bool
	Params []Param
	// Returns are the forms of the answer, for those who read the schema.
	Returns []string
	// Gone is when nobody can call it any more, under versions.policy realistic.
	Gone Leaving
	// Rate are limits that a call counts for besides those of every call, by its
	// parameters.
	Rate func(params []graph.Param) [2]limits.Kind
	// Before does what takes the time of others, once the call was gated and before its
	// transaction; the call it gets has no Tx. What it refuses changes nothing. The
	// transaction gates the call anew. Ahead says which calls have something to do
	// there, by their parameters; nil: all.
	Before func(ctx context.Context, c *Call) error
	Ahead  func(params []graph.Param) bool
	// Do acts, inside the transaction in which the call was gated. It may run more
	// than once. Errors are *graph.Error for the client.
	Do   func(ctx context.Context, c *Call) (Answer, error)
	Mark string
}

// A ParamKind is the type of a parameter.
type ParamKind uint8

// Kinds of parameters.
const (
	TextParam ParamKind = iota
	IntParam
	BoolParam
	FloatParam
	IDParam   // digits, as text or number
	URLParam  // http or https
	TimeParam // seconds since 1970, or ISO 8601
	EnumParam
	ListParam   // elements are of Of
	ObjectParam // JSON; Params are its members
	AnyParam    // any JSON, or text
	FileParam   // a file of a multipart form, under this name or else any
	CountParam  // a whole number from zero on
)

// A Param is one declared parameter.
type Param struct {
	Name string
	Kind ParamKind
	// Type is how the reference prints the kind, where that says more.
	Type     string
	Required bool
	// Unless are parameters of which one must be given in its place. A parameter
	// that is For another does as well, though the reference does not say so.
	Unless []string
	For    string
	// Default is taken where the parameter is not given.
	Default    string
	Deprecated bool
	// Blank says that an empty text is one, and not as if nothing was given.
	Blank bool
	// TestUsers says that it is for test users only.
	TestUsers bool
	// Enum are the values that the reference lists, Also others that are taken.
	Enum, Also []string
	// AnyCase takes the values of Enum in small letters, too.
	AnyCase bool
	// Names and Lists are the names that an AnyParam takes alone, and in a list.
	Names, Lists []string
	Of           *Param
	Params       []Param
	// Most bounds a list; zero means 1,000. [own]
	Most int
	// To is the node type of what an ID leads to, where an edge is asked for it: it
	// is looked up, a person by the ID that the Viewer has of them.
	To string
}

// Operation finds the write of a method and edge in a version. keyed says that
// the path gives a key.
func (n *Node) Operation(method, edge string, keyed bool, v graph.Version) *Operation {
	for i := range n.Operations {
		o := &n.Operations[i]
		if o.Method == method && o.Edge == edge && o.Has(v) && (!keyed || o.Key != "") {
			return o
		}
	}
	return nil
}

// Waits reports whether an operation on an edge of that name, of whatever node, has
// something to do before its transaction.
func (c *Catalogue) Waits(method, edge string, params []graph.Param) bool {
	for _, n := range c.Nodes {
		for i := range n.Operations {
			if o := &n.Operations[i]; o.Before != nil && o.Method == method && o.Edge == edge && (o.Ahead == nil || o.Ahead(params)) {
				return true
			}
		}
	}
	return false
}

// Param finds a parameter by name.
func (o *Operation) Param(name string) *Param {
	for i := range o.Params {
		if o.Params[i].Name == name {
			return &o.Params[i]
		}
	}
	return nil
}

// HasKey reports whether the path may go on behind an edge of that name.
func (c *Catalogue) HasKey(edge string) bool {
	for _, n := range c.Nodes {
		for i := range n.Operations {
			if o := &n.Operations[i]; o.Edge == edge && o.Key != "" {
				return true
			}
		}
		if e := n.Edge(edge); e != nil && e.Key != "" {
			return true
		}
	}
	return false
}

func (o *Operation) check() error {
	switch {
	case o.Method != "POST" && o.Method != "DELETE":
		return fmt.Errorf("method %q", o.Method)
	case o.Do == nil:
		return fmt.Errorf("no Do: nothing would happen")
	case o.Callers == 0:
		return fmt.Errorf("nobody may call it")
	case o.Mark == "":
		return fmt.Errorf("no mark: say what backs it")
	case o.Key != "" && o.Param(o.Key) == nil:
		return fmt.Errorf("key %q is no parameter", o.Key)
	case len(o.Returns) == 0:
		return fmt.Errorf("no form of an answer")
	case o.Action == "":
		return fmt.Errorf("no action")
	case o.Reread && o.Method != "POST":
		return fmt.Errorf("only what was posted is read again")
	}
	for i := range o.Params {
		for _, other := range o.Params[i].Unless {
			if o.Param(other) == nil {
				return fmt.Errorf("parameter %q stands in for %q, which is none", other, o.Params[i].Name)
			}
		}
	}
	for i := range o.Params {
		if err := o.Params[i].check(); err != nil {
			return fmt.Errorf("parameter %q: %w", o.Params[i].Name, err)
		}
	}
	return nil
}

// Values are those that an EnumParam takes.
func (p *Param) Values() []string {
	if len(p.Also) == 0 {
		return p.Enum
	}
	return slices.Sorted(slices.Values(slices.Concat(p.Enum, p.Also)))
}

func (p *Param) check() error {
	switch {
	case (p.Kind == EnumParam) != (len(p.Enum) > 0):
		return fmt.Errorf("an enum has values, and nothing else has")
	case (p.Kind == ListParam) != (p.Of != nil):
		return fmt.Errorf("a list has elements, and nothing else has")
	case p.Params != nil && p.Kind != ObjectParam:
		return fmt.Errorf("members of something that is no object")
	}
	for i := range p.Params {
		if err := p.Params[i].check(); err != nil {
			return fmt.Errorf("parameter %q: %w", p.Params[i].Name, err)
		}
	}
	return nil
}
