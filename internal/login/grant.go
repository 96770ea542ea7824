package login

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// Let lets an app in: the person grants it permissions and declines others, and
// gets an ID there. Who let it in before grants these in addition. It returns
// the ID and all that stands granted. [doc login]
func Let(ctx context.Context, tx *store.Tx, keys *access.Keys, app *people.App, person *people.Person, granted, declined graph.Permissions, now time.Time) (id string, all graph.Permissions, err error) {
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
	in.Granted = in.Granted.Or(granted.With(graph.PublicProfile))
	in.Declined = in.Declined.Or(declined).Minus(in.Granted)
	link.Data = in.Encode()
	if err := tx.Link(ctx, link); err != nil {
		return "", all, err
	}
	id, err = scopedid.Mint(ctx, tx, keys, store.SpaceASID, app.ID, app.PublicID, person.ID, person.Seed, "")
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
		_, all, err := Let(ctx, tx, d.opt.Keys, ask.App, ask.Person, ask.Granted, ask.Declined, now)
		if err != nil {
			return "", err
		}
		c.Subject, c.Granted = ask.Person.ID, all
	}
	text := d.opt.Keys.MintCode(d.draw(tx, "code", ask.App.PublicID))
	return text, access.Keep(ctx, tx, text, c)
}
