package login

import (
	"context"
	"slices"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// redeemInstagram issues the token of an account's login: of an hour. [doc
// business login for instagram; life guess from 1 h]
func (d *Desk) redeemInstagram(ctx context.Context, tx *store.Tx, c *Call, app *people.App, code *access.Code) (g grant, err error) {
	account, err := get[*people.Instagram](ctx, &tx.Reader, code.Subject)
	if err != nil {
		return g, err
	}
	if account == nil || !slices.Contains(account.Apps, app.ID) {
		return g, graph.ErrCodeExpired
	}
	t := &access.Token{Kind: access.InstagramToken, App: app.ID, Subject: account.ID, Granted: code.Granted, Issued: c.Now.Unix(), Expires: c.Now.Unix() + 3600}
	g = grant{token: d.opt.Keys.Mint(true, app.PublicID, d.draw(tx, "login", app.PublicID)), account: account.PublicID, scopes: code.Granted.Names()}
	if err := access.Issue(ctx, tx, g.token, t); err != nil {
		return g, err
	}
	used := *code
	used.Used = t.ID
	return g, access.Mark(ctx, tx, &used)
}

// appendAccount writes what a login of an account gives. [code chatwoot; permissions
// guess, from the documentation's other form]
func (g grant) appendAccount(b []byte) []byte {
	b = append(b, `{"access_token":`...)
	b = graph.AppendString(b, g.token)
	b = append(append(b, `,"user_id":`...), g.account...)
	b = append(b, `,"permissions":[`...)
	for i, name := range g.scopes {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, name)
	}
	return append(b, "]}"...)
}

// connect makes an account one of the app's.
func connect(ctx context.Context, tx *store.Tx, account *people.Instagram, app store.ID) error {
	if slices.Contains(account.Apps, app) {
		return nil
	}
	c := *account
	c.Apps = append(slices.Clone(c.Apps), app)
	return tx.Put(ctx, store.Object{ID: c.ID, Kind: store.KindInstagram, Data: c.Encode()})
}

// InstagramLong answers /access_token of graph.instagram.com: a token of sixty
// days for one of an hour. [doc instagram access_token]
func (d *Desk) InstagramLong(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	if c.Param("grant_type") != "ig_exchange_token" {
		return b, graph.ErrParamKind.Args("grant_type", "one of {ig_exchange_token}")
	}
	var g grant
	err := d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		app, old, err := d.account(ctx, &tx.Reader, c)
		if err != nil {
			return err
		}
		if !sameSecret(app, c.Param("client_secret")) {
			return graph.ErrClientSecret
		}
		if old.Long && sameDay(old.Issued, c.Now.Unix()) {
			g = grant{token: c.Cred.Text(), left: old.Expires - c.Now.Unix()}
			return nil
		}
		g, err = d.extend(ctx, tx, c, app, old, c.Cred.Text())
		return err
	})
	if err != nil {
		return b, err
	}
	return g.append(b, c), nil
}

// InstagramRefresh answers /refresh_access_token: a long-lived token that is a day
// old and still works lasts sixty days from now. The token stays the same. [doc
// instagram refresh_access_token; seen instafeed.js#747, #654 for the refusal]
func (d *Desk) InstagramRefresh(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	if c.Param("grant_type") != "ig_refresh_token" {
		return b, graph.ErrParamKind.Args("grant_type", "one of {ig_refresh_token}")
	}
	g := grant{token: c.Cred.Text(), left: int64(longLife.Seconds())}
	err := d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		_, old, err := d.account(ctx, &tx.Reader, c)
		if err != nil {
			return err
		}
		if !old.Long || c.Now.Unix()-old.Issued < int64(refreshable.Seconds()) || !old.Granted.Has(graph.InstagramBusinessBasic) {
			return graph.ErrUnsupportedMethod.Args("get")
		}
		t := *old
		t.Issued, t.Expires = c.Now.Unix(), c.Now.Add(longLife).Unix()
		return tx.Put(ctx, store.Object{ID: t.ID, Kind: store.KindToken, Data: t.Encode()})
	})
	if err != nil {
		return b, err
	}
	return g.append(b, c), nil
}

// account finds the token of the call, which must be an account's and work.
func (d *Desk) account(ctx context.Context, r *store.Reader, c *Call) (*people.App, *access.Token, error) {
	if c.Cred.Text() == "" {
		return nil, nil, graph.ErrNoApp
	}
	t, err := d.opt.Auth.Find(ctx, r, c.Cred.Text())
	if err != nil {
		return nil, nil, err
	}
	if t == nil || t.Kind != access.InstagramToken {
		return nil, nil, graph.ErrBadToken
	}
	app, err := get[*people.App](ctx, r, t.App)
	if err != nil {
		return nil, nil, err
	}
	if app == nil {
		return nil, nil, graph.ErrBadToken
	}
	d.serve(c, app)
	if why := t.Check(app, c.Now); why != nil {
		return nil, nil, why
	}
	return app, t, nil
}
