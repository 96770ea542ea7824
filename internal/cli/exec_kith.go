package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/world"
)

// answering is the kith that answers a program: exec's own, or one that runs.
type answering struct {
	url    string
	tokens map[string]string // of Pages, by handle
	dial   func(ctx context.Context) (net.Conn, error)
	stop   func() error
}

func (r *Run) answering(ctx context.Context, cfg *config.Config) (*answering, error) {
	if cfg.URL != "" {
		return joinRunning(ctx, cfg)
	}
	own := *cfg
	own.Mode, own.Memory, own.Store, own.Listen = config.Emulator, true, "", "127.0.0.1:0"
	own.PublicURL, own.GraphURL = pictureURL, graphURL
	if !cfg.Given("log_level") {
		own.LogLevel = "warn" // what is printed is the program's
	}
	s, err := app.Start(ctx, &own, r.logger(&own))
	if err != nil {
		return nil, err
	}
	k := &answering{url: s.URL, stop: func() error {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		return s.Shutdown(late)
	}}
	ids, err := s.Graph.World.IDs(ctx)
	if err == nil {
		k.tokens = pageTokens(ids)
		err = k.reach(s.URL)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("list the world: %w", err), k.stop())
	}
	return k, nil
}

// joinRunning uses a kith that runs. What its control plane does not tell is
// left out: in server mode it is for others.
func joinRunning(ctx context.Context, cfg *config.Config) (*answering, error) {
	k := &answering{url: cfg.URL, stop: func() error { return nil }}
	if err := k.reach(cfg.URL); err != nil {
		return nil, err
	}
	c, err := k.dial(ctx)
	if err != nil {
		return nil, unreached(cfg.URL, err)
	}
	_ = c.Close()
	asked := &client{base: cfg.URL, admin: cfg.AdminToken, http: http.Client{Timeout: 10 * time.Second}}
	asked.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if ids, err := asked.ids(ctx); err == nil {
		k.tokens = pageTokens(ids)
	}
	return k, nil
}

// reach says how connections to the kith are opened.
func (k *answering) reach(text string) error {
	u, err := bare(text)
	if err != nil {
		return err
	}
	at, secure := u.Port(), u.Scheme == "https"
	switch {
	case at == "" && secure:
		at = "443"
	case at == "":
		at = "80"
	}
	addr := net.JoinHostPort(u.Hostname(), at)
	var d net.Dialer
	k.dial = func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", addr) }
	if secure {
		t := tls.Dialer{NetDialer: &d, Config: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}}
		k.dial = func(ctx context.Context) (net.Conn, error) { return t.DialContext(ctx, "tcp", addr) }
	}
	return nil
}

// mostTokens is how many Pages a program is told of: an environment has its
// bounds. [own]
const mostTokens = 100

func pageTokens(ids *world.IDs) map[string]string {
	tokens := map[string]string{}
	for _, handle := range slices.Sorted(maps.Keys(ids.Pages)) {
		if token := ids.Pages[handle].Token; token != "" && len(tokens) < mostTokens {
			tokens[handle] = token
		}
	}
	return tokens
}
