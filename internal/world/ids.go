package world

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// IDs is everything a client needs to know of a world, by handles.
type IDs struct {
	Apps      map[string]AppIDs       `json:"apps"`
	Pages     map[string]PageIDs      `json:"pages"`
	Instagram map[string]InstagramIDs `json:"instagram"`
	People    map[string]PersonIDs    `json:"people"`
	// Businesses and Things are the IDs of those by their handles.
	Businesses map[string]string `json:"businesses,omitempty"`
	Things     map[string]string `json:"things,omitempty"`
}

// AppIDs are the ID, secret and tokens of an app.
type AppIDs struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Token  string `json:"token"`
	// ClientToken is what programs have that keep no secret.
	ClientToken string `json:"client_token"`
}

// PageIDs are the ID of a Page, the handle of its first app, its token there
// and the IDs by which it knows people.
type PageIDs struct {
	ID    string            `json:"id"`
	App   string            `json:"app"`
	Token string            `json:"token"`
	PSIDs map[string]string `json:"psids"`
}

// InstagramIDs are the ID of an account, its Instagram Login token with its
// first app and the IDs by which it knows people.
type InstagramIDs struct {
	ID     string            `json:"id"`
	Token  string            `json:"token"`
	IGSIDs map[string]string `json:"igsids"`
}

// PersonIDs are the IDs and tokens of a person, by app.
type PersonIDs struct {
	ASIDs  map[string]string `json:"asids"`
	Tokens map[string]string `json:"tokens"`
}

// IDs lists the IDs and tokens of a world: all apps, Pages and accounts, and the
// first 10,000 people and things in order of their handles.
func (b *Builder) IDs(ctx context.Context) (*IDs, error) {
	var out *IDs
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		l := &listing{b: b, r: r, names: map[store.ID]string{}}
		err := l.run(ctx)
		out = l.out
		return err
	})
	return out, err
}

// listing is one run of IDs.
type listing struct {
	b      *Builder
	r      *store.Reader
	out    *IDs
	apps   []*people.App
	names  map[store.ID]string // handles of apps, Pages and accounts
	people []*people.Person
}

func (l *listing) run(ctx context.Context) error {
	l.out = &IDs{Apps: map[string]AppIDs{}, Pages: map[string]PageIDs{},
		Instagram: map[string]InstagramIDs{}, People: map[string]PersonIDs{}, Businesses: map[string]string{}, Things: map[string]string{}}
	list, err := handles(ctx, l.r, maxListed, appKind, pageKind, instagramKind, businessKind, personKind, thingKind)
	if err != nil {
		return err
	}
	var rs store.ReadSet
	for _, h := range list {
		rs.Object(h.id)
	}
	if err := l.r.Load(ctx, &rs); err != nil {
		return err
	}
	for i := range list {
		l.sort(rs.GotObject(i))
	}
	for i := range list {
		l.place(rs.GotObject(i))
	}
	if err := l.scoped(ctx); err != nil {
		return err
	}
	return l.tokens(ctx)
}

// sort notes apps, handles and people.
func (l *listing) sort(rec *store.Record) {
	if a, ok := record[*people.App](rec); ok {
		l.apps = append(l.apps, a)
		l.names[a.ID] = a.Handle
		l.out.Apps[a.Handle] = AppIDs{ID: a.PublicID, Secret: a.Secret, Token: l.b.AppToken(a), ClientToken: l.b.opt.Keys.ClientToken(a)}
	}
	if bs, ok := record[*people.Business](rec); ok {
		l.out.Businesses[bs.Handle] = bs.PublicID
	}
	if t, ok := record[*people.Thing](rec); ok {
		l.out.Things[t.Handle] = t.PublicID
	}
	if p, ok := record[*people.Person](rec); ok {
		l.people = append(l.people, p)
		l.out.People[p.Handle] = PersonIDs{ASIDs: map[string]string{}, Tokens: map[string]string{}}
	}
}

// place lists Pages and accounts, once all apps are known.
func (l *listing) place(rec *store.Record) {
	if p, ok := record[*people.Page](rec); ok {
		l.names[p.ID] = p.Handle
		ids := PageIDs{ID: p.PublicID, PSIDs: map[string]string{}}
		if a := l.first(p.Apps); a != nil {
			ids.App, ids.Token = a.Handle, l.b.PageToken(p, a)
		}
		l.out.Pages[p.Handle] = ids
	}
	if i, ok := record[*people.Instagram](rec); ok {
		l.names[i.ID] = i.Handle
		ids := InstagramIDs{ID: i.PublicID, IGSIDs: map[string]string{}}
		if a := l.first(i.Apps); a != nil {
			ids.Token = l.b.InstagramToken(i, a)
		}
		l.out.Instagram[i.Handle] = ids
	}
}

func (l *listing) first(apps []store.ID) *people.App {
	for _, a := range l.apps {
		if len(apps) > 0 && a.ID == apps[0] {
			return a
		}
	}
	return nil
}

// scoped lists how everybody is known where.
func (l *listing) scoped(ctx context.Context) error {
	spaces := []store.Space{store.SpacePSID, store.SpaceIGSID, store.SpaceASID}
	var rs store.ReadSet
	for _, p := range l.people {
		for _, s := range spaces {
			rs.Owned(store.Owned{ID: p.ID, Space: s})
		}
	}
	if err := l.r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, p := range l.people {
		for j, s := range spaces {
			for _, key := range rs.GotOwned(i*len(spaces) + j) {
				l.known(s, key, p.Handle)
			}
		}
	}
	return nil
}

func (l *listing) known(space store.Space, key, person string) {
	owner := ownerOf(key)
	digits, ok := scopedid.Digits(key, owner)
	name := l.names[owner]
	if !ok || name == "" {
		return
	}
	switch space {
	case store.SpacePSID:
		l.out.Pages[name].PSIDs[person] = digits
	case store.SpaceIGSID:
		l.out.Instagram[name].IGSIDs[person] = digits
	case store.SpaceASID:
		l.out.People[person].ASIDs[name] = digits
	}
}

// tokens lists the token of everybody's latest login to each app: those of
// earlier sessions died when the app was removed.
func (l *listing) tokens(ctx context.Context) error {
	type login struct {
		app    *people.App
		person *people.Person
	}
	var rs store.ReadSet
	var open []login
	for _, p := range l.people {
		for _, a := range l.apps {
			if l.out.People[p.Handle].ASIDs[a.Handle] != "" {
				open = append(open, login{a, p})
			}
		}
	}
	for n := 0; len(open) > 0; n++ {
		rs.Reset()
		for _, o := range open {
			rs.Key(store.SpaceToken, access.Hash(l.text(o.app, o.person, n)))
		}
		if err := l.r.Load(ctx, &rs); err != nil {
			return err
		}
		var later []login
		for i, o := range open {
			if rs.GotID(i) != 0 {
				l.out.People[o.person.Handle].Tokens[o.app.Handle] = l.text(o.app, o.person, n)
				later = append(later, o)
			}
		}
		open = later
	}
	return nil
}

func (l *listing) text(a *people.App, p *people.Person, n int) string {
	return l.b.sessionText(access.UserToken, a.PublicID, userSubject(p), n)
}
