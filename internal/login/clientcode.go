package login

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// ClientCode answers /oauth/client_code: a code for a token of the app, with which
// a client gets a token of its own. [doc long-lived tokens; code PHPSDK, HUANDU]
func (d *Desk) ClientCode(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	var text string
	err := d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		app, err := d.client(ctx, &tx.Reader, c, true)
		if err != nil {
			return err
		}
		redirect := c.Param("redirect_uri")
		switch {
		case redirect == "":
			return graph.ErrNoRedirect
		case !Allowed(app, redirect):
			return graph.ErrRedirectForbidden
		case c.Cred.Text() == "":
			return graph.ErrNoApp
		}
		t, err := d.session(ctx, &tx.Reader, c, app, c.Cred.Text(), access.UserToken)
		if err != nil {
			return err
		}
		text = d.opt.Keys.MintCode(d.draw(tx, "code", app.PublicID))
		return access.Keep(ctx, tx, text, &access.Code{App: app.ID, Subject: t.Subject, Granted: t.Granted,
			Issued: c.Now.Unix(), Expires: c.Now.Add(codeLife).Unix(), Redirect: hashOf(redirect)})
	})
	if err != nil {
		return b, err
	}
	return append(append(append(b, `{"code":"`...), text...), `"}`...), nil
}
