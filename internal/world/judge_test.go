package world

import (
	"context"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/audit"
	"github.com/kithgraph/kith/internal/store/memory"
)

func TestJudgeFindsEveryPlantedMistake(t *testing.T) {
	ctx := context.Background()
	tests := []struct {
		name  string
		plant func(t *testing.T, b *Builder, tx *store.Tx, ana, page store.ID) error
		want  string
	}{
		{"a sound world", func(*testing.T, *Builder, *store.Tx, store.ID, store.ID) error { return nil }, ""},
		{"a record that cannot be read", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, _ store.ID) error {
			return tx.Put(ctx, store.Object{ID: ana, Kind: store.KindPerson, Data: []byte{9, 9}})
		}, "person record"},
		{"a contact that cannot be read", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, page store.ID) error {
			return tx.Link(ctx, store.Assoc{From: page, Kind: store.AssocContact, To: ana, Time: 5, Data: []byte{9}})
		}, "decode contact"},
		{"a contact that lags behind the history", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, page store.ID) error {
			return tx.Link(ctx, store.Assoc{From: page, Kind: store.AssocContact, To: ana, Time: 5, Data: (&consent.Contact{}).Encode()})
		}, "the history goes on to event 2, the contact to 0"},
		{"a contact that was erased, with a history", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, page store.ID) error {
			return tx.Link(ctx, store.Assoc{From: page, Kind: store.AssocContact, To: ana, Time: 5, Data: (&consent.Contact{Erased: true, Seq: 9}).Encode()})
		}, "where it was erased"},
		{"a history without a contact", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, page store.ID) error {
			return tx.Unlink(ctx, store.Pair{From: page, Kind: store.AssocContact, To: ana})
		}, "a history at "},
		{"a partner who is not there", func(_ *testing.T, _ *Builder, tx *store.Tx, _, _ store.ID) error {
			p, err := findPerson(ctx, &tx.Reader, "ben", nil, nil)
			if err != nil {
				return err
			}
			c := p.Clone()
			c.PictureID = 77
			return tx.Put(ctx, personObject(c))
		}, "names object 77 as its picture"},
		{"an event of nobody", func(_ *testing.T, _ *Builder, tx *store.Tx, _, page store.ID) error {
			return tx.Put(ctx, store.Object{ID: tx.NewID(), Kind: store.KindEvent, Data: (&happening{Place: page, Seq: 1}).encode()})
		}, "in the history of 0 people"},
		{"a contact of what is no place", func(_ *testing.T, _ *Builder, tx *store.Tx, ana, _ store.ID) error {
			return tx.Link(ctx, store.Assoc{From: ana, Kind: store.AssocContact, To: ana, Time: 5, Data: (&consent.Contact{}).Encode()})
		}, "is no Page and no Instagram account"},
	}
	for _, tt := range tests {
		drv := memory.Open(store.Registry())
		db := store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))})
		b := testBuilder(t, db)
		mustLoad(t, b, bakery)
		act(t, b, Action{Person: "ana", Page: "bakery", Event: "message"})
		act(t, b, Action{Person: "ana", Page: "bakery", Event: "block"})
		if err := db.Update(ctx, func(tx *store.Tx) error {
			p, err := findPerson(ctx, &tx.Reader, "ana", nil, nil)
			if err != nil {
				return err
			}
			page, err := findPage(ctx, &tx.Reader, "bakery")
			if err != nil {
				return err
			}
			return tt.plant(t, b, tx, p.ID, page.ID)
		}); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		r, err := audit.Run(ctx, drv, store.Registry(), audit.Options{Judge: func(say func(string, ...any)) audit.Judge { return NewJudge(b.opt.Keys, say) }})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		all := strings.Join(r.Problems, "\n")
		if r.OK() != (tt.want == "") || !strings.Contains(all, tt.want) {
			t.Errorf("%s:\n got %d problems\n%s\nwant %q", tt.name, r.Found, all, tt.want)
		}
	}
}
