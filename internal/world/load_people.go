package world

import (
	"context"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// putPeople writes people with their installs, scoped IDs, contacts and
// history. What they are to each other comes in finish.
func (l *loading) putPeople(ctx context.Context, tx *store.Tx, chunk []*personDecl) error {
	var out rows
	graves, err := anyGraves(ctx, &tx.Reader)
	if err != nil {
		return err
	}
	said := make([][]*spoken, len(chunk))
	for i, d := range chunk {
		rec := d.rec.Clone()
		rec.ID, rec.Seed, rec.Updated = tx.NewID(), l.b.seed(d.name), l.now.Unix()
		if graves {
			if err := l.b.rebirth(ctx, &tx.Reader, rec); err != nil {
				return err
			}
		}
		if jpg := l.pictures[d.name]; jpg != nil {
			rec.PictureID = tx.NewID()
			out.put(store.Object{ID: rec.PictureID, Kind: store.KindPicture, Data: jpg})
		}
		l.people[d.name] = rec
		out.person(rec)
		out.claim(store.SpaceHandle, personKind+"/"+d.name, rec.ID, func() Problem {
			return l.problem(d.ref, "person %s exists already", d.name)
		})
		l.installs(&out, tx, d, rec)
		l.scopedIDs(&out, d, rec)
		said[i] = l.contacts(&out, tx, rec)
	}
	if err := out.write(ctx, tx, l.b.opt.Keys); err != nil {
		return err
	}
	for i, d := range chunk {
		if err := l.converse(ctx, tx, l.people[d.name], said[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) installs(out *rows, tx *store.Tx, d *personDecl, rec *people.Person) {
	for _, in := range d.installs {
		app := l.apps[in.app.name]
		install := people.Install{Granted: in.granted, Declined: in.declined, Type: in.typ}
		out.link(store.Assoc{From: app.ID, Kind: store.AssocInstall, To: rec.ID, Time: l.micros(), Data: install.Encode()})
		out.token(tx, l.b.UserToken(rec, app), &access.Token{Kind: access.UserToken, App: app.ID, Subject: rec.ID,
			Person: rec.ID, Granted: in.granted, Issued: l.now.Unix()})
	}
	for _, h := range d.follows {
		out.link(store.Assoc{From: rec.ID, Kind: store.AssocUserFollows, To: l.instagrams[h.name].ID, Time: l.micros()})
	}
	for _, h := range d.followedBy {
		out.link(store.Assoc{From: l.instagrams[h.name].ID, Kind: store.AssocBusinessFollows, To: rec.ID, Time: l.micros()})
	}
}

func (l *loading) micros() int64 { return max(l.now.UnixMicro(), 1) }

// token collects a token as access.Issue would store it. Its key must be free.
func (r *rows) token(tx *store.Tx, text string, t *access.Token) {
	r.tokenHash(tx, hashOf(text), t, func() Problem { return Problem{Text: "a token exists already"} })
}

func hashOf(text string) string { return access.Hash(text) }

// scopedIDs asks for an ID in every app, Page and Instagram account the person
// has to do with, and for the recorded ones.
func (l *loading) scopedIDs(out *rows, d *personDecl, rec *people.Person) {
	type scope struct {
		space store.Space
		owner store.ID
	}
	done := map[scope]bool{}
	want := func(space store.Space, owner store.ID, public string, given ref) {
		if done[scope{space, owner}] {
			return
		}
		done[scope{space, owner}] = true
		out.scoped = append(out.scoped, scopedWant{space: space, owner: owner, ownerPublic: public, person: rec.ID,
			seed: rec.Seed, given: given.name, taken: func() Problem {
				return l.problem(given, "ID %s is another person's", given.name)
			}})
	}
	for _, id := range d.ids {
		if id.kind == appPlace {
			app := l.apps[id.place.name]
			want(store.SpaceASID, app.ID, app.PublicID, id.digits)
			continue
		}
		at := l.places[placeRef{id.kind, id.place.name}]
		want(at.space(), at.id, at.public, id.digits)
	}
	for _, in := range d.installs {
		app := l.apps[in.app.name]
		want(store.SpaceASID, app.ID, app.PublicID, ref{})
	}
	for _, a := range l.w.apps {
		for _, r := range a.roles {
			if r.person.name == d.name {
				want(store.SpaceASID, l.apps[a.name].ID, l.apps[a.name].PublicID, ref{})
			}
		}
	}
	for _, e := range l.events[d.name] {
		at := l.places[placeRef{e.kind, e.place.name}]
		want(at.space(), at.id, at.public, ref{})
	}
	for _, h := range d.follows {
		at := l.places[placeRef{instagramPlace, h.name}]
		want(at.space(), at.id, at.public, ref{})
	}
	for _, h := range d.followedBy {
		at := l.places[placeRef{instagramPlace, h.name}]
		want(at.space(), at.id, at.public, ref{})
	}
}

// contacts plays the events of a person in the order of their times, and returns
// what was said in them.
func (l *loading) contacts(out *rows, tx *store.Tx, rec *people.Person) (order []*spoken) {
	var history []*happening
	for _, e := range l.events[rec.Handle] {
		at := l.places[placeRef{e.kind, e.place.name}]
		var s *spoken
		for _, o := range order {
			if o.at == at {
				s = o
			}
		}
		if s == nil {
			s = &spoken{at: at}
			order = append(order, s)
		}
		in := l.input(e)
		in.Instagram, in.Apps = at.instagram, at.apps
		after, change := consent.Apply(s.contact, in, l.b.opt.Knobs)
		if change.Result != consent.Applied {
			continue
		}
		fresh := !s.contact.Thread
		s.contact = after
		l.spoke(s, rec, e, fresh)
		history = append(history, happen(at.id, in, change, e.text))
	}
	for _, s := range order {
		out.link(contactLink(s.at.id, rec.ID, &s.contact, l.micros()))
		if s.contact.PageBanned.On && !s.at.instagram {
			out.link(store.Assoc{From: s.at.id, Kind: store.Edge("page.blocked"), To: rec.ID, Time: max(s.contact.PageBanned.At, 1)})
		}
	}
	objs, links := historyRows(tx, rec.ID, history)
	out.objs, out.links = append(out.objs, objs...), append(out.links, links...)
	return order
}

func (l *loading) input(e *eventDecl) consent.Input {
	in := consent.Input{Event: e.event, At: e.at.in(l.now).UnixMicro(), Seq: e.seq, Mid: e.mid}
	if a := l.apps[e.app.name]; a != nil {
		in.App = a.ID
	}
	in.AdReferral = adReferral(e.ad)
	return in
}

// adReferral is what a conversation ad leaves behind. [doc user-profile 2018, messaging_referrals]
func adReferral(ad string) consent.AdReferral {
	if ad == "" {
		return consent.AdReferral{}
	}
	return consent.AdReferral{AdID: ad, Source: "ADS", Type: "OPEN_THREAD"}
}

// finish writes what people are to each other, to apps and to Pages, and the
// tokens.
func (l *loading) finish(ctx context.Context, tx *store.Tx) error {
	var out rows
	friends := map[[2]string]bool{}
	for _, d := range l.w.people {
		rec := l.people[d.name]
		for _, f := range d.friends {
			pair := [2]string{min(d.name, f.name), max(d.name, f.name)}
			if !friends[pair] {
				friends[pair] = true
				out.link(store.Assoc{From: l.people[pair[0]].ID, Kind: store.AssocFriend, To: l.people[pair[1]].ID, Time: l.micros()})
			}
		}
		if d.partner.name != "" {
			married := rec.Clone()
			married.Set(people.SignificantOther, strconv.FormatInt(int64(l.people[d.partner.name].ID), 10), d.partnerAudience())
			out.put(personObject(married))
		}
	}
	l.staff(&out)
	l.tokens(&out, tx)
	if err := l.putThings(ctx, tx, &out); err != nil {
		return err
	}
	l.links(&out)
	return out.write(ctx, tx, l.b.opt.Keys)
}

// staff links people to the apps and Pages they work on.
func (l *loading) staff(out *rows) {
	for _, d := range l.w.apps {
		for _, r := range d.roles {
			if r.role != 0 {
				out.link(roleLink(l.apps[d.name].ID, l.people[r.person.name].ID, r.role, l.micros()))
			}
		}
	}
	for _, d := range l.w.pages {
		said := map[string]bool{}
		for _, t := range d.tasks {
			said[t.person.name] = true
			out.link(taskLink(l.pages[d.name].ID, l.people[t.person.name].ID, t.tasks, l.micros()))
		}
		if d.owner.name != "" && !said[d.owner.name] {
			out.link(taskLink(l.pages[d.name].ID, l.people[d.owner.name].ID, graph.AllTasks, l.micros()))
		}
	}
}
