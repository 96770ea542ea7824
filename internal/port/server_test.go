package port

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPlainTLSAndHTTP2ShareOnePort(t *testing.T) {
	addr, _ := start(t, withTLS(Options{Handler: echo()}))
	tests := []struct {
		name, url, want string
		h2              bool
	}{
		{"plain", "http://" + addr + "/me", "plain HTTP/1.1 /me", false},
		{"tls", "https://" + addr + "/me", "tls HTTP/1.1 /me", false},
		{"http/2", "https://" + addr + "/me", "tls HTTP/2.0 /me", true},
	}
	for _, tt := range tests {
		c := client(t, tt.h2)
		for range 3 { // the connection stays usable
			resp, err := c.Get(tt.url)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(got) != tt.want {
				t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
			}
		}
	}
}

func TestSelfSignedCertificateIsGoodForItsNames(t *testing.T) {
	addr, _ := start(t, withTLS(Options{Handler: echo(), Hosts: []string{"kith.test", "10.1.2.3"}}))
	leaf := func() *x509.Certificate {
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0]
	}
	cert := leaf()
	if !cert.Equal(leaf()) {
		t.Error("a second client saw another certificate")
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "kith.test", "10.1.2.3"} {
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: roots}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := cert.VerifyHostname("evil.example"); err == nil {
		t.Error("the certificate covers evil.example")
	}
}

func TestTLSWithoutCertificateIsTurnedAway(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo()})
	if c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}); err == nil {
		c.Close()
		t.Error("handshake succeeded")
	}
}

func TestFailedCertificateFailsTheHandshake(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo(), Now: time.Now, Rand: strings.NewReader("short")})
	if c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}); err == nil {
		c.Close()
		t.Error("handshake succeeded")
	}
	if got := raw(t, addr, "GET /x HTTP/1.0\r\nHost: localhost\r\n\r\n"); !strings.HasSuffix(got, "plain HTTP/1.0 /x") {
		t.Errorf("plain client: %q", got)
	}
}

func TestSlowClientsAreCut(t *testing.T) {
	addr, _ := start(t, withTLS(Options{Handler: echo(), Timeouts: Timeouts{Header: 50 * time.Millisecond}}))
	for name, text := range map[string]string{
		"silent":            "",
		"one byte":          "G",
		"half a request":    "GET / HTTP/1.1\r\nHost: loc",
		"half a handshake":  "\x16\x03\x01",
		"headers, no end":   "GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n",
		"preface of http/2": "PRI * HTTP/2.0\r\n",
	} {
		if got := raw(t, addr, text); strings.Contains(got, "200 OK") {
			t.Errorf("%s: answered %q", name, got)
		}
	}
}

func TestSlowBodyIsCut(t *testing.T) {
	read := make(chan error, 1)
	addr, _ := start(t, Options{
		Timeouts: Timeouts{Read: 50 * time.Millisecond},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			read <- err
		}),
	})
	c := dial(t, addr)
	io.WriteString(c, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
	var ne net.Error
	if err := <-read; !errors.As(err, &ne) || !ne.Timeout() {
		t.Errorf("reading the body: %v, want a timeout", err)
	}
}

func TestTargetLimit(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo()})
	for _, tt := range []struct{ size, want int }{{16 << 10, 200}, {16<<10 + 1, 414}, {20 << 10, 414}} {
		c := dial(t, addr)
		io.WriteString(c, "GET /"+strings.Repeat("a", tt.size-1)+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
		r := bufio.NewReader(c)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		if resp.StatusCode != tt.want || resp.Close != (tt.want != 200) {
			t.Errorf("target of %d bytes: %d, close %v; want %d", tt.size, resp.StatusCode, resp.Close, tt.want)
		}
	}
}

func TestHeaderLimit(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo()})
	for _, tt := range []struct{ size, want int }{{32 << 10, 200}, {32<<10 + 1, 431}, {64 << 10, 431}} {
		head, tail := "GET / HTTP/1.1\r\nHost: localhost\r\nX-Fill: ", "\r\n\r\n"
		c := dial(t, addr)
		io.WriteString(c, head+strings.Repeat("a", tt.size-len(head)-len(tail))+tail)
		if got := statusOf(t, c); got != tt.want {
			t.Errorf("head of %d bytes: %d, want %d", tt.size, got, tt.want)
		}
	}
}

func TestConnectionsAboveTheLimitAreClosed(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo(), MaxConns: 2})
	const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
	ask := func(c net.Conn) bool {
		io.WriteString(c, request)
		_, err := http.ReadResponse(bufio.NewReader(c), nil)
		return err == nil
	}
	a, b := dial(t, addr), dial(t, addr)
	if !ask(a) || !ask(b) {
		t.Fatal("connections within the limit were not served")
	}
	if ask(dial(t, addr)) {
		t.Error("a third connection was served")
	}
	a.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !ask(dial(t, addr)) { // until the server has seen the end of a
		if ctx.Err() != nil {
			t.Fatal("no connection was served after one had ended")
		}
	}
}

func TestListenNamesTheRemedy(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	want := "listen on " + addr + ": address already in use; stop the other program or choose another with --listen 127.0.0.1:0"
	if _, err := Listen(t.Context(), addr); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := Listen(t.Context(), "nonsense"); err == nil || !strings.HasPrefix(err.Error(), "listen on nonsense: ") {
		t.Errorf("Listen(nonsense): %v", err)
	}
}

func TestServeReportsABrokenListener(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := New(Options{Handler: echo()}).Serve(l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v, want %v", err, net.ErrClosed)
	}
}
