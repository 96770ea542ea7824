// Package schema is the language in which the Graph is declared: nodes, their
// fields, what each needs and the order in which a read is decided. It owns the
// only place that compares Graph versions, and refuses to run anything: plans,
// loads and gates are the engine's.
package schema

import (
	"fmt"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Kind is the type of a field, as "kith schema" prints it.
type Kind uint8

// Kinds of fields.
const (
	String Kind = iota
	IDString
	Bool
	Integer
	Float
	URL
	Datetime
	LocaleCode
	Struct
	List
	NodeRef
)

var kindNames = [...]string{"string", "numeric string", "bool", "int", "float", "url", "datetime", "locale", "struct", "list", "node"}

// String returns the name of the kind.
func (k Kind) String() string { return kindNames[min(int(k), len(kindNames)-1)] }

// A Span is a run of versions: from Since (zero: the first) up to, not
// including, Until (zero: still there).
type Span struct{ Since, Until graph.Version }

// Has reports whether v is in the span.
func (s Span) Has(v graph.Version) bool { return v >= s.Since && (s.Until == 0 || v < s.Until) }

// A Need is what a field asks of the Viewer beyond the node's own ladder.
type Need struct {
	// AnyOf are permissions of which one is enough; empty asks for none.
	AnyOf graph.Permissions
	// From v3.0 on the permissions may be others. [doc login 2018-05]
	AnyOfLater graph.Permissions
	Later      graph.Version
	// Info is a field of the Page's "Info About People", -1 for none.
	Info int8
	// Since is the first version that asks.
	Since graph.Version
}

// Permissions returns what is needed in v, empty for nothing.
func (n *Need) Permissions(v graph.Version) graph.Permissions {
	if v < n.Since {
		return graph.Permissions{}
	}
	if n.Later != 0 && v >= n.Later {
		return n.AnyOfLater
	}
	return n.AnyOf
}

// Asks reports whether the need asks anything in v.
func (n *Need) Asks(v graph.Version) bool { return n != nil && !n.Permissions(v).Empty() }

// A Sight is to which kind of Viewer a field is visible at all.
type Sight uint8

// Sights. SeenBySelf is for the person's own user token.
const (
	SeenByAnyone Sight = iota
	SeenByToken        // whoever the permission covers
	SeenBySelf
	// SeenByFriends is the person, friends who use the app too, and app tokens
	// or calls with appsecret_proof. [doc user v2.10, gender and locale]
	SeenByFriends
	SeenByApp       // the person or Page, and the app that they use or are connected to
	SeenByWorkplace // a company's own tokens; kith serves them to app tokens. [guess]
	// SeenProved is the person, the app they use and the Page they talk to, with
	// appsecret_proof. [doc id-matching]
	SeenProved
	// SeenInCommon is a user token that has the permission, whoever the person is, and
	// the app of those who granted it.
	SeenInCommon
)

// A Field is one declared field.
type Field struct {
	Name string
	Kind Kind
	// Type is the type as the reference names it, where Kind does not say all.
	Type string
	// About says what it holds; it may be empty.
	About string
	Span
	// Default is when the field belongs to the answer to a call without fields.
	Default []Span
	// Deprecated from this version on: asking is error 12, not "nonexisting".
	Deprecated graph.Version
	// Obsolete is marked deprecated by the reference and answers all the same.
	Obsolete bool
	Need     *Need
	Sight    Sight
	// Audience is the attribute whose audience decides; zero asks none.
	Audience people.Attr
	// Empty is when the field was taken away, under versions.policy realistic: it
	// is left out then.
	Empty Leaving
	// Null is written where there is no value. [doc Instagram name, profile_pic]
	Null bool
	// Loads are extra records the field reads.
	Loads Load
	// To is the node type a field refers to, "node" for several; such a field has no
	// From. Of a thing the part of that name says what it refers to.
	To string
	// Party writes what such a field refers to as the people, Pages and accounts who
	// take part in something, whoever knows them otherwise; where there are several
	// they stand under data.
	Party func(b []byte, r *Row) []byte
	// Plain says that the value is kept as a part of the record under the name of
	// the field, as it was written.
	Plain bool
	// Params are the modifiers that the field takes: picture.width(100).
	Params []Param
	// Check refuses a call whose parameters the field cannot do with; nil: it needs none.
	Check func(r *Row) *graph.Error
	// Refs finds what such a field of another node refers to.
	Refs func(r *Row) []store.ID
	// Shape is what a value is made of; nil for one that is plain or free of form.
	Shape *Shape
	// Brief is what is shown of what To leads to where no braces choose anything;
	// empty: name and id.
	Brief string
	// From appends the JSON value, or nothing when there is none.
	From func(b []byte, r *Row) []byte
	// Words put the value, a text, into a language of graph.Language; nil: it is the
	// same in all of them.
	Words func(language, value string) string
	// Mark says what backs the entry.
	Mark string
}

// DefaultIn reports whether the field is in the default set of v.
func (f *Field) DefaultIn(v graph.Version) bool {
	for _, s := range f.Default {
		if s.Has(v) {
			return true
		}
	}
	return false
}

// LeadsTo is what a field with To refers to; list says that it is a list.
func (f *Field) LeadsTo(r *Row) (ids []store.ID, list bool) {
	if f.Refs != nil {
		return f.Refs(r), false
	}
	if p := r.Parts.Find(f.Name); p != nil {
		return p.Refs, p.List
	}
	return nil, false
}

// A Load is a set of records a node or field wants beside the node itself.
type Load uint16

// Loads. Each is one more question in the second Read.
const (
	LoadContact   Load = 1 << iota // owner -contact-> person
	LoadRole                       // app -role-> person
	LoadTask                       // Page -task-> the person behind a Page token
	LoadInstall                    // app -install-> person
	LoadFollows                    // both follow associations of an Instagram account
	LoadFriend                     // viewer -friend-> person
	LoadBusiness                   // the business of the app
	LoadPageTask                   // this Page -task-> the person of a user token
	LoadApps                       // the IDs of the person in apps of the same business
	LoadSessions                   // the tokens by which the app knows the person
	LoadMember                     // the person of a user token -businesses-> this business
	LoadPages                      // the IDs of the person for Pages of the same business
	LoadInstagram                  // the Instagram account linked to the Page
)

// Access is a set of Viewers that may read a public node.
type Access uint8

// Accesses.
const (
	AccessOwnToken     Access = 1 << iota // the node is what the token stands for
	AccessOwnApp                          // the node is the token's app
	AccessTask                            // the person of the token has a task on the Page
	AccessConnectedApp                    // the token's app is connected to the Page
	AccessMember                          // people of the business, and its own apps
	AccessOwner                           // whoever the thing belongs to, with the node's Need
	AccessPublic                          // user and app tokens, of a Page that is published and of what it published
)

// PublicPages is when any user or app token reads Pages that are published; later
// that takes a feature, Page Public Content Access. [doc page 2017; version guess]
var PublicPages = Span{Until: graph.V(3, 1)}

// ProfileFeature is when business apps are asked for Business Asset User
// Profile Access: since December 2020, v9.0. [doc user-profile 2026; version guess]
var ProfileFeature = Span{Since: graph.V(9, 0)}

// RepeatedFields is when a field may be named twice. [seen idx:29111991446]
var RepeatedFields = Span{Until: graph.V(2, 1)}

// BusinessUseCases is when calls with Page tokens began to be counted by what they
// are for. [seen bottender#420: v2.11 has the limit of Pages in July 2019; version guess]
var BusinessUseCases = Span{Since: graph.V(4, 0)}

// A Node is one declared node type.
type Node struct {
	Name string
	Wire string // the name in error texts
	// Kind and Space say how the node is found: by a scoped ID in a space, or
	// by a public ID that leads to an object of a kind.
	Space store.Space
	Kind  store.Kind
	// Persons is a way of seeing people that has no address of its own, but for a
	// Handle: the kind of an ID that leads to a person for one app alone, in the
	// versions of Handled.
	Persons bool
	Handle  string
	Handled Span
	// Unaddressed is a thing that is seen on edges only. Compound begins the ID of
	// a thing with that of its owner, as this Viewer knows it. IDPrefix begins
	// every ID of the type; those of OldPrefixes are of other years. OpaqueID says
	// that what follows may be letters.
	Unaddressed, Compound, OpaqueID bool
	IDPrefix                        string
	OldPrefixes                     []string
	// Ladder is the order in which a read is decided, as data. [doc MP 1.6, GP 11]
	Ladder []journal.Rung
	Loads  Load
	// Access says who may read a node that is found by its public ID.
	Access Access
	// PageAsks and LoginAsks are all the permissions a call needs with a Page
	// token and with a token of Instagram Login.
	PageAsks, LoginAsks graph.Permissions
	// Task is what the person behind a Page token must be able to do, checked
	// where the ladder has that rung.
	Task graph.Task
	// UseCase is the business use case that calls about such a node are, if any.
	UseCase limits.Kind
	// Rate is a limit that calls about such a node count for besides.
	Rate limits.Kind
	// Counts is the association whose number a row knows, zero for none.
	Counts store.Kind
	// Need is the permission of its owner under which a thing may be read.
	Need   *Need
	Fields []Field
	Edges  []Edge
	// Operations are the writes that the node takes.
	Operations []Operation
	// Short is the name of the ID in paths, where it is not that of the type. Usual
	// and Errors are what the reference page says about reading and about errors.
	Short  string
	Usual  *Usual
	Errors []ErrorTable
	// ShortDefault is what a call without fields answers for people whose record
	// asks for it; empty where no such answer was seen.
	ShortDefault string
	// ImplicitID is when "id" is appended though nobody asked for it.
	ImplicitID Span

	byName map[string]int
	edges  map[string]int
}

// AnyNode is To of a field that leads to nodes of several types.
const AnyNode = "node"

// Field finds a field by name, whatever its versions.
func (n *Node) Field(name string) *Field {
	if i, ok := n.byName[name]; ok {
		return &n.Fields[i]
	}
	return nil
}

// A Catalogue is the declared Graph.
type Catalogue struct {
	Nodes []*Node
}

// Node finds a node type by name.
func (c *Catalogue) Node(name string) *Node {
	for _, n := range c.Nodes {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// Prefixed reports whether an ID begins as those of a node type do that have more
// than digits.
func (c *Catalogue) Prefixed(id string) bool {
	for _, n := range c.Nodes {
		if n.Prefixed(id) {
			return true
		}
	}
	return false
}

// Prefixed reports whether an ID begins as those of this node type do.
func (n *Node) Prefixed(id string) bool {
	if n.IDPrefix != "" && strings.HasPrefix(id, n.IDPrefix) {
		return true
	}
	for _, old := range n.OldPrefixes {
		if strings.HasPrefix(id, old) {
			return true
		}
	}
	return false
}

// ValidID reports whether an ID may be one of a thing of this node type.
func (n *Node) ValidID(id string) bool {
	if !n.OpaqueID {
		digits, ok := strings.CutPrefix(id, n.IDPrefix)
		return ok && graph.ValidID(digits)
	}
	const most = 400
	return n.Prefixed(id) && len(id) <= most && strings.Trim(id, opaqueLetters) == ""
}

// opaqueLetters are those of IDs that are more than a prefix and digits.
const opaqueLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:$"

// Handled finds the node type of which an ID has the form of a Handle.
func (c *Catalogue) Handled(id string) *Node {
	for _, n := range c.Nodes {
		if n.Handle != "" && access.IsHandle(n.Handle, id) {
			return n
		}
	}
	return nil
}

// InSpace finds the node type whose scoped IDs live in a space.
func (c *Catalogue) InSpace(s store.Space) *Node {
	for _, n := range c.Nodes {
		if n.Space == s && s != 0 {
			return n
		}
	}
	return nil
}

// OfKind finds the node type of a kind of object that has one.
func (c *Catalogue) OfKind(k store.Kind) *Node {
	for _, n := range c.Nodes {
		if n.Kind == k && k != 0 && k != store.KindThing {
			return n
		}
	}
	return nil
}

// NewCatalogue checks the declarations and prepares them. A broken declaration
// is a mistake in kith: the error names it.
func NewCatalogue(nodes ...*Node) (*Catalogue, error) {
	c := &Catalogue{}
	for _, n := range nodes {
		if c.Node(n.Name) != nil {
			return nil, fmt.Errorf("node %s is declared twice", n.Name)
		}
		prepared, err := n.prepare()
		if err != nil {
			return nil, fmt.Errorf("node %s: %w", n.Name, err)
		}
		c.Nodes = append(c.Nodes, prepared)
	}
	return c, c.checkTargets()
}

// checkTargets finds edges and fields that lead to a node type nobody declared.
func (c *Catalogue) checkTargets() error {
	for _, n := range c.Nodes {
		for i := range n.Edges {
			if err := c.leads("edge", n, n.Edges[i].Name, n.Edges[i].To, n.Edges[i].Shape); err != nil {
				return err
			}
		}
		for i := range n.Fields {
			if err := c.leads("field", n, n.Fields[i].Name, n.Fields[i].To, n.Fields[i].Shape); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Catalogue) leads(what string, n *Node, name, to string, shape *Shape) (err error) {
	check := func(to string) {
		if to != AnyNode && c.Node(to) == nil {
			err = fmt.Errorf("node %s: %s %q leads to %q, which is not declared", n.Name, what, name, to)
		}
	}
	if to != "" {
		check(to)
	}
	shape.Targets(check)
	return err
}

// prepare returns a copy ready for use, so that declarations stay untouched and
// two servers may run in one process.
func (n *Node) prepare() (*Node, error) {
	c := *n
	c.byName = make(map[string]int, len(n.Fields))
	if n.Name == "" || n.Wire == "" || len(n.Ladder) == 0 {
		return nil, fmt.Errorf("no name, wire name or ladder")
	}
	if (n.Space == 0) == (n.Kind == 0) != n.Persons || n.Handle != "" && !n.Persons {
		return nil, fmt.Errorf("a node is found by a space or by a kind")
	}
	c.edges = make(map[string]int, len(n.Edges))
	for i := range n.Edges {
		e := &n.Edges[i]
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("edge %q: %w", e.Name, err)
		}
		if _, twice := c.edges[e.Name]; twice || n.field(e.Name) {
			return nil, fmt.Errorf("edge %q is declared twice", e.Name)
		}
		c.edges[e.Name] = i
	}
	for i := range n.Operations {
		o := &n.Operations[i]
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("%s %q: %w", o.Method, o.Edge, err)
		}
	}
	for i := range n.Errors {
		if err := n.Errors[i].check(); err != nil {
			return nil, fmt.Errorf("errors of %s: %w", n.Errors[i].Name, err)
		}
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("field %q: %w", f.Name, err)
		}
		if _, twice := c.byName[f.Name]; twice {
			return nil, fmt.Errorf("field %q is declared twice", f.Name)
		}
		c.byName[f.Name] = i
	}
	if c.Field("id") == nil {
		return nil, fmt.Errorf("no id field")
	}
	return &c, nil
}

func (n *Node) field(name string) bool {
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			return true
		}
	}
	return false
}

func (f *Field) check() error {
	switch {
	case f.Name == "":
		return fmt.Errorf("no name")
	case f.To != "" && f.From != nil:
		return fmt.Errorf("a reference is written by the engine, not by From")
	case f.Refs != nil && f.To == "", f.Shape != nil && f.From == nil:
		return fmt.Errorf("what is referred to has a type, and what has a shape a value")
	case f.From == nil && f.To == "":
		return fmt.Errorf("no From: nothing could ever fill it")
	case f.Mark == "":
		return fmt.Errorf("no mark: say what backs it")
	case f.Until != 0 && f.Until <= f.Since:
		return fmt.Errorf("span ends before it begins")
	case f.Deprecated != 0 && f.Until != 0 && f.Until < f.Deprecated:
		return fmt.Errorf("removed before it is deprecated")
	case f.Need != nil && f.Need.AnyOf.Empty():
		return fmt.Errorf("a need that asks nothing")
	}
	for _, d := range f.Default {
		if d.Since < f.Since {
			return fmt.Errorf("in the default set before it exists")
		}
	}
	return nil
}
