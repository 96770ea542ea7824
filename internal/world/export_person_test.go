package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

func dossierOf(t *testing.T, b *Builder, handle string) (*dossier, string) {
	t.Helper()
	var out bytes.Buffer
	if err := b.ExportPerson(context.Background(), handle, &out); err != nil {
		t.Fatal(err)
	}
	var d dossier
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return &d, out.String()
}

func TestExportPersonTellsEverything(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bigFamily)
	act(t, b, Action{Person: "eve", Page: "shop", Event: "message", Text: "what I said", Mid: "m7"})
	act(t, b, Action{Person: "eve", Event: "follow", Instagram: "shop_ig"})
	if err := b.Roles(context.Background(), "demo", map[string]string{"eve": "administrator"}); err != nil {
		t.Fatal(err)
	}
	text, err := b.MintToken(context.Background(), TokenSpec{Page: "bar", Person: "eve"})
	if err != nil {
		t.Fatal(err)
	}
	d, all := dossierOf(t, b, "eve")
	if d.Person.Handle != "eve" || d.Person.Partner != "ann" || len(d.Person.Contacts) != 4 || len(d.Person.History) != 6 || len(d.Person.IDs) < 4 {
		t.Errorf("the person: %+v", d.Person)
	}
	slices.Sort(d.Friends)
	if !slices.Equal(d.Friends, []string{"ann", "bob"}) || !slices.Equal(d.NamedBy, []string{"ann", "bob"}) {
		t.Errorf("friends %v, named by %v", d.Friends, d.NamedBy)
	}
	if len(d.Roles) != 1 || d.Roles[0].Role != "administrator" || len(d.Tasks) != 2 || len(d.Tokens) != 2 {
		t.Errorf("roles %v, tasks %v, tokens %v", d.Roles, d.Tasks, d.Tokens)
	}
	if !slices.ContainsFunc(d.Asked, func(a tokenAsked) bool { return a.Of == "page/bar" }) {
		t.Errorf("tokens asked for: %v", d.Asked)
	}
	for _, want := range []string{"what I said", "m7", `"first_name":"Eve"`} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing about %s", want)
		}
	}
	if strings.Contains(all, text) || strings.Contains(all, `"hash"`) {
		t.Error("a token, or the hash of one, is in the export")
	}
	if err := b.ExportPerson(context.Background(), "nobody", &bytes.Buffer{}); err == nil {
		t.Error("a person who is not there was exported")
	}
}

// Whoever adds a kind or a space to the registry learns here whether export and
// erasure reach it: a person has one of each, on either end.
func TestExportAndErasureReachEveryKind(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	reg := store.Registry()
	id := personIDs(t, b)["ana"]
	empty := store.AppendRecord(nil, nil)
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		for _, k := range reg.Kinds {
			if !k.Assoc || k.Inverse != 0 && k.Inverse < k.Kind {
				continue // a mirror comes with its owner
			}
			from, to := tx.NewID(), tx.NewID()
			for _, end := range []store.ID{from, to} { // tokens and events are purged with the person
				if err := tx.Put(ctx, store.Object{ID: end, Kind: store.KindEvent, Data: store.AppendRecord(nil, nil)}); err != nil {
					return err
				}
			}
			links := []store.Assoc{{From: id, Kind: k.Kind, To: to, Time: 5, Data: empty}}
			if k.Inverse != 0 { // what has no mirror leads to numbers of uploads, not to people
				links = append(links, store.Assoc{From: from, Kind: k.Kind, To: id, Time: 5, Data: empty})
			}
			if err := tx.Link(ctx, links...); err != nil {
				return err
			}
		}
		for _, s := range reg.Spaces {
			if _, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: s.Space, Key: "made-up-key"}, ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := dossierOf(t, b, "ana")
	for _, k := range reg.Kinds {
		if k.Assoc && !slices.ContainsFunc(d.Links, func(l linkHeld) bool { return l.Kind == k.Name }) {
			t.Errorf("the export has no association of kind %s", k.Name)
		}
	}
	for _, s := range reg.Spaces {
		if !slices.ContainsFunc(d.Keys, func(k keyHeld) bool { return k.Space == s.Name && k.Key == "made-up-key" }) {
			t.Errorf("the export has no key of space %s", s.Name)
		}
	}
	act(t, b, Action{Person: "ana", Event: "erase"})
	if err := b.Work(ctx, nil); err != nil {
		t.Fatal(err)
	}
	checkNothingLeads(t, b, id)
}

// checkNothingLeads looks for an id in all tables.
func checkNothingLeads(t *testing.T, b *Builder, id store.ID) {
	t.Helper()
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		for _, table := range []store.Table{store.Objects, store.Assocs, store.Keys, store.Counts} {
			if err := r.Scan(context.Background(), table, func(row *store.Row) bool {
				if row.Object.ID == id || row.Assoc.From == id || row.Assoc.To == id || row.Key.ID == id || row.Count.From == id {
					t.Errorf("table %d still has the person: %s", table, fmt.Sprint(*row))
				}
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Records that name people by their id are what a sweep looks into. A new kind
// of object belongs either there or here.
func TestEveryKindOfObjectIsJudged(t *testing.T) {
	named := []store.Kind{store.KindPerson, store.KindToken, store.KindThing, store.KindApp, store.KindPage, store.KindBusiness}
	nobody := []store.Kind{store.KindInstagram, store.KindPicture,
		store.KindEvent, store.KindTombstone, store.KindUpload, store.KindMeta,
		store.KindLane, // is an app's; its deliveries forget people by AssocTold
		store.KindPiece,
		store.KindFile,   // goes with the conversation with its person
		store.KindTicket, // goes with its person
		store.KindCode,   // goes with the tokens of its person
		store.KindJob}    // until its sweep is over, and then no more
	for _, k := range store.Registry().Kinds {
		if !k.Assoc && !slices.Contains(named, k.Kind) && !slices.Contains(nobody, k.Kind) {
			t.Errorf("kind %s: if its records name people by id, add it to mentioned and unmention; else to the list above", k.Name)
		}
	}
}
