package webhook

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"
)

// mostFetched is how many files are fetched at a time; others wait for a place. What is
// fetched is in memory. [own]
const mostFetched = 4

// A Fetched is a file as an address answered it.
type Fetched struct {
	Name, Type string
	Data       []byte
}

// Errors of Fetch; what else is wrong with an address is an error of its own.
var (
	ErrNoTarget = errors.New("the address is no target")
	ErrTooMuch  = errors.New("the file is too large")
)

// Plain reports whether an address can be told apart as a target or none without asking
// who a name belongs to: where only this machine is one, no name but its own is resolved.
func (t Targets) Plain(address string) bool {
	u, err := parseURL(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	_, err = netip.ParseAddr(host)
	return t != Loopback || err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Fetch brings a file of at most that many bytes from where deliveries may go. No
// redirect is followed. What it takes of memory is asked of hold first, whose error is
// the answer; nil holds anything. [that redirects are not followed, own]
func (o *Outbox) Fetch(ctx context.Context, address string, most int64, within time.Duration, hold func(bytes int) error) (*Fetched, error) {
	if !o.opt.Targets.Plain(address) || o.opt.Targets.Check(address) != nil {
		return nil, ErrNoTarget
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	select {
	case o.fetched <- struct{}{}:
		defer func() { <-o.fetched }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s := newSender(o.opt.Targets, within)
	defer s.close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errURL
	}
	req.Header = http.Header{"Accept": {"*/*"}, "User-Agent": {"facebookexternalhit/1.1"}} // [guess]
	resp, err := s.client.Do(req)
	if f, ok := errors.AsType[*forbidden](err); ok {
		return nil, errors.Join(ErrNoTarget, f)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, &Refusal{Status: resp.StatusCode}
	case resp.ContentLength > most:
		return nil, ErrTooMuch
	}
	data, err := readHeld(resp.Body, resp.ContentLength, most, hold)
	if err != nil {
		return nil, err
	}
	return &Fetched{Name: fileName(resp, req.URL), Type: resp.Header.Get("Content-Type"), Data: data}, nil
}

// readHeld reads at most that many bytes into memory that was asked for. What is said to
// come is believed only as far as it comes.
func readHeld(r io.Reader, said, most int64, hold func(bytes int) error) (b []byte, err error) {
	const first = 64 << 10
	for {
		if len(b) == cap(b) {
			room := max(2*cap(b), first)
			if said >= 0 {
				room = min(room, max(int(said), len(b))+1)
			}
			if room = min(room, int(most)+1); hold != nil {
				if err := hold(room); err != nil {
					return nil, err
				}
			}
			b = append(make([]byte, 0, room), b...)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > most:
			return nil, ErrTooMuch
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, err
		}
	}
}

// fileName is what an answer calls its file, or else how its address ends.
func fileName(resp *http.Response, u *url.URL) string {
	if _, attrs, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil && attrs["filename"] != "" {
		return attrs["filename"]
	}
	if name := path.Base(u.Path); name != "/" && name != "." {
		return name
	}
	return ""
}
