package store_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// Writers raise a number kept in two objects, a contact and its history; every
// reader must see all four agree and never less than what was acknowledged
// before it began.
func TestReadersNeverMixOrGoBack(t *testing.T) {
	db, _ := openDB(t)
	ctx := context.Background()
	const writers, rounds = 3, 300
	var acked atomic.Int64
	var writing, wg sync.WaitGroup
	stop := make(chan struct{})
	for range writers {
		writing.Go(func() {
			for range rounds {
				if err := raise(ctx, db, &acked); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := verify(ctx, db, acked.Load()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	wg.Wait()
	if got := acked.Load(); got != writers*rounds {
		t.Errorf("%d raises acknowledged, want %d", got, writers*rounds)
	}
	if err := verify(ctx, db, writers*rounds); err != nil {
		t.Error(err)
	}
}

func raise(ctx context.Context, db *store.DB, acked *atomic.Int64) error {
	var n int64
	err := db.Update(ctx, func(tx *store.Tx) error {
		old, err := tx.Get(ctx, 1)
		if err != nil {
			return err
		}
		n = 1
		if old != nil {
			if n, err = strconv.ParseInt(name(old), 10, 64); err != nil {
				return err
			}
			n++
		}
		data := []byte(strconv.FormatInt(n, 10))
		if err := tx.Put(ctx, store.Object{ID: 1, Kind: store.KindPerson, Data: data},
			store.Object{ID: 2, Kind: store.KindPerson, Data: data}); err != nil {
			return err
		}
		return tx.Link(ctx, store.Assoc{From: 3, Kind: store.AssocContact, To: 1, Time: n, Data: data},
			store.Assoc{From: 1, Kind: store.AssocHistory, To: store.ID(1000 + n), Time: store.TimeVersion})
	})
	for err == nil {
		had := acked.Load()
		if had >= n || acked.CompareAndSwap(had, n) {
			break
		}
	}
	return err
}

func verify(ctx context.Context, db *store.DB, atLeast int64) error {
	return db.Snapshot(ctx, func(r *store.Reader) error {
		var rs, rs2 store.ReadSet
		rs.Object(1)
		rs.Range(store.Range{From: 1, Kind: store.AssocHistory, Limit: 1})
		rs2.Object(2)
		rs2.Pair(3, store.AssocContact, 1)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		if err := r.Load(ctx, &rs2); err != nil || r.Stale() {
			return err
		}
		a, b, c := name(rs.GotObject(0)), name(rs2.GotObject(0)), name(rs2.GotPair(0))
		last := "-"
		if h := rs.GotRange(0); len(h) > 0 {
			last = fmt.Sprint(h[0].ID - 1000)
		}
		if r.Stale() {
			return nil // runs again
		}
		if a != b || b != c || c != last {
			return fmt.Errorf("mixed states: %s %s %s %s", a, b, c, last)
		}
		if n, err := strconv.ParseInt(a, 10, 64); atLeast > 0 && (err != nil || n < atLeast) {
			return fmt.Errorf("read %s after %d was acknowledged", a, atLeast)
		}
		return nil
	})
}

// A small cache evicts all the time and stays right.
func TestTinyCache(t *testing.T) {
	_, mem := openDB(t)
	db := store.Open(mem, store.Options{CacheEntries: 8, Decode: map[store.Kind]store.Decoder{store.KindPerson: decodeText}})
	for i := range 50 {
		putPerson(t, db, store.ID(i+1), strconv.Itoa(i))
	}
	for round := range 3 {
		for i := range 50 {
			if got := fresh(t, db, store.ID(i+1)); got != strconv.Itoa(i) {
				t.Fatalf("round %d: object %d = %s", round, i, got)
			}
		}
	}
}

// With other writers on the database nothing may come from the cache.
func TestSharedReadsLive(t *testing.T) {
	one, mem := openDB(t)
	two := store.Open(mem, store.Options{Shared: true, Decode: map[store.Kind]store.Decoder{store.KindPerson: decodeText}})
	for _, v := range []string{"a", "b"} {
		putPerson(t, one, 1, v)
		if got := fresh(t, two, 1); got != v {
			t.Errorf("shared read = %s, want %s", got, v)
		}
	}
	r := two.Begin()
	get(t, &r, 1)
	if r.Stale() {
		t.Error("one Read is one snapshot, not stale")
	}
	if get(t, &r, 2); !r.Stale() {
		t.Error("two Reads are two snapshots, stale")
	}
}

func TestReplaceForgets(t *testing.T) {
	db, mem := openDB(t)
	seed(t, db)
	saved := mem.Fork()
	var rs store.ReadSet
	ask(&rs)
	load(t, db, &rs)
	update(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.Purge(ctx, 5, 3) })
	ask(&rs)
	load(t, db, &rs)
	check(t, "purged", nothing, &rs)
	if err := db.Replace(func() error { mem.Restore(saved); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"restored", "restored, warm"} {
		ask(&rs)
		load(t, db, &rs)
		check(t, step, seeded, &rs)
	}
}
