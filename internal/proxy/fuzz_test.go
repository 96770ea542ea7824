package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// FuzzNothingGetsOut holds that nobody reaches another host without the
// password, whatever they send, and that the proxy goes on.
func FuzzNothingGetsOut(f *testing.F) {
	for _, seed := range []string{
		"CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://example.com/ HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n",
		"GET https://graph.facebook.com@example.com/ HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT graph.facebook.com:443@example.com:443 HTTP/1.1\r\n\r\n",
		"GET http://example.com:80/ HTTP/1.0\r\nProxy-Authorization: Basic a2l0aDo=\r\n\r\n", "GET http://[::1]:80/ HTTP/1.1\r\nHost: [::1]\r\n\r\n",
		"POST http://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET http://example.com/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"\x16\x03\x01\x00\x05hello", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET //example.com/ HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, request string) {
		if strings.Contains(request, "a2l0aDpzZXNhbWU") { // the password
			return
		}
		var out atomic.Int32
		b := setUp(t, echo, func(o *Options) {
			o.Outward.Connect = func(context.Context, string, string) (net.Conn, error) {
				out.Add(1)
				return nil, errors.New("no way out")
			}
		})
		c, err := net.Dial("tcp", b.addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, request)
		_ = c.(*net.TCPConn).CloseWrite()
		_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
		if out.Load() > 0 {
			t.Errorf("%q gets out", request)
		}
		if got := b.raw("GET http://graph.facebook.com/ HTTP/1.1\r\nHost: a\r\n\r\n"); status(got) != "200 OK" {
			t.Errorf("after %q: %s", request, got)
		}
	})
}
