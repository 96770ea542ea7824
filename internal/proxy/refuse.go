package proxy

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"
)

// User is the name that goes with Options.Secret.
const User = "kith"

// mayPass reports whether a request for a host that is not the Graph's may go
// there, and answers it if not.
func (p *Proxy) mayPass(w http.ResponseWriter, r *http.Request, host, what string) bool {
	switch {
	case metas(host):
		p.refuse(w, what, "kith does not serve this host, and nothing is sent to the real one")
	case p.opt.Offline:
		p.refuse(w, what, "it is not a host of the Graph, and others are refused")
	case !p.knows(r):
		w.Header().Set("Proxy-Authenticate", `Basic realm="kith exec"`)
		p.refuseWith(w, http.StatusProxyAuthRequired, what, "other hosts are for the command alone, which has the proxy's password in its variables")
	default:
		return true
	}
	return false
}

// knows reports whether the request shows the secret: the port of the proxy can
// be reached by every user of the machine, other hosts through it are for the
// command alone.
func (p *Proxy) knows(r *http.Request) bool {
	user, secret, ok := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
	got, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(p.opt.Secret))
	return ok && p.opt.Secret != "" && user == User && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// refuse answers for a host that cannot be had.
func (p *Proxy) refuse(w http.ResponseWriter, what, why string) {
	p.refuseWith(w, http.StatusForbidden, what, why)
}

func (p *Proxy) refuseWith(w http.ResponseWriter, status int, what, why string) {
	p.said.say(what, why)
	refuse(w, status, "kith exec refuses this host: "+why+".")
}

// unreached answers for a host that there is no way to. That the environment names a
// proxy which cannot be asked is told: the program may not show the answer.
func (p *Proxy) unreached(w http.ResponseWriter, what string, err error) {
	if errors.Is(err, errProxyKind) {
		p.said.say(what, err.Error())
	}
	refuse(w, http.StatusBadGateway, "The host cannot be reached: "+err.Error())
}

// refuse answers in plain text, without a word of what was asked, and ends the
// connection.
func refuse(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// A teller says each thing once, and not without end.
type teller struct {
	tell func(host, why string)

	mu   sync.Mutex
	said map[string]bool
}

// mostTold is how many hosts are told of. [own]
const mostTold = 100

func (t *teller) say(host, why string) {
	if t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(host) > 300 {
		host = host[:300]
	}
	if t.said[host+why] || len(t.said) >= mostTold {
		return
	}
	if t.said == nil {
		t.said = map[string]bool{}
	}
	t.said[host+why] = true
	t.tell(host, why)
}
