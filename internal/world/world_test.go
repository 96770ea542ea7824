package world

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

var begin = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func testBuilder(t testing.TB, db *store.DB) *Builder {
	t.Helper()
	return New(Options{DB: db, Keys: demoKeys(t), Now: func() time.Time { return begin }, Knobs: consent.DefaultKnobs(), Catalogue: testCatalogue()})
}

func demoKeys(t testing.TB) *access.Keys {
	t.Helper()
	keys, err := access.NewKeys([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func openMemoryTB(t testing.TB) *store.DB {
	t.Helper()
	db := store.Open(memory.Open(store.Registry()), store.Options{Decode: Decoders(demoKeys(t))})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func openMemory(t *testing.T) *store.DB { return openMemoryTB(t) }

// testCatalogue is the declared Graph.
func testCatalogue() *schema.Catalogue {
	cat, err := nodes.Catalogue()
	if err != nil {
		panic(err)
	}
	return cat
}

func mustLoad(t testing.TB, b *Builder, yaml string) {
	t.Helper()
	w, err := Parse("world.yaml", []byte(yaml), testCatalogue())
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	if err := b.Load(context.Background(), w); err != nil {
		t.Fatalf("Load: %v", err)
	}
}

func mustIDs(t testing.TB, b *Builder) *IDs {
	t.Helper()
	ids, err := b.IDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestTwoLineSeedWorks(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	if empty, err := b.Empty(context.Background()); err != nil || !empty {
		t.Errorf("Empty of a new store = %v, %v", empty, err)
	}
	mustLoad(t, b, "pages: {bakery: {}}\npeople: {ana: {first_name: Ana, last_name: Lima}}\nevents: [{page: bakery, person: ana, event: web_plugin}]\n")
	if empty, err := b.Empty(context.Background()); err != nil || empty {
		t.Errorf("Empty of a loaded store = %v, %v", empty, err)
	}
	ids := mustIDs(t, b)
	page := ids.Pages["bakery"]
	if page.App != "app" || page.PSIDs["ana"] == "" || !graph.ValidID(page.ID) {
		t.Errorf("page of the seed: %+v", page)
	}
	tok, err := findToken(b, page.Token)
	if err != nil || tok == nil || tok.Kind != access.PageToken {
		t.Fatalf("token of the page: %+v, %v", tok, err)
	}
	for _, p := range []graph.Permission{graph.PagesMessaging, graph.PagesUserLocale, graph.InstagramBasic, graph.InstagramManageMessages,
		graph.PagesManageMetadata, graph.PagesReadEngagement, graph.PagesShowList} {
		if !tok.Granted.Has(p) {
			t.Errorf("token of the page lacks %s", p)
		}
	}
}

func findToken(b *Builder, text string) (tok *access.Token, err error) {
	err = b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		tok, err = access.Find(context.Background(), r, text)
		return err
	})
	return tok, err
}

func TestDemoHasEveryOutcome(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, string(Demo()))
	ids := mustIDs(t, b)
	for _, o := range Outcomes() {
		known := ids.Pages[o.Page].PSIDs[o.Person]
		if o.Instagram != "" {
			known = ids.Instagram[o.Instagram].IGSIDs[o.Person]
		}
		if known == "" {
			t.Errorf("%s has no ID at %s%s", o.Person, o.Page, o.Instagram)
		}
	}
	if ids.Apps["demo"].ID != "1000000000000001" || ids.Pages["shop"].App != "demo" {
		t.Errorf("demo app %+v, shop %+v", ids.Apps["demo"], ids.Pages["shop"].App)
	}
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		alice, err := findPerson(context.Background(), r, "alice", nil, nil)
		if err != nil {
			return err
		}
		for _, a := range people.Attrs() {
			if _, has := alice.Attr(a); !has && !a.Written() {
				t.Errorf("alice has no %s", a)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDemoStates(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, string(Demo()))
	s, err := b.State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{"alice", "carl", "dina", "revoked", "blocked_page", "web_plugin", "checkbox_only", "commented_only"} {
		got[name] = s.Pages["shop"].People[name].State["demo"]
	}
	got["web_plugin 2016"] = s.Pages["retro_shop"].People["web_plugin"].State["retro"]
	got["ines"] = s.Instagram["shop_ig"].People["ines"].State["demo"]
	got["ig_verified"] = s.Instagram["shop_ig"].People["ig_verified"].State["demo"]
	want := map[string]string{"alice": "GRANTED", "carl": "NONE", "dina": "NONE", "revoked": "REVOKED", "blocked_page": "BLOCKED",
		"web_plugin": "NONE", "web_plugin 2016": "GRANTED", "checkbox_only": "NONE", "commented_only": "NONE",
		"ines": "NONE", "ig_verified": "GRANTED"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
	if s.Counts["person"] == 0 || s.Pages["shop"].Contacts == 0 {
		t.Errorf("counts %v, contacts %d", s.Counts, s.Pages["shop"].Contacts)
	}
}

func TestLoadRefusesWhatIsThere(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	seed := "pages: {bakery: {id: \"55\"}}\npeople: {ana: {first_name: Ana}}\n"
	mustLoad(t, b, seed)
	before := export(t, b)
	w, err := Parse("again.yaml", []byte("apps: {other: {}}\npages:\n  cafe: {id: \"55\"}\npeople:\n  ben: {}\n  ana: {}\n"), testCatalogue())
	if err != nil {
		t.Fatal(err)
	}
	want := "again.yaml:3:14: ID 55 exists already\nagain.yaml:6:3: person ana exists already"
	if err := b.Load(context.Background(), w); err == nil || err.Error() != want {
		t.Errorf("Load of what is there:\n got %v\nwant %s", err, want)
	}
	if export(t, b) != before {
		t.Error("a refused load changed the world")
	}
}

func TestClockIsSetOnce(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	var set []time.Time
	b.opt.SetClock = func(at time.Time) { set = append(set, at) }
	mustLoad(t, b, "clock: 2030-01-01T00:00:00Z\npages: {bakery: {}}\npeople: {ana: {contacts: {bakery: {via: message, at: -2h}}}}\n")
	if len(set) != 1 || set[0].Year() != 2030 {
		t.Errorf("clock set to %v", set)
	}
	p, err := b.Person(context.Background(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2029, 12, 31, 22, 0, 0, 0, time.UTC); len(p.History) != 1 || !p.History[0].At.Equal(want) {
		t.Errorf("history %+v, want one event at %v", p.History, want)
	}
}

func TestLargeWorldsLoadInChunks(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "pages: {bakery: {}}\ngenerate: {people: 2500, contacts: {bakery: 0.5}}\npeople: {ana: {significant_other: ben, friends: [ben]}, ben: {}}\n")
	s, err := b.State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s.Counts["person"] != 2502 || s.Pages["bakery"].Contacts < 1100 || s.Pages["bakery"].Contacts > 1400 {
		t.Errorf("counts %v, contacts %d", s.Counts, s.Pages["bakery"].Contacts)
	}
	p, err := b.Person(context.Background(), "ana")
	if err != nil || p.Partner != "ben" {
		t.Errorf("ana: %+v, %v", p, err)
	}
	if err := b.Generate(context.Background(), 10, 0, "bakery", 1, nil); err != nil {
		t.Fatal(err)
	}
	if ids := mustIDs(t, b); ids.Pages["bakery"].PSIDs["g002510"] == "" {
		t.Error("generated people do not go on after those that are there")
	}
}
