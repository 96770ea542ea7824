package engine

import (
	"errors"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
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
	// asked says that the caller named the fields.
	asked bool
	// broken is why the text cannot be served; rung says where in the ladder
	// that is found out.
	broken *graph.Error
	rung   journal.Rung
	arg    string
}

type planItem struct {
	field *schema.Field
	key   string // `"first_name":`
	sub   *fields.Selection
}

const (
	// maxFields bounds a fields text; one in a query is bounded so anyway.
	maxFields = 16 << 10
	// keptFields bounds the texts whose plans are kept.
	keptFields = 2 << 10
)

// compile makes a plan. A text that cannot be served gives a plan that says so,
// because the ladder decides when the caller hears of it.
func compile(n *schema.Node, ver graph.Version, text string) *plan {
	p := &plan{node: n, ver: ver, loads: n.Loads}
	if len(text) > maxFields {
		p.fail(journal.Syntax, graph.ErrTooMuchData, "")
		return p
	}
	p.text = strings.Clone(text)
	sel, err := fields.Parse(p.text, fields.Limits{Repeat: schema.RepeatedFields.Has(ver)})
	if err != nil {
		p.fail(journal.Syntax, syntaxError(err), "")
		return p
	}
	if sel == nil {
		p.defaults()
		return p
	}
	p.asked = true
	for i := range sel.Items {
		if !p.add(&sel.Items[i]) {
			return p
		}
	}
	p.implicitID()
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

func (p *plan) add(it *fields.Item) bool {
	f := p.node.Field(it.Name)
	switch {
	case f != nil && f.Deprecated != 0 && p.ver >= f.Deprecated:
		p.fail(journal.UnknownField, graph.ErrDeprecatedField.Args(it.Name, f.Deprecated.String()), it.Name)
		return false
	case f == nil || !f.Has(p.ver):
		p.fail(journal.UnknownField, graph.ErrNoField.Args(it.Name, p.node.Wire), it.Name)
		return false
	}
	if alias, ok := it.Arg("as"); ok {
		p.fail(journal.UnknownField, graph.ErrUnknownFields.Args(alias), it.Name)
		return false
	}
	p.put(f, it.Sub)
	return true
}

func (p *plan) put(f *schema.Field, sub *fields.Selection) {
	if p.wants(f.Name) {
		return
	}
	p.items = append(p.items, planItem{field: f, key: `"` + f.Name + `":`, sub: sub})
	p.loads |= f.Loads
}

func (p *plan) defaults() {
	for i := range p.node.Fields {
		if f := &p.node.Fields[i]; f.Name != "id" && f.Has(p.ver) && f.DefaultIn(p.ver) && !(f.Deprecated != 0 && p.ver >= f.Deprecated) {
			p.put(f, nil)
		}
	}
	if f := p.node.Field("id"); f.DefaultIn(p.ver) {
		p.put(f, nil)
	}
}

// implicitID appends "id" last where Graph does so unasked. [doc graph-api overview]
func (p *plan) implicitID() {
	if !p.node.ImplicitID.Has(p.ver) {
		return
	}
	for i := range p.items {
		if p.items[i].field.Name == "id" {
			return
		}
	}
	p.put(p.node.Field("id"), nil)
}

func (p *plan) wants(name string) bool {
	for i := range p.items {
		if p.items[i].field.Name == name {
			return true
		}
	}
	return false
}
