package app

import (
	"encoding/json"
	"testing"

	"github.com/kithgraph/kith/internal/world"
)

// A server that keeps no text of a token says those of a person's Pages all the
// same, and keeps nothing of them.
func TestAServerSaysTokensOfPages(t *testing.T) {
	l := openLab(t, Settings{Server: true}, `
apps:   {demo: {}}
pages:  {bakery: {app: demo, tasks: {ana: [MODERATE]}}, cafe: {app: demo}}
people: {ana: {apps: {demo: [public_profile, pages_show_list]}}}
`)
	session, err := l.World.MintToken(t.Context(), world.TokenSpec{User: "ana", App: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	before := l.state(t)
	var list struct {
		Data []struct {
			ID    string
			Token string `json:"access_token"`
		}
	}
	a := l.get("/v25.0/me/accounts", session)
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || len(list.Data) != 1 || list.Data[0].Token == "" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	page := list.Data[0]
	var me struct{ ID string }
	a = l.get("/v25.0/me?fields=id", page.Token)
	if err := json.Unmarshal([]byte(a.body), &me); err != nil || me.ID != page.ID || me.ID != l.ids.Pages["bakery"].ID {
		t.Errorf("the token of the Page: %d %s", a.status, a.body)
	}
	if l.state(t) != before {
		t.Error("something was stored")
	}
}
