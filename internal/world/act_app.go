package world

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// install is a login: the person grants the app permissions, gets an ID there
// and a token. Who logged in before grants these in addition. [doc login]
func (x *acting) install(ctx context.Context) error {
	if err := x.needApp(); err != nil {
		return err
	}
	granted, err := parsePermissions(x.a.Permissions)
	if err != nil {
		return err
	}
	ask := &login.Ask{App: x.app, Person: x.person, Granted: granted}
	id, all, err := login.Let(ctx, x.tx, x.b.opt.Keys, x.b.opt.Outbox, ask, x.now)
	if err != nil {
		return err
	}
	x.out.ScopedID = id
	if ask.Told != 0 {
		x.told = append(x.told, ask.Told)
	}
	x.out.Token, err = x.session(ctx, all)
	return err
}

// decline takes permissions back that were granted, and those were not that are
// asked for the first time: the app stays, and its tokens of this person lose them.
// [doc user permissions]
func (x *acting) decline(ctx context.Context) error {
	if err := x.needApp(); err != nil {
		return err
	}
	gone, err := parsePermissions(x.a.Permissions)
	if err != nil {
		return err
	}
	pair := store.Pair{From: x.app.ID, Kind: store.AssocInstall, To: x.person.ID}
	rec, err := x.tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	if err != nil {
		return err
	}
	had, ok := record[*people.Install](rec)
	if !ok {
		return bad("", "person %s does not use app %s", x.person.Handle, x.app.Handle)
	}
	in := *had
	if err := x.permitted(ctx, x.app, gone.And(had.Granted), false); err != nil {
		return err
	}
	in.Declined = in.Declined.Or(gone)
	in.Granted = in.Granted.Minus(gone)
	if err := x.tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: rec.Time, Data: in.Encode()}); err != nil {
		return err
	}
	return eachLink(ctx, &x.tx.Reader, x.person.ID, store.AssocToken, func(rec *store.Record) error {
		return x.narrow(ctx, rec.ID, gone)
	})
}

// narrow takes permissions from a token of the app.
func (x *acting) narrow(ctx context.Context, id store.ID, gone graph.Permissions) error {
	rec, err := x.tx.Get(ctx, id)
	if err != nil {
		return err
	}
	t, ok := record[*access.Token](rec)
	if !ok || t.App != x.app.ID || t.Kind != access.UserToken || !t.Granted.Intersects(gone) {
		return nil
	}
	c := *t
	c.Granted = c.Granted.Minus(gone)
	return x.tx.Put(ctx, tokenObject(&c))
}

func parsePermissions(list []string) (set graph.Permissions, err error) {
	for _, name := range list {
		p, ok := graph.ParsePermission(name)
		if !ok {
			return set, bad(didYouMean(name, graph.PermissionNames()), "unknown permission %q", name)
		}
		set = set.With(p)
	}
	return set, nil
}

func (x *acting) needApp() error {
	if x.app == nil {
		return bad("name the app", "event %q needs an app", x.a.Event)
	}
	return nil
}

// session is the token of the login: the living one with the new permissions,
// or the next one after those that died.
func (x *acting) session(ctx context.Context, granted graph.Permissions) (string, error) {
	for n := 0; ; n++ {
		text := x.b.sessionText(access.UserToken, x.app.PublicID, userSubject(x.person), n)
		t, err := access.Find(ctx, &x.tx.Reader, text)
		if err != nil {
			return "", err
		}
		switch {
		case t == nil:
			return text, access.Issue(ctx, x.tx, text, &access.Token{Kind: access.UserToken, App: x.app.ID, Subject: x.person.ID,
				Person: x.person.ID, Granted: granted, Issued: x.now.Unix()})
		case t.Reason == access.Valid && t.Subject == x.person.ID && (t.Expires == 0 || t.Expires > x.now.Unix()):
			c := *t
			c.Granted = granted
			return text, x.tx.Put(ctx, tokenObject(&c))
		}
	}
}

func tokenObject(t *access.Token) store.Object {
	return store.Object{ID: t.ID, Kind: store.KindToken, Data: t.Encode()}
}

// uninstall removes the app: its user tokens of this person die.
func (x *acting) uninstall(ctx context.Context) error {
	if err := x.needApp(); err != nil {
		return err
	}
	return x.leave(ctx, x.app)
}

func (x *acting) leave(ctx context.Context, app *people.App) error {
	pair := store.Pair{From: app.ID, Kind: store.AssocInstall, To: x.person.ID}
	had, err := x.tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	if err != nil {
		return err
	}
	if had != nil {
		if err := x.tell(ctx, webhook.Deauthorize, app); err != nil {
			return err
		}
		if in, ok := record[*people.Install](had); ok {
			if err := x.permitted(ctx, app, in.Granted, true); err != nil {
				return err
			}
		}
	}
	if err := x.tx.Unlink(ctx, pair); err != nil {
		return err
	}
	return access.Invalidate(ctx, x.tx, x.person.ID, app.ID, access.AppRemoved)
}

// revokeEverywhere is a revocation that names no place: the app is removed, and
// with it what every Page and Instagram account learnt for it. [doc user-profile 2018; reach guess]
func (x *acting) revokeEverywhere(ctx context.Context) error {
	if err := x.needApp(); err != nil {
		return err
	}
	if err := x.leave(ctx, x.app); err != nil {
		return err
	}
	return x.everywhere(ctx, consent.Revoke)
}

func (x *acting) deletionRequest(ctx context.Context) error {
	if err := x.needApp(); err != nil {
		return err
	}
	if err := x.tell(ctx, webhook.DataDeletion, x.app); err != nil {
		return err
	}
	return x.everywhere(ctx, consent.DataDeletionRequest)
}

// everywhere applies an event to every contact of the person.
func (x *acting) everywhere(ctx context.Context, event consent.Event) error {
	return eachLink(ctx, &x.tx.Reader, x.person.ID, store.AssocContactOf, func(rec *store.Record) error {
		at, err := placeByID(ctx, &x.tx.Reader, rec.ID)
		if err != nil || at == nil || !event.On(at.instagram) {
			return err
		}
		if _, err = x.apply(ctx, at, x.input(event)); err != nil {
			return err
		}
		return x.mayReply(ctx, at)
	})
}

// mayReply lets the conversation with a place, if there is one, say until when that may
// answer now.
func (x *acting) mayReply(ctx context.Context, at *place) error {
	contact, err := contactOf(ctx, x.tx, at.id, x.person.ID)
	if err != nil || !contact.Thread {
		return err
	}
	digits, err := scopedid.Of(ctx, &x.tx.Reader, at.space(), at.id, x.person.ID)
	if err != nil || digits == "" {
		return err
	}
	t, err := messaging.Find(ctx, x.tx, x.b.opt.Keys, at.messaging(), messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: digits})
	if err != nil || t == nil || !t.ReplyUntil(messaging.ReplyUntil(&contact)) {
		return err
	}
	return t.Save(ctx)
}

// deactivate and reactivate switch the account itself and every contact.
func (x *acting) deactivate(ctx context.Context) error {
	return x.account(ctx, consent.Deactivate, people.Facebook, people.Deactivated)
}

func (x *acting) reactivate(ctx context.Context) error {
	return x.account(ctx, consent.Reactivate, people.Deactivated, people.Facebook)
}

func (x *acting) account(ctx context.Context, event consent.Event, from, to people.Account) error {
	if x.person.Account == from {
		c := x.person.Clone()
		c.Account = to
		if err := x.tx.Put(ctx, personObject(c)); err != nil {
			return err
		}
	}
	return x.everywhere(ctx, event)
}

// businessFollow and businessUnfollow are the other way around: the account
// follows the person.
func (x *acting) businessFollow(ctx context.Context) (err error) {
	if err := x.needAccount(); err != nil {
		return err
	}
	if x.out.ScopedID, err = x.mint(ctx, x.at.space(), x.at.id, x.at.public); err != nil {
		return err
	}
	return x.tx.Link(ctx, store.Assoc{From: x.at.id, Kind: store.AssocBusinessFollows, To: x.person.ID, Time: x.micros()})
}

func (x *acting) businessUnfollow(ctx context.Context) error {
	if err := x.needAccount(); err != nil {
		return err
	}
	return x.tx.Unlink(ctx, store.Pair{From: x.at.id, Kind: store.AssocBusinessFollows, To: x.person.ID})
}

func (x *acting) needAccount() error {
	switch {
	case x.at == nil || !x.at.instagram:
		return bad("name the instagram account", "event %q happens on Instagram", x.a.Event)
	case !x.person.Instagram:
		return bad("", "person %s has no Instagram account", x.person.Handle)
	}
	return nil
}

func (x *acting) befriend(ctx context.Context) error {
	other, err := x.friend(ctx)
	if err != nil {
		return err
	}
	return x.tx.Link(ctx, store.Assoc{From: x.person.ID, Kind: store.AssocFriend, To: other.ID, Time: x.micros()})
}

func (x *acting) unfriend(ctx context.Context) error {
	other, err := x.friend(ctx)
	if err != nil {
		return err
	}
	return x.tx.Unlink(ctx, store.Pair{From: x.person.ID, Kind: store.AssocFriend, To: other.ID})
}

func (x *acting) friend(ctx context.Context) (*people.Person, error) {
	if x.a.Friend == "" {
		return nil, bad("name the friend", "event %q needs a friend", x.a.Event)
	}
	other, err := findPerson(ctx, &x.tx.Reader, x.a.Friend, x.at, x.app)
	if err == nil && other.ID == x.person.ID {
		err = bad("", "%s cannot be their own friend", other.Handle)
	}
	return other, err
}

func (x *acting) setAudience(ctx context.Context) error {
	return x.b.changeAudience(ctx, x.tx, x.person, x.a.Audience, x.now)
}

// eachLink walks all associations of a kind, a page at a time. f may change
// what it is called with, not the others.
func eachLink(ctx context.Context, r *store.Reader, from store.ID, kind store.Kind, f func(*store.Record) error) error {
	const page = 500
	q := store.Range{From: from, Kind: kind, All: true, Limit: page}
	for {
		list, err := r.Range(ctx, q)
		if err != nil {
			return err
		}
		for i := range list {
			if err := f(&list[i]); err != nil {
				return err
			}
			q.After = &store.Pos{To: list[i].ID}
		}
		if len(list) < page {
			return nil
		}
	}
}
