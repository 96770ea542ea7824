package world

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// tomorrow is what a newer kith added to a record.
var tomorrow = store.Field{Tag: 1 << 20, Val: []byte("from tomorrow")}

// Nodes of two versions share a database: what one does not know it keeps when
// it writes the record again. Every kind with a record is here; the others have
// none that is written again.
func TestFieldsOfTomorrowSurviveARewrite(t *testing.T) {
	keys := demoKeys(t)
	again := map[store.Kind]func(v any) []byte{
		store.KindPerson:    func(v any) []byte { return v.(*people.Person).Clone().Encode() },
		store.KindApp:       func(v any) []byte { return v.(*people.App).Encode(keys.Seal) },
		store.KindPage:      func(v any) []byte { return v.(*people.Page).Encode() },
		store.KindInstagram: func(v any) []byte { return v.(*people.Instagram).Encode() },
		store.KindBusiness:  func(v any) []byte { return v.(*people.Business).Encode() },
		store.KindToken:     func(v any) []byte { return v.(*access.Token).Encode() },
		store.KindCode:      func(v any) []byte { return v.(*access.Code).Encode() },
		store.KindEvent:     func(v any) []byte { return v.(*happening).encode() },
		store.KindJob:       func(v any) []byte { return v.(*job).encode() },
		store.KindUpload:    func(v any) []byte { return v.(*audience.Log).Encode() },
		store.AssocBatch:    func(v any) []byte { return v.(*audience.Batch).Encode() },
		store.AssocContact:  func(v any) []byte { return v.(*consent.Contact).Encode() },
		store.AssocInstall:  func(v any) []byte { return v.(*people.Install).Encode() },
		store.KindThing:     func(v any) []byte { return v.(*people.Thing).Encode() },
		store.KindFile:      func(v any) []byte { return v.(*attachment.File).Encode() },
		store.KindTicket:    func(v any) []byte { return v.(*messaging.Ticket).Encode() },
		store.KindLane:      func(v any) []byte { return v.(interface{ Encode() []byte }).Encode() },
		store.AssocDelivery: func(v any) []byte { return v.(*webhook.Delivery).Encode() },
	}
	for _, k := range store.EdgeKinds() {
		again[k] = func(v any) []byte { return v.(*people.Item).Encode() }
	}
	// Roles and tasks are tested below, where they are written again.
	none := []store.Kind{store.KindPicture, store.KindPiece, store.KindTombstone, store.KindMeta, store.AssocRole, store.AssocTask, store.AssocBusinessFollows,
		store.AssocUserFollows, store.AssocFriend, store.AssocHistory, store.AssocToken, store.AssocJob, store.AssocOwn, store.AssocAudience, store.AssocExtern, store.AssocTrace,
		store.AssocWaiting, store.AssocQueued, store.AssocTold, store.AssocTicket, store.AssocSendable}
	decode := Decoders(keys)
	for _, k := range store.Registry().Kinds {
		if k.Assoc && k.Inverse != 0 && k.Inverse < k.Kind {
			continue // a mirror
		}
		f := again[k.Kind]
		if f == nil {
			if !slices.Contains(none, k.Kind) {
				t.Errorf("kind %s: does its record keep what it does not know? Add it above", k.Name)
			}
			continue
		}
		v, err := decode[k.Kind](7, 1, store.AppendRecord(nil, []store.Field{tomorrow}))
		if err != nil {
			t.Errorf("kind %s: %v", k.Name, err)
			continue
		}
		fields, err := store.ParseRecord(f(v))
		if err != nil || !slices.ContainsFunc(fields, isTomorrow) {
			t.Errorf("kind %s: written again it has %v, %v", k.Name, fields, err)
		}
	}
}

func isTomorrow(f store.Field) bool { return f.Tag == tomorrow.Tag && bytes.Equal(f.Val, tomorrow.Val) }

// Roles and tasks are written again with another value.
func TestRolesAndTasksKeepFieldsOfTomorrow(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	var role, task store.Pair
	if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		app, err := findApp(ctx, &tx.Reader, "demo")
		if err != nil {
			return err
		}
		page, err := findPage(ctx, &tx.Reader, "bakery")
		if err != nil {
			return err
		}
		ben, err := findPerson(ctx, &tx.Reader, "ben", nil, nil)
		if err != nil {
			return err
		}
		role = store.Pair{From: app.ID, Kind: store.AssocRole, To: ben.ID}
		task = store.Pair{From: page.ID, Kind: store.AssocTask, To: ben.ID}
		for _, p := range []store.Pair{role, task} {
			data := store.AppendRecord(people.EncodeSmall(1), []store.Field{tomorrow})
			data = append(people.EncodeSmall(1), data[len(people.EncodeSmall(1))+1:]...)
			if err := tx.Link(ctx, store.Assoc{From: p.From, Kind: p.Kind, To: p.To, Time: 5, Data: data}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := b.Roles(ctx, "demo", map[string]string{"ben": "administrator"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Tasks(ctx, "bakery", map[string][]string{"ben": {"MESSAGING", "MODERATE"}}); err != nil {
		t.Fatal(err)
	}
	if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		for _, p := range []store.Pair{role, task} {
			data, err := tx.Bytes(ctx, p)
			if err != nil {
				return err
			}
			fields, err := store.ParseRecord(data)
			if err != nil || !slices.ContainsFunc(fields, isTomorrow) {
				t.Errorf("kind %d written again has %v, %v", p.Kind, fields, err)
			}
		}
		rec, err := tx.Pair(ctx, role.From, role.Kind, role.To)
		if got, ok := record[graph.Role](rec); !ok || got != graph.RoleAdministrator {
			t.Errorf("the role is %v", got)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
