package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/world"
)

// A server takes no address that the whole net does not reach, and asks none of them;
// what it says of them was said by none. (T-SSR-01, T-SSR-04, T-SSR-06)
func TestAServerIsLedNowhere(t *testing.T) {
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer srv.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(srv.URL, "http://"), ":")
	l := openLab(t, Settings{Server: true, Targets: webhook.Public}, "apps: {demo: {}}\n")
	app := l.ids.Apps["demo"]
	for _, at := range []string{
		"https://169.254.169.254/latest/meta-data/", "https://127.0.0.1:" + port + "/", "https://localhost:" + port + "/", "https://localhost.:" + port + "/",
		"https://[::1]:" + port + "/", "https://0.0.0.0:" + port + "/", "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/",
		"https://[fc00::1]/", "https://[fe80::1]/", "https://[::ffff:127.0.0.1]:" + port + "/", "https://2130706433:" + port + "/",
		"https://0177.0.0.1:" + port + "/", "https://127.1:" + port + "/", srv.URL, "http://bot.example/", "https://ana:secret@bot.example/",
		"https://bot.example:22/", "https://bot.example:25/", "file:///etc/passwd", "gopher://bot.example/",
	} {
		a := l.write("POST", app.ID, "subscriptions", "object=page&verify_token=v&fields=messages&callback_url="+url.QueryEscape(at), app.Token)
		if a.status != 400 {
			t.Errorf("%s: %s", at, a)
		}
	}
	if a := l.get("/v25.0/"+app.ID+"/subscriptions", app.Token); hits.Load() != 0 || a.body != `{"data":[]}` {
		t.Errorf("%d calls; subscribed: %s", hits.Load(), a)
	}
}

// A subscription of a world file is asked by nobody: its address is looked at when
// something is delivered, and what is refused then is told of. (T-SSR-01)
func TestAServerDeliversNowhereElse(t *testing.T) {
	box := newPostbox(t, nil)
	l := openLab(t, Settings{Server: true, Targets: webhook.Public}, told(box.URL, "people: {ana: {}}\n"))
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "message"})
	list := l.failed(t)
	if v := &list[0]; !strings.Contains(v.Error, "it takes an https URL") || v.Status != 0 || len(box.all()) != 0 {
		t.Errorf("%+v, %d calls", v, len(box.all()))
	}
}

// failed waits until a delivery was tried.
func (l *lab) failed(t *testing.T) []webhook.View {
	t.Helper()
	run := startChores(l.Graph)
	defer run.stop()
	for {
		list, err := l.World.Deliveries(t.Context(), world.DeliveryQuery{Limit: 10})
		if err != nil || t.Context().Err() != nil {
			t.Fatal(err, t.Context().Err())
		}
		if len(list) > 0 && list[0].Tries > 0 {
			return list
		}
		time.Sleep(time.Millisecond)
	}
}

// An emulator tells apps on its own machine, and others only if it is told to; a
// server only those that the whole net reaches. (T-SSR-07)
func TestWhoIsToldByDefault(t *testing.T) {
	tests := []struct {
		environ []string
		takes   string
	}{
		{nil, "http://127.0.0.1:3000/"},
		{[]string{"KITH_WEBHOOKS_TARGETS=private"}, "http://127.0.0.1:3000/ http://192.168.1.7/"},
		{[]string{"KITH_MODE=server"}, "https://8.8.8.8/"},
	}
	for _, tt := range tests {
		cfg, err := config.Load(config.Sources{Environ: append([]string{"HOME=" + t.TempDir()}, tt.environ...)})
		if err != nil {
			t.Fatal(err)
		}
		targets, err := webhook.ParseTargets(cfg.Webhooks.Targets)
		if err != nil {
			t.Fatal(err)
		}
		var takes []string
		for _, at := range []string{"http://127.0.0.1:3000/", "http://192.168.1.7/", "https://8.8.8.8/", "http://169.254.169.254/"} {
			if targets.Check(at) == nil {
				takes = append(takes, at)
			}
		}
		if got := strings.Join(takes, " "); got != tt.takes {
			t.Errorf("%v takes %s, want %s", tt.environ, got, tt.takes)
		}
	}
}
