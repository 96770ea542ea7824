package engine

import (
	"context"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

// benchFields is the usual profile call.
const benchFields = "first_name,last_name,profile_pic"

// loaded is a read of a MessengerUser after its records have come: what is left
// to do is pure.
func loaded(b *testing.B, text string) (*Engine, *state, *Call) {
	b.Helper()
	cat, err := nodes.Catalogue()
	if err != nil {
		b.Fatal(err)
	}
	db := store.Open(memory.Open(store.Registry()), store.Options{})
	b.Cleanup(func() { _ = db.Close() })
	env := &schema.Env{Pictures: picture.NewSigner([]byte(access.DemoKey)), PictureBase: "https://graph.example", PictureTTL: time.Hour}
	e := New(Options{DB: db, Auth: access.NewAuth(access.Options{}), Catalogue: cat, Env: env, Knobs: consent.DefaultKnobs(), DefaultVersion: graph.V(25, 0)})

	app := &people.App{ID: 1, PublicID: "1500000000000000", Type: graph.AppBusiness}
	for _, name := range graph.PermissionNames() {
		p, _ := graph.ParsePermission(name)
		app.SetLevel(p, graph.LevelAdvanced)
	}
	app.Mode = graph.ModeLive
	app.Features[graph.BusinessAssetUserProfileAccess] = graph.LevelAdvanced
	page := &people.Page{ID: 2, PublicID: "1500000000000001", Apps: []store.ID{1}}
	person := &people.Person{ID: 3, Handle: "ana"}
	person.Set(people.FirstName, "Ana", graph.Public)
	person.Set(people.LastName, "Lima", graph.Public)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	contact, _ := consent.Apply(consent.Contact{}, consent.Input{Event: consent.Message, Apps: page.Apps, At: now.UnixMicro()}, consent.DefaultKnobs())

	node := cat.InSpace(store.SpacePSID)
	token := &access.Token{Kind: access.PageToken, App: 1, Subject: 2, Granted: app.Advanced}
	s := &state{viewer: access.Viewer{Kind: access.PageToken, App: app, Page: page, Token: token, Granted: app.Advanced}}
	s.target = target{node: node, id: person.ID, owner: page.ID}
	s.plan = compile(nil, Bounds{}, node, graph.V(25, 0), text)
	c := &Call{Method: "GET", ID: "1375102873412097", Fields: text, Version: graph.V(25, 0), Served: graph.V(25, 0), Now: now}
	s.row = schema.Row{Env: env, Viewer: &s.viewer, Version: c.Served, Edition: schema.EditionOf(c.Served, 0), Now: now,
		ID: c.ID, Owner: page.ID, Person: person, App: app, Contact: &contact}
	return e, s, c
}

// BenchmarkPlan compares a text seen before with one that is not.
func BenchmarkPlan(b *testing.B) {
	e, s, c := loaded(b, benchFields)
	b.Run("known", func(b *testing.B) {
		e.plans.Set(keyOf(s.plan.node, nil, s.plan.ver, s.plan.text), s.plan)
		b.ReportAllocs()
		for b.Loop() {
			if p, _ := e.planFor(s, s.target.node, nil, c.Served, c.Fields); p != s.plan {
				b.Fatal("not the plan kept")
			}
		}
	})
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if compile(nil, Bounds{}, s.target.node, c.Served, c.Fields).broken != nil {
				b.Fatal("broken")
			}
		}
	})
}

func BenchmarkGate(b *testing.B) {
	e, s, c := loaded(b, benchFields)
	b.ReportAllocs()
	for b.Loop() {
		c.Ladder = journal.Ladder{}
		if ok, err := e.gate(s, c); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, text := range []string{"first_name", benchFields, "id,name,first_name,last_name,profile_pic"} {
		b.Run(text, func(b *testing.B) {
			_, s, c := loaded(b, text)
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				c.Ladder = journal.Ladder{}
				s.end = 1 << 20
				out = encode(out[:0], s, c)
			}
			b.SetBytes(int64(len(out)))
		})
	}
}

// BenchmarkRefuse is a call that ends at the token.
func BenchmarkRefuse(b *testing.B) {
	e, _, c := loaded(b, benchFields)
	keys, err := access.NewKeys([]byte(access.DemoKey))
	if err != nil {
		b.Fatal(err)
	}
	e.opt.Auth = access.NewAuth(access.Options{Keys: keys})
	token := []byte(keys.Mint(false, "1500000000000000", [16]byte{1}))
	token[20] ^= 1
	c.Cred.Token = string(token)
	b.ReportAllocs()
	for b.Loop() {
		c.Ladder = journal.Ladder{}
		if out, err := e.Read(context.Background(), c, nil); err == nil {
			b.Fatalf("answered %s", out)
		}
	}
}
