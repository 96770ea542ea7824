package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/world"
)

// A logbook keeps what is logged.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logbook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logbook) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// A sulking store refuses so many Views and Updates, so that there is something
// to log.
type sulking struct {
	driver.Store
	mu   sync.Mutex
	left int
}

func (s *sulking) sulk(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = n
}

func (s *sulking) works() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == 0 {
		return nil
	}
	s.left--
	return driver.ErrUnavailable
}

func (s *sulking) View(ctx context.Context, f func(driver.Reader) error) error {
	if err := s.works(); err != nil {
		return err
	}
	return s.Store.View(ctx, f)
}

func (s *sulking) Update(ctx context.Context, f func(driver.Writer) error) error {
	if err := s.works(); err != nil {
		return err
	}
	return s.Store.Update(ctx, f)
}

// A talker is a lab whose store sulks, with its log and its control plane.
type talker struct {
	*lab
	*sulking
	log  *logbook
	ctl  func(method, path, body string) string
	id   store.ID // of eve
	psid string
}

// openTalker loads a world in which eve has an internal id that is no other number.
func openTalker(t *testing.T) *talker {
	t.Helper()
	log := &logbook{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w := &talker{lab: emptyLab(t, Settings{Log: logger}), log: log}
	w.chores.stop()
	w.sulking = &sulking{Store: w.memory}
	w.drv, w.DB = w.sulking, store.Open(w.sulking, store.Options{Decode: world.Decoders(w.Keys)})
	w.lab.wire()
	w.chores = startChores(w.Graph)
	if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
		for tx.NewID() < 314_159 {
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.load(t, longStory(700))
	if err := w.DB.View(t.Context(), func(r *store.Reader) (err error) {
		w.id, err = r.Resolve(t.Context(), store.SpaceHandle, "person/eve")
		return err
	}); err != nil || w.id < 314_159 {
		t.Fatalf("the person: %d, %v", w.id, err)
	}
	w.psid = w.ids.Pages["shop"].PSIDs["eve"]
	h := control.Handler(control.Deps{World: w.World, Journal: w.Journal, Clock: w.Clock, Faults: w.Faults, Schema: w.Schema, Mode: "emulator", Log: logger,
		Ready: w.Ready, Metrics: promhttp.HandlerFor(w.Metrics.Registry, promhttp.HandlerOpts{}), Reset: w.Reset,
		Info: func() control.Info { return control.Info{} }})
	w.ctl = func(method, path, body string) string {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		return out.Body.String()
	}
	return w
}

// mention has the server do all kinds of things about eve, which fail or do not.
func (w *talker) mention(t *testing.T) {
	t.Helper()
	shop := w.ids.Pages["shop"]
	for _, sulks := range []int{0, 1, 2} {
		for _, ask := range []func(){
			func() { w.read("v25.0", w.psid, "first_name,last_name,profile_pic", shop.Token) },
			func() { w.read("v2.10", w.psid, "nonsense", shop.Token) },
			func() { w.read("v25.0", "canarymail@example.com", "id", shop.Token) },
			func() { w.ctl("GET", "/_/api/people/eve", "") },
			func() {
				w.ctl("PUT", "/_/api/people/eve", `{"first_name":"Canaryeve","email":"canarymail@example.com"}`)
			},
			func() { w.ctl("PUT", "/_/api/people/eve", `{"locale":"Canaryeve"}`) },
			func() {
				w.ctl("POST", "/_/api/act", `{"person":"eve","page":"shop","event":"message","text":"Canarytext"}`)
			},
			func() {
				w.ctl("POST", "/_/api/act", `{"person":"Canaryeve","page":"shop","event":"canarymail@example.com"}`)
			},
			func() { w.ctl("GET", "/_/readyz", "") },
		} {
			w.sulk(sulks)
			ask()
		}
	}
	w.sulk(0)
}

// found lists what of eve a text has. An internal id counts where it is a word.
func (w *talker) found(text string) []string {
	return regexp.MustCompile(fmt.Sprintf(`(?i)canary\w*|\b%d\b`, w.id)).FindAllString(text, -1)
}

// The rest of T-CON-16: neither what the server has logged, down to the last
// detail, nor its metrics have the name, the address or the internal id of somebody
// who was erased.
func TestErasedInNoLogAndNoMetric(t *testing.T) {
	w := openTalker(t)
	for _, planted := range []string{"msg=Canaryeve", `kith_calls{who="` + fmt.Sprint(w.id) + `"} 1`} {
		if len(w.found(planted)) != 1 {
			t.Errorf("the search does not find %s", planted)
		}
	}
	w.mention(t)
	if person, err := json.Marshal(w.ctl("GET", "/_/api/people/eve", "")); err != nil || len(w.found(string(person))) == 0 {
		t.Errorf("before the erasure: %s, %v", person, err)
	}
	if a := w.ctl("POST", "/_/api/act", `{"person":"eve","event":"erase"}`); !strings.Contains(a, "eve") {
		t.Fatalf("erase: %s", a)
	}
	w.sulk(3) // the job fails at first
	w.chores.begun()
	for end := time.Now().Add(time.Minute); w.ctl("GET", "/_/api/jobs", "") != "{\"jobs\":[]}\n"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("jobs after a minute: %s", w.ctl("GET", "/_/api/jobs", ""))
		}
	}
	w.mention(t)
	log, metrics := w.log.text(), w.ctl("GET", "/_/metrics", "")
	if n := strings.Count(log, "\n"); n < 20 || !strings.Contains(log, "call failed") || !strings.Contains(log, "control call failed") {
		t.Errorf("%d lines were logged, which says nothing:\n%s", n, log)
	}
	if !strings.Contains(metrics, "kith_") || strings.Count(metrics, "\n") < 50 {
		t.Errorf("the metrics say nothing:\n%s", metrics)
	}
	for what, text := range map[string]string{"log": log, "metrics": metrics, "jobs": w.ctl("GET", "/_/api/jobs", "")} {
		for line := range strings.Lines(text) {
			if got := w.found(line); len(got) > 0 {
				t.Errorf("the %s: %q in %s", what, got, line)
			}
		}
	}
}
