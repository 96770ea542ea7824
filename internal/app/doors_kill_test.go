package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A witness is an app's end that outlives the servers which tell it: it writes down
// what came in which of their lives.
type witness struct {
	*httptest.Server
	mu   sync.Mutex
	open int // connections
	life int
	gate chan struct{} // nil: it answers
	got  []testimony
}

type testimony struct {
	parcel
	life int
}

func newWitness(t *testing.T) *witness {
	t.Helper()
	w := &witness{gate: make(chan struct{})}
	w.Server = httptest.NewUnstartedServer(w)
	w.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch s {
		case http.StateNew:
			w.open++
		case http.StateClosed:
			w.open--
		}
	}
	w.Start()
	t.Cleanup(w.Close)
	return w
}

func (w *witness) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.mu.Lock()
	w.got = append(w.got, testimony{parcel{r.Header.Get("X-Kith-Delivery"), r.Header, string(body)}, w.life})
	gate := w.gate
	w.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	}
}

// next begins another life, once all that the last one had sent is here.
func (w *witness) next(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(time.Millisecond) {
		w.mu.Lock()
		if w.open == 0 {
			w.life++
			w.gate = nil
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		if time.Now().After(end) {
			t.Fatal("a connection of the dead stays open")
		}
	}
}

// T-SSR-11 for conversations: a server that is killed again and again, while people
// write, loses nothing that was acknowledged. Each message is told of under one mid and
// one name, in the order of its conversation, and twice only if a crash was between.
// So it is when several go together, but for the name.
func TestMessagesOutliveTheServer(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	t.Run("each by itself", func(t *testing.T) { outlive(t, 1, 4) })
	t.Run("several together", func(t *testing.T) { outlive(t, 50, 3) })
}

// outlive lets people write through some lives of a server, which sends so many
// messages together.
func outlive(t *testing.T, batch, lives int) {
	const people, each = 4, 40
	w := newWitness(t)
	yaml := "people:\n"
	for i := range people {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat}\n", i)
	}
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), told(w.URL, yaml), "--webhooks-targets", "loopback", "--webhooks-batch", strconv.Itoa(batch))
	var acked sync.Map // text: mid
	next := make([]int, people)
	for range lives {
		v.start(t)
		var many atomic.Int64
		enough := make(chan struct{})
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				for ; ; next[i]++ {
					text := fmt.Sprintf("p%d %06d", i, next[i])
					status, answer, err := v.call("POST", "/_/api/act", fmt.Sprintf(`{"person":"p%d","page":"shop","event":"message","text":%q}`, i, text))
					if err != nil {
						next[i]++ // nobody knows what became of it
						return
					}
					var said acted
					if status != 200 || json.Unmarshal([]byte(answer), &said) != nil || said.Mid == "" {
						t.Errorf("%s: %d %s", text, status, answer)
						return
					}
					acked.Store(text, said.Mid)
					if many.Add(1) == each {
						close(enough)
					}
				}
			})
		}
		select {
		case <-enough:
		case <-t.Context().Done():
		}
		v.kill()
		wg.Wait()
		w.next(t)
		if t.Failed() {
			return
		}
	}
	v.start(t)
	var list deliveries
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if err := v.get("/_/api/deliveries?limit=1&state=waiting", &list); err != nil || time.Now().After(end) {
			t.Fatalf("deliveries still wait: %v", err)
		}
		if len(list.Deliveries) == 0 {
			break
		}
	}
	w.heardAll(t, &acked, lives, batch > 1)
}

// heardAll holds what was heard against what was acknowledged.
func (w *witness) heardAll(t *testing.T, acked *sync.Map, lives int, together bool) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	type telling struct {
		parcel
		mid  string
		life int
	}
	first := map[string]telling{}
	last := map[string]string{} // by person
	again, most := 0, 0
	for i := range w.got {
		g := &w.got[i]
		items := g.items(t)
		most = max(most, len(items))
		for _, it := range items {
			text := it.Message.Text
			was, twice := first[text]
			if twice {
				again++
				if was.mid != it.Message.Mid || !together && (was.name != g.name || was.body != g.body) || together && was.name == g.name && was.body != g.body {
					t.Errorf("%q was told of as %s %s and as %s %s", text, was.name, was.body, g.name, g.body)
				}
				if was.life == g.life && g.life > 0 { // the first never had an answer
					t.Errorf("%q was told of twice with no crash between", text)
				}
			} else if person := text[:2]; text <= last[person] {
				t.Errorf("%q came behind %q", text, last[person])
			} else {
				last[person] = text
			}
			first[text] = telling{g.parcel, it.Message.Mid, g.life}
		}
	}
	if together != (most > 1) {
		t.Errorf("a POST has %d messages", most)
	}
	n := 0
	acked.Range(func(text, mid any) bool {
		n++
		if first[text.(string)].mid != mid.(string) {
			t.Errorf("%q is %s, and was told of as %q", text, mid, first[text.(string)].mid)
		}
		return true
	})
	t.Logf("%d messages acknowledged, %d told of, %d of them twice, in %d lives", n, len(first), again, lives)
	if lone := len(first) - n; n < 40*lives || lone < 0 || lone > 4*lives {
		t.Errorf("%d messages acknowledged, %d told of", n, len(first))
	}
}
