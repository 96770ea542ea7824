package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// elsewhere is a web server for any name, and the certificates it has.
func elsewhere(t *testing.T) (plain, secure string, roots *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(echo)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return serve(t, echo), s.Listener.Addr().String(), s.Client().Transport.(*http.Transport).TLSClientConfig
}

func TestPassThrough(t *testing.T) {
	plain, secure, theirs := elsewhere(t)
	b := setUp(t, echo, func(o *Options) {
		o.Outward.TLS = theirs
		o.Outward.Connect = func(ctx context.Context, network, addr string) (net.Conn, error) {
			var d net.Dialer
			to := map[string]string{"example.com:80": plain, "example.com:443": secure}[addr]
			return d.DialContext(ctx, network, to)
		}
	})
	c := b.client(secret)
	c.Transport.(*http.Transport).TLSClientConfig = theirs // the certificate is theirs, not ours
	resp, err := c.Get("https://example.com/secure")
	if got := text(t, resp, err); !strings.HasPrefix(got, "GET example.com /secure 0") {
		t.Errorf("CONNECT: %s", got)
	}
	resp, err = c.Get("http://example.com/plain")
	if got := text(t, resp, err); !strings.HasPrefix(got, "GET example.com /plain 0") || strings.Contains(got, "Proxy-Authorization") {
		t.Errorf("absolute: %s", got)
	}
	got := b.raw("GET https://example.com/both HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic a2l0aDpzZXNhbWU=\r\n\r\n")
	if !strings.HasSuffix(got, "GET example.com /both 0") {
		t.Errorf("absolute https: %s", got)
	}
	if len(b.told) > 0 {
		t.Errorf("told %v", b.told)
	}
}

// office is a proxy that stood in the environment before: it tunnels and relays,
// to those who know its password.
func office(t *testing.T, plain, secure string) string {
	t.Helper()
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "Basic bWU6aXQ=" { // me:it
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		to := plain
		if r.Method == http.MethodConnect {
			to = secure
		}
		far, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if r.Method != http.MethodConnect {
			r.Header.Set("X-Own", "by way of "+r.RequestURI)
			_ = r.Write(far)
		}
		c, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		if r.Method == http.MethodConnect {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			go func() { _, _ = io.Copy(far, bufio.NewReader(buf)); _ = far.Close() }()
		}
		_, _ = io.Copy(c, far)
		_ = c.Close()
		_ = far.Close()
	}))
}

func TestThroughTheProxyOfBefore(t *testing.T) {
	plain, secure, theirs := elsewhere(t)
	at := office(t, plain, secure)
	var told atomic.Value // of string
	for _, tt := range []struct{ proxy, want, told string }{
		{"http://me:it@" + at, "200 OK", ""},
		{"http://me:wrong@" + at, "502 Bad Gateway", ""},
		{"socks5://" + at, "502 Bad Gateway", "example.com the proxy that the environment names is neither http nor https"},
	} {
		b := setUp(t, echo, func(o *Options) {
			o.Outward = OutwardOf([]string{"HTTPS_PROXY=" + tt.proxy, "http_proxy=" + strings.TrimPrefix(tt.proxy, "http://")})
			o.Outward.TLS = theirs
			o.Tell = func(host, why string) { told.Store(host + " " + why) }
		})
		const password = "Host: a\r\nProxy-Authorization: Basic a2l0aDpzZXNhbWU=\r\n\r\n"
		got := b.raw("GET https://example.com/x HTTP/1.1\r\n" + password)
		if status(got) != tt.want || tt.want == "200 OK" && !strings.HasSuffix(got, "GET example.com /x 0") {
			t.Errorf("https by %s: %s", tt.proxy, got)
		}
		if said, _ := told.Load().(string); said != tt.told {
			t.Errorf("https by %s: %q was told, want %q", tt.proxy, said, tt.told)
		}
		if tt.want != "200 OK" {
			continue
		}
		got = b.raw("GET http://example.com/x HTTP/1.1\r\n" + password)
		if !strings.HasSuffix(got, "X-Own=by way of http://example.com/x") {
			t.Errorf("http by %s: %s", tt.proxy, got)
		}
	}
}

func TestOutwardOf(t *testing.T) {
	o := OutwardOf([]string{"HTTP_PROXY=gate:3128", "https_proxy=http://u:p@gate", "HTTPS_PROXY=http://other"})
	if o.HTTP.String() != "http://gate:3128" || o.HTTPS.String() != "http://u:p@gate" {
		t.Errorf("got %v, %v", o.HTTP, o.HTTPS)
	}
	o = OutwardOf([]string{"ALL_PROXY=http://all:1", "https_proxy=gate:3128"})
	if o.HTTP.String() != "http://all:1" || o.HTTPS.String() != "http://gate:3128" {
		t.Errorf("with ALL_PROXY: %v, %v", o.HTTP, o.HTTPS)
	}
	if o = OutwardOf([]string{"HTTP_PROXY="}); o.HTTP != (*url.URL)(nil) || o.HTTPS != nil {
		t.Errorf("none: %v, %v", o.HTTP, o.HTTPS)
	}
}
