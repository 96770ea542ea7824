package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// A rereader writes through the control plane of one server, and after each
// write looks at the Graph of every server. It has a person, an app and a Page of
// its own.
type rereader struct {
	t       *testing.T
	n       int // of the client
	servers []*Server
	http    *http.Client
	psid    string
	page    string // its token
	writes  *atomic.Int64
}

func (r *rereader) who() string { return fmt.Sprintf("p%d", r.n) }

// call returns status and body.
func (r *rereader) call(method, url, body string) (int, string) {
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.t.Error(err)
		return 0, ""
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := r.http.Do(req)
	if err != nil {
		r.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Error(err)
	}
	return resp.StatusCode, string(text)
}

// write changes something, on one server after the other, and returns the answer.
func (r *rereader) write(method, path string, body any) string {
	r.writes.Add(1)
	text, err := json.Marshal(body)
	if err != nil {
		r.t.Error(err)
	}
	s := r.servers[int(r.writes.Load())%len(r.servers)]
	status, answer := r.call(method, s.ControlURL+"/_/api/"+path, string(text))
	if status >= 300 {
		r.t.Errorf("%s %s %s: %d %s", method, path, text, status, answer)
	}
	return answer
}

// shows asks every server for the person, which has to answer so at once.
func (r *rereader) shows(fields, token, want string) {
	for i, s := range r.servers {
		_, got := r.call("GET", s.URL+"/v25.0/"+r.psid+"?fields="+fields+"&access_token="+token, "")
		if !strings.Contains(got, want) {
			r.t.Errorf("client %d, server %d, after the write: %s is %s, want %s", r.n, i, fields, got, want)
		}
	}
}

// round is nine writes of six kinds, each looked at.
func (r *rereader) round(i int) {
	name := fmt.Sprintf("Name%d", i)
	r.write("PUT", "people/"+r.who(), map[string]string{"first_name": name})
	r.shows("first_name", r.page, `"first_name":"`+name+`"`)
	act := func(event string) {
		r.write("POST", "act", map[string]string{"person": r.who(), "page": r.who(), "event": event})
	}
	act("revoke")
	r.shows("first_name", r.page, "{}")
	act("message")
	r.shows("first_name", r.page, `"first_name":"`+name+`"`)
	review := func(level, want string) {
		r.write("PUT", "apps/"+r.who()+"/review", map[string]string{"pages_user_locale": level})
		r.shows("locale", r.page, want)
	}
	review("none", `"error_subcode":2018247`)
	review("advanced", `"locale":"en_US"`)
	audience := func(of, want string) {
		r.write("PUT", "people/"+r.who()+"/audience", map[string]string{"first_name": of})
		r.shows("first_name,last_name", r.page, want)
	}
	audience("only_me", `{"last_name":"Last"`)
	audience("public", `"first_name":"`+name+`"`)
	var minted struct{ Token string }
	if err := json.Unmarshal([]byte(r.write("POST", "tokens", map[string]string{"page": r.who(), "app": r.who()})), &minted); err != nil {
		r.t.Error(err)
	}
	r.shows("first_name", minted.Token, `"first_name":"`+name+`"`)
	r.write("POST", "tokens/invalidate", map[string]string{"token": minted.Token, "reason": "logged_out"})
	r.shows("first_name", minted.Token, `"code":190`)
}

// startAll starts servers on one store with one world.
func startAll(t *testing.T, n int, world, env string) (all []*Server) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(file, []byte(world), 0o600); err != nil {
		t.Fatal(err)
	}
	for range n {
		s, err := sharing(t, "", env, "KITH_WORLD="+file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// T-DUR-09: whatever is written shows at once, on every server and every store:
// 10,000 writes over HTTP, each followed by a read.
func TestReadAfterWrite(t *testing.T) {
	const clients, perRound = 8, 9
	var world strings.Builder
	for _, kind := range []string{"apps", "pages", "people"} {
		fmt.Fprintf(&world, "%s:\n", kind)
		for n := range clients {
			fmt.Fprintf(&world, "  p%d: %s\n", n, map[string]string{"apps": "{}", "pages": fmt.Sprintf("{apps: [p%d]}", n),
				"people": fmt.Sprintf("{first_name: Name, last_name: Last, locale: en_US, contacts: {p%d: message}}", n)}[kind])
		}
	}
	var total atomic.Int64
	for _, tt := range []struct {
		name    string
		rounds  int // of each client
		servers int
		env     func(t *testing.T) string
	}{
		{"memory", 55, 1, func(*testing.T) string { return "KITH_MEMORY=true" }},
		{"SQLite", 45, 1, func(t *testing.T) string { return "KITH_DATA=" + t.TempDir() }},
		{"PostgreSQL", 40, 2, func(t *testing.T) string { return "KITH_STORE=" + pgtest.DB(t) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			servers := startAll(t, tt.servers, world.String(), tt.env(t))
			if t.Failed() {
				return
			}
			ids, err := servers[0].Graph.World.IDs(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
			defer client.CloseIdleConnections()
			var wg sync.WaitGroup
			for n := range clients {
				who := fmt.Sprintf("p%d", n)
				r := &rereader{t: t, n: n, servers: servers, http: client, writes: &total,
					psid: ids.Pages[who].PSIDs[who], page: ids.Pages[who].Token}
				wg.Go(func() {
					for i := range tt.rounds {
						if r.round(i); t.Failed() {
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
	if n := total.Load(); n < 10_000 && !t.Failed() {
		t.Errorf("only %d writes", n)
	}
	t.Logf("%d writes", total.Load())
}
