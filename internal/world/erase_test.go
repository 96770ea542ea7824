package world

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// resolvesTo reads what a Page's ID leads to.
func resolvesTo(t *testing.T, b *Builder, page, psid string) (kind store.Kind) {
	t.Helper()
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		p, err := findPage(context.Background(), r, page)
		if err != nil {
			return err
		}
		k := scopedid.Key(store.SpacePSID, p.ID, psid)
		id, err := r.Resolve(context.Background(), k.Space, k.Key)
		if err != nil || id == 0 {
			return err
		}
		rec, err := r.Get(context.Background(), id)
		if rec != nil {
			kind = rec.Kind
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kind
}

// The dead ID stays dead, and who comes back has another one.
func TestErasedIDsAreDeadForEver(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	old := act(t, b, Action{Person: "ana", Page: "bakery", Event: "message"}).ScopedID
	act(t, b, Action{Person: "ana", Event: "erase"})
	if k := resolvesTo(t, b, "bakery", old); k != store.KindTombstone {
		t.Errorf("erased ID leads to kind %d", k)
	}
	if _, err := b.Act(context.Background(), Action{Person: old, Page: "bakery", Event: "message"}); err == nil {
		t.Error("an erased person acts by the old ID")
	}
	// The same person, by the same handle, joins again.
	if err := b.Import(context.Background(), bytes.NewReader([]byte(`{"person":{"handle":"ana"}}`)), nil); err != nil {
		t.Fatal(err)
	}
	again := act(t, b, Action{Person: "ana", Page: "bakery", Event: "message"}).ScopedID
	if again == "" || again == old {
		t.Errorf("the new ID is %q, the dead one %q", again, old)
	}
	if k := resolvesTo(t, b, "bakery", old); k != store.KindTombstone {
		t.Errorf("erased ID leads to kind %d after the return", k)
	}
}

func TestEraseAtOnePlace(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	old := act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Text: "hello"}).ScopedID
	act(t, b, Action{Person: "ana", Instagram: "bakery_ig", Event: "message"})
	here := act(t, b, Action{Person: "ana", Page: "bakery", Event: "page_comment"}).Recipient["comment_id"]
	there := act(t, b, Action{Person: "ana", Instagram: "bakery_ig", Event: "comment"}).Recipient["comment_id"]
	c := act(t, b, Action{Person: "ana", Page: "bakery", Event: "erase"})
	if c.State["demo"] != "ERASED" || len(c.Lost) != 2 {
		t.Errorf("erase: %+v", c)
	}
	if k := resolvesTo(t, b, "bakery", old); k != store.KindTombstone {
		t.Errorf("erased ID leads to kind %d", k)
	}
	p, err := b.Person(context.Background(), "ana")
	if err != nil || len(p.History) != 2 || p.History[0].Instagram != "bakery_ig" {
		t.Errorf("after an erasure at the Page: %+v, %v", p, err)
	}
	if all := export(t, b); here == "" || strings.Contains(all, here) || !strings.Contains(all, there) {
		t.Errorf("of the comments %s at the Page and %s at the account: %s", here, there, all)
	}
	if c := act(t, b, Action{Person: "ana", Page: "bakery", Event: "message"}); c.Result != "dead" || c.ScopedID == old {
		t.Errorf("a message after it: %+v", c)
	}
}

// Nothing of an erased person is left in the file, not even in free pages.
func TestEraseLeavesNoTrace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	b := testBuilder(t, openSQLite(t, path))
	mustLoad(t, b, `
pages: {bakery: {owner: canaryhandle}}
people:
  canaryhandle: {first_name: Canaryfirst, about: Canaryabout, apps: [app], friends: [ben], contacts: {bakery: {via: message, text: Canarytext, mid: Canarymid}}}
  ben: {significant_other: canaryhandle}
`)
	ctx := context.Background()
	tok := mustIDs(t, b).Pages["bakery"].Token
	act(t, b, Action{Person: "canaryhandle", Page: "bakery", Event: "message", Text: "Canaryagain"})
	act(t, b, Action{Person: "canaryhandle", Event: "delete"})
	if found, err := findToken(b, tok); err != nil || found.Reason.String() != "lost_page_role" {
		t.Errorf("Page token of an erased owner: %+v, %v", found, err)
	}
	if p, err := b.Person(ctx, "ben"); err != nil || p.Partner != "" || len(p.Friends) != 0 {
		t.Errorf("ben after the erasure of his friend: %+v, %v", p, err)
	}
	checkGone(t, b)
	if err := b.opt.DB.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"canaryhandle", "Canary"} {
			if i := bytes.Index(data, []byte(canary)); i >= 0 {
				t.Errorf("%s has %q at %d", filepath.Base(f), canary, i)
			}
		}
	}
}

// checkGone walks all tables: the only objects left are those of others.
func checkGone(t *testing.T, b *Builder) {
	t.Helper()
	kinds := checkEnds(t, b)
	if kinds[store.KindPerson] != 1 || kinds[store.KindEvent] != 0 || kinds[store.KindTombstone] != 1 || kinds[store.KindToken] != 1 {
		t.Errorf("objects left by kind: %v", kinds)
	}
}

// checkEnds walks all tables: both ends of every association are there. It returns how
// many objects there are of each kind.
func checkEnds(t *testing.T, b *Builder) map[store.Kind]int {
	t.Helper()
	kinds := map[store.Kind]int{}
	ids := map[store.ID]bool{}
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		if err := r.Scan(context.Background(), store.Objects, func(row *store.Row) bool {
			kinds[row.Object.Kind]++
			ids[row.Object.ID] = true
			return true
		}); err != nil {
			return err
		}
		return r.Scan(context.Background(), store.Assocs, func(row *store.Row) bool {
			if !ids[row.Assoc.From] || !ids[row.Assoc.To] {
				t.Errorf("association of kind %d dangles", row.Assoc.Kind)
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}
