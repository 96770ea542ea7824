package world

import (
	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
)

// contacts reads the shorthand for events: a mapping from Pages and Instagram
// accounts to the event, or to a mapping about it.
func (p *parser) contacts(v *node, d *personDecl) {
	p.each(v, "contacts", func(k, v *node) {
		for _, item := range several(v) {
			e := &eventDecl{person: d.ref, place: k.ref(), ref: item.ref()}
			if item.form == formText {
				p.eventTo(e)(nil, item)
			} else {
				known := p.eventFields(e)
				known["via"] = p.eventTo(e)
				p.mapping(item, "contact with "+k.text, known)
				if e.event == consent.NoEvent && !p.named(item, "via") {
					p.wrong(item, "", "contact with %s names no event: write via", k.text)
				}
			}
			p.w.events = append(p.w.events, e)
		}
	})
}

// several is one item or the items of a list.
func several(v *node) []*node {
	if v.form == formList {
		return v.items
	}
	return []*node{v}
}

// named reports whether a mapping has a key; what is no mapping has been
// reported already.
func (p *parser) named(v *node, key string) bool {
	if v.form != formMap && v.form != formNull {
		return true
	}
	for _, e := range v.entries {
		if e.key.text == key {
			return true
		}
	}
	return false
}

func (p *parser) eventFields(e *eventDecl) fields {
	return fields{
		"at":    p.momentTo("at", &e.at),
		"app":   p.handleTo("app", &e.app),
		"text":  p.textTo("text", &e.text),
		"mid":   p.textTo("mid", &e.mid),
		"ad_id": p.textTo("ad_id", &e.ad),
		"seq":   p.intTo("seq", &e.seq),
	}
}

func (p *parser) eventTo(e *eventDecl) func(_, v *node) {
	return func(_, v *node) {
		s, ok := p.text(v, "event")
		if !ok {
			return
		}
		event, err := consent.ParseEvent(s)
		if err != nil {
			p.wrong(v, didYouMean(s, eventNames()), "unknown event %q", s)
			return
		}
		e.ref, e.event = v.ref(), event
	}
}

func eventNames() []string {
	var list []string
	for _, e := range consent.Events() {
		list = append(list, e.String())
	}
	return list
}

// event reads an entry of events.
func (p *parser) event(v *node) {
	e := &eventDecl{ref: v.ref()}
	var page, instagram ref
	known := p.eventFields(e)
	known["person"] = p.handleTo("person", &e.person)
	known["page"] = p.handleTo("page", &page)
	known["instagram"] = p.handleTo("instagram", &instagram)
	known["event"] = p.eventTo(e)
	p.mapping(v, "an event", known)
	e.place, e.kind = page, pagePlace
	if page.name == "" {
		e.place, e.kind = instagram, instagramPlace
	}
	switch {
	case v.form != formMap:
		if v.form == formNull {
			p.wrong(v, "", "an event is a mapping, not nothing")
		}
		return
	case page.name != "" && instagram.name != "":
		p.wrong(v, "", "an event is with a page or an instagram account, not both")
	case !p.named(v, "page") && !p.named(v, "instagram"):
		p.wrong(v, "", "an event needs a page or an instagram account")
	}
	for _, key := range []string{"person", "event"} {
		if !p.named(v, key) {
			p.wrong(v, "", "an event needs %s", key)
		}
	}
	p.w.events = append(p.w.events, e)
}

// token reads an entry of tokens.
func (p *parser) token(v *node) {
	t := &tokenDecl{}
	var page, user, instagram ref
	p.mapping(v, "a token", fields{
		"token":     p.tokenTextTo(&t.ref),
		"page":      p.handleTo("page", &page),
		"user":      p.handleTo("user", &user),
		"instagram": p.handleTo("instagram", &instagram),
		"app":       p.handleTo("app", &t.app),
		"person":    p.handleTo("person", &t.person),
		"expires":   p.momentTo("expires", &t.expires),
		"permissions": func(_, v *node) {
			set := p.permissions(v, "permissions")
			t.granted = &set
		},
		"invalid": func(_, v *node) {
			t.reason = access.Reason(1 + p.oneOf(v, "reason", reasonNames())).String()
		},
	})
	n := 0
	for _, s := range []struct {
		ref
		kind placeKind
		user bool
	}{{page, pagePlace, false}, {user, noPlace, true}, {instagram, instagramPlace, false}} {
		if s.name != "" {
			t.subject, t.kind, t.user = s.ref, s.kind, s.user
			n++
		}
	}
	if v.form != formMap {
		return
	}
	if n != 1 {
		p.wrong(v, "", "a token is for one of page, user and instagram")
		return
	}
	if !p.named(v, "token") {
		p.wrong(v, "", "a token needs its text")
		return
	}
	p.w.tokens = append(p.w.tokens, t)
}

func (p *parser) oneOf(v *node, what string, known []string) int {
	i, _ := p.choice(v, what, known)
	return i
}

// reasonNames are the ways for a token to die.
func reasonNames() []string {
	return names(access.Reason.String, int(access.Inactive)+1)[1:]
}

func (p *parser) generate(v *node) {
	g := &p.w.generate
	p.mapping(v, "generate", fields{
		"people": func(k, v *node) {
			p.intTo("people", &g.people)(k, v)
			if g.people > maxGenerated {
				p.wrong(v, "", "generate at most %d people in a world file", maxGenerated)
			}
		},
		"contacts": func(_, v *node) {
			p.each(v, "contacts", func(k, v *node) {
				r := rateDecl{page: k.ref()}
				p.rateTo("rate", &r.rate)(k, v)
				g.contacts = append(g.contacts, r)
			})
		},
	})
}

// maxGenerated bounds the people a world file makes up; more are generated in bulk.
const maxGenerated = 100_000
