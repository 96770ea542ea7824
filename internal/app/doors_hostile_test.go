package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// Receivers that are dead, never answer, never end, lead elsewhere or lie hold up
// nobody but themselves: who is told of the same hears of everything, once and in order,
// while theirs is on its way. (T-SSR-03, T-SSR-05, T-SSR-08)
func TestHostileReceiversHoldUpNobody(t *testing.T) {
	const many = 12
	var followed atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(inside.Close)
	hostile := map[string]http.HandlerFunc{
		"silent": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"endless": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 4000)); err != nil {
					return
				}
			}
		},
		"leading": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
		},
		"lying": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, "10 of them")
		},
		"dead": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
		},
	}
	box := newPostbox(t, nil)
	apps, subscribed := "", ""
	add := func(name, at string) {
		apps += fmt.Sprintf("  %s: {webhooks: [{object: page, callback_url: %q, verify_token: v, fields: [messages]}]}\n", name, at)
		subscribed += fmt.Sprintf("{to: %s, subscribed_fields: [messages]}, ", name)
	}
	for name, do := range hostile {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			do(w, r)
		}))
		t.Cleanup(srv.Close)
		add(name, srv.URL)
	}
	add("good", box.URL)
	h := openHouse(t, "", "apps:\n"+apps+"pages: {shop: {app: good, subscribed_apps: ["+subscribed+"]}}\npeople: {ana: {}}\n")
	for i := range many {
		h.act(t, map[string]any{"person": "ana", "page": "shop", "event": "message", "text": fmt.Sprint("number ", i)})
	}
	h.until(t, "the good one hears of everything", func() bool { return len(box.all()) >= many })
	for i, p := range box.all() {
		if it := p.item(t); it.Message.Text != fmt.Sprint("number ", i) {
			t.Errorf("number %d: %s", i, p.body)
		}
	}
	h.until(t, "the others were tried", func() bool {
		var list deliveries
		h.control(t, "GET", "deliveries?limit=1000", nil, &list)
		tried := map[string]bool{}
		for i := range list.Deliveries {
			v := &list.Deliveries[i]
			tried[v.App] = tried[v.App] || v.Error != "" || v.State == "delivered"
			if v.State == "delivered" && v.App != "good" && v.App != "lying" {
				t.Fatalf("%s took %+v", v.App, v)
			}
		}
		return tried["dead"] && tried["leading"] && tried["endless"] && tried["lying"]
	})
	if n := len(box.all()); followed.Load() != 0 || n != many {
		t.Errorf("%d redirects were followed, %d webhooks", followed.Load(), n)
	}
}
