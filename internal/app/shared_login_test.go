package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// Servers on one database agree about a code: however many exchange it at once,
// one gets the token, and none of them takes it once the code was tried again.
// [T-TOK-05, T-TOK-14]
func TestACodeIsForOneServer(t *testing.T) {
	dsn := pgtest.DB(t)
	servers := make([]*Server, 3)
	for i := range servers {
		var err error
		if servers[i], err = sharing(t, dsn); err != nil {
			t.Fatal(err)
		}
	}
	ids, err := servers[0].Graph.World.IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	app := ids.Apps["demo"]
	for range 5 {
		code, err := servers[0].Graph.World.Code(t.Context(), world.CodeSpec{App: "demo", Person: "alice", RedirectURI: "http://localhost/"})
		if err != nil {
			t.Fatal(err)
		}
		query := url.Values{"client_id": {app.ID}, "client_secret": {app.Secret}, "redirect_uri": {"http://localhost/"}, "code": {code}}.Encode()
		tokens, subcodes := make([]string, len(servers)), make([]int, len(servers))
		var wg sync.WaitGroup
		for i, s := range servers {
			wg.Go(func() { tokens[i], subcodes[i] = asked(t, s.URL+"/v25.0/oauth/access_token?"+query) })
		}
		wg.Wait()
		won := ""
		for i := range servers {
			switch {
			case tokens[i] != "" && won == "":
				won = tokens[i]
			case tokens[i] != "" || subcodes[i] != 36009:
				t.Errorf("server %d: another token, or subcode %d", i, subcodes[i])
			}
		}
		if won == "" {
			t.Fatal("nobody got the token")
		}
		for i, s := range servers {
			if _, sub := asked(t, s.URL+"/v25.0/me?access_token="+won); sub != 466 {
				t.Errorf("server %d takes the token still: subcode %d", i, sub)
			}
		}
	}
}

// asked is the token or the subcode of an answer.
func asked(t *testing.T, target string) (token string, subcode int) {
	resp, err := http.Get(target)
	if err != nil {
		t.Error(err)
		return "", 0
	}
	defer resp.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
		Error struct {
			Subcode int `json:"error_subcode"`
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Error(err)
	}
	return answer.Token, answer.Error.Subcode
}
