package port

import (
	"net/http"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// ownHosts are the names a server on this machine goes by, with those of the
// Graph, so that a client which was led here by a proxy or a hosts file is
// answered.
func ownHosts() []string {
	return append([]string{"localhost", "127.0.0.1", "[::1]"}, graph.Hosts()...)
}

// A guard turns away, before anything else is looked at, requests for a host
// that is not ours and targets that are too long. The first is what keeps a web
// page from reading a server on loopback through a name of its own (DNS
// rebinding). Only the Host of the request counts; X-Forwarded-Host and its kin
// are not read.
type guard struct {
	next   http.Handler
	hosts  map[string]bool
	target int
}

func newGuard(o *Options) *guard {
	g := &guard{next: o.Handler, hosts: make(map[string]bool), target: o.MaxTargetBytes}
	for _, h := range append(ownHosts(), o.Hosts...) {
		h = lower(h)
		if strings.Contains(h, ":") && !strings.HasPrefix(h, "[") {
			h = "[" + h + "]"
		}
		g.hosts[h] = true
	}
	return g
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !g.allows(r.Host):
		refuse(w, http.StatusForbidden, "This server does not answer to the host name of the request.\n"+
			"Use localhost, or start kith with the name among its hosts.")
	case len(r.RequestURI) > g.target:
		w.Header().Set("Connection", "close")
		refuse(w, http.StatusRequestURITooLong, "The address of the request is too long.")
	default:
		g.next.ServeHTTP(w, r)
	}
}

// refuse answers in plain text, without a word of what was asked.
func refuse(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// allows judges a Host header: a known name in any case, then perhaps a port.
func (g *guard) allows(host string) bool {
	name, ok := withoutPort(host)
	return ok && (g.hosts[name] || g.hosts[lower(name)])
}

// lower changes ASCII letters only: in Unicode there are others that become one.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// withoutPort cuts ":8080" off a host; the brackets of an IPv6 address stay.
func withoutPort(host string) (name string, ok bool) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, true
	}
	digits := host[i+1:]
	if digits == "" || len(digits) > 5 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return host[:i], true
}
