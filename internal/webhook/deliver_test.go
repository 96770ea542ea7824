package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Each destination hears of everything once and in order, while others do too.
func TestDeliveriesOfOneDestinationAreInOrder(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{Lanes: 3})
	r.begin()
	const apps, each = 6, 300
	targets := make([]*target, apps)
	var writers sync.WaitGroup
	for n := range apps {
		targets[n] = newTarget(t, nil)
		a := r.app(n, targets[n].URL)
		writers.Go(func() {
			for i := range each {
				r.add(a, Deauthorize, 0, fmt.Sprint(i))
			}
		})
	}
	writers.Wait()
	r.until(all(apps*each, Delivered))
	for n, x := range targets {
		users, names := x.got()
		for i := range users {
			if users[i] != fmt.Sprint(i) {
				t.Fatalf("target %d heard %s as number %d", n, users[i], i)
			}
		}
		slices.Sort(names)
		if len(users) != each || len(slices.Compact(names)) != each {
			t.Errorf("target %d heard %d things, of %d names", n, len(users), len(slices.Compact(names)))
		}
	}
	if n := r.box.Stats.Delivered.Load(); n != apps*each {
		t.Errorf("%d were counted", n)
	}
	r.nothingWaits()
}

// nothingWaits looks at the rows: lanes are idle, and no queue has any.
func (r *rig) nothingWaits() {
	r.Helper()
	if err := r.db.View(r.Context(), func(v *store.Reader) error {
		return v.Scan(r.Context(), store.Assocs, func(row *store.Row) bool {
			if row.Assoc.Kind == store.AssocQueued || row.Assoc.Kind == store.AssocWaiting && row.Assoc.Time != 0 {
				r.Errorf("a row of kind %d is left", row.Assoc.Kind)
			}
			return true
		})
	}); err != nil {
		r.Fatal(err)
	}
}

// What a process wrote down before it died is delivered by the next, and what it
// was about to deliver too, under the same name. (T-SSR-11)
func TestTheNextProcessGoesOn(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	hold := make(chan struct{})
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		if n == 3 { // this one is cut off
			close(hold)
			<-req.Context().Done()
		}
	})
	a := r.app(1, x.URL)
	for i := range 5 {
		r.add(a, Deauthorize, 0, fmt.Sprint(i))
	}
	r.begin()
	<-hold
	r.end()
	r.begin()
	r.until(all(5, Delivered))
	users, names := x.got()
	if !slices.Equal(users, []string{"0", "1", "2", "2", "3", "4"}) {
		t.Errorf("it heard %v", users)
	}
	for i := range users {
		for j := range users {
			if (users[i] == users[j]) != (names[i] == names[j]) {
				t.Fatalf("users %v have names %v", users, names)
			}
		}
	}
}

// A receiver that is down for long is tried on the schedule, and hears everything
// once it is back, in order. (T-SSR-10)
func TestAReceiverThatComesBack(t *testing.T) {
	var up atomic.Bool
	r := newRig(t, Options{}, DelivererOptions{})
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		if !up.Load() {
			fail(n, w, req)
		}
	})
	a := r.app(1, x.URL)
	r.begin()
	for i := range 3 {
		r.addTo("thread", a, Deauthorize, 0, fmt.Sprint(i))
	}
	steps := []time.Duration{0, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour, time.Hour}
	r.until(tries(2)) // at once, twice
	for i, d := range steps[1:] {
		r.advance(d - time.Second)
		r.until(tries(int64(i + 2)))
		r.advance(time.Second)
		r.until(tries(int64(i + 3)))
	}
	up.Store(true)
	r.advance(time.Hour)
	r.until(all(3, Delivered))
	users, _ := x.got()
	want := append(slices.Repeat([]string{"0"}, len(steps)+1), "0", "1", "2")
	if !slices.Equal(users, want) {
		t.Errorf("it heard %v", users)
	}
	r.nothingWaits()
}

// A clock that is set back does not keep anything waiting.
func TestAClockThatIsSetBack(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	var up atomic.Bool
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		if !up.Load() {
			fail(n, w, req)
		}
	})
	r.begin()
	r.add(r.app(1, x.URL), Deauthorize, 0, "1")
	r.until(tries(2))
	up.Store(true)
	r.advance(-24 * time.Hour)
	r.until(all(1, Delivered))
}

// After a day and a half nobody tries any more. (T-SSR-10)
func TestWhatNobodyTakesIsGivenUp(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	x := newTarget(t, fail)
	a := r.app(1, x.URL)
	r.begin()
	r.addTo("thread", a, Deauthorize, 0, "old")
	r.until(tries(2))
	r.advance(35 * time.Hour)
	r.until(tries(3))
	r.addTo("thread", a, Deauthorize, 0, "new")
	r.until(func(l []View) bool { return l[0].Next.Equal(l[1].Next) }) // it stands behind the old one
	r.advance(time.Hour)
	list := r.until(all(1, GivenUp))
	r.until(tries(4)) // the new one
	if list[1].State != "given_up" || list[1].Error == "" {
		t.Errorf("given up: %+v", list)
	}
	if n := r.box.Stats.GivenUp.Load(); n != 1 {
		t.Errorf("%d were counted", n)
	}
}

// Who waited behind one that was given up is not given up for that, but tried for
// as long as any.
func TestWhoWaitedIsTried(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	x := newTarget(t, nil)
	x.answer = func(n int, w http.ResponseWriter, _ *http.Request) {
		if users, _ := x.got(); users[n-1] != "good" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
	a := r.app(1, x.URL)
	r.begin()
	r.addTo("thread", a, Deauthorize, 0, "bad")
	r.until(tries(2))
	for _, user := range []string{"good", "bad too"} {
		r.addTo("thread", a, Deauthorize, 0, user)
	}
	r.advance(36 * time.Hour)
	// The good one arrived, so the last begins anew: at once, and once more.
	list := r.until(func(l []View) bool { return l[2].State != "waiting" && l[1].State != "waiting" && l[0].Tries != 1 })
	for i, want := range []struct {
		state string
		tries int64
	}{{"waiting", 2}, {"delivered", 1}, {"given_up", 2}} {
		if v := list[i]; v.State != want.state || v.Tries != want.tries {
			t.Fatalf("number %d is %s after %d tries, want %+v", i, v.State, v.Tries, want)
		}
	}
	r.advance(35*time.Hour + 59*time.Minute)
	r.until(tries(6))
	r.advance(time.Minute)
	if list = r.until(all(2, GivenUp)); list[0].Tries != 3 {
		t.Errorf("the last one was given up after %d tries", list[0].Tries)
	}
	// A redelivery has its own day and a half.
	if _, err := r.box.Again(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	r.until(tries(8))
	if v, err := r.box.One(t.Context(), list[0].ID); err != nil || v.State != "waiting" {
		t.Errorf("tried again it is %+v, %v", v, err)
	}
}

// Destinations that do not answer hold up nobody: neither those that were tried
// before nor those that are new. (T-SSR-08)
func TestDeadDestinationsHoldUpNobody(t *testing.T) { deadDestinations(t, 200) }

// The same with as many as the catalogue of cases names. (T-SSR-08)
func TestSoakDeadDestinationsHoldUpNobody(t *testing.T) {
	if os.Getenv("KITH_SOAK") == "" {
		t.Skip("KITH_SOAK=1 runs it")
	}
	deadDestinations(t, 10_000)
}

func deadDestinations(t *testing.T, many int) {
	t.Helper()
	r := newRig(t, Options{}, DelivererOptions{Lanes: 1, Timeout: soon})
	hang := newTarget(t, func(_ int, _ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	dead := newTarget(t, fail)
	x := newTarget(t, nil)
	for n := range many {
		r.add(r.app(n, dead.URL), Deauthorize, 0, "dead")
	}
	r.begin()
	r.until(tries(int64(2 * many))) // all of them failed twice, and wait
	r.add(r.app(many, hang.URL), Deauthorize, 0, "hangs")
	r.add(r.app(many+1, hang.URL), DataDeletion, 0, "hangs")
	r.advance(time.Minute) // now they are due as well
	r.add(r.app(many+2, x.URL), Deauthorize, 0, "well")
	r.until(all(1, Delivered))
	r.end()
}

// Only so much waits in a thread that does not get through, and at a destination
// that does not answer: the oldest is dropped, and that is counted. (T-SSR-08)
func TestAQueueIsBounded(t *testing.T) {
	const queue, many = 10, 25
	for _, tt := range []struct {
		name    string
		thread  string
		failed  int // deliveries, twice each
		dropped int
	}{
		{"one thread", "thread", 1, many - queue},
		{"many threads", "", patience + 1, many - queue - patience - 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, Options{Queue: queue}, DelivererOptions{})
			var up atomic.Bool
			x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
				if !up.Load() {
					fail(n, w, req)
				}
			})
			a := r.app(1, x.URL)
			r.begin()
			for i := range many {
				if i == tt.failed {
					r.until(tries(int64(2 * tt.failed)))
				}
				r.addTo(tt.thread, a, Deauthorize, 0, fmt.Sprint(i))
			}
			r.until(all(tt.dropped, Dropped))
			if n := r.box.Stats.Dropped.Load(); n != uint64(tt.dropped) {
				t.Errorf("%d were counted", n)
			}
			up.Store(true)
			r.advance(time.Hour)
			r.until(all(many-tt.dropped, Delivered))
			users, _ := x.got()
			if slices.Contains(users, fmt.Sprint(many-queue-1)) || !slices.Contains(users, fmt.Sprint(many-queue)) || !slices.Contains(users, fmt.Sprint(many-1)) {
				t.Errorf("it heard %v", users)
			}
			r.nothingWaits()
		})
	}
}

// A transaction that runs again drops the same delivery again, which counts once.
func TestADropCountsOnce(t *testing.T) {
	r := newRig(t, Options{Queue: 1}, DelivererOptions{})
	x := newTarget(t, fail)
	a := r.app(1, x.URL)
	r.begin()
	r.addTo("thread", a, Deauthorize, 0, "first")
	r.until(tries(2))
	again := errors.New("once more")
	if err := r.db.Update(r.Context(), func(tx *store.Tx) error {
		if _, err := r.box.Add(r.Context(), tx, Event{What: Deauthorize, App: a, UserID: "second", Thread: "thread", At: r.box.opt.Now()}); err != nil {
			return err
		}
		return again
	}); err != again {
		t.Fatal(err)
	}
	r.addTo("thread", a, Deauthorize, 0, "second")
	r.until(all(1, Dropped))
	if n := r.box.Stats.Dropped.Load(); n != 1 {
		t.Errorf("%d were counted, want 1", n)
	}
	r.addTo("thread", a, Deauthorize, 0, "third")
	r.until(all(2, Dropped))
	if n := r.box.Stats.Dropped.Load(); n != 2 {
		t.Errorf("%d were counted, want 2", n)
	}
}

// An app that has no address any more is not told, whatever waits.
func TestAnAppWithoutAnAddress(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	x := newTarget(t, fail)
	a := r.app(1, x.URL)
	r.begin()
	r.add(a, Deauthorize, 0, "1")
	r.until(tries(2))
	if err := r.db.Update(t.Context(), func(tx *store.Tx) error {
		c := *a
		c.DeauthURL = ""
		return r.put(tx, &c)
	}); err != nil {
		t.Fatal(err)
	}
	r.advance(time.Hour)
	list := r.until(all(1, GivenUp))
	if list[0].Error != "the app has no address for it" || list[0].Tries != 2 {
		t.Errorf("given up: %+v", list[0])
	}
	c := *a
	c.DeauthURL = ""
	r.add(&c, Deauthorize, 0, "2")
	if list := r.until(all(1, GivenUp)); len(list) != 1 {
		t.Errorf("an event was kept for nobody: %+v", list)
	}
}

// What is over is kept for a while, and then removed with whom it was about.
func TestOldDeliveriesAreRemoved(t *testing.T) {
	r := newRig(t, Options{Keep: time.Hour}, DelivererOptions{})
	x := newTarget(t, nil)
	a := r.app(1, x.URL)
	ana := r.person()
	r.begin()
	for i := range 20 {
		r.add(a, Deauthorize, ana, fmt.Sprint(i))
	}
	r.until(all(20, Delivered))
	r.advance(2 * time.Hour)
	for n := 20; n > 2; {
		r.add(a, Deauthorize, ana, "new")
		n = len(r.until(all(0, Waiting)))
		if n > 20 {
			t.Fatalf("%d are kept", n)
		}
		r.advance(2 * time.Hour)
	}
	if got := r.toldOf(ana); got > 2 {
		t.Errorf("%d lead to deliveries of ana", got)
	}
}

// So it is for an app that is told nothing else.
func TestOldDeliveriesOfAQuietAppAreRemoved(t *testing.T) {
	r := newRig(t, Options{Keep: time.Hour}, DelivererOptions{Trim: time.Millisecond})
	x := newTarget(t, nil)
	a, down := r.app(1, x.URL), r.app(2, newTarget(t, fail).URL)
	ana := r.person()
	r.begin()
	for i := range 450 {
		r.add(a, Deauthorize, ana, fmt.Sprint(i))
	}
	r.add(down, Deauthorize, ana, "waits")
	r.until(all(450, Delivered))
	r.advance(2 * time.Hour)
	list := r.until(func(list []View) bool { return len(list) == 1 })
	if list[0].State != "waiting" || r.toldOf(ana) != 1 {
		t.Errorf("%+v is left, and %d lead to deliveries of ana", list[0], r.toldOf(ana))
	}
}

func (r *rig) person() (id store.ID) {
	r.Helper()
	if err := r.db.Update(r.Context(), func(tx *store.Tx) error {
		id = tx.NewID()
		return tx.Put(r.Context(), store.Object{ID: id, Kind: store.KindPerson, Data: (&people.Person{}).Encode()})
	}); err != nil {
		r.Fatal(err)
	}
	return id
}

func (r *rig) toldOf(person store.ID) (n int) {
	r.Helper()
	if err := r.db.View(r.Context(), func(v *store.Reader) error {
		list, err := v.Range(r.Context(), store.Range{From: person, Kind: store.AssocTold, All: true, Limit: 1000})
		n = len(list)
		return err
	}); err != nil {
		r.Fatal(err)
	}
	return n
}

// A person who is erased is on no delivery any more; what waits is delivered all
// the same, and what the app answers is not kept. (T-CON-16)
func TestForget(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	var up atomic.Bool
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		if !up.Load() {
			fail(n, w, req)
			return
		}
		_, _ = fmt.Fprint(w, `{"url":"https://a.example/x","confirmation_code":"code"}`)
	})
	a, ana := r.app(1, x.URL), r.person()
	up.Store(true)
	r.begin()
	r.add(a, DataDeletion, ana, "1")
	if list := r.until(all(1, Delivered)); list[0].ConfirmationCode != "code" {
		t.Fatalf("no answer is kept: %+v", list[0])
	}
	up.Store(false)
	r.add(a, DataDeletion, ana, "2")
	r.until(tries(3))
	for n := 1; n > 0; {
		if err := r.db.Update(t.Context(), func(tx *store.Tx) (err error) {
			n, err = Forget(t.Context(), tx, ana, 1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	up.Store(true)
	r.advance(time.Hour)
	for _, v := range r.until(all(2, Delivered)) {
		if v.ConfirmationCode != "" || v.StatusURL != "" || v.Error != "" {
			t.Errorf("an answer is kept: %+v", v)
		}
	}
	if n := r.toldOf(ana); n != 0 {
		t.Errorf("%d lead to deliveries of ana", n)
	}
}

// Updates about a person who is erased are emptied: those that wait do not go out,
// and none is delivered again.
func TestForgetUpdates(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	var heard atomic.Int64
	var down atomic.Bool
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		heard.Add(1)
		if down.Load() {
			fail(n, w, req)
		}
	})
	a, ana := r.app(1, x.URL), r.person()
	a.Subscriptions = []people.Subscription{{Object: "page", URL: x.URL}}
	r.begin()
	r.update(a, ana, `{"text":"hello"}`)
	r.until(all(1, Delivered))
	down.Store(true)
	r.update(a, ana, `{"text":"secret"}`)
	r.until(tries(3))
	if err := r.db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := Forget(t.Context(), tx, ana, 10)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	down.Store(false)
	before := heard.Load()
	r.advance(time.Hour)
	r.add(a, Deauthorize, r.person(), "9")
	list := r.until(func(list []View) bool {
		return slices.ContainsFunc(list, func(v View) bool { return v.What == "deauthorize" && v.State == "delivered" })
	})
	for _, v := range list {
		if v.What == "page" && (len(v.Payload) > 0 || v.State == "waiting") {
			t.Errorf("%s says %s", v.State, v.Payload)
		}
	}
	if n := heard.Load() - before; n != 1 {
		t.Errorf("%d were told after the person was gone, want 1 about somebody else", n)
	}
	for _, v := range list {
		if _, err := r.box.Again(t.Context(), v.ID); v.What == "page" && !errors.Is(err, ErrEmptied) {
			t.Errorf("again: %v", err)
		}
	}
}

// A redelivery has the same name and the same bytes, and does not wait for the
// schedule of a thread that failed.
func TestAgain(t *testing.T) {
	for _, tt := range []struct {
		thread    string
		delivered int
		heard     []string
	}{
		{"", 1, []string{"1", "2", "2", "1"}},
		{"thread", 2, []string{"1", "2", "2", "2", "1"}},
	} {
		r := newRig(t, Options{}, DelivererOptions{})
		var down atomic.Bool
		x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
			if down.Load() {
				fail(n, w, req)
			}
		})
		a := r.app(1, x.URL)
		r.begin()
		r.addTo(tt.thread, a, Deauthorize, 0, "1")
		list := r.until(all(1, Delivered))
		down.Store(true)
		r.addTo(tt.thread, a, Deauthorize, 0, "2")
		r.until(tries(3))
		down.Store(false)
		if _, err := r.box.Again(t.Context(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		r.until(all(tt.delivered, Delivered))
		users, names := x.got()
		if !slices.Equal(users, tt.heard) || names[0] != names[len(names)-1] {
			t.Errorf("it heard %v, %v", users, names)
		}
		if v, err := r.box.One(t.Context(), list[0].ID); err != nil || v.Tries != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		for _, name := range []string{"", "x", list[0].ID + "0", "00000000-0000-0000-0000-000000000000", list[0].ID[1:] + "f"} {
			if _, err := r.box.Again(t.Context(), name); err != ErrNoDelivery {
				t.Errorf("Again(%q): %v", name, err)
			}
		}
	}
}

// A store that fails for a while loses nothing, and nothing is told more often
// than it has to be.
func TestAStoreThatFails(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	x := newTarget(t, nil)
	a := r.app(1, x.URL)
	broken := &brokenUpdater{to: r.db}
	broken.left.Store(3)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		NewDeliverer(r.opt).Run(ctx, broken)
	}()
	r.add(a, Deauthorize, 0, "1")
	r.until(all(1, Delivered))
	stop()
	<-done
	if users, _ := x.got(); len(users) != 1 || broken.left.Load() > 0 {
		t.Errorf("it heard %v", users)
	}
}

type brokenUpdater struct {
	to   Updater
	left atomic.Int64
}

func (b *brokenUpdater) Update(ctx context.Context, f func(*store.Tx) error) error {
	if b.left.Add(-1) >= 0 {
		return &net.OpError{Op: "write", Err: net.ErrClosed}
	}
	return b.to.Update(ctx, f)
}

func TestPause(t *testing.T) {
	want := []time.Duration{0, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour}
	for i, w := range want {
		if got := pause(int64(i + 1)); got != w {
			t.Errorf("after %d tries: %v, want %v", i+1, got, w)
		}
	}
}
