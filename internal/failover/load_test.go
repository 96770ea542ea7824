//go:build unix

package failover

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	lasting    = 24 // people who stay
	mortal     = 48 // people who get erased sooner or later
	still      = 8  // people whom only the test itself touches
	firstStill = lasting + mortal
	slots      = 6 // tokens in use at a time
	checkLimit = 2 * time.Minute
)

// A load is clients that act as people and read as the Page, on all nodes.
type load struct {
	*town
	*history
	psids  map[string]string
	stable token // one that stays valid

	mu       sync.Mutex
	tokens   []token
	minted   int
	pictures map[int]string // path of a picture seen once, by person

	mids  atomic.Int64
	pause time.Duration // of a client after a move
	stop  chan struct{}
	group sync.WaitGroup
}

type token struct {
	key  int
	text string
}

// people is the world file of a load.
func people() string {
	var b strings.Builder
	b.WriteString("pages: {shop: {}}\npeople:\n")
	for i := range lasting + mortal + still {
		fmt.Fprintf(&b, "  %s: {first_name: Pat, contacts: {shop: echo}}\n", handle(i))
	}
	return b.String()
}

// newLoad learns the ids and makes the tokens.
func (w *town) newLoad() *load {
	w.Helper()
	l := &load{town: w, history: newHistory(), pictures: map[int]string{}, stop: make(chan struct{})}
	var ids struct {
		Pages map[string]struct {
			PSIDs map[string]string `json:"psids"`
			Token string            `json:"token"`
		} `json:"pages"`
	}
	w.nodes[0].ask(w.T, http.MethodGet, "/_/api/ids", nil, &ids)
	l.psids, l.stable = ids.Pages["shop"].PSIDs, token{firstToken, ids.Pages["shop"].Token}
	for range slots {
		tk, err := l.mint(w.nodes[0])
		if err != nil {
			w.Fatal(err)
		}
		l.tokens = append(l.tokens, tk)
	}
	return l
}

func (l *load) mint(n *node) (token, error) {
	r, err := n.admin(http.MethodPost, "/_/api/tokens", map[string]string{"page": "shop"})
	var made struct{ Token string }
	if err == nil && r.status == http.StatusOK {
		err = json.Unmarshal([]byte(r.body), &made)
	}
	if err != nil || made.Token == "" {
		return token{}, fmt.Errorf("mint a token: %d %s %v", r.status, r.body, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.minted++
	return token{firstToken + l.minted, made.Token}, nil
}

// start has clients work on each node until halt.
func (l *load) run(clients int) {
	seed := uint64(time.Now().UnixNano())
	l.Logf("seed %d", seed)
	for _, n := range l.nodes {
		for c := range clients {
			l.group.Go(func() { l.client(n, rand.New(rand.NewPCG(seed, uint64(n.number*100+c)))) })
		}
	}
}

// reach waits until there are so many operations.
func (l *load) reach(operations int) {
	l.Helper()
	await(l.T, "a history that is long enough", 15*time.Minute, func() bool { return l.length() >= operations })
}

// halt ends the load. No node may stand still then.
func (l *load) halt() {
	close(l.stop)
	l.group.Wait()
}

// client makes random moves on a node.
func (l *load) client(n *node, rng *rand.Rand) {
	for {
		select {
		case <-l.stop:
			return
		default:
		}
		ok := true
		switch dice := rng.IntN(100); {
		case dice < 1:
			ok = l.invalidate(n, rng)
		case dice < 4:
			ok = l.twice(n, move{rng.IntN(lasting), 'w'})
		case dice < 5:
			ok = l.again(n, move{rng.IntN(lasting), 'w'}, time.Duration(rng.IntN(8_000))*time.Microsecond)
		case dice < 27:
			m := move{rng.IntN(lasting + mortal), "mmmwwbuu"[rng.IntN(8)]}
			if m.key >= lasting && rng.IntN(40) == 0 {
				m.kind = 'e'
			}
			ok = l.act(n, m)
		case dice < 42:
			ok = l.picture(n, rng.IntN(lasting+mortal))
		default:
			_, tk := l.pick(rng)
			ok = l.look(n, rng.IntN(lasting+mortal), tk)
		}
		if ok {
			time.Sleep(l.pause)
			continue
		}
		select { // do not pile up what has no answer
		case <-l.stop:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// twice sends one write two times at once.
func (l *load) twice(n *node, m move) (ok bool) {
	var both sync.WaitGroup
	both.Go(func() { l.act(n, m) })
	ok = l.act(n, m)
	both.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubled++
	return ok
}

// again is an impatient client: it hangs up, and sends the same once more.
func (l *load) again(n *node, m move, patience time.Duration) bool {
	hasty := &node{number: n.number, url: n.url, control: n.control,
		client: &http.Client{Timeout: max(patience, time.Microsecond), Transport: n.client.Transport}}
	if !l.act(hasty, m) {
		l.mu.Lock()
		l.retried++
		l.mu.Unlock()
	}
	return l.act(n, m)
}

var events = map[byte]string{'m': "message", 'w': "revoke", 'b': "block", 'u': "unblock", 'e': "erase"}

// act lets a person do something; false if it was not acknowledged.
func (l *load) act(n *node, m move) bool {
	body := map[string]string{"person": handle(m.key), "event": events[m.kind]}
	mid := ""
	if m.kind != 'e' {
		body["page"] = "shop"
	}
	if m.kind == 'm' {
		mid = fmt.Sprintf("m.%d", l.mids.Add(1))
		body["mid"] = mid
	}
	call := l.clock.Add(1)
	r, err := n.admin(http.MethodPost, "/_/api/act", body)
	o := op{move: m, call: call, ret: l.clock.Add(1), node: n.number, known: err == nil && r.status == http.StatusOK}
	switch {
	case err == nil && r.status == http.StatusNotFound && m.key >= lasting:
		return true // erased before, nothing happened
	case err == nil && r.status >= 400 && r.status < 500:
		l.Errorf("node %d: %s of %s: %d %s", n.number, events[m.kind], handle(m.key), r.status, r.body)
	}
	l.add(o, mid)
	return o.known
}

// look reads a profile with a token; false if no answer came.
func (l *load) look(n *node, key int, tk token) bool {
	call := l.clock.Add(1)
	r, err := n.graph("/v25.0/" + l.psids[handle(key)] + "?fields=first_name,profile_pic&access_token=" + url.QueryEscape(tk.text))
	o := op{move: move{key, 'r'}, call: call, ret: l.clock.Add(1), node: n.number, known: l.answered(n, r, err)}
	o.shown = o.known && r.status == http.StatusOK && r.body != "{}"
	refused := strings.Contains(r.body, `"code":190,`)
	if !refused {
		l.add(o, "")
	}
	if tk != l.stable {
		use := o
		use.move, use.shown = move{tk.key, 'T'}, !refused
		l.add(use, "")
	}
	switch {
	case o.shown:
		l.keepPicture(key, r.body)
	case o.known && r.status != http.StatusOK && !strings.Contains(r.body, `"error_subcode":33`) && (!refused || tk == l.stable):
		l.Errorf("node %d: read of %s: %d %s", n.number, handle(key), r.status, r.body)
	}
	return o.known
}

// picture fetches a picture by an old URL; false if no answer came.
func (l *load) picture(n *node, key int) bool {
	l.mu.Lock()
	path := l.pictures[key]
	l.mu.Unlock()
	if path == "" {
		return true
	}
	call := l.clock.Add(1)
	r, err := n.graph(path)
	known := err == nil && r.status != http.StatusServiceUnavailable
	l.add(op{move: move{key, 'r'}, call: call, ret: l.clock.Add(1), node: n.number, known: known, shown: known && r.status == http.StatusOK}, "")
	if known && r.status != http.StatusOK && r.status != http.StatusForbidden && r.status != http.StatusNotFound {
		l.Errorf("node %d: picture of %s: %d %s", n.number, handle(key), r.status, r.body)
	}
	return known
}

// answered tells an answer from a failure, which has to be the documented one.
func (l *load) answered(n *node, r reply, err error) bool {
	if err != nil {
		return false
	}
	if r.status < 500 && !strings.Contains(r.body, `"code":2,`) {
		return true
	}
	if r.status != http.StatusInternalServerError && r.status != http.StatusServiceUnavailable || !transient(r.body) {
		l.Errorf("node %d fails with %d %s, want code 2 and is_transient", n.number, r.status, r.body)
	}
	return false
}

// transient is true for the error that asks to try again.
func transient(body string) bool {
	var e struct {
		Error struct {
			Code      int  `json:"code"`
			Transient bool `json:"is_transient"`
		} `json:"error"`
	}
	return json.Unmarshal([]byte(body), &e) == nil && e.Error.Code == 2 && e.Error.Transient
}

func (l *load) keepPicture(key int, body string) {
	var p struct {
		Pic string `json:"profile_pic"`
	}
	if json.Unmarshal([]byte(body), &p) != nil || p.Pic == "" {
		return
	}
	if u, err := url.Parse(p.Pic); err == nil {
		l.mu.Lock()
		l.pictures[key] = u.RequestURI()
		l.mu.Unlock()
	}
}

// pick returns a slot and the token in it.
func (l *load) pick(rng *rand.Rand) (int, token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := rng.IntN(len(l.tokens))
	return i, l.tokens[i]
}

// invalidate ends a token and puts another one in its slot a while later, so
// that the dead one is used some more.
func (l *load) invalidate(n *node, rng *rand.Rand) bool {
	slot, tk := l.pick(rng)
	call := l.clock.Add(1)
	r, err := n.admin(http.MethodPost, "/_/api/tokens/invalidate", map[string]string{"token": tk.text, "reason": "logged_out"})
	known := err == nil && r.status == http.StatusOK
	l.add(op{move: move{tk.key, 't'}, call: call, ret: l.clock.Add(1), node: n.number, known: known}, "")
	for range 4 {
		l.look(n, rng.IntN(lasting), tk)
	}
	if made, err := l.mint(n); err == nil {
		l.mu.Lock()
		l.tokens[slot] = made
		l.mu.Unlock()
	}
	return known
}

// export is everything the database has, by way of a node.
func (l *load) export(n *node) string {
	l.Helper()
	r, err := n.admin(http.MethodGet, "/_/api/export", nil)
	if err != nil || r.status != http.StatusOK {
		l.Fatalf("export: %d %s %v", r.status, r.body, err)
	}
	return r.body
}

// finish ends the load, reads everybody once more and checks all of it.
func (l *load) finish() {
	l.Helper()
	l.halt()
	for key := range lasting + mortal + still {
		for _, n := range l.nodes {
			await(l.T, fmt.Sprintf("node %d to answer at the end", n.number), resumeWithin, func() bool { return l.look(n, key, l.stable) })
		}
	}
	l.check(l.T)
	if err := l.recorded(l.export(l.nodes[0])); err != nil {
		l.Error(err)
	}
}

// awaitAnswers waits until each of the nodes answers reads and writes.
func (l *load) awaitAnswers(limit time.Duration, nodes ...*node) time.Duration {
	l.Helper()
	begin := time.Now()
	for _, n := range nodes {
		await(l.T, fmt.Sprintf("node %d to answer", n.number), limit-time.Since(begin), func() bool {
			return l.act(n, move{0, 'm'}) && l.look(n, 0, l.stable)
		})
	}
	return time.Since(begin)
}
