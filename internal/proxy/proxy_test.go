package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestConnect(t *testing.T) {
	b := setUp(t, echo, nil)
	c := b.client("")
	for _, tt := range []struct{ url, want string }{
		{"https://graph.facebook.com/v25.0/me?a=%2F", "GET graph.facebook.com /v25.0/me?a=%2F 0 User-Agent=Go-http-client/1.1"},
		{"https://graph.instagram.com/me", "GET graph.instagram.com /me 0 User-Agent=Go-http-client/1.1"},
		{"https://GRAPH.facebook.com/", "GET GRAPH.facebook.com / 0 User-Agent=Go-http-client/1.1"},
		{"http://graph.facebook.com/plain", "GET graph.facebook.com /plain 0 User-Agent=Go-http-client/1.1"},
	} {
		resp, err := c.Get(tt.url)
		if got := text(t, resp, err); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.url, got, tt.want)
		}
	}
	big := bytes.Repeat([]byte("x"), 3<<20)
	for _, url := range []string{"https://graph.facebook.com/", "http://graph.facebook.com/"} {
		resp, err := c.Post(url, "text/plain", bytes.NewReader(big))
		if got := text(t, resp, err); !strings.HasPrefix(got, "POST graph.facebook.com / 3145728") {
			t.Errorf("a large body to %s: %s", url, got)
		}
	}
	if len(b.told) > 0 {
		t.Errorf("told %v", b.told)
	}
}

func TestManyAtOnce(t *testing.T) {
	b := setUp(t, echo, nil)
	c := b.client("")
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for _, scheme := range []string{"https", "http"} {
				resp, err := c.Get(scheme + "://graph.facebook.com/x")
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	wg.Wait()
}

// What some clients send in clear, for https too, arrives as any other request
// does, without what was for the proxy.
func TestAbsolute(t *testing.T) {
	b := setUp(t, echo, nil)
	for _, tt := range []struct{ line, header, want string }{
		{"GET https://graph.facebook.com/v2.6/1?x=%2f HTTP/1.1", "Host: example.com\r\n", "GET graph.facebook.com /v2.6/1?x=%2f 0"},
		{"GET http://graph.facebook.com:80?x HTTP/1.1", "Host: graph.facebook.com:80\r\n", "GET graph.facebook.com:80 /?x 0"},
		{"DELETE https://u:p@graph.facebook.com:443/x HTTP/1.1", "Host: a\r\n", "DELETE graph.facebook.com:443 /x 0"},
		{"GET https://graph.facebook.com/ HTTP/1.1",
			"Host: a\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-Own: 2\r\nUser-Agent: axios\r\n",
			"GET graph.facebook.com / 0 User-Agent=axios X-Own=2"},
		{"GET /origin HTTP/1.1", "Host: graph.facebook.com\r\n", "GET graph.facebook.com /origin 0"},
	} {
		got := b.raw(tt.line + "\r\n" + tt.header + "\r\n")
		if _, body, _ := strings.Cut(got, "\r\n\r\n"); body != tt.want || status(got) != "200 OK" {
			t.Errorf("%s\n got %s\nwant %s", tt.line, got, tt.want)
		}
	}
	got := b.raw("POST https://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	if !strings.HasSuffix(got, "POST graph.facebook.com / 3") {
		t.Errorf("a body in pieces: %s", got)
	}
}

// The answer comes as it was sent, in the spelling of its header lines.
func TestAnswersStayAsTheyAre(t *testing.T) {
	const answer = "HTTP/1.1 400 Bad Request\r\nETag: \"x\"\r\nX-ODD-case: 1\r\nfacebook-api-version: v25.0\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
	kith := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	})
	b := setUp(t, kith, nil)
	if got := b.raw("GET https://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\n\r\n"); got != answer {
		t.Errorf("absolute: %q", got)
	}
	c, line := b.tunnel("graph.facebook.com:443")
	inside := tls.Client(c, &tls.Config{RootCAs: b.roots, ServerName: "graph.facebook.com"})
	_, err := io.WriteString(inside, "GET / HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n")
	got, rerr := io.ReadAll(inside)
	if string(got) != answer || err != nil || rerr != nil {
		t.Errorf("CONNECT %s: %q, %v, %v", line, got, err, rerr)
	}
}

// Who was led here without asking for a proxy names the host in the handshake.
func TestDirect(t *testing.T) {
	b := setUp(t, echo, nil)
	for _, host := range []string{"graph.facebook.com", "m.facebook.com"} {
		c, err := tls.Dial("tcp", b.addr, &tls.Config{RootCAs: b.roots, ServerName: host, NextProtos: []string{"h2", "http/1.1"}})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "GET /x HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		if got, err := io.ReadAll(c); !strings.HasSuffix(string(got), "GET "+host+" /x 0") || err != nil {
			t.Errorf("%s: %s, %v", host, got, err)
		}
		_ = c.Close()
	}
	for _, host := range []string{"example.com", "facebook.com", "127.0.0.1", "localhost"} {
		if c, err := tls.Dial("tcp", b.addr, &tls.Config{RootCAs: b.roots, ServerName: host}); err == nil {
			_ = c.Close()
			t.Errorf("%s is answered", host)
		}
	}
}

func TestOtherNameInTheTunnel(t *testing.T) {
	b := setUp(t, echo, nil)
	c, _ := b.tunnel("graph.facebook.com:443")
	if err := tls.Client(c, &tls.Config{ServerName: "example.com", InsecureSkipVerify: true}).Handshake(); err == nil { //nolint:gosec // it is to fail
		t.Error("a certificate for example.com")
	}
	// Who names no host gets the certificate of the one it asked the proxy for.
	c, _ = b.tunnel("m.facebook.com:443")
	inside := tls.Client(c, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // it names no host
	if err := inside.Handshake(); err != nil || inside.ConnectionState().PeerCertificates[0].VerifyHostname("m.facebook.com") != nil {
		t.Errorf("without a name: %v", err)
	}
}

func TestRefused(t *testing.T) {
	const password = "Proxy-Authorization: Basic a2l0aDpzZXNhbWU=\r\n" // kith:sesame
	for _, tt := range []struct {
		name, request string
		offline       bool
		want          string
	}{
		{"another port of the Graph", "CONNECT graph.facebook.com:444 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"port 80 of the Graph", "CONNECT graph.facebook.com:80 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"another port of the Graph, absolute", "GET https://graph.facebook.com:8443/ HTTP/1.1\r\nHost: a\r\n", false, "403"},
		{"a port of mail", "CONNECT example.com:25 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"a port of mail, absolute", "GET http://example.com:25/ HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"a port that is none", "CONNECT example.com:99999 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"no port", "CONNECT example.com HTTP/1.1\r\nHost: a\r\n" + password, false, "400"},
		{"no host", "CONNECT :443 HTTP/1.1\r\nHost: a\r\n" + password, false, "400"},
		{"a host of Meta's", "CONNECT rupload.facebook.com:443 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"a host of Meta's with a name", "CONNECT x@business.facebook.com:443 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"another of Meta's", "GET https://graph.threads.net/ HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"a host of Meta's, absolute", "GET https://static.facebook.net/ HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"the domain itself", "CONNECT FACEBOOK.com.:443 HTTP/1.1\r\nHost: a\r\n" + password, false, "403"},
		{"offline", "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n" + password, true, "403"},
		{"offline, absolute", "GET http://example.com/ HTTP/1.1\r\nHost: a\r\n" + password, true, "403"},
		{"offline, a host that looks alike", "CONNECT graph.facebook.com.example.com:443 HTTP/1.1\r\nHost: a\r\n", true, "403"},
		{"no password", "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n", false, "407"},
		{"no password, absolute", "GET http://example.com/ HTTP/1.1\r\nHost: a\r\n", false, "407"},
		{"a wrong password", "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic a2l0aDp4\r\n", false, "407"},
		{"another name", "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic eDpzZXNhbWU=\r\n", false, "407"},
		{"another scheme", "GET ftp://example.com/ HTTP/1.1\r\nHost: a\r\n" + password, false, "400"},
		{"a web page's request", "GET / HTTP/1.1\r\nHost: localhost\r\n", false, "400"},
		{"a rebound name", "GET /_/api/ids HTTP/1.1\r\nHost: evil.example\r\n", false, "400"},
		{"no host line", "GET / HTTP/1.1\r\n", false, "400"},
		{"no request", "\x00\x01\x02\r\n", false, "400"},
		{"a huge head", "GET http://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", maxHeader) + "\r\n", false, "431"},
		{"a huge head of many lines", "CONNECT graph.facebook.com:443 HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: y\r\n", maxHeader/4), false, "431"},
		{"a host that is not there", "CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n" + password, false, "502"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := setUp(t, echo, func(o *Options) { o.Offline = tt.offline })
			got := b.raw(tt.request + "\r\n")
			if !strings.HasPrefix(status(got), tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestRefusalsAreToldOnce(t *testing.T) {
	b := setUp(t, echo, func(o *Options) { o.Offline = true })
	for range 3 {
		b.raw("CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n")
	}
	b.raw("CONNECT edge.messenger.com:443 HTTP/1.1\r\nHost: a\r\n\r\n")
	want := []string{"example.com:443: it is not a host of the Graph, and others are refused",
		"edge.messenger.com:443: kith does not serve this host, and nothing is sent to the real one"}
	if got := strings.Join(b.told, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("told\n%s", got)
	}
	for i := range 2 * mostTold {
		b.proxy.said.say(strings.Repeat("x", i), "why")
	}
	if len(b.told) > mostTold {
		t.Errorf("told %d times", len(b.told))
	}
}

func TestKithIsGone(t *testing.T) {
	b := setUp(t, echo, func(o *Options) {
		o.Dial = func(context.Context) (net.Conn, error) { return nil, errors.New("nobody home") }
	})
	resp, err := b.client("").Get("https://graph.facebook.com/")
	if got := text(t, resp, err); resp.StatusCode != http.StatusBadGateway || got != "kith cannot be reached.\r\n" {
		t.Errorf("CONNECT: %s, %q", resp.Status, got)
	}
	if got := b.raw("GET https://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\n\r\n"); !strings.HasPrefix(status(got), "502") {
		t.Errorf("absolute: %s", got)
	}
}

// A CA that ran out vouches for nobody, and clients see it too.
func TestCARunsOut(t *testing.T) {
	b := setUp(t, echo, nil)
	later := &tls.Config{RootCAs: b.roots, ServerName: "graph.facebook.com", Time: func() time.Time { return b.ca.Cert.NotAfter.Add(time.Minute) }}
	c, _ := b.tunnel("graph.facebook.com:443")
	if err := tls.Client(c, later).Handshake(); err == nil {
		t.Error("a client believes a CA that ran out")
	}
	b.ca.now = later.Time
	c, _ = b.tunnel("graph-video.facebook.com:443")
	if err := tls.Client(c, &tls.Config{InsecureSkipVerify: true, ServerName: "graph-video.facebook.com"}).Handshake(); err == nil { //nolint:gosec // it is to fail
		t.Error("a certificate is made by a CA that ran out")
	}
}

// Close ends whatever goes on: tunnels, handshakes and connections that say
// nothing. That nothing is left is what goleak looks for.
func TestClose(t *testing.T) {
	hung := make(chan struct{})
	b := setUp(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done(); <-hung }), nil)
	silent, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	half, _ := b.tunnel("graph.facebook.com:443")
	c, _ := b.tunnel("graph.facebook.com:443")
	inside := tls.Client(c, &tls.Config{RootCAs: b.roots, ServerName: "graph.facebook.com"})
	_, _ = io.WriteString(inside, "GET / HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n")
	asked, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = asked.Close() }()
	_, _ = io.WriteString(asked, "GET https://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\n\r\n")
	b.proxy.Close()
	close(hung)
	for name, c := range map[string]net.Conn{"silent": silent, "half": half, "asked": asked, "tunnel": c} {
		_ = c.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, context.DeadlineExceeded) || err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("%s: still open", name)
		}
	}
	b.proxy.Close() // again is nothing
	if _, err := net.Dial("tcp", b.addr); err == nil {
		t.Error("it still listens")
	}
}
