package story

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A World is a server that stories run against: one in memory, or any by URL.
type World struct {
	// URL is where the Graph is, without a slash at the end, and the control
	// plane too unless Control says otherwise. The control plane is asked only
	// for what a story cannot do without.
	URL     string
	Control string
	// Admin is the credential of the control plane; nobody else gets it.
	Admin  string
	Client *http.Client
	// Restart closes and opens the store again. Without it the verb does
	// nothing.
	Restart func(context.Context) error
	// Settings are the knobs the server runs with, where they are not the
	// defaults; nil: the server is asked. A story that needs others is skipped.
	Settings map[string]string
	// Observe sees every answer with what the journal keeps of it; nil: nobody
	// does.
	Observe func(*Observed)
}

// An Observed is an answer, the node it is about and its ladder.
type Observed struct {
	Answer
	TokenKind string // of the Viewer as written: page, app, user, instagram, token, nobody
	Node      string
	Why       []Why
}

// A Why is one rung of a ladder as the control plane tells it.
type Why struct {
	Rung, Outcome, Text, Reference string
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// a reply is an answer as it arrived.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do sends one request to the Graph. The target goes out as it is written.
func (w *World) do(ctx context.Context, method, host, target string, header []Pair, body string) (*reply, error) {
	return w.send(ctx, w.URL, method, host, target, header, body)
}

func (w *World) send(ctx context.Context, to, method, host, target string, header []Pair, body string) (*reply, error) {
	base, err := url.Parse(to)
	if err != nil {
		return nil, fmt.Errorf("server URL: %w", err)
	}
	path, query, asked := strings.Cut(target, "?")
	req, err := http.NewRequestWithContext(ctx, method, to+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body == "" {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.URL = &url.URL{Scheme: base.Scheme, Host: base.Host, Opaque: path, RawQuery: query, ForceQuery: asked && query == ""}
	if host != "" {
		req.Host = host
	}
	req.Header.Set("User-Agent", "kith-story")
	for _, h := range header {
		req.Header.Add(h.Name, h.Value)
	}
	client := *w.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if u, ok := errors.AsType[*url.Error](err); ok {
		return nil, u.Err // its URL may hold a token
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	got, err := readAnswer(resp)
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s: %w", method, err)
	}
	return &reply{resp.StatusCode, resp.Header, got}, nil
}

// readAnswer reads a body, unpacked if the story asked for a packed one.
func readAnswer(resp *http.Response) ([]byte, error) {
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		r, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = r
	}
	return io.ReadAll(io.LimitReader(body, maxAnswer))
}

// control calls the control plane. A nil body sends none, bytes go as YAML,
// anything else as JSON; the answer is read into into unless that is nil.
func (w *World) control(ctx context.Context, method, path string, body, into any) error {
	var text []byte
	var header []Pair
	switch b := body.(type) {
	case nil:
	case []byte:
		text, header = b, []Pair{{"Content-Type", "application/yaml"}}
	default:
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
		header = []Pair{{"Content-Type", "application/json"}}
	}
	if w.Admin != "" {
		header = append(header, Pair{"Authorization", "Bearer " + w.Admin})
	}
	r, err := w.send(ctx, cmp.Or(w.Control, w.URL), method, "", "/_/api/"+path, header, string(text))
	if err != nil {
		return err
	}
	if r.status >= 300 {
		return fmt.Errorf("%s /_/api/%s: %d %s", method, path, r.status, bytes.TrimSpace(r.body))
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(r.body, into); err != nil {
		return fmt.Errorf("%s /_/api/%s: %w", method, path, err)
	}
	return nil
}

// reset replaces the world by a world file and stops its clock.
func (w *World) reset(ctx context.Context, seed []byte) error {
	at := frozen
	if t, ok := clockOf(seed); ok {
		at = t
	} else {
		seed = append(bytes.Clone(seed), ("clock: " + frozen.Format(time.RFC3339) + "\n")...)
	}
	if err := w.control(ctx, http.MethodPost, "reset", seed, nil); err != nil {
		return err
	}
	return w.freeze(ctx, at)
}

func (w *World) freeze(ctx context.Context, at time.Time) error {
	return w.control(ctx, http.MethodPut, "clock", map[string]string{"mode": "frozen", "now": at.UTC().Format(time.RFC3339)}, nil)
}

// clockOf finds the clock of a world file without reading the rest.
func clockOf(seed []byte) (time.Time, bool) {
	for line := range strings.Lines(string(seed)) {
		v, ok := strings.CutPrefix(line, "clock:")
		if !ok {
			continue
		}
		v, _, _ = strings.Cut(v, "#")
		t, err := time.Parse(time.RFC3339, strings.Trim(strings.TrimSpace(v), `"'`))
		return t, err == nil
	}
	return time.Time{}, false
}

// now is the world's clock.
func (w *World) now(ctx context.Context) (time.Time, error) {
	var a struct{ Now time.Time }
	err := w.control(ctx, http.MethodGet, "clock", nil, &a)
	return a.Now, err
}

// explain asks the journal about a call by its number: the node it reached and
// its ladder. A call that is not kept has neither.
func (w *World) explain(ctx context.Context, number string) (node string, ladder []Why) {
	if number == "" {
		return "", nil
	}
	var a struct {
		Request struct{ Node string }
		Why     []Why
	}
	if err := w.control(ctx, http.MethodGet, "requests/"+number+"/why", nil, &a); err != nil {
		return "", nil
	}
	return a.Request.Node, a.Why
}

// String is the rung on one line.
func (y Why) String() string {
	sign := "✓"
	switch y.Outcome {
	case "failed":
		sign = "✗"
	case "skipped":
		sign = "·"
	}
	return sign + " " + y.Rung + ": " + y.Text + " " + y.Reference
}
