package world

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// edge reads what is on an edge: a list of handles, of mappings with "to", and
// of mappings without, which are new things.
func (p *parser) edge(h holding, e *schema.Edge, v *node) {
	d := &edgeDecl{from: h.target(), edge: e}
	for i, item := range p.list(v, e.Name) {
		if it := p.item(h, e, i+1, item); it != nil {
			d.items = append(d.items, it)
		}
	}
	if len(d.items) > 0 {
		p.w.edges = append(p.w.edges, d)
	}
}

func (p *parser) item(h holding, e *schema.Edge, n int, v *node) *itemDecl {
	it := &itemDecl{to: target{ref: v.ref(), kind: kindOf(p.cat, e.To), to: e.To}}
	if v.form != formMap {
		if !p.targetTo(e.Name, e.To, v, &it.to) {
			return nil
		}
		return it
	}
	known := fields{"at": p.momentTo("at", &it.at)}
	for _, f := range e.Says() {
		if f.Plain {
			known[f.Name] = func(_, v *node) { p.value(f, v, &it.values) }
		} else if madeAt(f.Name) {
			known[f.Name] = func(k, _ *node) { p.wrong(k, "write at", "%s follows from when it was put there", f.Name) }
		}
	}
	what := "item of " + e.Name
	for _, entry := range v.entries {
		if entry.key.text == "to" {
			it.to.name = ""
			known["to"] = func(_, v *node) { p.targetTo("to", e.To, v, &it.to) }
			p.mapping(v, what, known)
			if it.to.name == "" {
				return nil
			}
			return it
		}
	}
	target := p.cat.Node(e.To)
	if !isThing(target) {
		p.wrong(v, "write to: HANDLE", "%s leads to a %s of this world", what, it.to.kind)
		return nil
	}
	return p.newThing(h, e, n, it, v, known)
}

// newThing reads a thing that is declared where it is an item first.
func (p *parser) newThing(h holding, e *schema.Edge, n int, it *itemDecl, v *node, known fields) *itemDecl {
	d := &thingDecl{ref: ref{thingHandle(h.target(), e.Name, strconv.Itoa(n)), v.line, v.col},
		node: p.cat.Node(e.To), parent: h.thing}
	if h.thing == nil {
		d.owner = target{ref: h.ref, kind: h.kind, to: schema.AnyNode}
	}
	p.nameThing(d, e, v)
	p.w.things = append(p.w.things, d)
	known["handle"] = func(_, _ *node) {}
	known["id"] = p.thingID(d)
	known["owner"] = p.ownerTo(d)
	inner := holding{kind: thingKind, ref: d.ref, values: &d.values, thing: d}
	p.mapping(v, "item of "+e.Name, p.declared(inner, known))
	d.at, it.fresh = it.at, true
	it.to = target{ref: d.ref, kind: thingKind, to: e.To}
	return it
}

// nameThing gives a thing its handle, before the things on it are named after it.
func (p *parser) nameThing(d *thingDecl, e *schema.Edge, v *node) {
	for _, entry := range v.entries {
		if entry.key.text == "owner" && entry.value.form == formText {
			owner := entry.value.text + " " + e.Name
			if p.owned == nil {
				p.owned = map[string]int{}
			}
			p.owned[owner]++
			d.name = ownHandle(entry.value.text, e.Name, p.owned[owner])
		}
	}
	for _, entry := range v.entries {
		if entry.key.text != "handle" {
			continue
		}
		if s, ok := p.text(entry.value, "handle"); ok {
			if !ValidHandle(s) {
				p.wrong(entry.value, handleRule, "bad handle %q", s)
				continue
			}
			d.ref = entry.value.ref()
		}
	}
}

// value reads the value of a declared field.
func (p *parser) value(f *schema.Field, v *node, to *[]valueDecl) {
	d := valueDecl{field: f, line: v.line, col: v.col}
	ok := true
	switch {
	case f.To != "":
		d.refs, ok = p.references(f, v)
	case f.Kind == schema.Datetime:
		p.momentTo(f.Name, &d.at)(nil, v)
		ok = d.at.set
	default:
		d.text, ok = p.plainText(f, v)
	}
	if ok {
		*to = append(*to, d)
	}
}

// references reads what a field refers to; a list field takes a list.
func (p *parser) references(f *schema.Field, v *node) (refs []target, ok bool) {
	items := []*node{v}
	switch {
	case f.Kind == schema.List:
		items = p.list(v, f.Name)
	case v.form == formList:
		p.wrong(v, "", "%s refers to one node, not to a list", f.Name)
		return nil, false
	}
	for _, item := range items {
		var t target
		if !p.targetTo(f.Name, f.To, item, &t) {
			return nil, false
		}
		refs = append(refs, t)
	}
	return refs, len(refs) > 0
}

// plainText is the canonical JSON of a value, checked by the kind of its field.
func (p *parser) plainText(f *schema.Field, v *node) (string, bool) {
	switch f.Kind {
	case schema.Bool:
		if v.form != formBool {
			p.wrong(v, "", "%s must be true or false, not %s", f.Name, formNames[v.form])
			return "", false
		}
		return strings.ToLower(v.text), true
	case schema.Integer, schema.Float:
		return p.number(f, v)
	case schema.Struct, schema.List, schema.NodeRef:
		return p.composite(f, v)
	}
	s, ok := p.text(v, f.Name)
	if !ok {
		return "", false
	}
	if why, suggestion := badText(f, s); why != "" {
		p.wrong(v, suggestion, "%s %s", f.Name, why)
		return "", false
	}
	return string(appendText(nil, s)), true
}

const maxValue = 64 << 10

// badText says why a text cannot be the value of a field, "" if it can.
func badText(f *schema.Field, s string) (why, suggestion string) {
	switch {
	case len(s) > maxValue:
		return "is longer than 65536 bytes", ""
	case strings.ContainsRune(s, 0):
		return "must be UTF-8 without NUL", ""
	case f.Kind == schema.IDString && !graph.ValidID(s):
		return "must be 1 to 19 digits, the first not 0", ""
	case f.Kind == schema.LocaleCode && !graph.KnownLocale(s):
		return "is no known locale", didYouMean(s, graph.Locales())
	}
	return "", ""
}

func (p *parser) number(f *schema.Field, v *node) (string, bool) {
	_, whole := strconv.ParseInt(v.text, 10, 64)
	switch {
	case v.form != formNumber || !json.Valid([]byte(v.text)):
		p.wrong(v, "", "%s must be a number, not %s", f.Name, formNames[v.form])
	case f.Kind == schema.Integer && whole != nil:
		p.wrong(v, "", "%s must be a whole number", f.Name)
	default:
		return v.text, true
	}
	return "", false
}

func (p *parser) composite(f *schema.Field, v *node) (string, bool) {
	want := formMap
	if f.Kind == schema.List {
		want = formList
	}
	if v.form != want {
		p.wrong(v, "", "%s must be %s, not %s", f.Name, formNames[want], formNames[v.form])
		return "", false
	}
	b, bad := appendNode(nil, v)
	switch {
	case bad != nil:
		p.wrong(bad, "", "%s in %s is no JSON number", bad.text, f.Name)
	case len(b) > maxValue:
		p.wrong(v, "", "%s is longer than 65536 bytes", f.Name)
	default:
		return string(b), true
	}
	return "", false
}
