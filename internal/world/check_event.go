package world

import (
	"github.com/kithgraph/kith/internal/consent"
)

func (p *parser) checkEvent(x *index, e *eventDecl) {
	p.find(x.people, "person", e.person)
	p.find(x.apps, "app", e.app)
	if e.seq < 0 || e.seq > consent.MaxSeq {
		p.at(e.line, e.col, "leave it away, and events count in their order", "seq is a number from 1 to %d", consent.MaxSeq)
	}
	switch e.kind {
	case noPlace:
		e.kind = p.place(x, e.place, false)
	case pagePlace:
		p.find(x.pages, "page", e.place)
	case instagramPlace:
		p.find(x.instagrams, "instagram account", e.place)
	}
	if e.kind == noPlace || e.event == consent.NoEvent || e.place.name == "" {
		return
	}
	instagram := e.kind == instagramPlace
	switch {
	case !e.event.On(instagram):
		p.at(e.line, e.col, elsewhere(instagram), "event %q does not happen on %s", e.event, medium(instagram))
	case e.event == consent.Erase:
		p.at(e.line, e.col, "act it out in a running world", "a world file does not erase people")
	case instagram && x.people[e.person.name] && !x.onInstagram[e.person.name]:
		p.noInstagram(e.person, e.person.name)
	}
}

func medium(instagram bool) string {
	if instagram {
		return "Instagram"
	}
	return "Messenger"
}

func elsewhere(instagram bool) string {
	if instagram {
		return "use a page"
	}
	return "use an instagram account"
}

func (p *parser) checkToken(x *index, t *tokenDecl) {
	p.unique(x, "token", t.ref, "token")
	p.find(x.apps, "app", t.app)
	p.find(x.people, "person", t.person)
	switch {
	case t.user:
		p.find(x.people, "person", t.subject)
	case t.kind == pagePlace:
		p.find(x.pages, "page", t.subject)
	default:
		p.find(x.instagrams, "instagram account", t.subject)
	}
}
