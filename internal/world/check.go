package world

import (
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

// An index is what a world declares, by kind and handle.
type index struct {
	businesses, apps, pages, instagrams, people map[string]bool
	things                                      map[string]*thingDecl
	named                                       map[string]bool         // the things
	stored                                      map[string]*schema.Node // things of a store
	// onInstagram are the people with an account there.
	onInstagram map[string]bool
	// taken are the IDs and tokens met so far, by their scope.
	taken map[string]ref
}

// check fills in defaults and looks up every handle that is named.
func (p *parser) check() {
	w := p.w
	x := &index{taken: map[string]ref{}, onInstagram: map[string]bool{}}
	p.defaults()
	x.businesses, x.apps = set(w.businesses), set(w.apps)
	x.pages, x.instagrams, x.people = set(w.pages), set(w.instagrams), set(w.people)
	for _, d := range w.people {
		x.onInstagram[d.name] = d.rec.Instagram
	}
	for _, b := range w.businesses {
		p.unique(x, "node", b.id, "ID")
	}
	for _, a := range w.apps {
		p.unique(x, "node", a.id, "ID")
		p.find(x.businesses, "business", a.business)
		for _, r := range a.roles {
			p.find(x.people, "person", r.person)
		}
	}
	p.checkPages(x)
	for _, i := range w.instagrams {
		p.unique(x, "node", i.id, "ID")
		p.unique(x, "token", i.token, "token")
		p.findAll(x.apps, "app", i.apps)
		p.checkRouting("instagram account "+i.name, i.routing, w.reaching(i))
	}
	for _, d := range w.people {
		p.checkPerson(x, d)
	}
	p.checkThings(x)
	for _, e := range w.events {
		p.checkEvent(x, e)
	}
	for _, t := range w.tokens {
		p.checkToken(x, t)
	}
	for _, g := range w.generate.contacts {
		p.find(x.pages, "page", g.page)
	}
}

type named interface{ handle() string }

func (r ref) handle() string { return r.name }

func set[T named](list []T) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, d := range list {
		m[d.handle()] = true
	}
	return m
}

// defaults give a world without apps one, and every Page and Instagram account
// the first app of the file unless it names its own.
func (p *parser) defaults() {
	w := p.w
	if len(w.apps) == 0 {
		d := &appDecl{ref: ref{name: "app"}, rec: people.App{Handle: "app", Name: "App"}}
		openAll(&d.rec, graph.LevelAdvanced)
		w.apps = append(w.apps, d)
	}
	first := ref{name: w.apps[0].name}
	linked := map[string]*pageDecl{}
	for _, d := range w.pages {
		if len(d.apps) == 0 {
			d.apps = []ref{first}
		}
		if d.instagram.name != "" && linked[d.instagram.name] == nil {
			linked[d.instagram.name] = d
		}
	}
	for _, d := range w.instagrams {
		page := linked[d.name]
		switch {
		case page != nil:
			d.page = page.name
			if len(d.apps) == 0 {
				d.apps = page.apps
			}
		case len(d.apps) == 0:
			d.apps = []ref{first}
		}
	}
}

// find reports a handle that nothing has.
func (p *parser) find(known map[string]bool, what string, r ref) {
	if r.name == "" || known[r.name] {
		return
	}
	var list []string
	for k := range known {
		list = append(list, k)
	}
	slices.Sort(list)
	p.at(r.line, r.col, didYouMeanOr(r.name, list), "no %s %q in this world", what, r.name)
}

func (p *parser) findAll(known map[string]bool, what string, rs []ref) {
	seen := map[string]bool{}
	for _, r := range rs {
		p.find(known, what, r)
		if seen[r.name] {
			p.at(r.line, r.col, "", "%s %q is named twice", what, r.name)
		}
		seen[r.name] = true
	}
}

// unique reports an ID or token that two things claim.
func (p *parser) unique(x *index, scope string, r ref, what string) {
	if r.name == "" {
		return
	}
	key := scope + "\x00" + r.name
	if first, twice := x.taken[key]; twice {
		p.at(r.line, r.col, "", "%s %q is already used on line %d", what, r.name, first.line)
		return
	}
	x.taken[key] = r
}

func (p *parser) checkPages(x *index) {
	owner := map[string]ref{}
	for _, d := range p.w.pages {
		p.unique(x, "node", d.id, "ID")
		p.unique(x, "token", d.token, "token")
		if alias := d.username; alias.name != "" {
			alias.name = people.AliasKey(alias.name)
			if alias.name == "" {
				p.at(alias.line, alias.col, "", "a username is five letters or digits at least, not all of them digits, with dots between them")
			}
			p.unique(x, "alias", alias, "username")
		}
		p.findAll(x.apps, "app", d.apps)
		p.checkRouting("page "+d.name, d.routing, d.apps)
		p.find(x.people, "person", d.owner)
		p.find(x.businesses, "business", d.business)
		p.find(x.instagrams, "instagram account", d.instagram)
		for _, t := range d.tasks {
			p.find(x.people, "person", t.person)
		}
		if d.instagram.name == "" {
			continue
		}
		if first, twice := owner[d.instagram.name]; twice {
			p.at(d.instagram.line, d.instagram.col, "", "instagram account %q is linked already on line %d", d.instagram.name, first.line)
		}
		owner[d.instagram.name] = d.instagram
	}
}

func (p *parser) checkPerson(x *index, d *personDecl) {
	p.find(x.people, "person", d.partner)
	p.findAll(x.people, "person", d.friends)
	p.findAll(x.instagrams, "instagram account", d.follows)
	p.findAll(x.instagrams, "instagram account", d.followedBy)
	for _, f := range append(slices.Clone(d.friends), d.partner) {
		if f.name == d.name {
			p.at(f.line, f.col, "", "person %s cannot be that to themselves", d.name)
		}
	}
	for _, in := range d.installs {
		p.find(x.apps, "app", in.app)
	}
	if !d.rec.Instagram {
		for _, f := range append(slices.Clone(d.follows), d.followedBy...) {
			p.noInstagram(f, d.name)
		}
	}
	for i := range d.ids {
		p.checkID(x, d, &d.ids[i])
	}
}

const sayInstagram = "write instagram: true"

func (p *parser) noInstagram(at ref, person string) {
	p.at(at.line, at.col, sayInstagram, "person %s has no Instagram account", person)
}

// checkID finds out whose the place of a recorded ID is.
func (p *parser) checkID(x *index, d *personDecl, id *idDecl) {
	id.kind = p.place(x, id.place, true)
	if id.kind == noPlace {
		return
	}
	if id.kind == instagramPlace && !d.rec.Instagram {
		p.noInstagram(id.place, d.name)
	}
	p.unique(x, "scoped/"+string(rune('0'+id.kind))+id.place.name, id.digits, "ID")
}

// place finds a handle among Pages, Instagram accounts and, if asked, apps.
func (p *parser) place(x *index, r ref, apps bool) placeKind {
	kind, found := noPlace, 0
	all := map[string]bool{}
	for _, s := range []struct {
		known map[string]bool
		kind  placeKind
	}{{x.pages, pagePlace}, {x.instagrams, instagramPlace}, {x.apps, appPlace}} {
		if s.kind == appPlace && !apps {
			continue
		}
		for k := range s.known {
			all[k] = true
		}
		if s.known[r.name] {
			kind = s.kind
			found++
		}
	}
	switch {
	case found == 0:
		what := "page or instagram account"
		if apps {
			what = "page, instagram account or app"
		}
		p.find(all, what, r)
	case found > 1:
		p.at(r.line, r.col, "give them different handles", "%q names several things here", r.name)
		return noPlace
	}
	return kind
}
