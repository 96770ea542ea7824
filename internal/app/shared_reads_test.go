package app

import (
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

// share makes a Graph in memory behave as one of several on its database.
func share(g *Graph, lease time.Duration) {
	g.DB = store.Open(g.memory, store.Options{Shared: true, Lease: lease, Machine: clock.System(time.Now), Decode: world.Decoders(g.Keys)})
	g.wire()
}

// A profile read on a shared store is one Read when the ID's binding is known,
// two otherwise; what may change is read each time. [doc design, budgets]
func TestSharedProfileReads(t *testing.T) {
	f := openFixture(t, Settings{}, bench.Size{People: 20, Pages: 2})
	share(f.Graph, time.Hour)
	for i := range 2 { // the tokens of both Pages become known
		f.good(t, i)
	}
	for i := 2; i < 20; i++ {
		if got := f.good(t, i); got.reads != 2 {
			t.Errorf("person %d, binding unknown: %+v, want 2 Reads", i, got)
		}
		// Token, person, contact and role are live.
		if got := f.good(t, i); got != (work{1, 4}) {
			t.Errorf("person %d, binding known: %+v, want 1 Read of 4 points", i, got)
		}
	}
}

// What rode along is used only if it is what the ID and the version lead to.
func TestForeseenIsNoShortcut(t *testing.T) {
	l := openLab(t, Settings{}, `
apps: {bot: {default_version: v2.6}}
pages: {shop: {app: bot}}
people: {ana: {first_name: Ana, last_name: Lima, gender: female}}
events: [{page: shop, person: ana, event: message}]
`)
	share(l.Graph, 0)
	shop := l.ids.Pages["shop"]
	ask := func(version graph.Version, fields string) (string, int) {
		c := engine.Call{Method: "GET", ID: shop.PSIDs["ana"], Fields: fields, Version: version,
			Cred: access.Credentials{Token: shop.Token}, Now: l.Clock.Now()}
		b, err := l.Engine.Read(t.Context(), &c, nil)
		if err != nil {
			t.Fatalf("%v %q: %v", version, fields, err)
		}
		return string(b), c.Reads
	}
	ask(graph.V(25, 0), "first_name")
	if got, reads := ask(graph.V(25, 0), "first_name"); reads != 1 || !strings.HasPrefix(got, `{"first_name":"Ana","id":`) {
		t.Errorf("v25.0: %s in %d Reads", got, reads)
	}
	// Only the app's record says that an unversioned path is v2.6 here.
	if got, _ := ask(0, "first_name,gender"); got != `{"first_name":"Ana","gender":"female"}` {
		t.Errorf("unversioned: %s", got)
	}
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "revoke"})
	if got, reads := ask(graph.V(25, 0), "first_name"); got != `{}` || reads != 1 {
		t.Errorf("after revoke: %s in %d Reads", got, reads)
	}
	// The Page is not told more about an ID that leads nowhere any more.
	l.act(t, world.Action{Person: "ana", Event: "erase"})
	c := engine.Call{Method: "GET", ID: shop.PSIDs["ana"], Fields: "first_name", Version: graph.V(25, 0),
		Cred: access.Credentials{Token: shop.Token}, Now: l.Clock.Now()}
	if _, err := l.Engine.Read(t.Context(), &c, nil); err == nil || !strings.Contains(err.Error(), "no_node") {
		t.Errorf("after erase: %v", err)
	}
}

// Who was erased at one place has no ID there any more, on a node that knew
// where it led as on every other: the answer is that of an unknown one.
func TestErasedAtOnePlaceOnAnotherNode(t *testing.T) {
	l := openLab(t, Settings{}, `
pages: {shop: {instagram: shop_ig}}
instagram: {shop_ig: {}}
people: {ana: {first_name: Ana, instagram: true, contacts: {shop: message, shop_ig: message}}}
`)
	share(l.Graph, time.Hour)
	here := l.Engine
	share(l.Graph, time.Hour) // the other node
	shop := l.ids.Pages["shop"]
	ask := func(e *engine.Engine, id string) string {
		c := engine.Call{Method: "GET", ID: id, Fields: "name", Version: graph.V(25, 0), Cred: access.Credentials{Token: shop.Token}, Now: l.Clock.Now()}
		b, err := e.Read(t.Context(), &c, nil)
		if err != nil {
			return strings.ReplaceAll(err.Error(), id, "ID")
		}
		return string(b)
	}
	for _, of := range []world.Action{{Page: "shop"}, {Instagram: "shop_ig"}} {
		of.Person, of.Event = "ana", "message"
		id := l.act(t, of).ScopedID
		for range 2 {
			if got := ask(here, id); !strings.Contains(got, id) {
				t.Fatalf("before: %s", got)
			}
		}
		of.Event = "erase"
		l.act(t, of)
		unknown := ask(here, "1234567890123456")
		if got := ask(here, id); got != unknown {
			t.Errorf("erased at %s%s: %s, unknown: %s", of.Page, of.Instagram, got, unknown)
		}
	}
}
