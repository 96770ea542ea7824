package webhook

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// soon bounds waits for what is sure to come.
const soon = 2 * time.Minute

// A rig is an outbox in memory with its deliverer, and a clock that a test moves.
type rig struct {
	testing.TB
	db    *store.DB
	box   *Outbox
	nanos atomic.Int64
	opt   DelivererOptions

	stop context.CancelFunc
	done chan struct{}
}

func newRig(t testing.TB, opt Options, del DelivererOptions) *rig {
	t.Helper()
	return rigOn(t, memory.Open(store.Registry()), opt, del)
}

func rigOn(t testing.TB, drv driver.Store, opt Options, del DelivererOptions) *rig {
	t.Helper()
	r := &rig{TB: t, db: openOn(t, drv)}
	r.nanos.Store(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).UnixNano())
	names, err := NewNames([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	opt.DB, opt.Now, opt.Names = r.db, func() time.Time { return time.Unix(0, r.nanos.Load()) }, names
	r.box = NewOutbox(opt)
	del.Outbox, del.Sign, del.Log = r.box, access.SignRequest, slog.New(slog.DiscardHandler)
	r.opt = del
	t.Cleanup(func() { r.end() })
	return r
}

func openOn(t testing.TB, drv driver.Store) *store.DB {
	t.Helper()
	decode := people.Decoders()
	maps.Copy(decode, Decoders())
	decode[store.KindApp] = func(id store.ID, _ int64, data []byte) (any, error) {
		a, err := people.DecodeApp(id, data)
		if err == nil {
			a.Secret = string(a.Sealed)
		}
		return a, err
	}
	db := store.Open(drv, store.Options{Decode: decode})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// begin lets a deliverer run, as a start of a server does; end ends it.
func (r *rig) begin() {
	ctx, stop := context.WithCancel(context.Background())
	r.stop, r.done = stop, make(chan struct{})
	go func() {
		defer close(r.done)
		NewDeliverer(r.opt).Run(ctx, r.db)
	}()
}

func (r *rig) end() {
	if r.stop != nil {
		r.stop()
		<-r.done
		r.stop = nil
	}
}

func (r *rig) advance(d time.Duration) { r.nanos.Add(int64(d)) }

// app makes an app that is told at an address.
func (r *rig) app(n int, at string) *people.App {
	r.Helper()
	a := &people.App{PublicID: fmt.Sprint(1000 + n), Handle: fmt.Sprintf("app%d", n), Secret: fmt.Sprintf("secret%d", n), DeauthURL: at, DeletionURL: at}
	if err := r.db.Update(r.Context(), func(tx *store.Tx) error {
		a.ID = tx.NewID()
		return r.put(tx, a)
	}); err != nil {
		r.Fatal(err)
	}
	return a
}

func (r *rig) put(tx *store.Tx, a *people.App) error {
	data := a.Encode(func(_, secret string) []byte { return []byte(secret) })
	return tx.Put(r.Context(), store.Object{ID: a.ID, Kind: store.KindApp, Data: data})
}

// add tells an app of somebody, in a transaction of its own.
func (r *rig) add(a *people.App, what What, person store.ID, user string) {
	r.Helper()
	r.addTo("", a, what, person, user)
}

// addTo is add to a thread.
func (r *rig) addTo(thread string, a *people.App, what What, person store.ID, user string) {
	r.Helper()
	var id store.ID
	if err := r.db.Update(r.Context(), func(tx *store.Tx) (err error) {
		id, err = r.box.Add(r.Context(), tx, Event{What: what, App: a, Person: person, UserID: user, Thread: thread, At: r.box.opt.Now()})
		return err
	}); err != nil {
		r.Fatal(err)
	}
	r.box.Wake(id)
}

// update tells an app of a change that somebody made.
func (r *rig) update(a *people.App, person store.ID, body string) {
	r.Helper()
	var id store.ID
	if err := r.db.Update(r.Context(), func(tx *store.Tx) (err error) {
		if err := r.put(tx, a); err != nil {
			return err
		}
		id, err = r.box.Add(r.Context(), tx, Event{What: PageUpdate, App: a, Person: person, UserID: "u", Body: []byte(body), At: r.box.opt.Now()})
		return err
	}); err != nil {
		r.Fatal(err)
	}
	r.box.Wake(id)
}

// until waits until the deliveries are as a test wants them.
func (r *rig) until(want func([]View) bool) []View {
	r.Helper()
	for end := time.After(soon); ; {
		list, err := r.box.List(r.Context(), Query{Limit: 100_000})
		if err != nil {
			r.Fatal(err)
		}
		if want(list) {
			return list
		}
		select {
		case <-end:
			r.Fatalf("it never came so far: %+v", list[:min(len(list), 5)])
		case <-time.After(time.Millisecond):
		}
	}
}

func all(n int, state State) func([]View) bool {
	return func(list []View) bool {
		have := 0
		for i := range list {
			if list[i].State == state.String() {
				have++
			}
		}
		return have == n
	}
}

func tries(n int64) func([]View) bool {
	return func(list []View) bool {
		have := int64(0)
		for i := range list {
			have += list[i].Tries
		}
		return have == n
	}
}

// A target is an app's end: it keeps what it got and answers as answer says.
type target struct {
	*httptest.Server
	mu     sync.Mutex
	users  []string // user_id of each call
	names  []string // of each delivery
	answer func(n int, w http.ResponseWriter, r *http.Request)
}

func newTarget(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *target {
	t.Helper()
	x := &target{answer: answer}
	x.Server = httptest.NewServer(x)
	t.Cleanup(x.Close)
	return x
}

func (x *target) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	_, text, _ := strings.Cut(form.Get("signed_request"), ".")
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	var said struct {
		UserID string `json:"user_id"`
	}
	_ = json.Unmarshal(raw, &said)
	x.mu.Lock()
	x.users = append(x.users, said.UserID)
	x.names = append(x.names, r.Header.Get("X-Kith-Delivery"))
	n := len(x.users)
	x.mu.Unlock()
	if x.answer != nil {
		x.answer(n, w, r)
	}
}

func (x *target) got() (users, names []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string(nil), x.users...), append([]string(nil), x.names...)
}

func fail(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
