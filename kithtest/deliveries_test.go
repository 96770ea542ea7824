package kithtest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/kithtest"
)

// A bot that is down is told again on the schedule, which the world's clock keeps.
func TestDeliveries(t *testing.T) {
	var down atomic.Bool
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer bot.Close()
	kith := kithtest.New(t, kithtest.Options{World: []byte(`
apps: {bot: {webhooks: [{object: page, callback_url: "` + bot.URL + `", fields: [messages]}]}}
pages: {shop: {subscribed_apps: [{to: bot, subscribed_fields: [messages]}]}}
people: {ana: {first_name: Ana}, ben: {first_name: Ben}}
`)})
	if list := kith.Deliveries(); len(list) != 0 {
		t.Errorf("before: %+v", list)
	}
	kith.Do(kithtest.Action{Person: "ana", Place: "shop", Event: "message", Text: "Hi"})
	list := kith.Deliveries()
	if len(list) != 1 || list[0].State != "delivered" || list[0].App != "bot" || list[0].What != "page" || list[0].Tries != 1 || list[0].Status != 200 ||
		!strings.Contains(string(list[0].Body), `"text":"Hi"`) {
		t.Fatalf("a message: %+v", list)
	}
	down.Store(true)
	kith.Act("ben", "shop", "message")
	for i, wait := range []time.Duration{0, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour} {
		kith.Clock().Advance(wait)
		d := kith.Deliveries()[0]
		if d.State != "waiting" || d.Tries != i+2 || d.Status != 503 || !d.Next.After(kith.Clock().Now()) {
			t.Errorf("after %v more: %+v", wait, d)
		}
	}
	down.Store(false)
	kith.Clock().Advance(time.Hour)
	if d := kith.Deliveries()[0]; d.State != "delivered" || d.Tries != 9 {
		t.Errorf("when it is up again: %+v", d)
	}
}
