package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/world"
)

// never says why nobody of a made-up population has a field or an edge.
func never() map[string]string {
	return map[string]string{
		"bio": "is an error from v2.8 on; it says what about says",
	}
}

// Whatever the reference declares of a person, somebody in a made-up population
// has it: each of the fields and each of the edges is read, of everybody who uses the app.
func TestPopulationHasEverything(t *testing.T) {
	const people = 256
	ctx := context.Background()
	l := emptyLab(t, Settings{})
	plan := population.Plan{People: people, Seed: 5, Rate: 1, Clock: l.Clock.Now()}
	p, err := population.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.World.Populate(ctx, plan, nil); err != nil {
		t.Fatal(err)
	}
	names, fields := l.declared(t)
	ids, err := l.World.IDs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	social := ids.Apps["social"].Secret
	asked, has, friends := 0, map[string]int{}, map[string][]string{}
	for i := range people {
		who := population.Handle(i)
		if !slices.ContainsFunc(p.Life(i).Installs, func(in population.Install) bool { return in.App == 1 }) {
			continue // the app has not met them
		}
		token, err := l.World.MintToken(ctx, world.TokenSpec{User: who, App: "social", Permissions: graph.PermissionNames()})
		if err != nil {
			t.Fatal(err)
		}
		a := l.get("/v2.10/me?appsecret_proof="+access.Proof(social, token)+"&fields="+url.QueryEscape(fields), token)
		asked++
		var got map[string]json.RawMessage
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != 200 {
			t.Fatalf("%s: %s", who, a)
		}
		for _, name := range names {
			if v := string(got[name]); v != "" && !strings.HasPrefix(v, `{"data":[]`) {
				has[name]++
			}
		}
		friends[token] = itemIDs(t, got["friends"])
	}
	has["mutualfriends"] = l.withMutualFriends(t, friends)
	var table strings.Builder
	for _, name := range append(names, "bio") {
		fmt.Fprintf(&table, "%5d %s\n", has[name], name)
		switch why := never()[name]; {
		case has[name] == 0 && why == "":
			t.Errorf("nobody of %d has %s", asked, name)
		case has[name] > 0 && why != "":
			t.Errorf("%d people have %s, though it %s", has[name], name, why)
		}
	}
	t.Logf("of %d people so many have\n%s", asked, table.String())
}

// declared are the names of the fields and edges of a person in v2.10, and the
// text that asks for all of them.
func (l *lab) declared(t *testing.T) (names []string, ask string) {
	t.Helper()
	var asks []string
	n, ver := l.Schema.Node("User"), graph.V(2, 10)
	for i := range n.Fields {
		if f := &n.Fields[i]; f.Has(ver) && f.Name != "bio" {
			names, asks = append(names, f.Name), append(asks, f.Name)
		}
	}
	for i := range n.Edges {
		if e := &n.Edges[i]; e.Has(ver) {
			if names = append(names, e.Name); e.With == "" {
				asks = append(asks, e.Name+".limit(3)")
			}
		}
	}
	if len(names) < 52+60 {
		t.Fatalf("%d fields and edges are declared", len(names))
	}
	return names, strings.Join(asks, ",")
}

func itemIDs(t *testing.T, edge json.RawMessage) (ids []string) {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	if len(edge) > 0 {
		if err := json.Unmarshal(edge, &list); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range list.Data {
		ids = append(ids, d.ID)
	}
	return ids
}

// withMutualFriends counts people who share a friend with a friend: the edge
// takes another person.
func (l *lab) withMutualFriends(t *testing.T, friends map[string][]string) (n int) {
	t.Helper()
	for token, ids := range friends {
		if slices.ContainsFunc(ids, func(id string) bool {
			return len(itemIDs(t, json.RawMessage(l.get("/v2.10/me/mutualfriends?user="+id, token).body))) > 0
		}) {
			n++
		}
	}
	return n
}
