package login

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Let lets an app in: the person grants it permissions and declines others, and
// gets an ID there. Who let it in before grants these in addition. An app that is
// subscribed to them is told of what is new. It returns the ID and all that stands
// granted. [doc login]
func Let(ctx context.Context, tx *store.Tx, keys *access.Keys, box *webhook.Outbox, ask *Ask, now time.Time) (id string, all graph.Permissions, err error) {
	app, person := ask.App, ask.Person
	link := store.Assoc{From: app.ID, Kind: store.AssocInstall, To: person.ID, Time: max(now.UnixMicro(), 1)}
	in := people.Install{}
	rec, err := tx.Pair(ctx, link.From, link.Kind, link.To)
	if err != nil {
		return "", all, err
	}
	if rec != nil {
		if had, ok := rec.Value.(*people.Install); ok {
			in, link.Time = *had, rec.Time
		}
	}
	before := in.Granted
	in.Granted = in.Granted.Or(ask.Granted.With(graph.PublicProfile))
	in.Declined = in.Declined.Or(ask.Declined).Minus(in.Granted)
	link.Data = in.Encode()
	if err := tx.Link(ctx, link); err != nil {
		return "", all, err
	}
	if id, err = scopedid.Mint(ctx, tx, keys, store.SpaceASID, app.ID, app.PublicID, person.ID, person.Seed, ""); err != nil {
		return "", all, err
	}
	lane, err := messaging.TellPermissions(ctx, tx, box, app, person.ID, messaging.Granted, in.Granted.Minus(before), rec == nil, now)
	ask.Told = max(ask.Told, lane) // of a second time there is nothing to tell
	return id, in.Granted, err
}

// An Ask is a login on its way to a code.
type Ask struct {
	App *people.App
	// Person or Account logs in.
	Person  *people.Person
	Account *people.Instagram
	// Granted and Declined are what the person agreed to, and did not, this time.
	Granted, Declined graph.Permissions
	Redirect          string
	// Challenge is that of PKCE, empty for none.
	Challenge string
	// Told is what the outbox's Wake wants once the transaction is through.
	Told store.ID
}

// Code lets the app in and makes a code for it.
func (d *Desk) Code(ctx context.Context, tx *store.Tx, ask *Ask, now time.Time) (string, error) {
	c := &access.Code{App: ask.App.ID, Issued: now.Unix(), Expires: now.Add(codeLife).Unix(), Redirect: hashOf(ask.Redirect), Challenge: ask.Challenge}
	if ask.Account != nil {
		if err := connect(ctx, tx, ask.Account, ask.App.ID); err != nil {
			return "", err
		}
		c.Subject, c.Instagram, c.Granted = ask.Account.ID, true, ask.Granted.With(graph.InstagramBusinessBasic)
	} else {
		_, all, err := Let(ctx, tx, d.opt.Keys, d.opt.Outbox, ask, now)
		if err != nil {
			return "", err
		}
		c.Subject, c.Granted = ask.Person.ID, all
	}
	text := d.opt.Keys.MintCode(d.draw(tx, "code", ask.App.PublicID))
	return text, access.Keep(ctx, tx, text, c)
}
