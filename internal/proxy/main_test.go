package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// net/http sleeps half a second before it hangs up on a client that still sends.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

const secret = "sesame"

// A bench is a proxy before a kith that says what it was asked.
type bench struct {
	t     *testing.T
	ca    *CA
	roots *x509.CertPool
	addr  string
	proxy *Proxy

	mu   sync.Mutex
	told []string
}

// set up a proxy; change may change its options.
func setUp(t *testing.T, kith http.Handler, change func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, ca: newTestCA(t), roots: x509.NewCertPool()}
	b.roots.AddCert(b.ca.Cert)
	opt := Options{CA: b.ca, Secret: secret, Dial: dialTo(serve(t, kith)), Tell: func(host, why string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, host+": "+why)
	}}
	// Nothing of a test leaves the machine.
	opt.Outward.Connect = func(_ context.Context, _, addr string) (net.Conn, error) {
		return nil, fmt.Errorf("no way to %s in tests", addr)
	}
	if change != nil {
		change(&opt)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.proxy, b.addr = New(opt), l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- b.proxy.Serve(l) }()
	t.Cleanup(func() {
		b.proxy.Close()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return b
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.Listener.Addr().String()
}

func dialTo(addr string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", addr)
	}
}

// echo says what it was asked, in lines.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s %d", r.Method, r.Host, r.RequestURI, len(body))
	for _, name := range []string{"Proxy-Authorization", "Proxy-Connection", "User-Agent", "X-Own"} {
		if v, ok := r.Header[name]; ok {
			fmt.Fprintf(w, " %s=%s", name, v[0])
		}
	}
})

// client asks through the proxy, and believes the CA alone.
func (b *bench) client(password string) *http.Client {
	u := &url.URL{Scheme: "http", Host: b.addr}
	if password != "" {
		u.User = url.UserPassword(User, password)
	}
	tr := &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{RootCAs: b.roots}, ForceAttemptHTTP2: true}
	b.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// raw sends bytes to the proxy and returns everything it says until it hangs up.
func (b *bench) raw(text string) string {
	b.t.Helper()
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, text); err != nil {
		b.t.Fatal(err)
	}
	said, err := io.ReadAll(c)
	if err != nil {
		b.t.Fatalf("%q: %v", text, err)
	}
	return string(said)
}

func text(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// tunnel asks for a tunnel and returns what it is answered with, and the tunnel.
func (b *bench) tunnel(target string) (net.Conn, string) {
	b.t.Helper()
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	if err != nil {
		b.t.Fatal(err)
	}
	return &ahead{Conn: c, rest: r}, resp.Status
}

func status(answer string) string {
	line, _, _ := strings.Cut(answer, "\r\n")
	return strings.TrimPrefix(line, "HTTP/1.1 ")
}
