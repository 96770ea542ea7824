package messaging

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

// IDs of the world of TestSubscribers.
const (
	pageID = iota + 1001
	accountID
	aloneID
	bothID   // subscribed at the app and at the Page
	placeID  // at the Page only
	deadID   // deleted
	otherID  // to another field
	directID // at the account
)

func TestSubscribers(t *testing.T) {
	ctx := context.Background()
	decode := people.Decoders()
	decode[store.KindApp] = func(id store.ID, _ int64, data []byte) (any, error) { return people.DecodeApp(id, data) }
	db := store.Open(memory.Open(store.Registry()), store.Options{Decode: decode})
	defer func() { _ = db.Close() }()
	if err := db.Update(ctx, putSubscribers); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		place         store.ID
		object, field string
		want          string
		reads         int
	}{
		{pageID, ObjectPage, "messages", "[both]", 2},
		{pageID, ObjectPage, "feed", "[other]", 2},
		{pageID, ObjectPage, "leadgen", "[]", 2},
		{accountID, ObjectInstagram, "messages", "[both direct]", 3},
		{accountID, ObjectInstagram, "comments", "[direct]", 3},
		{aloneID, ObjectInstagram, "messages", "[]", 1},
		{pageID, "nonsense", "messages", "[]", 2},
		{9999, ObjectPage, "messages", "[]", 1},
	}
	for _, tt := range tests {
		if err := db.View(ctx, func(r *store.Reader) error {
			list, err := Subscribers(ctx, r, tt.place, tt.object, tt.field)
			names := []string{}
			for _, s := range list {
				names = append(names, s.App.Handle)
				if s.Subscription.URL != "https://"+s.App.Handle+".example" {
					t.Errorf("%s is told at %q", s.App.Handle, s.Subscription.URL)
				}
			}
			slices.Sort(names)
			if got := fmt.Sprint(names); got != tt.want {
				t.Errorf("Subscribers(%d, %s, %s) = %s, want %s", tt.place, tt.object, tt.field, got, tt.want)
			}
			if reads, _ := r.Points(); reads > tt.reads {
				t.Errorf("Subscribers(%d, %s, %s) took %d Reads, want %d", tt.place, tt.object, tt.field, reads, tt.reads)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func putSubscribers(tx *store.Tx) error {
	ctx := context.Background()
	app := func(id store.ID, handle string, deleted bool, page, account []string) store.Object {
		a := people.App{ID: id, PublicID: fmt.Sprint(id), Handle: handle, Deleted: deleted}
		for object, fields := range map[string][]string{ObjectPage: page, ObjectInstagram: account} {
			if fields != nil {
				a.Subscribe(people.Subscription{Object: object, URL: "https://" + handle + ".example", Fields: fields})
			}
		}
		return store.Object{ID: id, Kind: store.KindApp, Data: a.Encode(nil)}
	}
	account := people.Instagram{ID: accountID, PublicID: "17841400000000001", Page: pageID}
	alone := people.Instagram{ID: aloneID, PublicID: "17841400000000002"}
	page := people.Page{ID: pageID, PublicID: "1", Instagram: accountID}
	if err := tx.Put(ctx,
		app(bothID, "both", false, []string{"messages"}, []string{"messages"}),
		app(placeID, "place", false, nil, nil),
		app(deadID, "dead", true, []string{"messages"}, nil),
		app(otherID, "other", false, []string{"feed"}, nil),
		app(directID, "direct", false, nil, []string{"messages", "comments"}),
		store.Object{ID: pageID, Kind: store.KindPage, Data: page.Encode()},
		store.Object{ID: accountID, Kind: store.KindInstagram, Data: account.Encode()},
		store.Object{ID: aloneID, Kind: store.KindInstagram, Data: alone.Encode()},
	); err != nil {
		return err
	}
	link := func(from, to store.ID, fields ...string) store.Assoc {
		it := people.Item{Parts: people.Parts{{Name: SubscribedFields, Text: EncodeNames(fields)}}}
		return store.Assoc{From: from, Kind: SubscribedApps(), To: to, Time: 1, Data: it.Encode()}
	}
	return tx.Link(ctx, link(pageID, bothID, "messages"), link(pageID, placeID, "messages", "leadgen"), link(pageID, deadID, "messages"),
		link(pageID, otherID, "messages", "feed"), link(accountID, directID, "messages", "comments"))
}

// Every object has fields, each once, and those of conversations are among them.
func TestFields(t *testing.T) {
	for _, object := range Objects() {
		fields := Fields(object)
		if len(fields) == 0 {
			t.Errorf("%s has no fields", object)
		}
		seen := map[string]bool{}
		for _, f := range fields {
			if seen[f] {
				t.Errorf("%s has %s twice", object, f)
			}
			seen[f] = true
		}
	}
	for _, f := range []string{"messages", "message_reads", "messaging_postbacks", "messaging_seen", "standby"} {
		if !Conversing(f) {
			t.Errorf("%s is none of conversations", f)
		}
	}
	for _, f := range []string{"feed", "leadgen", "comments", "mention"} {
		if Conversing(f) {
			t.Errorf("%s is of conversations", f)
		}
	}
}
