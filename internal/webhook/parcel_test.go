package webhook

import (
	"net/http"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// An update is signed over the bytes that are sent, by the app's secret; what else is
// told is signed inside. The sums are openssl's.
func TestParcels(t *testing.T) {
	app := &people.App{Secret: "0123456789abcdef0123456789abcdef", Subscriptions: []people.Subscription{{Object: "page", Version: graph.V(2, 10)}, {Object: "instagram"}}}
	d := &Deliverer{opt: DelivererOptions{Sign: func(_ string, p []byte) string { return "sig." + string(p) }, Version: func(*people.App) string { return "v25.0" }}}
	body := []byte(`{"object":"page"}`)
	p := d.parcel(app, PageUpdate, "http://127.0.0.1/", body)
	for name, want := range map[string]string{
		"Content-Type":         "application/json",
		"X-Hub-Signature":      "sha1=" + sum1,
		"X-Hub-Signature-256":  "sha256=" + sum256,
		"Facebook-Api-Version": "v2.10",
	} {
		if got := p.headers.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if string(p.body) != string(body) {
		t.Errorf("body %s", p.body)
	}
	if p := d.parcel(app, InstagramUpdate, "", body); p.headers.Get("Facebook-Api-Version") != "v25.0" {
		t.Errorf("without a version of its own: %v", p.headers)
	}
	p = d.parcel(app, Deauthorize, "", []byte("{}"))
	if string(p.body) != "signed_request=sig.{}" || p.headers.Get("X-Hub-Signature") != "" || p.headers.Get("Content-Type") != formedType {
		t.Errorf("a callback: %s %v", p.body, http.Header(p.headers))
	}
}

const (
	sum1   = "d39d0aa203994a1377041d5f33d9f27e00333050"
	sum256 = "6fd7426eb916b7f8a59d745cc33ced59fae347933eb2dabe6c4c3d53c0d74a6b"
)
