package world

import (
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/schema"
)

// A holding is the node of the file whose edges and plain fields are read.
type holding struct {
	kind string
	ref
	values *[]valueDecl
	thing  *thingDecl // of a thing
}

func (h *holding) target() target { return target{ref: h.ref, kind: h.kind} }

// declared adds the stored edges and plain fields of a node type to the keys of
// its mapping, where these do not have the name. "fields" takes them all.
func (p *parser) declared(h holding, known fields) fields {
	n := nodeOf(p.cat, h.kind)
	if h.thing != nil {
		n = h.thing.node
	}
	if n == nil {
		return known
	}
	plain := fields{}
	for i := range n.Fields {
		if f := &n.Fields[i]; h.values != nil && settable(f, h.thing != nil) {
			plain[f.Name] = func(_, v *node) { p.value(f, v, h.values) }
		}
	}
	for i := range n.Edges {
		if e := &n.Edges[i]; stored(e) && known[e.Name] == nil {
			known[e.Name] = func(_, v *node) { p.edge(h, e, v) }
		}
	}
	for name, read := range plain {
		if known[name] == nil {
			known[name] = read
		}
	}
	if h.thing != nil {
		p.refuseMadeAt(n, known)
	}
	if len(plain) > 0 {
		known["fields"] = func(_, v *node) { p.mapping(v, "fields of "+h.name, plain) }
	}
	return known
}

// refuseMadeAt sends those who write created_time to "at".
func (p *parser) refuseMadeAt(n *schema.Node, known fields) {
	for i := range n.Fields {
		if name := n.Fields[i].Name; madeAt(name) && known[name] == nil {
			known[name] = func(k, _ *node) { p.wrong(k, "write at", "%s follows from when it was made", name) }
		}
	}
}

// thing reads an entry of things.
func (p *parser) thing(k, v *node) {
	if v.form != formMap {
		p.wrong(v, "write {type: Event, ...}", "thing %s must be a mapping, not %s", k.text, formNames[v.form])
		return
	}
	i := slices.IndexFunc(v.entries, func(e entry) bool { return e.key.text == "type" })
	if i < 0 {
		p.wrong(k, "write type: Event, or another node type", "thing %s has no type", k.text)
		return
	}
	name, ok := p.text(v.entries[i].value, "type")
	if !ok {
		return
	}
	d := &thingDecl{ref: k.ref(), node: p.cat.Node(name)}
	if !isThing(d.node) {
		p.wrong(v.entries[i].value, didYouMean(name, p.thingTypes()), "unknown type %q of a thing", name)
		return
	}
	p.w.things = append(p.w.things, d)
	h := holding{kind: thingKind, ref: d.ref, values: &d.values, thing: d}
	known := fields{
		"type":  func(_, _ *node) {},
		"id":    p.thingID(d),
		"at":    p.momentTo("at", &d.at),
		"owner": p.ownerTo(d),
	}
	p.mapping(v, "thing "+k.text, p.declared(h, known))
}

func (p *parser) thingTypes() (names []string) {
	for _, n := range p.cat.Nodes {
		if isThing(n) {
			names = append(names, n.Name)
		}
	}
	return names
}

// thingID reads an ID, which begins as those of the node type do.
func (p *parser) thingID(d *thingDecl) func(_, v *node) {
	return func(_, v *node) {
		s, ok := p.text(v, "id")
		if !ok {
			return
		}
		if !d.node.ValidID(s) {
			p.wrong(v, d.node.IDPrefix+"1 to 19 digits, the first not 0", "%q is no ID of %s", s, d.node.Name)
			return
		}
		d.id = v.ref()
	}
}

// ownerTo reads whose a thing is. A node type with such a field shows it too.
func (p *parser) ownerTo(d *thingDecl) func(_, v *node) {
	return func(_, v *node) {
		if !p.targetTo("owner", schema.AnyNode, v, &d.owner) {
			return
		}
		if f := d.node.Field("owner"); f != nil && f.Plain && f.To != "" {
			t := d.owner
			t.to = f.To
			d.values = append(d.values, valueDecl{field: f, refs: []target{t}, line: v.line, col: v.col})
		}
	}
}

// targetTo reads a handle of any kind, "page bakery", or of the one that a node
// type has.
func (p *parser) targetTo(what, to string, v *node, t *target) bool {
	s, ok := p.text(v, what)
	if !ok {
		return false
	}
	*t = target{ref: ref{s, v.line, v.col}, kind: kindOf(p.cat, to), to: to}
	if kind, name, two := strings.Cut(s, " "); two {
		if !slices.Contains(targetKinds(), kind) {
			p.wrong(v, didYouMeanOr(kind, targetKinds()), "%s %q: there is no kind %q", what, s, kind)
			return false
		}
		if t.kind != "" && t.kind != kind {
			p.wrong(v, "", "%s leads to a %s, not to a %s", what, t.kind, kind)
			return false
		}
		t.name, t.kind = strings.TrimSpace(name), kind
	}
	return true
}

func targetKinds() []string {
	return []string{personKind, pageKind, appKind, businessKind, instagramKind, thingKind}
}
