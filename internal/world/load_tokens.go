package world

import (
	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func roleLink(app, person store.ID, role graph.Role, at int64) store.Assoc {
	return store.Assoc{From: app, Kind: store.AssocRole, To: person, Time: at, Data: people.EncodeSmall(int64(role))}
}

func taskLink(page, person store.ID, tasks graph.Tasks, at int64) store.Assoc {
	return store.Assoc{From: page, Kind: store.AssocTask, To: person, Time: at, Data: people.EncodeSmall(int64(tasks))}
}

// partnerAudience is who may see the significant other.
func (d *personDecl) partnerAudience() graph.Audience {
	for _, a := range d.audiences {
		if a.attr == people.SignificantOther {
			return a.audience
		}
	}
	return graph.Public
}

// explicitTokens are the tokens a file spells out, those beside Pages and
// Instagram accounts included.
func (l *loading) explicitTokens() []*tokenDecl {
	var all []*tokenDecl
	for _, d := range l.w.pages {
		if d.token.name != "" {
			all = append(all, &tokenDecl{ref: d.token, kind: pagePlace, subject: d.ref})
		}
	}
	for _, d := range l.w.instagrams {
		if d.token.name != "" {
			all = append(all, &tokenDecl{ref: d.token, kind: instagramPlace, subject: d.ref})
		}
	}
	return append(all, l.w.tokens...)
}

// tokens mints a token of every Page and Instagram account for each of its
// apps, and stores those that the file spells out.
func (l *loading) tokens(out *rows, tx *store.Tx) {
	for _, d := range l.w.pages {
		page := l.pages[d.name]
		for _, a := range d.apps {
			out.token(tx, l.b.PageToken(page, l.apps[a.name]), &access.Token{Kind: access.PageToken, App: l.apps[a.name].ID,
				Subject: page.ID, Person: l.owner(d.name), Granted: l.b.pagePermissions, Issued: l.now.Unix()})
		}
	}
	for _, d := range l.w.instagrams {
		account := l.instagrams[d.name]
		for _, a := range d.apps {
			out.token(tx, l.b.InstagramToken(account, l.apps[a.name]), &access.Token{Kind: access.InstagramToken,
				App: l.apps[a.name].ID, Subject: account.ID, Granted: l.b.instagramPermissions, Issued: l.now.Unix()})
		}
	}
	for _, t := range l.explicitTokens() {
		out.token(tx, t.name, l.explicit(t))
	}
}

func (l *loading) owner(page string) store.ID {
	for _, d := range l.w.pages {
		if p := l.people[d.owner.name]; d.name == page && p != nil {
			return p.ID
		}
	}
	return 0
}

func (l *loading) explicit(d *tokenDecl) *access.Token {
	t := &access.Token{Issued: l.now.Unix(), Explicit: true}
	var app ref
	switch {
	case d.user:
		app = l.explicitUser(d, t)
	case d.kind == pagePlace:
		page := l.pages[d.subject.name]
		t.Kind, t.Subject, t.Person, t.Granted = access.PageToken, page.ID, l.owner(d.subject.name), l.b.pagePermissions
		t.App = page.Apps[0]
	default:
		account := l.instagrams[d.subject.name]
		t.Kind, t.Subject, t.Granted = access.InstagramToken, account.ID, l.b.instagramPermissions
		t.App = account.Apps[0]
	}
	if d.app.name != "" {
		app = d.app
	}
	if a := l.apps[app.name]; a != nil {
		t.App = a.ID
	}
	if p := l.people[d.person.name]; p != nil {
		t.Person = p.ID
	}
	if d.granted != nil {
		t.Granted = *d.granted
	}
	if d.expires.set {
		t.Expires = d.expires.in(l.now).Unix()
	}
	if r, err := access.ParseReason(d.reason); err == nil {
		t.Reason = r
	}
	return t
}

// explicitUser is a user token: of the app that is named or the first the
// person logged in to, with what was granted there.
func (l *loading) explicitUser(d *tokenDecl, t *access.Token) ref {
	person := l.people[d.subject.name]
	t.Kind, t.Subject, t.Person = access.UserToken, person.ID, person.ID
	t.Granted = graph.PermissionSet(graph.PublicProfile)
	for _, p := range l.w.people {
		if p.name != d.subject.name {
			continue
		}
		for _, in := range p.installs {
			if d.app.name == "" || in.app.name == d.app.name {
				t.Granted = in.granted
				return in.app
			}
		}
	}
	return ref{name: l.w.apps[0].name}
}
