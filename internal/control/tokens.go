package control

import (
	"net/http"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// mint answers {"token":...}: the only time its text is told, since the store
// has hashes.
func (p *plane) mint(w http.ResponseWriter, r *http.Request) {
	var spec world.TokenSpec
	if err := read(r, &spec); err != nil {
		p.fail(w, err)
		return
	}
	text, err := p.World.MintToken(r.Context(), spec)
	p.answer(w, map[string]string{"token": text}, err)
}

// code answers {"code":...}: what an app would get from the login page.
func (p *plane) code(w http.ResponseWriter, r *http.Request) {
	var spec world.CodeSpec
	if err := read(r, &spec); err != nil {
		p.fail(w, err)
		return
	}
	text, err := p.World.Code(r.Context(), spec)
	if spec.UserCode != "" {
		p.answer(w, map[string]bool{"success": true}, err)
		return
	}
	p.answer(w, map[string]string{"code": text}, err)
}

// expire takes {"token":...,"at":RFC 3339}; without a time, it is now. Tokens
// are named in the body, since paths end up in logs.
func (p *plane) expire(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token string    `json:"token"`
		At    time.Time `json:"at"`
	}
	err := read(r, &body)
	if body.At.IsZero() {
		body.At = p.Clock.Now()
	}
	if err == nil && body.Token == "" {
		err = errNoToken
	}
	if err == nil {
		err = p.World.ExpireToken(r.Context(), body.Token, body.At)
	}
	p.done(w, err)
}

// invalidate takes {"token":...,"reason":"logged_out"}.
func (p *plane) invalidate(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token  string `json:"token"`
		Reason string `json:"reason"`
	}
	err := read(r, &body)
	if err == nil && body.Token == "" {
		err = errNoToken
	}
	if err == nil {
		err = p.World.InvalidateToken(r.Context(), body.Token, body.Reason)
	}
	p.done(w, err)
}

var errNoToken = bad("", "The body names no token.")
