package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

var errWanted = errors.New("wanted failure")

// text is what the tests decode persons and contacts into.
type text string

func decodeText(_ store.ID, _ int64, data []byte) (any, error) {
	if string(data) == "damaged" {
		return nil, errWanted
	}
	return text(data), nil
}

func openDB(t testing.TB) (*store.DB, *memory.Store) {
	t.Helper()
	mem := memory.Open(store.Registry())
	db := store.Open(mem, store.Options{Decode: map[store.Kind]store.Decoder{
		store.KindPerson: decodeText, store.AssocContact: decodeText,
	}})
	t.Cleanup(func() { _ = db.Close() })
	return db, mem
}

func update(t testing.TB, db *store.DB, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := db.Update(ctx, func(tx *store.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

func putPerson(t testing.TB, db *store.DB, id store.ID, name string) {
	t.Helper()
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		return tx.Put(ctx, store.Object{ID: id, Kind: store.KindPerson, Data: []byte(name)})
	})
}

// load answers rs from the cache and says how many driver Reads that took.
func load(t testing.TB, db *store.DB, rs *store.ReadSet) (reads int) {
	t.Helper()
	r := db.Begin()
	if err := r.Load(context.Background(), rs); err != nil {
		t.Fatalf("Load: %v", err)
	}
	if r.Stale() {
		t.Fatal("stale without a commit")
	}
	reads, _ = r.Points()
	return reads
}

// name is the value of a record, "-" for none.
func name(r *store.Record) string {
	if r == nil {
		return "-"
	}
	return string(r.Value.(text))
}

const psid = "page0001" + "1234567890123456"

// seed writes a page 3 with a contact to person 5 under a PSID.
func seed(t testing.TB, db *store.DB) {
	t.Helper()
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Put(ctx, store.Object{ID: 5, Kind: store.KindPerson, Data: []byte("ana")},
			store.Object{ID: 3, Kind: store.KindPage, Data: []byte("page")}); err != nil {
			return err
		}
		if err := tx.Link(ctx, store.Assoc{From: 3, Kind: store.AssocContact, To: 5, Time: 7, Data: []byte("granted")}); err != nil {
			return err
		}
		_, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpacePSID, Key: psid}, ID: 5})
		return err
	})
}

// A whole is every sort of question about the seed.
type whole struct {
	Person, Page, Contact, Back string
	Version, Time               int64
	ID                          store.ID
	Range                       []store.ID
	Count                       int64
	Owned                       []string
}

func ask(rs *store.ReadSet) {
	rs.Reset()
	rs.Object(5)
	rs.Object(3)
	rs.Key(store.SpacePSID, psid)
	rs.Pair(3, store.AssocContact, 5)
	rs.Pair(5, store.AssocContactOf, 3)
	rs.Range(store.Range{From: 3, Kind: store.AssocContact, Limit: 5})
	rs.Count(store.Count{From: 3, Kind: store.AssocContact})
	rs.Owned(store.Owned{ID: 5, Space: store.SpacePSID})
}

func answers(rs *store.ReadSet) whole {
	w := whole{Person: name(rs.GotObject(0)), Contact: name(rs.GotPair(0)), Page: "-", Back: "-"}
	if r := rs.GotObject(1); r != nil {
		w.Page = string(r.Value.([]byte)) // a kind without decoder
	}
	if r := rs.GotPair(1); r != nil {
		w.Back = fmt.Sprint(r.ID)
	}
	if r := rs.GotPair(0); r != nil {
		w.Time = r.Time
	}
	w.ID, w.Count, w.Owned = rs.GotID(0), rs.GotCount(0), rs.GotOwned(0)
	for _, r := range rs.GotRange(0) {
		w.Range = append(w.Range, r.ID)
	}
	return w
}

var (
	seeded = whole{Person: "ana", Page: "page", Contact: "granted", Back: "3", Time: 7, ID: 5,
		Range: []store.ID{5}, Count: 1, Owned: []string{psid}}
	nothing = whole{Person: "-", Page: "-", Contact: "-", Back: "-"}
)

func check(t *testing.T, step string, want whole, rs *store.ReadSet) {
	t.Helper()
	if diff := cmp.Diff(want, answers(rs)); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", step, diff)
	}
}

func TestLoadColdWarmAndDirect(t *testing.T) {
	db, _ := openDB(t)
	ctx := context.Background()
	var rs store.ReadSet
	ask(&rs)
	load(t, db, &rs)
	check(t, "empty", nothing, &rs)
	seed(t, db)
	for _, step := range []string{"cold", "warm"} {
		ask(&rs)
		load(t, db, &rs)
		check(t, step, seeded, &rs)
	}
	if err := db.View(ctx, func(r *store.Reader) error { return r.Load(ctx, &rs) }); err != nil {
		t.Fatal(err)
	}
	check(t, "view", seeded, &rs)
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Purge(ctx, 5); err != nil {
			return err
		}
		if err := tx.Load(ctx, &rs); err != nil {
			return err
		}
		check(t, "inside the update", whole{Person: "-", Page: "page", Contact: "-", Back: "-"}, &rs)
		return nil
	})
	load(t, db, &rs)
	check(t, "purged", whole{Person: "-", Page: "page", Contact: "-", Back: "-"}, &rs)
}

// A warm Load opens no View; absent things are remembered, too.
func TestWarmLoadReadsNothing(t *testing.T) {
	db, _ := openDB(t)
	seed(t, db)
	var rs store.ReadSet
	points := func() {
		rs.Reset()
		rs.Object(5)
		rs.Object(99)
		rs.Key(store.SpacePSID, psid)
		rs.Key(store.SpacePSID, "free")
		rs.Pair(3, store.AssocContact, 5)
		rs.Pair(3, store.AssocContact, 99)
	}
	points()
	if reads := load(t, db, &rs); reads != 1 {
		t.Errorf("cold: %d reads, want 1", reads)
	}
	points()
	if reads := load(t, db, &rs); reads != 0 {
		t.Errorf("warm: %d reads, want 0", reads)
	}
	if rs.GotObject(0) == nil || rs.GotObject(1) != nil || rs.GotID(0) != 5 || rs.GotID(1) != 0 ||
		rs.GotPair(0) == nil || rs.GotPair(1) != nil {
		t.Error("warm answers are wrong")
	}
	// One write takes one thing out of the cache.
	putPerson(t, db, 99, "eva")
	points()
	r := db.Begin()
	if err := r.Load(context.Background(), &rs); err != nil {
		t.Fatal(err)
	}
	if reads, points := r.Points(); reads != 1 || points != 1 || name(rs.GotObject(1)) != "eva" {
		t.Errorf("after a write: %d reads of %d points, object %s", reads, points, name(rs.GotObject(1)))
	}
}

// The callers' strings may be part of a request buffer.
func TestKeysAreCopied(t *testing.T) {
	db, _ := openDB(t)
	buf := []byte("abc")
	var rs store.ReadSet
	rs.Key(store.SpaceHandle, string(buf))
	load(t, db, &rs)
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		ids, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceHandle, Key: "abc"}, ID: 8})
		if err == nil && ids[0] != 8 {
			t.Errorf("Bind = %v", ids)
		}
		return err
	})
	load(t, db, &rs)
	if rs.GotID(0) != 8 {
		t.Errorf("key leads to %d, want 8: a negative answer outlived the binding", rs.GotID(0))
	}
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		return tx.Unbind(ctx, store.Key{Space: store.SpaceHandle, Key: "abc"})
	})
	load(t, db, &rs)
	if rs.GotID(0) != 0 {
		t.Errorf("freed key leads to %d", rs.GotID(0))
	}
}

func TestDecodeErrorsAreErrors(t *testing.T) {
	db, _ := openDB(t)
	putPerson(t, db, 1, "damaged")
	r := db.Begin()
	if _, err := r.Get(context.Background(), 1); !errors.Is(err, errWanted) {
		t.Errorf("Get of a damaged record = %v", err)
	}
}

func TestConveniences(t *testing.T) {
	db, _ := openDB(t)
	seed(t, db)
	ctx := context.Background()
	err := db.Snapshot(ctx, func(r *store.Reader) error {
		person, err := r.Get(ctx, 5)
		if err != nil || name(person) != "ana" {
			t.Errorf("Get = %s, %v", name(person), err)
		}
		if id, err := r.Resolve(ctx, store.SpacePSID, psid); err != nil || id != 5 {
			t.Errorf("Resolve = %d, %v", id, err)
		}
		if a, err := r.Pair(ctx, 3, store.AssocContact, 5); err != nil || name(a) != "granted" {
			t.Errorf("Pair = %s, %v", name(a), err)
		}
		if as, err := r.Range(ctx, store.Range{From: 3, Kind: store.AssocContact, Limit: 1}); err != nil || len(as) != 1 {
			t.Errorf("Range = %v, %v", as, err)
		}
		if err := r.Scan(ctx, store.Objects, func(*store.Row) bool { return true }); err == nil {
			t.Error("Scan through the cache: no error")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := db.View(ctx, func(r *store.Reader) error {
		return r.Scan(ctx, store.Objects, func(*store.Row) bool { n++; return true })
	}); err != nil || n != 2 {
		t.Errorf("Scan in a View: %d rows, %v", n, err)
	}
}

func TestFailedUpdateKeepsCacheHonest(t *testing.T) {
	db, _ := openDB(t)
	putPerson(t, db, 1, "old")
	var rs store.ReadSet
	rs.Object(1)
	load(t, db, &rs)
	before := db.Seq()
	err := db.Update(context.Background(), func(tx *store.Tx) error {
		if err := tx.Put(context.Background(), store.Object{ID: 1, Kind: store.KindPerson, Data: []byte("new")}); err != nil {
			return err
		}
		return errWanted
	})
	if !errors.Is(err, errWanted) || db.Seq() != before {
		t.Fatalf("Update = %v, sequence rose by %d", err, db.Seq()-before)
	}
	load(t, db, &rs)
	if got := name(rs.GotObject(0)); got != "old" {
		t.Errorf("after a failed update: %s", got)
	}
}
