package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// take puts n persons under new ids.
func take(t testing.TB, db *store.DB, n int) (ids []store.ID) {
	t.Helper()
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		ids = ids[:0]
		for range n {
			id := tx.NewID()
			ids = append(ids, id)
			if err := tx.Put(ctx, store.Object{ID: id, Kind: store.KindPerson}); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

func TestNewIDsAscendAndNeverRepeat(t *testing.T) {
	db, mem := openDB(t)
	seen := map[store.ID]bool{}
	last := store.ID(0)
	note := func(step string, ids []store.ID) {
		t.Helper()
		for i, id := range ids {
			if id <= 0 || id >= 1<<40 || seen[id] || i > 0 && id <= ids[i-1] {
				t.Fatalf("%s: id %d after %d", step, id, last)
			}
			seen[id], last = true, id
		}
	}
	note("first", take(t, db, 1))
	note("a few", take(t, db, 10))
	note("more than a block", take(t, db, 3000))
	note("the rest of it", take(t, db, 500))
	err := db.Update(context.Background(), func(tx *store.Tx) error {
		note("of a failed update", []store.ID{tx.NewID()})
		return errWanted
	})
	if !errors.Is(err, errWanted) {
		t.Fatal(err)
	}
	note("after a failed update", take(t, db, 1))
	again := store.Open(mem, store.Options{}) // as after a crash
	note("of the next process", take(t, again, 2000))
	if err := again.ReserveIDs(context.Background(), 5000); err != nil {
		t.Fatal(err)
	}
	runs := 0
	update(t, again, func(_ context.Context, tx *store.Tx) error {
		runs++
		for range 5000 {
			note("reserved", []store.ID{tx.NewID()})
		}
		return nil
	})
	if runs != 1 {
		t.Errorf("an update with reserved ids ran %d times", runs)
	}
}

func TestNewIDsOfManyGoroutines(t *testing.T) {
	db, _ := openDB(t)
	var mu sync.Mutex
	seen := map[store.ID]bool{}
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			for i := range 30 {
				for _, id := range take(t, db, 1+(g*31+i*17)%200) {
					mu.Lock()
					if seen[id] {
						t.Errorf("id %d twice", id)
					}
					seen[id] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
}

// The same requests give the same ids, also after the world was put back.
func TestNewIDsFollowTheWorld(t *testing.T) {
	db, mem := openDB(t)
	take(t, db, 3)
	saved := mem.Fork()
	var runs [2][]store.ID
	for i := range runs {
		if err := db.Replace(func() error { mem.Restore(saved); return nil }); err != nil {
			t.Fatal(err)
		}
		runs[i] = take(t, db, 5)
	}
	for i, id := range runs[0] {
		if runs[1][i] != id {
			t.Fatalf("ids after a reset: %v and %v", runs[0], runs[1])
		}
	}
}
