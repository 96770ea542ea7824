package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// Whatever is written, a list and the keys of an object that come from the cache
// are those of the store: any page, any length, asked once or again.
func TestCachedListsAreThoseOfTheStore(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 3))
		db, _ := openDB(t)
		kept := uint64(0)
		for step := range 400 {
			if err := db.Update(ctx, func(tx *store.Tx) error { return disturb(ctx, tx, rng) }); err != nil {
				t.Fatal(err)
			}
			for range 6 {
				q, o := someRange(rng), store.Owned{ID: store.ID(1 + rng.IntN(5)), Space: store.SpaceASID}
				ask := func(r *store.Reader) string {
					var rs store.ReadSet
					rs.Range(q)
					rs.Owned(o)
					if err := r.Load(ctx, &rs); err != nil {
						t.Fatal(err)
					}
					return fmt.Sprint(rs.GotRange(0), rs.GotOwned(0))
				}
				var want string
				if err := db.View(ctx, func(r *store.Reader) error { want = ask(r); return nil }); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					r := db.Begin()
					if got := ask(&r); got != want {
						t.Fatalf("seed %d, step %d, %+v and %+v\n got %s\nwant %s", seed, step, q, o, got, want)
					}
					if reads, _ := r.Points(); reads == 0 {
						kept++
					}
				}
			}
		}
		if kept < 400 {
			t.Errorf("seed %d: the cache answered %d times", seed, kept)
		}
	}
}

// someRange is a page of a list, most often the first.
func someRange(rng *rand.Rand) store.Range {
	q := store.Range{From: store.ID(1 + rng.IntN(5)), Kind: store.AssocFriend, Limit: 1 + rng.IntN(4)}
	if rng.IntN(2) == 0 {
		q.Kind = store.Edge("likes") + store.Kind(rng.IntN(2))
	}
	at := &store.Pos{Time: int64(1 + rng.IntN(5)), To: store.ID(1 + rng.IntN(5))}
	switch rng.IntN(12) {
	case 0:
		q.After = at
	case 1:
		q.Before, q.Reverse = at, true
	case 2:
		q.Since = at.Time
	case 3:
		q.Until = at.Time
	case 4:
		q.All = true
	case 5:
		q.Limit = 1000
	}
	return q
}

// disturb changes an association, a key, or everything of an object.
func disturb(ctx context.Context, tx *store.Tx, rng *rand.Rand) error {
	kind := store.AssocFriend
	if rng.IntN(2) == 0 {
		kind = store.Edge("likes")
	}
	from, to := store.ID(1+rng.IntN(5)), store.ID(1+rng.IntN(5))
	key := store.Key{Space: store.SpaceASID, Key: fmt.Sprint("k", rng.IntN(8))}
	switch rng.IntN(9) {
	case 0, 1, 2, 3:
		return tx.Link(ctx, store.Assoc{From: from, Kind: kind, To: to, Time: int64(1 + rng.IntN(5))})
	case 4:
		return tx.Unlink(ctx, store.Pair{From: from, Kind: kind, To: to})
	case 5, 6:
		_, err := tx.Bind(ctx, store.Binding{Key: key, ID: to})
		return err
	case 7:
		return tx.Unbind(ctx, key)
	}
	if rng.IntN(3) > 0 {
		return nil
	}
	return tx.Purge(ctx, from)
}
