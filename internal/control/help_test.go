package control_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

const seed = `
clock: 2026-03-01T09:00:00Z
apps: {demo: {}}
pages: {shop: {app: demo, owner: olga}}
people:
  olga: {first_name: Olga}
  ana: {first_name: Ana, contacts: {shop: message}}
`

// A rig is a plane over a world in memory.
type rig struct {
	*testing.T
	graph *app.Graph
	http  http.Handler
}

func newRig(t *testing.T, change func(*control.Deps)) *rig {
	t.Helper()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	g, err := app.Open(t.Context(), app.Settings{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	w, err := world.Parse("seed.yaml", []byte(seed), g.Schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Load(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	d := control.Deps{
		World: g.World, Journal: g.Journal, Clock: g.Clock, Faults: g.Faults, Reset: g.Reset, Ready: g.Ready, Schema: g.Schema, Mode: "emulator",
		Info: func() control.Info { return control.Info{Version: "test", Mode: "emulator"} },
	}
	if change != nil {
		change(&d)
	}
	return &rig{t, g, control.Handler(d)}
}

// A call is one request; the body is JSON unless kind says otherwise.
type call struct {
	method, path, kind, body string
	header                   map[string]string
}

func (r *rig) do(c call) *httptest.ResponseRecorder {
	r.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	req := httptest.NewRequest(c.method, c.path, body)
	if c.body != "" && c.kind == "" {
		c.kind = "application/json"
	}
	if c.kind != "" {
		req.Header.Set("Content-Type", c.kind)
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	r.http.ServeHTTP(w, req)
	return w
}

// want checks status and a part of the body, and what every answer has.
func (r *rig) want(c call, status int, part string) string {
	r.Helper()
	w := r.do(c)
	body := w.Body.String()
	if w.Code != status || !strings.Contains(body, part) {
		r.Errorf("%s %s %s\n got %d %s\nwant %d %s", c.method, c.path, short(c.body), w.Code, short(body), status, part)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		r.Errorf("%s %s lacks headers: %v", c.method, c.path, w.Header())
	}
	if w.Code >= 400 && !strings.HasPrefix(body, `{"error":{"message":"`) {
		r.Errorf("%s %s is refused with %s", c.method, c.path, body)
	}
	return body
}

// ask makes one Graph call, so that the journal has it.
func (r *rig) ask(target string) {
	r.Helper()
	out := &graph.Out{}
	r.graph.Serve(r.Context(), &graph.In{Method: "GET", Target: target, Header: func(string) string { return "" }}, out)
	if out.Status == 0 {
		r.Errorf("%s has no answer", target)
	}
}

// short keeps failures readable.
func short(text string) string { return text[:min(len(text), 500)] }
