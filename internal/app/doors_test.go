package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A house is a server with a world, asked over its real ports only.
type house struct {
	*Server
	client *http.Client
	ids    worldIDs
}

// openHouse starts an emulator on a store: a database, or memory if dsn is empty.
func openHouse(t *testing.T, dsn, yaml string) *house {
	t.Helper()
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	more := []string{"KITH_WORLD=" + file}
	if dsn == "" {
		more = append(more, "KITH_MEMORY=true")
	}
	s, err := sharing(t, dsn, more...)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	h := &house{Server: s, client: &http.Client{Timeout: 2 * time.Minute, Transport: transport}}
	h.control(t, "GET", "ids", nil, &h.ids)
	return h
}

// ask makes one call to the Graph, as at a host.
func (h *house) ask(t *testing.T, q question) answer {
	t.Helper()
	method := q.method
	if method == "" {
		method = "GET"
	}
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+q.target, strings.NewReader(q.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = q.host
	for k, v := range q.header {
		req.Header.Set(k, v)
	}
	if q.kind != "" {
		req.Header.Set("Content-Type", q.kind)
	}
	res, err := h.client.Do(req)
	if err != nil {
		t.Errorf("%s %s: %v", method, q.target, err)
		return answer{}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Errorf("%s %s: %v", method, q.target, err)
	}
	return answer{status: res.StatusCode, body: string(body)}
}

func (h *house) get(t *testing.T, path, token string) answer {
	t.Helper()
	return h.ask(t, question{target: withToken(path, token)})
}

// control calls the control plane.
func (h *house) control(t *testing.T, method, path string, body, into any) int {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, h.ControlURL+"/_/api/"+path, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode == 200 && into != nil && json.Unmarshal(answer, into) != nil {
		t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, answer, err)
	}
	return res.StatusCode
}

// acted is what the control plane says of what somebody did.
type acted struct {
	ID, Result, Mid, Conversation string
}

// act lets somebody do something, by the door of the control plane.
func (h *house) act(t *testing.T, deed map[string]any) acted {
	t.Helper()
	var out acted
	if status := h.control(t, "POST", "act", deed, &out); status != 200 {
		t.Errorf("%v: status %d", deed, status)
	}
	return out
}

// delivered waits until nothing is on its way, and returns how many are in a state.
func (h *house) delivered(t *testing.T) deliveries {
	t.Helper()
	var list deliveries
	h.until(t, "everything is delivered", func() bool {
		h.control(t, "GET", "deliveries?limit=1000", nil, &list)
		return list.in("waiting") == 0
	})
	return list
}

func (h *house) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.After(2 * time.Minute); !done(); {
		select {
		case <-end:
			t.Fatalf("in vain: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// A parcel is a webhook as it came.
type parcel struct {
	name   string
	header http.Header
	body   string
}

// item is the messaging item of a webhook that has one.
func (p *parcel) item(t *testing.T) (m messagingItem) {
	t.Helper()
	list := p.items(t)
	if len(list) != 1 {
		t.Errorf("not one item: %s", p.body)
		return m
	}
	return list[0]
}

// items are the messaging items of a webhook.
func (p *parcel) items(t *testing.T) (list []messagingItem) {
	t.Helper()
	var body struct {
		Entry []struct{ Messaging []messagingItem }
	}
	if err := json.Unmarshal([]byte(p.body), &body); err != nil {
		t.Errorf("%s: %v", p.body, err)
	}
	for _, e := range body.Entry {
		list = append(list, e.Messaging...)
	}
	return list
}

type messagingItem struct {
	Sender, Recipient struct{ ID string }
	Message           struct {
		Mid, Text string
		IsEcho    bool `json:"is_echo"`
		AppID     any  `json:"app_id"`
	}
	Postback struct{ Payload, Mid string }
}

// A postbox is where an app is told: it keeps what came, and has done what is to be
// done about each before it answers.
type postbox struct {
	*httptest.Server
	mu  sync.Mutex
	got []parcel
	do  func(p *parcel)
}

func newPostbox(t *testing.T, do func(p *parcel)) *postbox {
	t.Helper()
	b := &postbox{do: do}
	b.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		p := parcel{r.Header.Get("X-Kith-Delivery"), r.Header, string(body)}
		b.mu.Lock()
		b.got = append(b.got, p)
		b.mu.Unlock()
		if b.do != nil {
			b.do(&p)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *postbox) all() []parcel {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]parcel(nil), b.got...)
}

// told is a world in which an app hears of conversations at an address; more is put
// below it.
func told(at, more string) string {
	const fields = "[messages, message_echoes, messaging_postbacks, messaging_referrals, messaging_optins]"
	return fmt.Sprintf(`
apps: {demo: {webhooks: [
  {object: page, callback_url: %q, verify_token: v, fields: %s},
  {object: instagram, callback_url: %q, verify_token: v, fields: [messages, messaging_postbacks]}]}}
pages: {shop: {app: demo, instagram: shop_ig, subscribed_apps: [{to: demo, subscribed_fields: %s}]}}
instagram: {shop_ig: {subscribed_apps: [{to: demo, subscribed_fields: [messages, messaging_postbacks]}]}}
%s`, at, fields, at, fields, more)
}
