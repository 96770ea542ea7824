package world

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

func openSQLite(t testing.TB, path string) *store.DB {
	t.Helper()
	s, err := sqlite.Open(context.Background(), path, store.Registry(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db := store.Open(s, store.Options{Decode: Decoders(demoKeys(t))})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// stores are the backends every exchange is tried on.
func stores(t *testing.T) map[string]func(t *testing.T) *store.DB {
	return map[string]func(t *testing.T) *store.DB{
		"memory": openMemory,
		"sqlite": func(t *testing.T) *store.DB { return openSQLite(t, filepath.Join(t.TempDir(), "kith.db")) },
	}
}

func export(t *testing.T, b *Builder) string {
	t.Helper()
	var out bytes.Buffer
	if err := b.Export(context.Background(), &out); err != nil {
		t.Fatalf("Export: %v", err)
	}
	return out.String()
}

// livedIn is the demo world after a day of use.
func livedIn(t *testing.T, b *Builder) {
	t.Helper()
	ctx := context.Background()
	mustLoad(t, b, string(Demo()))
	for _, a := range []Action{
		{Person: "carl", Page: "shop", Event: "message", Text: "hi & <bye>", Mid: "m_1"},
		{Person: "ines", Instagram: "shop_ig", Event: "message", Text: "olá"},
		{Person: "alice", Page: "shop", Event: "block", At: begin.Add(time.Minute)},
		{Person: "alice", Page: "shop", Event: "unblock", At: begin.Add(2 * time.Minute)},
		{Person: "carl", Page: "shop", Event: "page_comment", Comment: "11_22"},
		{Person: "ines", Instagram: "shop_ig", Event: "comment"},
		{Person: "carl", Page: "shop", Event: "notification_optin", OneTime: true},
		{Person: "bao", App: "demo", Event: "install", Permissions: []string{"email"}},
		{Person: "bao", App: "demo", Event: "revoke"},
		{Person: "bao", App: "demo", Event: "install"},
		{Person: "max", Friend: "alice", Event: "befriend"},
		{Person: "ines", Instagram: "shop_ig", Event: "follow"},
		{Person: "dina", Event: "set_audience", Audience: map[string]string{"last_name": "only_me"}},
		{Person: "full", Event: "delete"},
		{Person: "revoked", Page: "shop", Event: "erase"},
	} {
		if _, err := b.Act(ctx, a); err != nil {
			t.Fatalf("Act(%+v): %v", a, err)
		}
	}
	if _, err := b.MintToken(ctx, TokenSpec{Page: "shop", Person: "max", Permissions: []string{"pages_messaging"}, ExpiresIn: 60}); err != nil {
		t.Fatal(err)
	}
	people, created := json.Number("12"), "2018-05-01T00:00:00Z"
	if err := errors.Join(b.Configure(ctx, "demo", AppSettings{ActiveUsers: &people, Created: &created}), b.ConfigurePage(ctx, "shop", PageSettings{EngagedUsers: &people})); err != nil {
		t.Fatal(err)
	}
	if err := b.SetPerson(ctx, "dina", map[string]json.RawMessage{
		"languages": json.RawMessage(`[{"id": "1",  "name": "<é>"}]`), "timezone": json.RawMessage("5.5"), "significant_other": json.RawMessage(`"ines"`)}); err != nil {
		t.Fatal(err)
	}
}

func TestExportImportExportIsIdentical(t *testing.T) {
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) {
			first := testBuilder(t, open(t))
			livedIn(t, first)
			want := export(t, first)
			for to, openTo := range stores(t) {
				second := testBuilder(t, openTo(t))
				if err := second.Import(context.Background(), strings.NewReader(want), nil); err != nil {
					t.Fatalf("Import into %s: %v", to, err)
				}
				if got := export(t, second); got != want {
					t.Errorf("export of an import into %s differs (-want +got):\n%s", to, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
				}
				sameIDs(t, first, second)
			}
		})
	}
}

func sameIDs(t *testing.T, a, b *Builder) {
	t.Helper()
	x, err := a.IDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.IDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(x, y); d != "" {
		t.Errorf("IDs differ (-first +second):\n%s", d)
	}
}

func TestTwoLoadsAreIdentical(t *testing.T) {
	first := testBuilder(t, openMemory(t))
	second := testBuilder(t, openSQLite(t, filepath.Join(t.TempDir(), "kith.db")))
	livedIn(t, first)
	livedIn(t, second)
	if a, b := export(t, first), export(t, second); a != b {
		t.Errorf("exports differ:\n%s", cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
	}
	sameIDs(t, first, second)
}

func TestImportRefusesWholeInput(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "world: w\npages: {bakery: {}}\npeople: {ana: {first_name: Ana, contacts: {bakery: message}}}\n")
	ids, err := b.IDs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	psid := ids.Pages["bakery"].PSIDs["ana"]
	before := export(t, b)
	tests := []struct{ in, want string }{
		{`{"person":{"handle":"ben"}}` + "\n" + `{"person":{"handle":"ben"}}`, "line 2: has a handle, ID or token that is already on line 1"},
		{`{"person":{"handle":"ana"}}`, "line 1: person ana exists already"},
		// No ID moves to another person.
		{`{"person":{"handle":"ben","ids":[{"page":"bakery","id":"` + psid + `"}]}}`, "line 1: ID " + psid + " exists already"},
		{`{"person":{"handle":"ben","ids":[{"page":"bakrey","id":"5"}]}}`, `line 1: no page "bakrey"`},
		{`{"person":{"handle":"ben","friends":[{"person":"zoe","at":1}]}}`, "line 1: names somebody or something that is neither in the input nor in the store"},
		{`{"person":{"handle":"ben","age":5}}`, `line 1: unknown field "age"`},
		{`{"person":{"handle":"ben","europe":"yes"}}`, "line 1: person.europe must be bool, not string"},
		{`{"person":{"handle":"ben"}`, "line 1: the line ends too early"},
		{`{"person":{"handle":"ben"}} {}`, "line 1: more than one JSON value"},
		{`{"person":{"handle":"ben"},"tombstone":{"ids":[]}}`, "line 1: a line has one of business, app, page, instagram, person, thing, edge, audience, tombstone, file and piece"},
		{`{"person":{"handle":"ben"}}` + "\n" + `{"page":{"handle":"p","id":"7"}}`, `line 2: page "p" after the first person: people come last`},
		{`{"app":{"handle":"x","id":"` + ids.Apps["app"].ID + `","type":"business","mode":"live"}}`, "line 1: ID " + ids.Apps["app"].ID + " exists already"},
	}
	for _, tt := range tests {
		err := b.Import(context.Background(), strings.NewReader(tt.in), nil)
		if err == nil || err.Error() != tt.want {
			t.Errorf("Import(%s)\n got %v\nwant %s", tt.in, err, tt.want)
		}
	}
	if after := export(t, b); after != before {
		t.Errorf("a refused import changed the world:\n%s", cmp.Diff(before, after))
	}
}

func TestImportAddsToAWorld(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "pages: {bakery: {}}\npeople: {ana: {first_name: Ana}}\n")
	in := `{"person":{"handle":"ben","friends":[{"person":"ana","at":5}],"contacts":[{"page":"bakery","time":7,"seq":1}]}}`
	// A stream that cannot be read twice.
	if err := b.Import(context.Background(), bytes.NewBufferString(in), nil); err != nil {
		t.Fatal(err)
	}
	p, err := b.Person(context.Background(), "ben")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Friends) != 1 || p.Friends[0] != "ana" || p.PSIDs["bakery"] == "" {
		t.Errorf("imported person: friends %v, psids %v", p.Friends, p.PSIDs)
	}
}

func FuzzImport(f *testing.F) {
	b := testBuilder(f, openMemoryTB(f))
	mustLoad(f, b, string(Demo()))
	for _, l := range strings.SplitAfter(export2(f, b), "\n") {
		f.Add(l)
	}
	f.Fuzz(func(t *testing.T, in string) {
		to := testBuilder(t, openMemory(t))
		_ = to.Import(context.Background(), strings.NewReader(in), nil)
	})
}

func export2(f *testing.F, b *Builder) string {
	var out bytes.Buffer
	if err := b.Export(context.Background(), &out); err != nil {
		f.Fatal(err)
	}
	return out.String()
}

// How many people rate limits count is part of an app and a Page, and when an app was
// made of the app.
func TestNumbersOfPeopleAreExported(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "apps: {demo: {active_users: 7, created: 2018-04-24T00:00:00Z}}\npages: {shop: {engaged_users: 9, app: demo}}\n")
	text := export(t, b)
	for _, want := range []string{`"active_users":7`, `"created":1524528000`, `"engaged_users":9`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}
