package login

import (
	"context"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Token answers /oauth/access_token: an app token, a long-lived token for a
// short one, or a token for a code. [doc access tokens, manual login flow]
func (d *Desk) Token(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	var g grant
	var err error
	switch kind := c.Param("grant_type"); kind {
	case "client_credentials":
		g, err = d.appToken(ctx, c)
	case "fb_exchange_token":
		g, err = d.longer(ctx, c)
	case "", "authorization_code": // the second is what OAuth libraries add. [code passport-oauth2]
		g, err = d.exchange(ctx, c)
	default:
		err = graph.ErrParamKind.Args("grant_type", "one of {authorization_code, client_credentials, fb_exchange_token}")
	}
	if err != nil {
		return b, err
	}
	return g.append(b, c), nil
}

func (d *Desk) appToken(ctx context.Context, c *Call) (g grant, err error) {
	err = d.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		app, err := d.client(ctx, r, c, true)
		if err == nil {
			g = grant{token: d.opt.Keys.AppToken(app)}
		}
		return err
	})
	return g, err
}

// longer gives a token that lasts sixty days for one that works. On one day the
// same token gives the same one, and a long-lived one gives itself. [doc long-lived tokens]
func (d *Desk) longer(ctx context.Context, c *Call) (g grant, err error) {
	text := c.Param("fb_exchange_token")
	err = d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		app, err := d.client(ctx, &tx.Reader, c, true)
		if err != nil {
			return err
		}
		if text == "" {
			return graph.ErrNoExchange
		}
		old, err := d.session(ctx, &tx.Reader, c, app, text, access.UserToken)
		if err != nil {
			return err
		}
		if old.Long && sameDay(old.Issued, c.Now.Unix()) {
			g = grant{token: text, left: old.Expires - c.Now.Unix()}
			return nil
		}
		g, err = d.extend(ctx, tx, c, app, old, text)
		return err
	})
	return g, err
}

func sameDay(a, b int64) bool { return a/86400 == b/86400 }

// session finds a token of the app that works. Another app's is none.
func (d *Desk) session(ctx context.Context, r *store.Reader, c *Call, app *people.App, text string, kind access.Kind) (*access.Token, error) {
	t, err := d.opt.Auth.Find(ctx, r, text)
	if err != nil {
		return nil, err
	}
	if t == nil || t.App != app.ID || t.Kind != kind {
		return nil, graph.ErrBadToken
	}
	if why := t.Check(app, c.Now); why != nil {
		return nil, why
	}
	return t, nil
}

// extend issues the long-lived token that follows from another and the day.
func (d *Desk) extend(ctx context.Context, tx *store.Tx, c *Call, app *people.App, old *access.Token, text string) (g grant, err error) {
	day := strconv.FormatInt(c.Now.Unix()/86400, 10)
	const attempts = 8 // some may have been ended one by one
	for n := range attempts {
		random := d.opt.Keys.Label("long-lived", text, day, strconv.Itoa(n))
		g.token = d.opt.Keys.Mint(old.Kind == access.InstagramToken, app.PublicID, random)
		t, err := access.Find(ctx, &tx.Reader, g.token)
		if err != nil {
			return g, err
		}
		if t == nil {
			t = &access.Token{Kind: old.Kind, App: old.App, Subject: old.Subject, Person: old.Person, Granted: old.Granted, Long: true,
				Issued: c.Now.Unix(), Expires: c.Now.Add(longLife).Unix(), DataAccess: old.DataAccess}
			g.left = int64(longLife.Seconds())
			return g, access.Issue(ctx, tx, g.token, t)
		}
		if t.Subject == old.Subject && t.Check(app, c.Now) == nil {
			g.left = t.Expires - c.Now.Unix()
			return g, nil
		}
	}
	return g, graph.ErrUnknown
}

// exchange gives a token for a code, once. A second attempt ends the token of the
// first, since one of the two is a thief's. [doc manual login flow; own, after RFC 9700]
func (d *Desk) exchange(ctx context.Context, c *Call) (g grant, err error) {
	var refused error
	err = d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		refused = nil
		// PKCE stands in for the secret of an app that can keep none. [doc login oidc]
		bare := c.Param("client_secret") == "" && c.Param("code_verifier") != ""
		app, err := d.client(ctx, &tx.Reader, c, !bare)
		if err != nil {
			return err
		}
		code, err := d.code(ctx, tx, c, app)
		if err != nil {
			return err
		}
		if code.Used != 0 {
			refused = graph.ErrCodeUsed
			return d.revoke(ctx, tx, code.Used)
		}
		if code.Instagram {
			g, err = d.redeemInstagram(ctx, tx, c, app, code)
			return err
		}
		g, err = d.redeem(ctx, tx, c, app, code)
		return err
	})
	if err == nil {
		err = refused
	}
	return g, err
}

// code finds the code of a call and checks all that was said when it was made.
// Another app's code is like one that is over.
func (d *Desk) code(ctx context.Context, tx *store.Tx, c *Call, app *people.App) (*access.Code, error) {
	redirect, text := c.Param("redirect_uri"), c.Param("code")
	switch {
	case redirect == "":
		return nil, graph.ErrNoRedirect
	case text == "":
		return nil, graph.ErrNoCode
	case !d.opt.Keys.GenuineCode(text):
		return nil, graph.ErrCodeFormat
	}
	code, err := access.FindCode(ctx, &tx.Reader, text)
	if err != nil {
		return nil, err
	}
	verifier := c.Param("code_verifier")
	switch {
	case code == nil, code.App != app.ID, c.Place == Facebook && code.Instagram, c.Place == Instagram && !code.Instagram, c.Now.Unix() >= code.Expires:
		return nil, graph.ErrCodeExpired
	case code.Redirect != hashOf(redirect):
		return nil, graph.ErrRedirectMismatch
	case (code.Challenge == "") != (verifier == ""), verifier != "" && !access.Challenged(code.Challenge, verifier):
		return nil, graph.ErrVerifier
	}
	return code, nil
}

func (d *Desk) revoke(ctx context.Context, tx *store.Tx, id store.ID) error {
	t, err := get[*access.Token](ctx, &tx.Reader, id)
	if err != nil || t == nil || t.Reason != access.Valid {
		return err
	}
	c := *t
	c.Reason = access.RevokedByAPI
	return tx.Put(ctx, store.Object{ID: id, Kind: store.KindToken, Data: c.Encode()})
}

// redeem issues the token of a code: what the person agreed to and has not taken
// back since.
func (d *Desk) redeem(ctx context.Context, tx *store.Tx, c *Call, app *people.App, code *access.Code) (g grant, err error) {
	in, ok, err := pair[*people.Install](ctx, &tx.Reader, app.ID, store.AssocInstall, code.Subject)
	if err != nil {
		return g, err
	}
	if !ok {
		return g, graph.ErrCodeExpired
	}
	t := userToken(app, code.Subject, code.Granted.And(in.Granted), c.Now)
	g = grant{token: d.opt.Keys.Mint(false, app.PublicID, d.draw(tx, "login", app.PublicID)), left: t.Expires - t.Issued}
	if err := access.Issue(ctx, tx, g.token, t); err != nil {
		return g, err
	}
	used := *code
	used.Used = t.ID
	return g, access.Mark(ctx, tx, &used)
}

// userToken is a token that a login gives.
func userToken(app *people.App, person store.ID, granted graph.Permissions, now time.Time) *access.Token {
	return &access.Token{Kind: access.UserToken, App: app.ID, Subject: person, Person: person, Granted: granted,
		Issued: now.Unix(), Expires: shortEnd(now), DataAccess: now.Add(dataAccess).Unix()}
}
