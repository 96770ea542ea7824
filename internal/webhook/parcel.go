package webhook

import (
	"crypto/hmac"
	"crypto/sha1" // of a header that old receivers look at
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"

	"github.com/kithgraph/kith/internal/people"
)

// parcel is what a destination is sent: a signed_request in a form, or the text of
// updates with both signatures over exactly its bytes. [seen idx:3048213341; doc
// webhooks: X-Hub-Signature-256]
func (d *Deliverer) parcel(app *people.App, what What, to string, body []byte) parcel {
	p := parcel{to: to, headers: http.Header{}}
	if !what.update() {
		p.body = []byte("signed_request=" + d.opt.Sign(app.Secret, body))
		p.headers["Content-Type"] = []string{formedType}
		return p
	}
	p.body = body
	p.headers["Content-Type"] = []string{"application/json"}
	p.headers["X-Hub-Signature"] = []string{"sha1=" + signature(sha1.New, app.Secret, p.body)}
	p.headers["X-Hub-Signature-256"] = []string{"sha256=" + signature(sha256.New, app.Secret, p.body)}
	if v := d.version(app, what); v != "" {
		p.headers["Facebook-Api-Version"] = []string{v}
	}
	return p
}

func (d *Deliverer) version(app *people.App, w What) string {
	if s := app.Subscription(w.String()); s != nil && s.Version != 0 {
		return s.Version.String()
	}
	if d.opt.Version == nil {
		return ""
	}
	return d.opt.Version(app)
}

func signature(of func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(of, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
