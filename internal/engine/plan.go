package engine

import (
	"errors"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A plan is what a read of one node type in one version will write, in order.
// It depends on node, version and the fields text only, never on the Viewer; it
// is immutable and shared between requests.
type plan struct {
	node  *schema.Node
	ver   graph.Version
	text  string
	items []planItem
	loads schema.Load
	// edge is the one that the path names; its items are what child says.
	edge *schema.Edge
	// deep says that there are edges or references, so that more is loaded than
	// the node; names, that values name nodes.
	deep, names bool
	// asked says that the caller named the fields.
	asked bool
	// broken is why the text cannot be served; rung says where in the ladder
	// that is found out.
	broken *graph.Error
	rung   journal.Rung
	arg    string
	// passing are the edges, of all depths, that are not there on some days.
	passing []passing
}

// passing is an edge and the node type that has it.
type passing struct {
	edge *schema.Edge
	node *schema.Node
}

// A planItem is a field or an edge.
type planItem struct {
	field *schema.Field
	edge  *schema.Edge
	key   string // `"first_name":`
	sub   *fields.Selection
	// child is what is shown of each item of an edge, or of what the field refers
	// to; nil where the node type is known only then.
	child *plan
	page  pageArgs
	// value is what is shown of a value that has a shape, nil for all of it; asked
	// what the modifiers of a field say.
	inner *inner
	asked *schema.Asked
}

const (
	// maxFields bounds a fields text; one in a query is bounded so anyway.
	maxFields = 16 << 10
	// keptFields bounds the texts whose plans are kept.
	keptFields = 2 << 10
)

// compile makes a plan. A text that cannot be served gives a plan that says so,
// because the ladder decides when the caller hears of it.
func compile(cat *schema.Catalogue, most Bounds, n *schema.Node, ver graph.Version, text string) *plan {
	p := &plan{node: n, ver: ver, loads: n.Loads}
	if sel, ok := p.parse(text, most.fields(p.ver)); ok {
		p.choose(cat, sel, nil)
	}
	return p
}

// parse keeps the text and reads it, with false where the plan is broken now.
func (p *plan) parse(text string, most fields.Limits) (sel *fields.Selection, ok bool) {
	if len(text) > maxFields {
		p.fail(journal.Syntax, graph.ErrTooMuchData, "")
		return nil, false
	}
	p.text = strings.Clone(text)
	sel, err := fields.Parse(p.text, most)
	if err != nil {
		p.fail(journal.Syntax, syntaxError(err), "")
		return nil, false
	}
	return sel, true
}

// choose plans a selection, or the default set for none. via is the edge that
// led here, whose own fields may be asked for too.
func (p *plan) choose(cat *schema.Catalogue, sel *fields.Selection, via *schema.Edge) {
	if sel == nil {
		p.defaults(cat, via)
		return
	}
	p.asked = true
	for i := range sel.Items {
		if !p.add(cat, &sel.Items[i], via) {
			return
		}
	}
	p.implicitID()
}

// compileEdge makes the plan of an edge that a path names.
func compileEdge(cat *schema.Catalogue, most Bounds, n *schema.Node, edge *schema.Edge, ver graph.Version, text string) *plan {
	p := &plan{node: n, ver: ver, loads: n.Loads | edge.Loads, edge: edge, deep: true, asked: true}
	sel, ok := p.parse(text, most.fields(p.ver))
	if !ok {
		return p
	}
	p.items = append(p.items, planItem{edge: edge, sub: sel})
	p.nest(cat, &p.items[0], sel)
	return p
}

// nest plans what is shown of the items of an edge, or of what a field refers to.
func (p *plan) nest(cat *schema.Catalogue, it *planItem, sel *fields.Selection) bool {
	to, brief := "", ""
	if it.edge != nil {
		to = it.edge.To
	} else {
		to, brief = it.field.To, it.field.Brief
	}
	if to == schema.AnyNode && sel != nil {
		p.anyOf(cat, sel)
		return p.broken == nil
	}
	n := cat.Node(to)
	switch {
	case n != nil && sel == nil && brief != "":
		it.child = p.briefOf(cat, n, brief)
	case n != nil:
		it.child = p.childOf(cat, n, sel, it.edge)
	case it.edge != nil && it.edge.Shape != nil && sel != nil:
		it.inner = p.valueOf(cat, it.edge.Shape, sel).orNil()
	}
	return p.broken == nil
}

// childOf plans what is shown of another node. What breaks it breaks p.
func (p *plan) childOf(cat *schema.Catalogue, n *schema.Node, sel *fields.Selection, via *schema.Edge) *plan {
	child := &plan{node: n, ver: p.ver, loads: n.Loads}
	if sel == nil && via == nil {
		child.brief(n)
	} else {
		child.choose(cat, sel, via)
	}
	p.passing = append(p.passing, child.passing...)
	if child.broken != nil {
		p.fail(child.rung, child.broken, child.arg)
	}
	return child
}

// briefOf plans what a field shows of another node unasked, so far as there is such.
func (p *plan) briefOf(cat *schema.Catalogue, n *schema.Node, brief string) *plan {
	child := &plan{node: n, ver: p.ver, loads: n.Loads}
	if sel, err := fields.Parse(brief, fields.Limits{}); err == nil {
		child.some(cat, sel)
	}
	return child
}

// some plans as much of a selection as the node has.
func (p *plan) some(cat *schema.Catalogue, sel *fields.Selection) {
	for i := range sel.Items {
		had := len(p.items)
		if !p.add(cat, &sel.Items[i], nil) {
			p.items, p.broken = p.items[:had], nil
		}
	}
	p.implicitID()
}

// anyOf checks what is asked of a node whose type is not known yet: there must be a
// type that has it.
func (p *plan) anyOf(cat *schema.Catalogue, sel *fields.Selection) {
	for i := range sel.Items {
		it := &sel.Items[i]
		broken := &plan{}
		broken.fail(journal.UnknownField, graph.ErrNoField.Args(it.Name, anyProfile), it.Name)
		for _, n := range cat.Nodes {
			if n.Persons || n.Unaddressed || n.Space != 0 && n.Space != store.SpaceASID {
				continue
			}
			try := &plan{node: n, ver: p.ver}
			if try.add(cat, it, nil) {
				broken = nil
				break
			}
			if n.Field(it.Name) != nil || n.Edge(it.Name) != nil {
				broken = try
			}
		}
		if broken != nil {
			p.fail(broken.rung, broken.broken, broken.arg)
			return
		}
	}
}

// anyProfile is what errors call a node of one of several types. [guess]
const anyProfile = "Profile"

// brief is what a reference shows without being asked: name and id. [seen]
func (p *plan) brief(n *schema.Node) {
	if f := n.Field("name"); f != nil && f.Has(p.ver) {
		p.put(f, nil)
	}
	p.put(n.Field("id"), nil)
}

// serves reports whether p, which may be nil, is the plan of that question.
func (p *plan) serves(n *schema.Node, edge *schema.Edge, ver graph.Version, text string) bool {
	return p != nil && p.node == n && p.edge == edge && p.ver == ver && p.text == text
}

// on is the plan as it is served at a moment: an edge that is gone is a field that
// does not exist.
func (p *plan) on(env *schema.Env, w schema.When) *plan {
	if p.broken != nil {
		return p
	}
	for _, x := range p.passing {
		if env.Left(x.edge.Gone, w) {
			broken := *p
			broken.fail(journal.UnknownField, graph.ErrNoField.Args(x.edge.Name, x.node.Wire), x.edge.Name)
			return &broken
		}
	}
	return p
}

func (p *plan) fail(r journal.Rung, err *graph.Error, arg string) {
	p.rung, p.broken, p.arg = r, err, arg
}

func syntaxError(err *fields.Error) *graph.Error {
	if err.Kind == fields.TooMany || err.Kind == fields.TooDeep {
		return graph.ErrTooMuchData.With(errors.New(err.Msg))
	}
	return graph.ErrSyntax.Args(err.Msg, strconv.Itoa(err.Pos), err.Text)
}

func (p *plan) add(cat *schema.Catalogue, it *fields.Item, via *schema.Edge) bool {
	f := p.node.Field(it.Name)
	if f == nil && via != nil {
		f = via.Field(it.Name)
	}
	edge := p.node.Edge(it.Name)
	switch {
	case f != nil && f.Deprecated != 0 && p.ver >= f.Deprecated:
		p.fail(journal.UnknownField, graph.ErrDeprecatedField.Args(it.Name, f.Deprecated.String()), it.Name)
		return false
	case f == nil && edge != nil && edge.Has(p.ver):
		return p.addEdge(cat, it, edge)
	case f == nil || !f.Has(p.ver):
		p.fail(journal.UnknownField, graph.ErrNoField.Args(it.Name, p.node.Wire), it.Name)
		return false
	}
	if alias, ok := it.Arg("as"); ok {
		p.fail(journal.UnknownField, graph.ErrUnknownFields.Args(alias), it.Name)
		return false
	}
	if p.wants(f.Name) {
		return true
	}
	return p.putWhole(cat, f, it.Sub) && p.modify(it, f)
}

// modify reads the modifiers of the field that was put last.
func (p *plan) modify(it *fields.Item, f *schema.Field) bool {
	var args schema.Args
	for i := range f.Params {
		text, ok := it.Arg(f.Params[i].Name)
		if !ok {
			continue
		}
		a, err := decodeArg(&f.Params[i], graph.Param{Name: f.Params[i].Name, Value: text})
		if bad, told := errors.AsType[*graph.Error](err); told {
			p.fail(journal.UnknownField, bad, it.Name)
			return false
		}
		args = append(args, a)
	}
	if args != nil {
		p.items[len(p.items)-1].asked = &schema.Asked{Args: args}
	}
	return true
}

// putWhole puts a field with what hangs on it; it reports whether that can be served.
func (p *plan) putWhole(cat *schema.Catalogue, f *schema.Field, sub *fields.Selection) bool {
	p.put(f, sub)
	it := &p.items[len(p.items)-1]
	switch {
	case f.Party != nil:
		p.deep = true
	case f.To != "":
		p.deep = true
		return p.nest(cat, it, sub)
	case f.Shape != nil:
		if it.inner = p.valueOf(cat, f.Shape, sub).orNil(); it.inner != nil && it.inner.nodes {
			p.deep, p.names = true, true
		}
	}
	return p.broken == nil
}

// addEdge plans an edge that is used as a field.
func (p *plan) addEdge(cat *schema.Catalogue, it *fields.Item, edge *schema.Edge) bool {
	args, bad := readModifiers(edge, it)
	if bad != nil {
		p.fail(journal.UnknownField, bad, it.Name)
		return false
	}
	p.deep = true
	p.loads |= edge.Loads
	if edge.Gone != (schema.Leaving{}) {
		p.passing = append(p.passing, passing{edge: edge, node: p.node})
	}
	p.items = append(p.items, planItem{edge: edge, key: `"` + it.Key() + `":`, sub: it.Sub, page: args})
	return p.nest(cat, &p.items[len(p.items)-1], it.Sub)
}

func (p *plan) put(f *schema.Field, sub *fields.Selection) {
	if p.wants(f.Name) {
		return
	}
	p.items = append(p.items, planItem{field: f, key: `"` + f.Name + `":`, sub: sub})
	p.loads |= f.Loads
}

func (p *plan) defaults(cat *schema.Catalogue, via *schema.Edge) {
	if via != nil && via.Default != "" {
		if sel, err := fields.Parse(via.DefaultIn(p.ver), fields.Limits{}); err == nil {
			p.choose(cat, sel, via)
			p.asked = false
		}
		return
	}
	for i := range p.node.Fields {
		if f := &p.node.Fields[i]; f.Name != "id" && f.Has(p.ver) && f.DefaultIn(p.ver) && !(f.Deprecated != 0 && p.ver >= f.Deprecated) {
			p.putWhole(cat, f, nil)
		}
	}
	if f := p.node.Field("id"); f.DefaultIn(p.ver) {
		p.put(f, nil)
	}
	if via == nil {
		return
	}
	// What an edge adds stands behind the ID. [seen RESTFB]
	for i := range via.Extra {
		if f := &via.Extra[i]; f.Has(p.ver) && f.DefaultIn(p.ver) {
			p.put(f, nil)
		}
	}
}

// implicitID appends "id" last where Graph does so unasked. [doc graph-api overview]
func (p *plan) implicitID() {
	if !p.node.ImplicitID.Has(p.ver) {
		return
	}
	for i := range p.items {
		if f := p.items[i].field; f != nil && f.Name == "id" {
			return
		}
	}
	p.put(p.node.Field("id"), nil)
}

func (p *plan) wants(name string) bool {
	for i := range p.items {
		if f := p.items[i].field; f != nil && f.Name == name {
			return true
		}
	}
	return false
}
