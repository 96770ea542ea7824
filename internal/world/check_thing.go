package world

// checkThings looks up everything that things, edges and plain fields name.
func (p *parser) checkThings(x *index) {
	w := p.w
	x.things, x.named = map[string]*thingDecl{}, map[string]bool{}
	for _, d := range w.things {
		if first, twice := x.things[d.name]; twice {
			p.at(d.line, d.col, "", "handle %q is already there on line %d", d.name, first.line)
			continue
		}
		x.things[d.name], x.named[d.name] = d, true
		p.unique(x, "node", d.id, "ID")
	}
	for h := range x.stored {
		x.named[h] = true
	}
	for _, d := range w.things {
		p.target(x, &d.owner)
		if d.owner.kind == thingKind {
			p.at(d.owner.line, d.owner.col, "", "a thing belongs to a person, page, app or business, not to a thing")
		}
		p.checkValues(x, d.values)
	}
	for _, d := range w.businesses {
		p.checkValues(x, d.values)
	}
	for _, d := range w.apps {
		p.checkValues(x, d.values)
	}
	for _, d := range w.pages {
		p.checkValues(x, d.values)
	}
	for _, d := range w.instagrams {
		p.checkValues(x, d.values)
	}
	for _, d := range w.edges {
		p.checkItems(x, d)
	}
}

func (p *parser) checkValues(x *index, values []valueDecl) {
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v.field.Name] {
			p.at(v.line, v.col, "", "%s is said twice", v.field.Name)
		}
		seen[v.field.Name] = true
		for i := range v.refs {
			p.target(x, &v.refs[i])
		}
	}
}

func (p *parser) checkItems(x *index, d *edgeDecl) {
	seen := map[string]int{}
	for _, it := range d.items {
		p.target(x, &it.to)
		p.checkValues(x, it.values)
		key := it.to.kind + " " + it.to.name
		if line, twice := seen[key]; twice && !it.fresh {
			p.at(it.to.line, it.to.col, "", "%s is on %s already, on line %d", it.to.name, d.edge.Name, line)
			continue
		}
		seen[key] = it.to.line
		if it.to.name == d.from.name && it.to.kind == d.from.kind {
			p.at(it.to.line, it.to.col, "", "%s %s cannot be on their own %s", d.from.kind, d.from.name, d.edge.Name)
		}
	}
}

// target finds what a reference leads to, and of which kind it is.
func (p *parser) target(x *index, t *target) {
	if t.name == "" || t.kind == ownerKind {
		return
	}
	if t.kind == "" {
		t.kind = p.kindOfAny(x, t)
	}
	known := x.of(t.kind)
	p.find(known, what(*t), t.ref)
	n := x.stored[t.name]
	if d := x.things[t.name]; d != nil {
		n = d.node
	}
	if t.kind == thingKind && n != nil && t.to != "" && kindOf(p.cat, t.to) == thingKind && n.Name != t.to {
		p.at(t.line, t.col, "", "thing %q is of type %s, not %s", t.name, n.Name, t.to)
	}
}

// kindOfAny is the kind of a bare handle that may lead to any node: a person or
// a thing.
func (p *parser) kindOfAny(x *index, t *target) string {
	thing := x.named[t.name]
	switch {
	case x.people[t.name] && thing:
		p.at(t.line, t.col, "write \"person "+t.name+"\" or \"thing "+t.name+"\"", "%q names a person and a thing", t.name)
		return personKind
	case thing:
		return thingKind
	case x.people[t.name]:
		return personKind
	}
	for _, kind := range []string{pageKind, appKind, businessKind, instagramKind} {
		if x.of(kind)[t.name] {
			p.at(t.line, t.col, "write \""+kind+" "+t.name+"\"", "%q is no person and no thing", t.name)
			return kind
		}
	}
	return personKind
}

// of lists the handles of a kind.
func (x *index) of(kind string) map[string]bool {
	switch kind {
	case pageKind:
		return x.pages
	case appKind:
		return x.apps
	case businessKind:
		return x.businesses
	case instagramKind:
		return x.instagrams
	case thingKind:
		return x.named
	}
	return x.people
}

// what names the kind of a target in problems.
func what(t target) string {
	if t.kind == thingKind && t.to != "" {
		return "thing of type " + t.to
	}
	return t.kind
}
