package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Outward is the way to hosts that are not the Graph's: straight, or through the
// proxies that the environment named before there was ours.
type Outward struct {
	HTTP, HTTPS *url.URL // nil is the straight way
	// Connect opens connections; nil is the network.
	Connect func(ctx context.Context, network, addr string) (net.Conn, error)
	// TLS is how servers of https URLs are verified; nil is the system's way.
	TLS *tls.Config
}

// OutwardOf is the way through the proxies that an environment names, as curl reads
// it. [doc curl, environment]
func OutwardOf(environ []string) (o Outward) {
	named := func(names ...string) *url.URL {
		for _, name := range names {
			text := get(environ, name)
			if text != "" && !strings.Contains(text, "://") {
				text = "http://" + text
			}
			if u, err := url.Parse(text); err == nil && u.Host != "" {
				return u
			}
		}
		return nil
	}
	o.HTTPS = named("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
	o.HTTP = named("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
	return o
}

var errProxyKind = errors.New("the proxy that the environment names is neither http nor https")

func (o *Outward) connect(ctx context.Context, addr string) (net.Conn, error) {
	if o.Connect != nil {
		return o.Connect(ctx, "tcp", addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", addr)
}

// tunnel opens a connection to a host and port.
func (o *Outward) tunnel(ctx context.Context, addr string) (net.Conn, error) {
	if o.HTTPS == nil {
		return o.connect(ctx, addr)
	}
	c, err := o.toProxy(ctx, o.HTTPS)
	if err != nil {
		return nil, err
	}
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: credentials(o.HTTPS)}
	ask.Header.Set("User-Agent", "")
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if err := ask.Write(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	rest := bufio.NewReader(c)
	answer, err := http.ReadResponse(rest, ask)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("the proxy of the environment says %s", answer.Status)
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	_ = c.SetDeadline(time.Time{})
	return &ahead{Conn: c, rest: rest}, nil
}

// way leads a request with an absolute URL to its host.
func (o *Outward) way(scheme, host, port string) way {
	addr := net.JoinHostPort(host, port)
	if scheme == "https" {
		return way{dial: func(ctx context.Context) (net.Conn, error) {
			c, err := o.tunnel(ctx, addr)
			if err != nil {
				return nil, err
			}
			return o.shake(ctx, c, host)
		}}
	}
	if o.HTTP == nil {
		return way{dial: func(ctx context.Context) (net.Conn, error) { return o.connect(ctx, addr) }}
	}
	return way{proxy: true, header: credentials(o.HTTP),
		dial: func(ctx context.Context) (net.Conn, error) { return o.toProxy(ctx, o.HTTP) }}
}

// toProxy opens a connection to a proxy of the environment.
func (o *Outward) toProxy(ctx context.Context, u *url.URL) (net.Conn, error) {
	port := u.Port()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errProxyKind
	case port == "" && u.Scheme == "https":
		port = "443"
	case port == "":
		port = "80"
	}
	c, err := o.connect(ctx, net.JoinHostPort(u.Hostname(), port))
	if err != nil || u.Scheme == "http" {
		return c, err
	}
	return o.shake(ctx, c, u.Hostname())
}

func (o *Outward) shake(ctx context.Context, c net.Conn, host string) (net.Conn, error) {
	cfg := o.TLS.Clone()
	if cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	cfg.ServerName, cfg.NextProtos = host, []string{"http/1.1"}
	t := tls.Client(c, cfg)
	if err := t.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return t, nil
}

func credentials(u *url.URL) http.Header {
	h := http.Header{}
	if u.User != nil {
		password, _ := u.User.Password()
		h.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}
	return h
}
