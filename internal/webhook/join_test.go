package webhook

import (
	"crypto/sha1" // as receivers compare it
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func TestUpdatesAreJoined(t *testing.T) {
	tests := []struct {
		name  string
		parts []string
		want  string
	}{
		{"one Page", []string{
			`{"object":"page","entry":[{"id":"1","time":10,"messaging":[{"message":{"text":"a\u003C\/,]"}}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":20,"messaging":[{"message":{"text":"b"}}]}]}`,
		}, `{"object":"page","entry":[{"id":"1","time":20,"messaging":[{"message":{"text":"a\u003C\/,]"}},{"message":{"text":"b"}}]}]}`},
		{"two Pages in turn", []string{
			`{"object":"page","entry":[{"id":"1","time":10,"messaging":[{"n":1}]}]}`,
			`{"object":"page","entry":[{"id":"2","time":11,"messaging":[{"n":2}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":12,"messaging":[{"n":3}]}]}`,
		}, `{"object":"page","entry":[{"id":"1","time":12,"messaging":[{"n":1},{"n":3}]},{"id":"2","time":11,"messaging":[{"n":2}]}]}`},
		{"lists of one Page stay in order", []string{
			`{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"n":1}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":2,"standby":[{"n":2}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":3,"messaging":[{"n":3}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":3,"changes":[{"field":"feed"}]}]}`,
			`{"object":"page","entry":[{"id":"1","time":4,"messaging":[{"n":4}]}]}`,
		}, `{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"n":1}]},{"id":"1","time":2,"standby":[{"n":2}]},{"id":"1","time":3,"messaging":[{"n":3}]},{"id":"1","time":3,"changes":[{"field":"feed"}]},{"id":"1","time":4,"messaging":[{"n":4}]}]}`},
		{"an account, time first", []string{
			`{"object":"instagram","entry":[{"time":10,"id":"1","messaging":[{"n":1}]}]}`,
			`{"object":"instagram","entry":[{"time":9,"id":"1","messaging":[{"n":2}]}]}`,
		}, `{"object":"instagram","entry":[{"time":10,"id":"1","messaging":[{"n":1},{"n":2}]}]}`},
		{"people, the object last", []string{
			`{"entry":[{"id":"7","uid":"7","time":1,"changed_fields":["email"]}],"object":"user"}`,
			`{"entry":[{"id":"7","uid":"7","time":2,"changed_fields":["name"]}],"object":"user"}`,
		}, `{"entry":[{"id":"7","uid":"7","time":1,"changed_fields":["email"]},{"id":"7","uid":"7","time":2,"changed_fields":["name"]}],"object":"user"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, ok := takeApart([]byte(tt.parts[0]))
			for _, part := range tt.parts[1:] {
				next, fine := takeApart([]byte(part))
				ok = ok && fine && all.join(next)
			}
			if !ok {
				t.Fatal("they cannot be joined")
			}
			if got := string(all.bytes()); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	for _, text := range []string{``, `{}`, `{"entry":[]}`, `{"entry":[1]}`, `{"entry":[{"id":"1","messaging":[{}]}]}`, `{"entry":[{"id":"1","time":1,"messaging":[]}]}`} {
		if _, ok := takeApart([]byte(text)); ok {
			t.Errorf("%s can be joined", text)
		}
	}
}

// A receiver of updates keeps their texts, and answers as answer says.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	posts  []received
	answer func(texts []string) int // nil: 200
}

type received struct {
	name, body string
	texts      []string
	status     int
}

func newReceiver(t *testing.T, secret string, answer func([]string) int) *receiver {
	t.Helper()
	x := &receiver{answer: answer}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, _ := io.ReadAll(req.Body)
		for header, want := range map[string]string{"X-Hub-Signature": "sha1=" + signature(sha1.New, secret, raw), "X-Hub-Signature-256": "sha256=" + signature(sha256.New, secret, raw)} {
			if got := req.Header.Get(header); got != want {
				t.Errorf("%s is %q, want %q", header, got, want)
			}
		}
		var said struct {
			Entry []struct{ Messaging []struct{ Text string } }
		}
		if err := json.Unmarshal(raw, &said); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		p := received{name: req.Header.Get("X-Kith-Delivery"), body: string(raw), status: http.StatusOK}
		for _, e := range said.Entry {
			for _, m := range e.Messaging {
				p.texts = append(p.texts, m.Text)
			}
		}
		x.mu.Lock()
		at := len(x.posts)
		x.posts = append(x.posts, p)
		x.mu.Unlock()
		if x.answer != nil {
			status := x.answer(p.texts)
			x.mu.Lock()
			x.posts[at].status = status
			x.mu.Unlock()
			w.WriteHeader(status)
		}
	}))
	t.Cleanup(x.Close)
	return x
}

func (x *receiver) got() []received {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.posts)
}

// taken are the texts of those that it answered with 200.
func (x *receiver) taken() (texts []string) {
	for _, p := range x.got() {
		if p.status == http.StatusOK {
			texts = append(texts, p.texts...)
		}
	}
	return texts
}

// hooked is an app that hears of Pages at a receiver.
func (r *rig) hooked(url string) *people.App {
	a := r.app(1, "")
	a.Subscriptions = []people.Subscription{{Object: "page", URL: url}}
	return a
}

// writes lets somebody write to a Page, each in a conversation of their own.
func (r *rig) writes(a *people.App, page, thread, text string) {
	r.Helper()
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":1,"messaging":[{"text":%q}]}]}`, page, text)
	var id store.ID
	if err := r.db.Update(r.Context(), func(tx *store.Tx) (err error) {
		if err := r.put(tx, a); err != nil {
			return err
		}
		id, err = r.box.Add(r.Context(), tx, Event{What: PageUpdate, App: a, UserID: thread, Thread: page + "/" + thread, Body: []byte(body), At: r.box.opt.Now()})
		return err
	}); err != nil {
		r.Fatal(err)
	}
	r.box.Wake(id)
}

// What waits while a POST is under way goes in the next, up to so many, under a name
// of its own, which the log has; without the setting each goes by itself.
func TestWhatWaitsGoesTogether(t *testing.T) {
	for _, tt := range []struct {
		batch int
		want  []int // updates in each POST
	}{{0, []int{1, 1, 1, 1, 1, 1}}, {3, []int{1, 3, 2}}, {1000, []int{1, 5}}} {
		r := newRig(t, Options{}, DelivererOptions{Batch: tt.batch, Timeout: soon})
		began, gate := make(chan struct{}, 10), make(chan struct{})
		x := newReceiver(t, "secret1", func([]string) int { began <- struct{}{}; <-gate; return http.StatusOK })
		a := r.hooked(x.URL)
		r.begin()
		r.writes(a, "1", "ana", "0")
		<-began
		for i := 1; i < 6; i++ {
			r.writes(a, fmt.Sprint(i%2), "ana", fmt.Sprint(i))
		}
		close(gate)
		list := r.until(all(6, Delivered))
		names := map[string]string{} // POST by delivery
		var have []int
		for _, p := range x.got() {
			have = append(have, len(p.texts))
			for _, text := range p.texts {
				names[text] = p.name
			}
		}
		if !slices.Equal(have, tt.want) {
			t.Errorf("batch %d: POSTs of %v, want %v", tt.batch, have, tt.want)
		}
		for i, v := range list {
			name, together := names[fmt.Sprint(5-i)], v.Post != ""
			if v.Tries != 1 || together != (tt.batch > 1 && i < 5) || together && v.Post != name || !together && v.ID != name {
				t.Errorf("batch %d: delivery %d was in %s: %+v", tt.batch, 5-i, name, v)
			}
		}
		r.nothingWaits()
		r.end()
	}
}

// One that is not taken is found out: it stands aside, and the others arrive.
func TestOneThatIsNotTakenIsFoundOut(t *testing.T) {
	const many = 200
	r := newRig(t, Options{}, DelivererOptions{Batch: 50})
	x := newReceiver(t, "secret1", func(texts []string) int {
		if slices.Contains(texts, "bad") {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	a := r.hooked(x.URL)
	for i := range many {
		r.writes(a, "1", fmt.Sprint(i%10), fmt.Sprintf("%03d", i))
		if i == 77 {
			r.writes(a, "1", "eve", "bad")
			r.writes(a, "1", "eve", "behind")
		}
	}
	r.begin()
	r.until(all(many, Delivered))
	r.until(func(list []View) bool { // one of eve is in a siding, and failed there too
		return slices.ContainsFunc(list, func(v View) bool { return v.Tries >= 3 && v.Post == "" && v.State == "waiting" })
	})
	if got := x.taken(); !slices.IsSorted(got) || len(got) != many {
		t.Errorf("%d were taken: %v", len(got), got)
	}
	if n := len(x.got()); n > many/2 {
		t.Errorf("it took %d POSTs", n)
	}
	// A redelivery of one that arrived has its name and bytes still.
	list := r.until(all(many, Delivered))
	v := list[len(list)-1]
	if again, err := r.box.Again(t.Context(), v.ID); err != nil || again.ID != v.ID {
		t.Fatalf("again: %+v, %v", again, err)
	}
	r.until(func(list []View) bool { l := list[len(list)-1]; return l.State == "delivered" && l.Tries == v.Tries+1 })
	if p := x.got(); p[len(p)-1].name != v.ID || p[len(p)-1].body != string(v.Payload) {
		t.Errorf("the redelivery is %+v", p[len(p)-1])
	}
	r.end()
}

// A receiver that is down is tried with one at a time, and hears everything in a few
// POSTs once it is up.
func TestAReceiverThatIsUpAgainHearsManyAtATime(t *testing.T) {
	const many = 500
	r := newRig(t, Options{}, DelivererOptions{Batch: 100})
	var mu sync.Mutex
	up := false
	x := newReceiver(t, "secret1", func([]string) int {
		mu.Lock()
		defer mu.Unlock()
		if up {
			return http.StatusOK
		}
		return http.StatusBadGateway
	})
	a := r.hooked(x.URL)
	for i := range many {
		r.writes(a, "1", fmt.Sprint(i%50), fmt.Sprintf("%03d", i))
	}
	r.begin()
	r.until(func(list []View) bool { // it is left alone for a while
		return slices.ContainsFunc(list, func(v View) bool { return v.Next.After(r.box.opt.Now()) }) && r.failing(a)
	})
	down := len(x.got())
	mu.Lock()
	up = true
	mu.Unlock()
	r.advance(time.Hour)
	r.until(func(list []View) bool { // a siding may have failed once more meanwhile
		r.toNext(list)
		return all(many, Delivered)(list)
	})
	by := map[string][]string{}
	for _, text := range x.taken() {
		n, _ := strconv.Atoi(text)
		by[fmt.Sprint(n%50)] = append(by[fmt.Sprint(n%50)], text)
	}
	for thread, texts := range by {
		if !slices.IsSorted(texts) || len(texts) != many/50 {
			t.Errorf("thread %s took %v", thread, texts)
		}
	}
	if n := len(x.got()) - down; n > 100 {
		t.Errorf("it took %d POSTs after %d", n, down)
	}
	r.noSidings()
}

// failing reports whether the destination of an app is left alone.
func (r *rig) failing(a *people.App) (yes bool) {
	r.Helper()
	if err := r.db.View(r.Context(), func(v *store.Reader) error {
		l, err := laneOf(r.Context(), v, laneKey(a.ID, PageUpdate))
		yes = l != nil && l.state == failing
		return err
	}); err != nil {
		r.Fatal(err)
	}
	return yes
}

// Whatever fails, each thread is taken in order, and each update once; a process that
// stops before an answer tells the same again, under the same name.
func TestThreadsAreInOrderInBatches(t *testing.T) {
	const threads, each = 8, 8
	for seed := range uint64(3) {
		r := newRig(t, Options{}, DelivererOptions{Batch: 5})
		var mu sync.Mutex
		dice := rand.New(rand.NewPCG(seed, 1))
		x := newReceiver(t, "secret1", func([]string) int {
			mu.Lock()
			defer mu.Unlock()
			if dice.IntN(10) < 3 {
				return http.StatusInternalServerError
			}
			return http.StatusOK
		})
		a := r.hooked(x.URL)
		r.begin()
		for i := range each {
			for thread := range threads {
				r.writes(a, fmt.Sprint(thread%3), fmt.Sprint(thread), fmt.Sprintf("%d-%02d", thread, i))
			}
		}
		r.until(func(list []View) bool {
			r.toNext(list)
			return all(threads*each, Delivered)(list)
		})
		taken := map[string][]string{}
		for _, text := range x.taken() {
			thread, what, _ := strings.Cut(text, "-")
			taken[thread] = append(taken[thread], what)
		}
		for thread := range threads {
			if got := taken[fmt.Sprint(thread)]; len(got) != each || !slices.IsSorted(got) {
				t.Errorf("seed %d: thread %d took %v", seed, thread, got)
			}
		}
		r.noSidings()
		r.end()
	}
}

// What was under way in one POST when a process ended goes again, all of it, under the
// same name if nothing came to it. (T-SSR-11)
func TestTheNextProcessSendsTheSame(t *testing.T) {
	r := newRig(t, Options{}, DelivererOptions{Batch: 10})
	began := make(chan struct{}, 10)
	gate := make(chan struct{})
	x := newReceiver(t, "secret1", func([]string) int { began <- struct{}{}; <-gate; return http.StatusOK })
	a := r.hooked(x.URL)
	for i := range 4 {
		r.writes(a, "1", "ana", fmt.Sprint(i))
	}
	r.begin()
	<-began
	r.end()
	close(gate)
	r.begin()
	r.until(all(4, Delivered))
	if p := x.got(); len(p) != 2 || p[0].name != p[1].name || p[0].body != p[1].body || len(p[0].texts) != 4 {
		t.Errorf("it heard %+v", p)
	}
}
