package cli

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/world"
)

// defaultURL is where kith serve listens unless told otherwise.
const defaultURL = "http://127.0.0.1:8080"

// A client talks to the control plane of a running server.
type client struct {
	base  string // of the control plane
	graph string // of the Graph, "" while not known
	admin string
	http  http.Client
}

// clientFlags are what every command has that talks to a server.
func clientFlags(cmd *cobra.Command) { config.Flags(cmd.Flags(), "url", "data") }

// client finds the server: --url or KITH_URL, the run file of one that runs,
// the usual address.
func (r *Run) client(cmd *cobra.Command) (*client, error) {
	cfg, err := r.settings(cmd)
	if err != nil {
		return nil, err
	}
	c := &client{base: defaultURL}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if cfg.URL != "" {
		if _, err := bare(cfg.URL); err != nil {
			return nil, err
		}
		c.base, c.admin = cfg.URL, cfg.AdminToken // a file's credential is for the server of that folder only
		return c, nil
	}
	c.admin = cfg.ClientCredential()
	if f, ok := running(cfg); ok {
		c.base, c.graph = f.ControlURL, f.URL
	}
	return c, nil
}

// get reads a JSON answer into v.
func (c *client) get(ctx context.Context, path string, v any) error {
	return c.call(ctx, http.MethodGet, path, "", nil, v)
}

// send sends a JSON body and reads the answer into v, unless it is nil.
func (c *client) send(ctx context.Context, method, path string, body, v any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.call(ctx, method, path, "application/json", strings.NewReader(string(data)), v)
}

func (c *client) call(ctx context.Context, method, path, kind string, body io.Reader, v any) error {
	resp, err := c.open(ctx, method, path, kind, body)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if v == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		return fmt.Errorf("%s answered %s to %s with something else: is it kith, and its control plane? (%w)", c.base, resp.Status, path, err)
	}
	return nil
}

// open sends a request to the control plane and returns a good answer, or what
// the server said against it.
func (c *client) open(ctx context.Context, method, path, kind string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", path, err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.admin != "" {
		req.Header.Set("Authorization", "Bearer "+c.admin)
	}
	resp, err := c.do(req)
	if err != nil || resp.StatusCode < 300 {
		return resp, err
	}
	defer func() { _ = resp.Body.Close() }()
	var refusal struct{ Error *control.Failure }
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if json.Unmarshal(data, &refusal) != nil || refusal.Error == nil || refusal.Error.Message == "" {
		return nil, fmt.Errorf("%s answered %s to %s: is it kith, and its control plane?", c.base, resp.Status, path)
	}
	if resp.StatusCode == http.StatusNotFound && refusal.Error.Message == control.NoRoute {
		refusal.Error.Remedy = "that is for emulators, and this is server mode, or an older kith"
	}
	return nil, refusal.Error
}

func (c *client) do(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req)
	if err == nil {
		return resp, nil
	}
	if err = unreached(c.base, err); isUnreachable(err) {
		return nil, err
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the URL may hold a token
	}
	return nil, fmt.Errorf("call %s: %w", c.base, err)
}

// unreached tells a server that is not there from one that failed.
func unreached(base string, err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &unreachable{base, op.Err}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return &unreachable{base, dns}
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("%w; nobody vouches for the certificate that kith makes for itself: ask it over http", cert)
	}
	return err
}

func isUnreachable(err error) bool {
	_, ok := errors.AsType[*unreachable](err)
	return ok
}

func (c *client) ids(ctx context.Context) (*world.IDs, error) {
	var ids world.IDs
	return &ids, c.get(ctx, "/_/api/ids", &ids)
}

// graphURL is where the Graph of this server is.
func (c *client) graphURL(ctx context.Context) (string, error) {
	if c.graph != "" {
		return c.graph, nil
	}
	var info control.Info
	if err := c.get(ctx, "/_/api/version", &info); err != nil {
		return "", err
	}
	if info.Mode != config.Server || info.URL == "" {
		return c.base, nil // one address for both
	}
	return info.URL, nil
}
