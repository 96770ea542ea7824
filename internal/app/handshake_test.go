package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// While an address is asked nothing of the store is held: what an app writes meanwhile
// goes through, and what the call may do is looked at anew behind it.
func TestHandshakeHoldsNothing(t *testing.T) {
	l := openLab(t, Settings{}, "apps: {demo: {}, other: {}}\npages: {bakery: {apps: [demo, other]}}\n")
	page, other := l.ids.Pages["bakery"], l.ids.Apps["other"]
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		a := l.write("POST", page.ID, "subscribed_apps", "subscribed_fields=feed", page.Token)
		if a.status != 200 {
			t.Errorf("a write meanwhile: %s", a)
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	defer srv.Close()
	if a := l.write("POST", other.ID, "subscriptions", "object=page&callback_url="+srv.URL+"&verify_token=v&fields=feed", other.Token); a.status != 200 {
		t.Fatal(a)
	}
	if a := l.write("POST", other.ID, "subscriptions", "object=page&callback_url="+srv.URL+"&verify_token=v&fields=nonsense", other.Token); a.status != 400 {
		t.Error(a)
	}
	if a := l.write("POST", other.ID, "subscriptions", "object=page&callback_url="+srv.URL+"&verify_token=v&fields=feed", page.Token); a.status != 400 {
		t.Error(a)
	}
	if asked != 1 {
		t.Errorf("the address was asked %d times, want once: refused calls ask nobody", asked)
	}
	if a := l.get("/v25.0/"+page.ID+"/subscribed_apps?fields=subscribed_fields", page.Token); !strings.Contains(a.String(), "feed") {
		t.Errorf("what was written meanwhile: %s", a)
	}
}
