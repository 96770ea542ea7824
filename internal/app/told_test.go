package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/world"
)

// An ear is an app's end: it keeps the names of deliveries, and holds its answer
// back from the first on while it is told to.
type ear struct {
	*httptest.Server
	mu    sync.Mutex
	names []string
	heard chan struct{}
	hold  chan struct{}
}

func newEar(t *testing.T) *ear {
	t.Helper()
	e := &ear{heard: make(chan struct{}, 1000)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		e.mu.Lock()
		e.names = append(e.names, r.Header.Get("X-Kith-Delivery"))
		hold := e.hold
		e.mu.Unlock()
		e.heard <- struct{}{}
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
	}))
	t.Cleanup(e.Close)
	return e
}

const leavers = 20

// leaving is a world with people who use an app.
func leaving(at string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apps: {demo: {deauth_callback_url: %q}}\npages: {shop: {app: demo}}\npeople:\n", at)
	for i := range leavers {
		fmt.Fprintf(&b, "  p%d: {first_name: P, apps: {demo: {granted: [public_profile]}}}\n", i)
	}
	return b.String()
}

type deliveries struct {
	Deliveries []webhook.View `json:"deliveries"`
}

func (d deliveries) in(state string) (n int) {
	for i := range d.Deliveries {
		if d.Deliveries[i].State == state {
			n++
		}
	}
	return n
}

// A process that is killed between an event and its delivery, or between a
// delivery and its record, loses nothing: the next one delivers it, under the same
// name. (T-SSR-11)
func TestKilledBeforeTheAppWasTold(t *testing.T) {
	e := newEar(t)
	e.hold = make(chan struct{})
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), leaving(e.URL), "--webhooks-targets", "loopback")
	v.start(t)
	for i := range leavers {
		if status, text, err := v.call("POST", "/_/api/act", fmt.Sprintf(`{"person":"p%d","event":"uninstall","app":"demo"}`, i)); err != nil || status != 200 {
			t.Fatalf("uninstall: %d %s %v", status, text, err)
		}
	}
	<-e.heard // the first is under way, and has no answer
	v.kill()
	e.mu.Lock()
	e.hold, e.names = nil, nil
	e.mu.Unlock()
	v.start(t)
	var got deliveries
	for end := time.After(2 * time.Minute); got.in("delivered") != leavers; {
		if err := v.get("/_/api/deliveries", &got); err != nil {
			t.Fatal(err)
		}
		select {
		case <-end:
			t.Fatalf("%d of %d were delivered", got.in("delivered"), leavers)
		case <-time.After(5 * time.Millisecond):
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	times := map[string]int{}
	for _, name := range e.names {
		times[name]++
	}
	for i := range got.Deliveries {
		n := times[got.Deliveries[i].ID]
		if n != 1 {
			t.Errorf("delivery %d was told %d times by the next process", i, n)
		}
	}
	if len(times) != leavers {
		t.Errorf("%d names", len(times))
	}
}

// Of several servers on one database one delivers what all of them are told, once;
// another goes on when it stops.
func TestOneServerDelivers(t *testing.T) {
	dsn := pgtest.DB(t)
	e := newEar(t)
	servers := make([]*Server, 2)
	for i := range servers {
		var err error
		if servers[i], err = sharing(t, dsn); err != nil {
			t.Fatal(err)
		}
	}
	set := world.AppSettings{DeauthURL: &e.URL}
	if err := servers[0].Graph.World.Configure(t.Context(), "demo", set); err != nil {
		t.Fatal(err)
	}
	leave := func(s *Server) {
		t.Helper()
		for _, event := range []string{"install", "uninstall"} {
			if _, err := s.Graph.World.Act(t.Context(), world.Action{Person: "alice", App: "demo", Event: event}); err != nil {
				t.Fatal(err)
			}
		}
		for {
			list, err := s.Graph.World.Deliveries(t.Context(), world.DeliveryQuery{State: "waiting", Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	for range 3 {
		for _, s := range servers {
			leave(s)
		}
	}
	for _, s := range servers { // whoever has the duty
		s.Graph.chores.stop()
		s.Graph.chores = startChores(s.Graph)
		leave(s)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.names) != 8 {
		t.Errorf("%d deliveries", len(e.names))
	}
	seen := map[string]bool{}
	for _, name := range e.names {
		if seen[name] {
			t.Errorf("%s was delivered twice", name)
		}
		seen[name] = true
	}
}

// An erased person is on no delivery, and what waits is delivered. (T-CON-16)
func TestAnErasedPersonIsOnNoDelivery(t *testing.T) {
	e := newEar(t)
	l := openLab(t, Settings{}, leaving(e.URL))
	asid := l.ids.People["p1"].ASIDs["demo"]
	e.mu.Lock()
	e.hold = make(chan struct{})
	e.mu.Unlock()
	l.act(t, world.Action{Person: "p1", App: "demo", Event: "uninstall"})
	<-e.heard
	l.act(t, world.Action{Person: "p1", Event: "erase"})
	for {
		if jobs, err := l.World.Jobs(t.Context()); err != nil {
			t.Fatal(err)
		} else if len(jobs) == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	close(e.hold)
	for {
		list, err := l.World.Deliveries(t.Context(), world.DeliveryQuery{App: "demo", Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 1 && list[0].State == "delivered" {
			var said struct {
				UserID string `json:"user_id"`
			}
			if json.Unmarshal(list[0].Payload, &said) != nil || said.UserID != asid {
				t.Errorf("it says %s", list[0].Payload)
			}
			break
		}
		time.Sleep(time.Millisecond)
	}
	report, err := l.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Errorf("the database: %+v, %v", report, err)
	}
}

// What a server is told of waits while a world is exchanged, and is gone with it.
func TestResetForgetsWhatWaits(t *testing.T) {
	e := newEar(t)
	l := openLab(t, Settings{}, leaving(e.URL))
	e.mu.Lock()
	e.hold = make(chan struct{})
	e.mu.Unlock()
	l.act(t, world.Action{Person: "p1", App: "demo", Event: "uninstall"})
	l.act(t, world.Action{Person: "p2", App: "demo", Event: "uninstall"})
	<-e.heard
	if err := l.Reset(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	e.hold = nil
	e.mu.Unlock()
	l.act(t, world.Action{Person: "p3", App: "demo", Event: "uninstall"})
	<-e.heard
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.names) != 2 {
		t.Errorf("%d deliveries", len(e.names))
	}
}

// The names of deliveries say nothing and cannot be guessed.
func TestNamesOfDeliveriesNeedTheKey(t *testing.T) {
	a, err := webhook.NewNames([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := webhook.NewNames([]byte(strings.Repeat("k", 32))); err != nil || a == b {
		t.Errorf("two keys give one cipher, %v", err)
	}
}
