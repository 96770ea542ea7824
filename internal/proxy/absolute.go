package proxy

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A way leads a request to a server.
type way struct {
	dial func(ctx context.Context) (net.Conn, error)
	// proxy is set where the other end is a proxy: it wants the whole URL.
	proxy  bool
	header http.Header // for that proxy
}

// absolute answers a request with an absolute URL, http or https, that was sent
// to the proxy in clear. Some clients do so even for https. [seen axios 0.27, 1.7]
func (p *Proxy) absolute(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r.URL.Host)
	port, usual := r.URL.Port(), map[string]string{"http": "80", "https": "443"}[r.URL.Scheme]
	if port == "" {
		port = usual
	}
	switch {
	case usual == "" || host == "":
		refuse(w, http.StatusBadRequest, "The proxy takes http and https URLs with a host.")
	case ours(host) && port != usual:
		p.refuse(w, net.JoinHostPort(host, port), "the Graph has no such port")
	case ours(host):
		p.relay(w, r, p.kith())
	case !safePort(port):
		p.refuse(w, net.JoinHostPort(host, port), "the port is not for the web")
	case p.mayPass(w, r, host, net.JoinHostPort(host, port)):
		p.relay(w, r, p.opt.Outward.way(r.URL.Scheme, host, port))
	}
}

// safePort leaves out the ports of services that take HTTP for something else:
// all below 1024 but those of the web. [doc squid, Safe_ports]
func safePort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && (n == 80 || n == 443 || n >= 1024)
}

// relay sends a request on and the answer back as it comes, byte by byte, so that
// header lines keep their spelling. Each one has a connection of its own, which
// ends with the answer.
func (p *Proxy) relay(w http.ResponseWriter, r *http.Request, to way) {
	ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
	up, err := to.dial(ctx)
	cancel()
	if err != nil {
		p.unreached(w, r.URL.Host, err)
		return
	}
	defer p.hold(up)()
	answer := bufio.NewReader(up)
	// What is refused before all of it was sent has an answer too.
	sendErr := send(up, r, to)
	if _, err := answer.Peek(1); err != nil {
		if sendErr != nil {
			err = sendErr
		}
		refuse(w, http.StatusBadGateway, "The host did not answer: "+err.Error())
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer p.hold(client)()
	_ = client.SetDeadline(time.Time{})
	if _, err := io.Copy(client, answer); err == nil {
		p.linger(client)
	}
}

// send writes a request for the next server: in origin form, or whole for
// another proxy, and without what was meant for this one.
func send(up net.Conn, r *http.Request, to way) error {
	out := r.Clone(r.Context())
	for _, name := range strings.Split(strings.Join(r.Header["Connection"], ","), ",") {
		out.Header.Del(strings.TrimSpace(name))
	}
	for _, name := range []string{"Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "TE", "Upgrade", "Expect"} {
		out.Header.Del(name)
	}
	if _, said := out.Header["User-Agent"]; !said {
		out.Header["User-Agent"] = []string{""} // none, rather than net/http's
	}
	out.Close = true
	out.URL.User = nil
	if !to.proxy {
		return out.Write(up)
	}
	for name, values := range to.header {
		out.Header[name] = values
	}
	return out.WriteProxy(up)
}

// linger ends an answer without cutting off a client that is still sending:
// otherwise what it was told could be lost in a reset.
func (p *Proxy) linger(c net.Conn) {
	half, ok := c.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.SetReadDeadline(p.opt.CA.now().Add(time.Second))
	_, _ = io.CopyN(io.Discard, c, 1<<20)
}
