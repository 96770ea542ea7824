package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Among says which of the stored items an edge lists.
type Among uint8

// Amongs. A person is listed only under an ID that the app has of them.
const (
	AmongAppUsers Among = iota // people who use the app. [doc user v2.0 friends]
	AmongKnown                 // people of whom the app, or the Page, has an ID
	AmongOthers                // people who do not. [doc invitable_friends]
	AmongAnyone                // people, whether the app has an ID of them or not: their ID is opaque
)

// A Paging is how an edge is walked.
type Paging uint8

// Pagings. All take limit, after and before; PagedByTime writes its links with
// since and until, PagedByOffset with offset. [doc graph-api paging]
const (
	PagedByCursor Paging = iota
	PagedByTime
	PagedByOffset
)

// An Edge is one declared list of a node.
type Edge struct {
	Name string
	Span
	// To is the node type of the items; it is empty where Values writes them.
	To string
	// Assoc is the stored association that the edge walks.
	Assoc store.Kind
	// Gather adds what is on other nodes' lists: of a person's friends, what they
	// published. It is derived when it is read, so that it cannot disagree.
	Gather []Way
	// Values appends the items, comma-separated, of an edge that is worked out
	// from the row; Loads are the records it reads. With an Assoc they are worked out
	// from the records that it leads to, which are no nodes: Row.Listed.
	Values func(b []byte, r *Row) []byte
	Loads  Load
	// Of is the node type that such an Assoc leads to, where an export has it with what
	// Kept says of each.
	Of string
	// Type names what such items are in the reference, and Shape what they are made of.
	Type  string
	Shape *Shape
	// Single is one object, not a list. Paged lists such items page by page. Open is
	// shown to anybody who knows an ID that an app has of somebody, without a token.
	Single, Paged, Open bool
	Need                *Need
	Sight               Sight
	// Refusal answers who lacks the permission; nil: an empty list. [doc debugging]
	Refusal *graph.Error
	Among   Among
	Paging  Paging
	// Rate is the limit that reading it counts for, besides those of every call: that of
	// the person's stream, or of the conversations of a Page or account.
	Rate limits.Kind
	// Most bounds limit; zero means 100. [GP 5.4] First is what it is unless said; zero
	// means 25.
	Most, First int
	// Common lists what is on the list of the Viewer's person, too. Where one of the
	// two did not grant Need it says how many there are, and nothing else.
	Common bool
	// Total is when summary says how many there are; Always without being asked.
	Total, Always bool
	// Default are the fields of an item when none are named; empty: the node's.
	Default string
	// Extra are fields that the edge adds to its items.
	Extra []Field
	// Feature is what App Review must have opened for people without a role in
	// the app, where Reviewed says so.
	Feature  graph.Feature
	Reviewed bool
	// Params are what a call may ask of the edge besides paging. Key is the one that
	// the path may give behind the edge: /{user}/likes/{page}.
	Params []Param
	Key    string
	// One is the parameter that names an item: the edge is that item then, or
	// nothing. With names another person, whose friends the items must be too.
	One, With string
	// From is where the items of a Page's edge start, which parameters may move; nil
	// is the node itself.
	From func(page *people.Page, a Args) store.ID
	// Filter keeps an item, by what is known of it and what was asked.
	Filter func(r *Row, a *Asked) bool
	// Kept are what a world may say of an item for the filter; nobody is shown them.
	Kept []Field
	// OfPage is an edge of a person that a Page may walk, for what is its own.
	OfPage bool
	// Free is an edge of a person that takes no consent: it says what the Page itself
	// keeps.
	Free bool
	// Under versions.policy realistic the edge has no items once it is Empty, and
	// nobody reads it once it is Gone. What is written to it leaves by itself.
	Empty, Gone Leaving
	// Early is what versions before the span answer, nil where the path is unknown to
	// them. It takes the name of the edge and the first version that has it.
	Early *graph.Error
	// Legacy says that the reference lists it in an appendix, of what was nearly gone.
	Legacy bool
	// Hint is what an answer to debug says of the edge, and HintLink where more of
	// it is said.
	Hint, HintLink string
	Mark           string
}

// A Way leads to the nodes that have what an edge gathers: those under By have it
// under Then.
type Way struct{ By, Then store.Kind }

// MostItems is the bound of limit.
func (e *Edge) MostItems() int {
	if e.Most > 0 {
		return e.Most
	}
	return 100
}

func (e *Edge) check() error {
	switch {
	case e.Name == "":
		return fmt.Errorf("no name")
	case e.Mark == "":
		return fmt.Errorf("no mark: say what backs it")
	case (e.To == "") == (e.Values == nil):
		return fmt.Errorf("an edge leads to a node type or has values")
	case e.Of != "" && (e.Values == nil || e.Assoc == 0):
		return fmt.Errorf("what worlds keep is an association whose items are worked out")
	case e.To != "" && e.Assoc == 0:
		return fmt.Errorf("no association: nothing could ever fill it")
	case e.Paged && (e.Values == nil || e.Assoc != 0 || e.Single):
		return fmt.Errorf("a list that is stored pages without being told")
	case e.Common && (!e.Total || e.Need == nil || len(e.Gather) > 0):
		return fmt.Errorf("what two have in common takes a permission, is counted and not gathered")
	case len(e.Gather) > 0 && e.Total:
		return fmt.Errorf("what is gathered is not counted")
	case e.Until != 0 && e.Until <= e.Since:
		return fmt.Errorf("span ends before it begins")
	case e.Key != "" && e.Param(e.Key) == nil, e.One != "" && e.Param(e.One) == nil, e.With != "" && e.Param(e.With) == nil:
		return fmt.Errorf("%q, %q or %q is no parameter", e.Key, e.One, e.With)
	case e.Filter != nil && len(e.Params) == 0, e.Kept != nil && e.Filter == nil && e.Of == "":
		return fmt.Errorf("a filter goes by parameters, and nothing is kept without one")
	case e.Need != nil && e.Need.AnyOf.Empty():
		return fmt.Errorf("a need that asks nothing")
	}
	for _, f := range e.Says() {
		if err := f.check(); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	for i := range e.Params {
		if err := e.Params[i].check(); err != nil {
			return fmt.Errorf("parameter %q: %w", e.Params[i].Name, err)
		}
	}
	return nil
}

// Says are the fields that an item may have besides its own: those that are shown
// and those that are kept.
func (e *Edge) Says() (list []*Field) {
	for i := range e.Extra {
		list = append(list, &e.Extra[i])
	}
	for i := range e.Kept {
		list = append(list, &e.Kept[i])
	}
	return list
}

// Field finds a field that the edge adds.
func (e *Edge) Field(name string) *Field {
	for i := range e.Extra {
		if e.Extra[i].Name == name {
			return &e.Extra[i]
		}
	}
	return nil
}

// Param finds a parameter by name.
func (e *Edge) Param(name string) *Param {
	for i := range e.Params {
		if e.Params[i].Name == name {
			return &e.Params[i]
		}
	}
	return nil
}

// Asked is what a call asks of an edge: where the edge starts, the parameters, and
// what those of them lead to that name nodes.
type Asked struct {
	Of    store.ID
	Args  Args
	Named []Named
}

// Named is what a parameter leads to, zero for nothing that the Viewer knows.
type Named struct {
	Param string
	ID    store.ID
}

// ID is what a parameter leads to; said is false where it was not given.
func (a *Asked) ID(name string) (id store.ID, said bool) {
	for i := range a.Named {
		if a.Named[i].Param == name {
			return a.Named[i].ID, true
		}
	}
	return 0, false
}

// Edge finds an edge by name, whatever its versions.
func (n *Node) Edge(name string) *Edge {
	if i, ok := n.edges[name]; ok {
		return &n.Edges[i]
	}
	return nil
}

// HasEdge reports whether any node type has an edge of that name, to read or to
// write to.
func (c *Catalogue) HasEdge(name string) bool {
	for _, n := range c.Nodes {
		if n.Edge(name) != nil {
			return true
		}
		for i := range n.Operations {
			if n.Operations[i].Edge == name {
				return true
			}
		}
	}
	return false
}

// DefaultIn is Default without what the edge adds in other versions only.
func (e *Edge) DefaultIn(v graph.Version) string {
	names := slices.DeleteFunc(strings.Split(e.Default, ","), func(name string) bool {
		return slices.ContainsFunc(e.Extra, func(f Field) bool {
			return f.Name == name && (!f.Has(v) || f.Deprecated != 0 && v >= f.Deprecated)
		})
	})
	return strings.Join(names, ",")
}
