package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// A webhook that is followed at once by a profile read, on whichever of the servers on
// one database, never meets the state before it; nor does an answer, nor the echo of
// that. Every message here comes behind a revocation.
func TestNoServerIsBehindItsWebhooks(t *testing.T) {
	const people, rounds = 3, 6
	yaml := "people:\n"
	for i := range people {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat}\n", i)
	}
	var nodes [2]*house
	heard := map[string]chan string{} // by PSID: mids
	var mu sync.Mutex
	ear := func(psid string) chan string {
		mu.Lock()
		defer mu.Unlock()
		if heard[psid] == nil {
			heard[psid] = make(chan string, rounds)
		}
		return heard[psid]
	}
	box := newPostbox(t, func(p *parcel) {
		it := p.item(t)
		for _, n := range nodes {
			token := n.ids.Pages["shop"].Token
			if got := n.get(t, "/v25.0/"+it.Message.Mid+"?fields=message", token); got.status != 200 || !strings.Contains(got.body, it.Message.Text) {
				t.Errorf("the message that was told of: %s", got)
			}
			if it.Message.IsEcho {
				continue
			}
			if got := n.get(t, "/v25.0/"+it.Sender.ID+"?fields=first_name", token); !strings.Contains(got.body, `"Pat"`) {
				t.Errorf("the profile behind a message: %s", got)
			}
			body := fmt.Sprintf(`{"recipient":{"id":%q},"messaging_type":"RESPONSE","message":{"text":"an answer"}}`, it.Sender.ID)
			if got := n.ask(t, question{method: "POST", target: withToken("/v25.0/me/messages", token), kind: "application/json", body: body}); got.status != 200 {
				t.Errorf("an answer: %s", got)
			}
		}
		if !it.Message.IsEcho {
			ear(it.Sender.ID) <- it.Message.Mid
		}
	})
	dsn := pgtest.DB(t)
	for i := range nodes {
		nodes[i] = openHouse(t, dsn, told(box.URL, yaml))
	}
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for round := range rounds {
				n := nodes[(i+round)%2]
				deed := map[string]any{"person": fmt.Sprint("p", i), "page": "shop", "event": "revoke"}
				n.act(t, deed)
				deed["event"], deed["text"] = "message", fmt.Sprint("number ", round)
				said := n.act(t, deed)
				select {
				case mid := <-ear(said.ID):
					if mid != said.Mid {
						t.Errorf("told of %s, want %s", mid, said.Mid)
					}
				case <-t.Context().Done():
					return
				}
			}
		})
	}
	wg.Wait()
	echoes := 0
	nodes[0].until(t, "the echoes are told of", func() bool {
		nodes[1].delivered(t)
		echoes = 0
		for _, p := range box.all() {
			if strings.Contains(p.body, `"is_echo":true`) {
				echoes++
			}
		}
		return echoes >= 2*people*rounds
	})
	if n := len(box.all()); echoes != 2*people*rounds || n != 3*people*rounds {
		t.Errorf("%d webhooks, %d echoes", n, echoes)
	}
	var list struct{ Data []json.RawMessage }
	got := nodes[1].get(t, "/v25.0/me/conversations", nodes[1].ids.Pages["shop"].Token)
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || len(list.Data) != people {
		t.Errorf("conversations: %s", got)
	}
}
