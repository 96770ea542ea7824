package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/store"
)

// However much hangs on a thing, nothing of it is left, and nothing else is touched.
func TestRemoveThing(t *testing.T) {
	b := testBuilder(t, openMemoryTB(t))
	b.opt.JobRows = 7
	var said, likes []string
	for i := range 20 {
		said = append(said, fmt.Sprintf("{message: Canary%d, owner: ben, from: ben, likes: [ana]}", i))
		likes = append(likes, fmt.Sprintf("p%d", i))
	}
	var crowd strings.Builder
	for _, p := range likes {
		fmt.Fprintf(&crowd, "  %s: {}\n", p)
	}
	mustLoad(t, b, fmt.Sprintf(`
businesses: {acme: {}}
people:
  ana: {albums: [{name: Canary, handle: canary, likes: [%s], comments: [%s]}], photos: [{handle: photo, album: canary}]}
  ben: {}
%s
things: {list: {type: CustomAudience, name: Canarylist, owner: business acme}, event: {type: Event, name: plain}}
`, strings.Join(likes, ", "), strings.Join(said, ", "), &crowd))
	ctx := context.Background()
	before := tally(t, b)
	upload(t, b, "list", 20)
	for _, handle := range []string{"canary", "list"} {
		gone, err := b.RemoveThing(ctx, handle)
		if err != nil || gone.Handle != handle {
			t.Fatalf("remove %s: %+v, %v", handle, gone, err)
		}
		var none *NotFound
		if _, err := b.RemoveThing(ctx, handle); !errors.As(err, &none) {
			t.Errorf("remove %s twice: %v", handle, err)
		}
	}
	searchTables(t, b.opt.DB, []needle{{"words", []byte("Canary")}})
	after := tally(t, b)
	want := map[store.Kind]int{store.KindThing: before[store.KindThing] - 22, store.KindPerson: before[store.KindPerson]}
	for kind, n := range want {
		if after[kind] != n {
			t.Errorf("%d objects of kind %d are left, want %d", after[kind], kind, n)
		}
	}
	if after[store.KindUpload] != 0 {
		t.Errorf("%d sessions are left", after[store.KindUpload])
	}
	v, err := b.Thing(ctx, "photo")
	if err != nil || len(v.Fields) != 0 {
		t.Errorf("what refers to it: %+v, %v", v, err)
	}
	if _, err := b.RemoveThing(ctx, v.ID); err != nil {
		t.Errorf("by its ID: %v", err)
	}
}

// upload puts n rows on an audience, in a session.
func upload(t *testing.T, b *Builder, handle string, n int) {
	t.Helper()
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("%q", fmt.Sprintf("%064x", i+1)))
	}
	p, err := audience.Parse([]byte(`{"schema":"EMAIL_SHA256","data":[`+strings.Join(rows, ",")+`]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	err = b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		list, err := findThing(ctx, &tx.Reader, handle)
		if err != nil {
			return err
		}
		u := &audience.Upload{Audience: list.ID, Account: list.ID, Payload: p, Session: &audience.Session{ID: 1, Seq: 1}, Now: 1}
		_, err = u.Step(ctx, tx, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := b.Audience(ctx, handle, 0); err != nil || v.Rows != int64(n) || len(v.Sessions) != 1 {
		t.Fatalf("after the upload: %+v, %v", v, err)
	}
}

// tally counts objects by kind, and reports associations that lead to no object.
func tally(t *testing.T, b *Builder) map[store.Kind]int {
	t.Helper()
	n, ids := map[store.Kind]int{}, map[store.ID]bool{}
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		err := r.Scan(context.Background(), store.Objects, func(row *store.Row) bool {
			n[row.Object.Kind]++
			ids[row.Object.ID] = true
			return true
		})
		return errors.Join(err, r.Scan(context.Background(), store.Assocs, func(row *store.Row) bool {
			if a := &row.Assoc; a.From > 0 && !ids[a.From] || a.To > 0 && !ids[a.To] {
				t.Errorf("association %d from %d to %d leads nowhere", a.Kind, a.From, a.To)
			}
			return true
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Things of others that refer to an erased person, or to what was theirs, lose the
// reference or do not show it, and an export does not speak of it.
func TestReferencesToTheErased(t *testing.T) {
	b := testBuilder(t, openMemoryTB(t))
	mustLoad(t, b, `
people:
  canary: {albums: [{name: Summer, handle: summer}]}
  ben:
    inbox: [{handle: thread, unread: 1, fields: {to: [canary, ben]}}]
    feed: [{handle: post, message: plain, from: canary}]
    photos: [{handle: photo, album: summer, from: ben}]
`)
	ctx := context.Background()
	ids := personIDs(t, b)
	act(t, b, Action{Person: "canary", Event: "erase"})
	if err := b.Work(ctx, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	var needles []needle
	for how, bytes := range spellings(ids["canary"]) {
		if how == "record field" {
			needles = append(needles, needle{how, bytes})
		}
	}
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		return r.Scan(ctx, store.Objects, func(row *store.Row) bool {
			for _, n := range needles {
				if row.Object.Kind == store.KindThing && bytes.Contains(row.Object.Data, n.bytes) {
					t.Errorf("a thing has the ID of the erased as %s", n.what)
				}
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for handle, want := range map[string]string{"thread": `map[to:["person/ben"] unread:1]`, "post": `map[message:"plain"]`, "photo": `map[from:"person/ben"]`} {
		v, err := b.Thing(ctx, handle)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s", v.Fields); got != want {
			t.Errorf("%s has %s, want %s", handle, got, want)
		}
	}
	var out bytes.Buffer
	if err := b.Export(ctx, &out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), "summer") {
		t.Errorf("the export speaks of the erased: %s", &out)
	}
	if err := testBuilder(t, openMemoryTB(t)).Import(ctx, bytes.NewReader(out.Bytes()), nil); err != nil {
		t.Errorf("the export is not taken: %v", err)
	}
}
