package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// Bounds of the proxy. [own]
const (
	maxConns      = 4096
	maxHeader     = 32 << 10 // of a request; more is 431
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	dialTimeout   = 30 * time.Second
)

// Options say how to build a Proxy. CA and Dial are required.
type Options struct {
	CA *CA
	// Dial opens a plain connection to the kith that answers for the Graph.
	Dial func(ctx context.Context) (net.Conn, error)
	// Offline refuses all hosts but those of the Graph.
	Offline bool
	// Secret is the password of whoever may reach other hosts through the proxy;
	// the name is User. Without one nobody may.
	Secret string
	// Outward is the way to other hosts; the zero value is the direct one.
	Outward Outward
	// Tell hears which hosts were refused and why, each once.
	Tell func(host, why string)
}

// A Proxy answers the hosts of the Graph by a kith, whichever way a program asks
// for them: by CONNECT, by a request with an absolute URL, or by a connection
// that was led here and names its host in the TLS handshake or the Host line.
// Hosts that are Meta's and no kith's are refused, so that nothing meant for
// a test reaches the original.
type Proxy struct {
	opt  Options
	http *http.Server
	said teller

	mu     sync.Mutex
	held   map[io.Closer]bool
	closed bool
	tasks  sync.WaitGroup
}

// New builds a Proxy; nothing is opened before Serve.
func New(opt Options) *Proxy {
	p := &Proxy{opt: opt, held: map[io.Closer]bool{}, said: teller{tell: opt.Tell}}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	p.http = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader - 4096, // net/http reads as much more
		Protocols:         &protocols,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	return p
}

// Serve answers on l, which it closes, until Close. l is to be one that only
// this machine reaches.
func (p *Proxy) Serve(l net.Listener) error {
	defer p.hold(l)()
	sorted := newSorter(l, p)
	p.run(l, sorted.run)
	err := p.http.Serve(sorted)
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Close ends every connection and returns when nothing goes on any more.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	for c := range p.held {
		_ = c.Close()
	}
	p.mu.Unlock()
	_ = p.http.Close()
	p.tasks.Wait()
}

// hold keeps c where Close reaches it, which may have been already, until the
// function it returns closes it.
func (p *Proxy) hold(c io.Closer) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = c.Close()
		return func() {}
	}
	p.held[c] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.held, c)
		_ = c.Close()
	}
}

// run does something with a connection that Close ends and waits for. What is
// done decides itself whether the connection is closed at the end.
func (p *Proxy) run(c io.Closer, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = c.Close()
		return
	}
	p.held[c] = true
	p.tasks.Go(func() {
		defer func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.held, c)
		}()
		do()
	})
}

// enter says that a request is under way, unless the proxy is closed.
func (p *Proxy) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.tasks.Add(1)
	}
	return !p.closed
}

// ServeHTTP answers one request to the proxy.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.enter() {
		panic(http.ErrAbortHandler)
	}
	defer p.tasks.Done()
	switch {
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	case r.URL.IsAbs():
		p.absolute(w, r)
	case ours(hostOf(r.Host)):
		p.relay(w, r, p.kith())
	default:
		refuse(w, http.StatusBadRequest, "This is the proxy of kith exec, for the hosts of the Graph.")
	}
}

// kith is the way to the kith that answers.
func (p *Proxy) kith() way { return way{dial: p.opt.Dial} }

// connect opens a tunnel. For the Graph it ends here, and what comes out of it
// goes to the kith; to other hosts it is a tunnel.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.RequestURI)
	if err != nil || host == "" {
		refuse(w, http.StatusBadRequest, "CONNECT takes a host and a port.")
		return
	}
	if port != "443" {
		p.refuse(w, r.RequestURI, "only port 443 can be reached by CONNECT")
		return
	}
	if ours(canonical(host)) {
		p.tunnel(w, func(client net.Conn) { p.end(client, canonical(host)) })
		return
	}
	if !p.mayPass(w, r, canonical(host), r.RequestURI) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
	defer cancel()
	far, err := p.opt.Outward.tunnel(ctx, r.RequestURI)
	if err != nil {
		p.unreached(w, r.RequestURI, err)
		return
	}
	p.tunnel(w, func(client net.Conn) { p.join(client, far) })
}

// tunnel takes the connection of a request over and says that it is open.
func (p *Proxy) tunnel(w http.ResponseWriter, use func(client net.Conn)) {
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = client.SetDeadline(time.Time{})
	whole := &ahead{Conn: client, rest: buffered.Reader}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = client.Close()
		return
	}
	p.run(whole, func() {
		defer func() { _ = whole.Close() }()
		use(whole)
	})
}

// end ends TLS with a certificate of the host that the client names, or else of
// the one it asked the proxy for, and joins what is inside with the kith.
func (p *Proxy) end(client net.Conn, host string) {
	cfg := p.opt.CA.TLS("http/1.1")
	cfg.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		name := canonical(hello.ServerName)
		if name == "" {
			name = host
		}
		if !ours(name) {
			p.said.say(name, "it is not a host of the Graph")
			return nil, errors.New("not a host of the Graph")
		}
		return p.opt.CA.Leaf(name)
	}
	inside := tls.Server(client, cfg)
	ctx, cancel := context.WithTimeout(context.Background(), headerTimeout)
	defer cancel()
	if inside.HandshakeContext(ctx) != nil {
		return
	}
	up, err := p.opt.Dial(ctx)
	if err != nil {
		gone(inside)
		return
	}
	p.join(inside, up)
}

// gone answers for a kith that cannot be reached, once there is a request: a client
// that is answered before it asks takes the answer for none of its own.
func gone(inside net.Conn) {
	defer func() { _ = inside.Close() }()
	cut := time.AfterFunc(headerTimeout, func() { _ = inside.Close() })
	defer cut.Stop()
	if _, err := http.ReadRequest(bufio.NewReader(io.LimitReader(inside, maxHeader))); err != nil {
		return
	}
	_, _ = io.WriteString(inside, "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 25\r\n\r\nkith cannot be reached.\r\n")
}

// ours tells whether a host is answered by the kith.
func ours(host string) bool { return slices.Contains(graph.Hosts(), host) }

func metaDomains() []string {
	return []string{"facebook.com", "instagram.com", "messenger.com", "facebook.net", "fbcdn.net", "fbsbx.com",
		"fb.com", "fb.me", "threads.net", "threads.com", "whatsapp.com", "whatsapp.net"}
}

// metas tells whether a host is Meta's: a test has no business there.
func metas(host string) bool {
	for _, domain := range metaDomains() {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// hostOf is the name in a Host line or the host of a URL.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return canonical(host)
	}
	return canonical(strings.Trim(hostport, "[]"))
}
