package kithtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/kithtest"
)

const bakery = `
pages:     {bakery: {instagram: bakery_ig}}
instagram: {bakery_ig: {}}
people:
  ana: {first_name: Ana, last_name: Lima, apps: [app], instagram: true, contacts: {bakery: message, bakery_ig: message}}
  ben: {first_name: Ben}
`

func get(t *testing.T, c *http.Client, format string, args ...any) (int, http.Header, string) {
	t.Helper()
	resp, err := c.Get(fmt.Sprintf(format, args...))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

func TestNames(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(bakery)})
	page, ig, ana := kith.Page("bakery"), kith.Instagram("bakery_ig"), kith.Person("ana")
	c := kith.Client()
	tests := []struct{ url, want string }{
		{"https://graph.facebook.com/v25.0/" + page.PSID("ana") + "?fields=first_name&access_token=" + page.Token, `{"first_name":"Ana","id":"` + page.PSID("ana") + `"}`},
		{"http://graph.facebook.com/v25.0/" + page.ID + "?fields=id&access_token=" + page.Token, `{"id":"` + page.ID + `"}`},
		{"https://graph.instagram.com/v25.0/" + ig.IGSID("ana") + "?fields=username&access_token=" + ig.Token, `{"username":"ana","id":"` + ig.IGSID("ana") + `"}`},
		{"http://localhost:1234/me?fields=id&access_token=" + ana.Token("app"), `{"id":"` + ana.ASID("app") + `"}`},
		{"http://127.0.0.1/" + kith.App("app").ID + "?fields=id&access_token=" + url.QueryEscape(kith.App("app").Token), `{"id":"` + kith.App("app").ID + `"}`},
	}
	for _, tt := range tests {
		if status, _, body := get(t, c, "%s", tt.url); status != 200 || body != tt.want {
			t.Errorf("GET %s\n got %d %s\nwant 200 %s", tt.url, status, body, tt.want)
		}
	}
	if ig.ID == "" || kith.App("app").Secret == "" {
		t.Error("an account without ID, or an app without secret")
	}
}

func TestClientStaysInTheTest(t *testing.T) {
	c := kithtest.New(t, kithtest.Options{World: []byte(bakery)}).Client()
	for _, u := range []string{"https://example.org/", "http://10.0.0.1/", "https://graph.facebook.com.example.org/", "http://127.0.0.1.example.org/"} {
		resp, err := c.Get(u)
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s is reached", u)
		} else if !strings.Contains(err.Error(), "not a host of the Graph") {
			t.Errorf("%s: %v", u, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := c.Do(req); err == nil {
		resp.Body.Close()
		t.Error("a request whose context has ended is answered")
	}
}

// In memory and over a socket the answer is the same, header by header.
func TestMemoryIsLikeTheWire(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(bakery)})
	page := kith.Page("bakery")
	base := kith.URL()
	if base != kith.URL() {
		t.Error("the second URL is another one")
	}
	wire := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer wire.CloseIdleConnections()
	requests := []struct{ method, path, body, kind string }{
		{"GET", "/v25.0/" + page.PSID("ana") + "?access_token=" + page.Token, "", ""},
		{"HEAD", "/v25.0/" + page.PSID("ana") + "?access_token=" + page.Token, "", ""},
		{"POST", "/v25.0/" + page.PSID("ana"), "method=get&fields=id&access_token=" + page.Token, "application/x-www-form-urlencoded"},
		{"GET", "/v25.0/me", "", ""},
		{"GET", "/platform/profilepic/?psid=1", "", ""},
		{"GET", "/_/healthz", "", ""},
		{"GET", "/_/nowhere", "", ""},
	}
	for _, r := range requests {
		var got [2]string
		for i, c := range []*http.Client{kith.Client(), wire} {
			got[i] = told(t, c, r.method, base+r.path, r.kind, r.body)
		}
		if diff := cmp.Diff(got[1], got[0]); diff != "" {
			t.Errorf("%s %s (-wire +memory)\n%s", r.method, r.path, diff)
		}
	}
}

// told is an answer without what differs between any two calls.
func told(t *testing.T, c *http.Client, method, target, kind, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for name, values := range resp.Header {
		switch name {
		case "Date", "X-Fb-Trace-Id", "X-Fb-Request-Id", "X-Fb-Debug", "X-Kith-Request", "Content-Length":
			continue
		}
		lines = append(lines, name+": "+strings.Join(values, "; "))
	}
	slices.Sort(lines)
	out := string(text)
	if i := strings.Index(out, `"fbtrace_id"`); i >= 0 {
		out = out[:i]
	}
	return fmt.Sprintf("%d\n%s\n%s", resp.StatusCode, strings.Join(lines, "\n"), out)
}

func TestActClockAndReset(t *testing.T) {
	for _, sqlite := range []bool{false, true} {
		t.Run(fmt.Sprint("sqlite ", sqlite), func(t *testing.T) {
			kith := kithtest.New(t, kithtest.Options{World: []byte(bakery), SQLite: sqlite})
			page, c := kith.Page("bakery"), kith.Client()
			kith.Act("ben", "bakery", "conversation_ad")
			path := "https://graph.facebook.com/v25.0/" + page.PSID("ben") + "?fields=first_name&access_token=" + page.Token
			steps := []struct {
				do   func()
				want string
			}{
				{func() {}, `{}`},
				{func() { kith.Act("ben", "bakery", "message") }, `{"first_name":"Ben","id":"` + page.PSID("ben") + `"}`},
				{kith.Restart, `{"first_name":"Ben","id":"` + page.PSID("ben") + `"}`},
				{func() { kith.Act("ben", "bakery", "revoke") }, `{}`},
			}
			for i, s := range steps {
				s.do()
				if _, _, body := get(t, c, "%s", path); body != s.want {
					t.Errorf("step %d\n got %s\nwant %s", i, body, s.want)
				}
			}
			clock := kith.Clock()
			start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
			if !clock.Now().Equal(start) {
				t.Errorf("the clock begins at %v", clock.Now())
			}
			clock.Advance(time.Hour)
			if !clock.Now().Equal(start.Add(time.Hour)) {
				t.Errorf("an hour later it is %v", clock.Now())
			}
			clock.Freeze(start.AddDate(1, 0, 0))
			kith.Restart()
			if !clock.Now().Equal(start.AddDate(1, 0, 0)) {
				t.Errorf("after a restart it is %v", clock.Now())
			}
			if clock.Set(start); clock.Now().Before(start) {
				t.Errorf("a clock that runs is at %v", clock.Now())
			}
			kith.Reset()
			if !clock.Now().Equal(start) {
				t.Errorf("after a reset it is %v", clock.Now())
			}
			if status, _, _ := get(t, c, "%s", path); status != 400 {
				t.Errorf("after a reset the ID of a later contact answers %d", status)
			}
			if page.PSID("ana") == "" {
				t.Error("after a reset there is nobody")
			}
			kith.Act("ana", "", "erase")
		})
	}
}

func TestOptions(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "world.yaml")
	if err := os.WriteFile(file, []byte(bakery+"clock: 2020-02-02T00:00:00Z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	kith := kithtest.New(t, kithtest.Options{WorldFile: file})
	if got := kith.Clock().Now(); !got.Equal(time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the clock of the world is %v", got)
	}
	at := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	kith = kithtest.New(t, kithtest.Options{WorldFile: file, Clock: at, Knobs: map[string]string{"no_consent": "33", "token_conflict": "parameter"}})
	if got := kith.Clock().Now(); !got.Equal(at) {
		t.Errorf("the clock of the options is %v", got)
	}
	kith.Act("ben", "bakery", "conversation_ad")
	page := kith.Page("bakery")
	if status, _, _ := get(t, kith.Client(), "http://localhost/%s?access_token=%s", page.PSID("ben"), page.Token); status != 400 {
		t.Errorf("with no_consent=33 the answer is %d", status)
	}
}

func TestTwoServersAreApart(t *testing.T) {
	a, b := kithtest.New(t, kithtest.Options{World: []byte(bakery)}), kithtest.New(t, kithtest.Options{World: []byte(bakery)})
	if a.Page("bakery").PSID("ana") != b.Page("bakery").PSID("ana") {
		t.Error("the same world has other IDs")
	}
	a.Act("ana", "bakery", "revoke")
	page := b.Page("bakery")
	if _, _, body := get(t, b.Client(), "http://localhost/%s?fields=id&access_token=%s", page.PSID("ana"), page.Token); body == "{}" {
		t.Error("what happens in one is seen in the other")
	}
}

func TestWhy(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(bakery)})
	kith.Act("ben", "bakery", "conversation_ad")
	page := kith.Page("bakery")
	resp, err := kith.Client().Get("http://localhost/" + page.PSID("ben") + "?access_token=" + page.Token)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	why := kith.Why(resp)
	if len(why) == 0 || !strings.HasPrefix(why[len(why)-1], "✗ consent: ") {
		t.Errorf("why is the answer empty?\n%s", strings.Join(why, "\n"))
	}
	if kith.Why(&http.Response{Header: http.Header{}}) != nil {
		t.Error("an answer of somebody else has reasons")
	}
}

// broken is a test that fails and says what it is told.
type broken struct {
	testing.TB
	fatal, log string
	clean      []func()
}

func (b *broken) Failed() bool              { return true }
func (b *broken) Log(args ...any)           { b.log += fmt.Sprint(args...) }
func (b *broken) Cleanup(f func())          { b.clean = append(b.clean, f) }
func (b *broken) Fatalf(f string, a ...any) { b.fatal = fmt.Sprintf(f, a...); panic(b) }

func (b *broken) run(f func()) {
	defer func() {
		if v := recover(); v != nil && v != any(b) {
			panic(v)
		}
		for _, f := range slices.Backward(b.clean) {
			f()
		}
	}()
	f()
}

func TestReport(t *testing.T) {
	b := &broken{TB: t}
	b.run(func() {
		kith := kithtest.New(b, kithtest.Options{World: []byte(bakery)})
		page := kith.Page("bakery")
		get(t, kith.Client(), "http://localhost/v25.0/%s?fields=shoe_size&access_token=%s", page.PSID("ana"), page.Token)
		kith.Page("cellar")
	})
	if want := `kithtest: the world has no page "cellar"`; b.fatal != want {
		t.Errorf("fatal %q, want %q", b.fatal, want)
	}
	for _, want := range []string{"the last 1 Graph calls:\nGET /v25.0/", "-> 400 (code 100, subcode 0)", "✗ unknown_field: ", "✓ consent: "} {
		if !strings.Contains(b.log, want) {
			t.Errorf("the report lacks %q:\n%s", want, b.log)
		}
	}
	if strings.Contains(b.log, "EAA") {
		t.Errorf("the report has a token:\n%s", b.log)
	}
	for _, opt := range []kithtest.Options{
		{World: []byte("poeple: {}\n")}, {WorldFile: "/no/such/file"}, {World: []byte(bakery), Knobs: map[string]string{"fly": "high"}},
		{World: []byte(bakery), Knobs: map[string]string{"token_conflict": "both"}},
	} {
		b := &broken{TB: t}
		if b.run(func() { kithtest.New(b, opt) }); b.fatal == "" {
			t.Errorf("options %+v are taken", opt)
		}
	}
}

func TestDemoWorld(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{})
	shop := kith.Page("shop")
	_, _, body := get(t, kith.Client(), "https://graph.facebook.com/v25.0/%s?fields=first_name,profile_pic&access_token=%s", shop.PSID("alice"), shop.Token)
	var profile struct {
		FirstName  string `json:"first_name"`
		ProfilePic string `json:"profile_pic"`
	}
	if err := json.Unmarshal([]byte(body), &profile); err != nil || profile.FirstName != "Alice" {
		t.Fatalf("%v: %s", err, body)
	}
	if status, header, _ := get(t, kith.Client(), "%s", profile.ProfilePic); status != 200 || header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the picture at %s: %d %s", profile.ProfilePic, status, header.Get("Content-Type"))
	}
}

// A bot's answer to an outage can be tried: the calls fail, then work again.
func TestFault(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(bakery)})
	page, c := kith.Page("bakery"), kith.Client()
	kith.Fault("unavailable", 1)
	kith.Fault("no_field", 1, "name", "User")
	for _, want := range []string{"(#2) Service temporarily unavailable", "nonexisting field (name) on node type (User)", `"name":"`} {
		if _, _, body := get(t, c, "https://graph.facebook.com/v25.0/me?fields=name&access_token=%s", page.Token); !strings.Contains(body, want) {
			t.Errorf("got %s\nwant %s in it", body, want)
		}
	}
}

func TestDoTellsWhatBecameOfIt(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte("pages: {bakery: {}}\npeople: {ana: {first_name: Ana}}\n")})
	said := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "message", Text: "Hi", Mid: "m_1", Attach: []string{"image=https://a.example/1.jpg"}})
	if page := kith.Page("bakery"); said.ID != page.PSID("ana") || said.Mid != "m_1" || said.Conversation == "" {
		t.Errorf("a message: %+v", said)
	}
	if done := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "react", Mid: "m_1", Emoji: "👍"}); done.Mid != "m_1" || done.Conversation != said.Conversation {
		t.Errorf("a reaction: %+v", done)
	}
	kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "unsend", Mid: "m_1"})
	if said.Result != "applied" || len(said.Gained["app"]) == 0 || said.State["app"] != "GRANTED" {
		t.Errorf("access after a message: %+v", said)
	}
	if again := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "message", Mid: "m_1"}); again.Result != "duplicate" {
		t.Errorf("the message again: %+v", again)
	}
	if done := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "page_comment", Post: "1_2", Comment: "3_4"}); done.Recipient["comment_id"] != "3_4" {
		t.Errorf("a comment: %+v", done)
	}
	if done := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "log_in", Open: "https://bakery.example/login"}); !strings.HasPrefix(done.Opens, "https://bakery.example/login?") {
		t.Errorf("log_in: %+v", done)
	}
	if done := kith.Do(kithtest.Action{Person: "ana", Event: "install", App: "app", Permissions: []string{"email"}}); done.Token == "" || done.Token != kith.Person("ana").Token("app") {
		t.Errorf("install: %+v", done)
	}
	cake := kithtest.File{Type: "file", Name: "cake.txt", Data: []byte("flour")}
	if done := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "message", Files: []kithtest.File{cake}}); done.Mid == "" {
		t.Errorf("a file: %+v", done)
	}
	if done := kith.Do(kithtest.Action{Person: "ana", Place: "bakery", Event: "block"}); len(done.Lost["app"]) == 0 || done.State["app"] != "BLOCKED" {
		t.Errorf("access after a block: %+v", done)
	}
}
