// Package kithtest is a Graph for tests: a kith server in the test's own
// process, with a world of people, a clock that stands still and a client that
// reaches it without sockets.
//
//	func TestGreeting(t *testing.T) {
//		kith := kithtest.New(t, kithtest.Options{})
//		shop := kith.Page("shop")
//		bot := NewBot(kith.Client(), "https://graph.facebook.com", shop.Token)
//		if got := bot.Greet(shop.PSID("alice")); got != "Hello Alice" {
//			t.Error(got)
//		}
//	}
//
// Without Options the world is the demo world, where every documented outcome
// has a person. When the test fails, its last Graph calls are logged with the
// reasons for their answers.
//
// The package promises what it exports, and nothing about what is behind it.
package kithtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/port"
	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/world"
)

// Options of a Server. The zero value is the demo world in memory, at nine in
// the morning of 1 March 2026, UTC.
type Options struct {
	// World is a world file in YAML; WorldFile is the path of one, in whose
	// folder pictures are looked for. Neither gives the demo world.
	World     []byte
	WorldFile string
	// SQLite keeps the world in a database file of the test's, instead of in
	// memory.
	SQLite bool
	// Store keeps it in an empty schema of a PostgreSQL database, as the URL
	// of one, with search_path for the schema. The test drops it.
	Store string
	// Knobs settle what the references leave open, by the names they have in
	// settings: no_consent, no_feature, ig_blocked, development, unknown_psid,
	// unknown_igsid, no_messaging,
	// block_withdraws, send_to_messenger_2018, token_conflict, token_status, versions.policy, pages.public,
	// pictures.unknown, webhooks.batch and rates.enforce with the other rates.
	Knobs map[string]string
	// Clock is where the clock stands; zero takes it from the world.
	Clock time.Time
}

// A Server is a Graph of the test's own. It ends with the test. Methods that
// cannot do what they are asked end the test; all may be called from any
// goroutine of the test's.
type Server struct {
	t     testing.TB
	opt   Options
	set   app.Settings
	first *world.World

	// mu is held by every call, and wholly by what changes what calls run on.
	mu      sync.RWMutex
	graph   *app.Graph
	handler http.Handler

	listening sync.Once
	url       string
}

// pictures is where picture URLs begin while nobody listens: as recorded, and
// served by Client.
const pictures = "https://platform-lookaside.fbsbx.com"

// links is where links to the Graph begin until then.
const links = "https://graph.facebook.com"

// New starts a Server.
func New(t testing.TB, opt Options) *Server {
	t.Helper()
	s := &Server{t: t, opt: opt}
	if err := s.start(); err != nil {
		t.Fatalf("kithtest: %v", err)
	}
	t.Cleanup(s.close)
	t.Cleanup(s.report)
	return s
}

func (s *Server) start() error {
	name, data := "demo", world.Demo()
	switch {
	case s.opt.WorldFile != "":
		name = s.opt.WorldFile
		var err error
		if data, err = os.ReadFile(name); err != nil {
			return err
		}
		s.set.Files = beside(name)
	case s.opt.World != nil:
		name, data = "world.yaml", s.opt.World
	}
	cat, err := nodes.Catalogue()
	if err != nil {
		return err
	}
	if s.first, err = world.Parse(name, data, cat); err != nil {
		return err
	}
	if err := s.settings(); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	s.graph.Clock.Freeze(s.begin())
	if err := s.graph.Load(s.context(), s.first); err != nil {
		return err
	}
	s.graph.Clock.Freeze(s.begin())
	return nil
}

// beside reads files of the folder of a world file, and no others.
func beside(name string) func(string) ([]byte, error) {
	return func(file string) ([]byte, error) {
		root, err := os.OpenRoot(filepath.Dir(name))
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }()
		return root.ReadFile(file)
	}
}

func (s *Server) settings() error {
	knobs, rates := consent.DefaultKnobs(), config.DefaultRates()
	var attachments config.Attachments
	for name, value := range s.opt.Knobs {
		if name == "versions.policy" {
			if value != "pinned" && value != "realistic" {
				return fmt.Errorf("knob versions.policy is %q: pinned and realistic are its values", value)
			}
			s.set.Realistic = value == "realistic"
			continue
		}
		if name == "pages.public" {
			if value != "by_version" && value != "reviewed" && value != "open" && value != "closed" {
				return fmt.Errorf("knob pages.public is %q: by_version, reviewed, open and closed are its values", value)
			}
			s.set.PublicPages = value
			continue
		}
		if name == "pictures.unknown" {
			if value != "error" && value != "silhouette" {
				return fmt.Errorf("knob pictures.unknown is %q: error and silhouette are its values", value)
			}
			s.set.Silhouettes = value == "silhouette"
			continue
		}
		if name == "sending.recipient_id" {
			if value != "by_edition" && value != "always" && value != "never" {
				return fmt.Errorf("knob sending.recipient_id is %q: by_edition, always and never are its values", value)
			}
			s.set.TellRecipient = value
			continue
		}
		if name == "sending.phone_fee" {
			if value != "paid" && value != "due" {
				return fmt.Errorf("knob sending.phone_fee is %q: paid and due are its values", value)
			}
			s.set.PhoneFee = value == "due"
			continue
		}
		if name == "webhooks.message_request" {
			if !slices.Contains(messaging.RequestForms(), value) {
				return fmt.Errorf("knob webhooks.message_request is %q: optin, beside and both are its values", value)
			}
			s.set.MessageRequest = value
			continue
		}
		if file, ok := strings.CutPrefix(name, "attachments."); ok {
			if err := attachments.Set(file, value); err != nil {
				return fmt.Errorf("knob %w", err)
			}
			continue
		}
		if rate, ok := strings.CutPrefix(name, "rates."); ok {
			if err := rates.Set(rate, value); err != nil {
				return fmt.Errorf("knob %w", err)
			}
			continue
		}
		if name == "limits.test_users" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return fmt.Errorf("knob limits.test_users is %q: it takes a number from 1 on", value)
			}
			s.set.TestUsers = n
			continue
		}
		if name == "webhooks.batch" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > webhook.MostJoined {
				return fmt.Errorf("knob webhooks.batch is %q: it takes a number from 1 to %d", value, webhook.MostJoined)
			}
			s.set.Deliveries.Batch = n
			continue
		}
		if name == "token_conflict" {
			if value != "refuse" && value != "parameter" {
				return fmt.Errorf("knob token_conflict is %q: refuse and parameter are its values", value)
			}
			s.set.ParameterWins = value == "parameter"
			continue
		}
		if name == "token_status" {
			if value != "400" && value != "401" && value != "instagram" {
				return fmt.Errorf("knob token_status is %q: 400, 401 and instagram are its values", value)
			}
			s.set.TokenStatus = value
			continue
		}
		if err := knobs.Set(name, value); err != nil {
			return err
		}
	}
	s.set.Knobs, s.set.Rates, s.set.Attachments = &knobs, rates.Rules(), app.AttachmentsOf(&attachments)
	s.set.PublicURL, s.set.GraphURL = pictures, links
	if s.opt.SQLite {
		s.set.Path = filepath.Join(s.t.TempDir(), "kith.db")
	}
	s.set.DSN = s.opt.Store
	return nil
}

// begin is where the clock stands at first.
func (s *Server) begin() time.Time {
	switch {
	case !s.opt.Clock.IsZero():
		return s.opt.Clock.UTC()
	case !s.first.Clock.IsZero():
		return s.first.Clock
	}
	return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
}

// open opens the Graph over its store, which may hold a world already.
func (s *Server) open() error {
	g, err := app.Open(s.context(), s.set)
	if err != nil {
		return err
	}
	plane := control.Handler(control.Deps{
		World: g.World, Journal: g.Journal, Clock: g.Clock, Faults: g.Faults, Limits: g.Limits, Schema: g.Schema, Ready: g.Ready, Reset: g.Reset,
		Info: func() control.Info { return control.Info{Version: app.Version, Mode: "emulator", Store: "test"} },
	})
	core := port.Adapt(context.Background(), port.Bodies{}, g.Serve)
	s.graph, s.handler = g, port.Route("/_/", plane, core)
	return nil
}

// context goes on while the test cleans up.
func (s *Server) context() context.Context { return context.WithoutCancel(s.t.Context()) }

// ServeHTTP answers a request as the server would on a socket, so that a
// Server can stand behind a handler of the test's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.handler.ServeHTTP(w, r)
}

// lasting is a world that outlives its Graph.
func (s *Server) lasting() bool { return s.opt.SQLite || s.opt.Store != "" }

// Reset goes back to the world and the time the Server began with.
func (s *Server) Reset() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.graph.Clock.Freeze(s.begin())
	var to *world.World // nil takes the short way, which only memory has
	if s.lasting() {
		to = s.first
	}
	if err := s.graph.Reset(s.context(), to); err != nil {
		s.t.Fatalf("kithtest: reset: %v", err)
	}
	s.graph.Clock.Freeze(s.begin())
}

// Restart closes the database and opens it again, as the next start of a
// server would. In memory, where nothing would be left, it does nothing.
func (s *Server) Restart() {
	s.t.Helper()
	if !s.lasting() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, frozen := s.graph.Clock.Now(), s.graph.Clock.Frozen()
	s.set.Begin = now
	err := s.graph.Close()
	if err == nil {
		err = s.open()
	}
	if err != nil {
		s.t.Fatalf("kithtest: restart: %v", err)
	}
	if !frozen {
		s.graph.Clock.Set(now)
	}
}

func (s *Server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.graph.Close(); err != nil {
		s.t.Errorf("kithtest: close: %v", err)
	}
}

// Why tells, rung by rung, how the answer to a Graph call came about. An
// answer that is not from this Server has no reasons.
func (s *Server) Why(resp *http.Response) []string {
	n, err := strconv.ParseUint(resp.Header.Get("X-Kith-Request"), 10, 64)
	if err != nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.graph.Journal.Get(n)
	if !ok {
		return nil
	}
	return why(&e)
}
