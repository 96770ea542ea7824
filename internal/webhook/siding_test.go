package webhook

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

// Others pass one that fails; what follows it in its thread waits, and comes in
// order.
func TestOthersPassOneThatFails(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	var mu sync.Mutex
	ill := true
	x := newTarget(t, nil)
	x.answer = func(n int, w http.ResponseWriter, _ *http.Request) {
		users, _ := x.got()
		mu.Lock()
		defer mu.Unlock()
		if ill && strings.HasPrefix(users[n-1], "ana") {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
	a := r.app(1, x.URL)
	for i := range 3 {
		r.addTo("ana", a, Deauthorize, 0, fmt.Sprint("ana", i))
		for j := range 200 {
			r.add(a, Deauthorize, 0, fmt.Sprint(i, "-", j))
		}
	}
	r.begin()
	r.until(all(600, Delivered))
	r.until(tries(602))
	r.addTo("ana", a, Deauthorize, 0, "ana3")
	mu.Lock()
	ill = false
	mu.Unlock()
	r.advance(10 * time.Second)
	r.until(all(604, Delivered))
	users, _ := x.got()
	heard := slices.DeleteFunc(users, func(u string) bool { return !strings.HasPrefix(u, "ana") })
	if want := []string{"ana0", "ana0", "ana0", "ana1", "ana2", "ana3"}; !slices.Equal(heard, want) {
		t.Errorf("of ana it heard %v", heard)
	}
	r.noSidings()
}

// noSidings looks at the rows: what is all right has none.
func (r *rig) noSidings() {
	r.Helper()
	r.nothingWaits()
	lanes := 0
	if err := r.db.View(r.Context(), func(v *store.Reader) error {
		return v.Scan(r.Context(), store.Objects, func(row *store.Row) bool {
			if row.Object.Kind == store.KindLane {
				lanes++
			}
			return true
		})
	}); err != nil {
		r.Fatal(err)
	}
	if lanes != 1 {
		r.Errorf("%d lanes are left", lanes)
	}
}

// Whatever fails, and however often, each thread is told in order, and each
// delivery taken once.
func TestThreadsAreInOrderWhateverFails(t *testing.T) {
	const threads, each = 8, 6
	for seed := range uint64(2) {
		r := newRig(t, Options{}, DelivererOptions{})
		var mu sync.Mutex
		dice := rand.New(rand.NewPCG(seed, 1))
		taken := map[string][]string{}
		x := newTarget(t, nil)
		x.answer = func(n int, w http.ResponseWriter, _ *http.Request) {
			users, _ := x.got()
			mu.Lock()
			defer mu.Unlock()
			if dice.IntN(10) < 3 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			thread, what, _ := strings.Cut(users[n-1], "-")
			taken[thread] = append(taken[thread], what)
		}
		a := r.app(1, x.URL)
		r.begin()
		for i := range each {
			for thread := range threads {
				r.addTo(fmt.Sprint(thread), a, Deauthorize, 0, fmt.Sprintf("%d-%02d", thread, i))
			}
		}
		r.until(func(list []View) bool {
			r.toNext(list)
			return all(threads*each, Delivered)(list)
		})
		for thread := range threads {
			got := taken[fmt.Sprint(thread)]
			if len(got) != each || !slices.IsSorted(got) {
				t.Errorf("seed %d: thread %d took %v", seed, thread, got)
			}
		}
		r.noSidings()
		r.end()
	}
}

// toNext sets the clock to when something is due, if nothing is now.
func (r *rig) toNext(list []View) {
	now := r.box.opt.Now()
	var next time.Time
	for i := range list {
		if v := &list[i]; v.State == Waiting.String() && (next.IsZero() || v.Next.Before(next)) {
			next = v.Next
		}
	}
	if next.After(now) {
		r.advance(next.Sub(now))
	}
}

// A destination that takes nothing is left alone after a few of its deliveries, and
// hears all of them once it takes one.
func TestADestinationThatTakesNothing(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{})
	var mu sync.Mutex
	down := true
	x := newTarget(t, func(n int, w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if down {
			fail(n, w, req)
		}
	})
	a, other := r.app(1, x.URL), r.app(2, newTarget(t, nil).URL)
	for i := range 200 {
		r.add(a, Deauthorize, 0, fmt.Sprint(i))
	}
	r.begin()
	// A few of them, one more at once, and each of those at once again.
	const tried = 2 * (patience + 1)
	r.until(tries(tried))
	r.add(other, Deauthorize, 0, "well")
	r.until(all(1, Delivered))
	if users, _ := x.got(); len(users) != tried {
		t.Errorf("it was tried %d times", len(users))
	}
	mu.Lock()
	down = false
	mu.Unlock()
	r.advance(10 * time.Second)
	r.until(all(201, Delivered))
	r.nothingWaits()
}
