package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// askProfile asks what a profile read asks: seven points.
func askProfile(rs *store.ReadSet, i int, key string) {
	rs.Reset()
	rs.Key(store.SpacePSID, key)
	rs.Object(store.ID(3))
	rs.Object(store.ID(4))
	rs.Object(store.ID(6))
	rs.Object(store.ID(100 + i))
	rs.Pair(3, store.AssocContact, store.ID(100+i))
	rs.Pair(4, store.AssocRole, store.ID(100+i)) // absent
}

func seedProfiles(t testing.TB, db *store.DB, n int) []string {
	t.Helper()
	keys := make([]string, n)
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			id := store.ID(100 + i)
			keys[i] = fmt.Sprintf("page0001%016d", i)
			if err := tx.Put(ctx, store.Object{ID: id, Kind: store.KindPerson, Data: []byte("person")}); err != nil {
				return err
			}
			if err := tx.Link(ctx, store.Assoc{From: 3, Kind: store.AssocContact, To: id, Time: 1, Data: []byte("granted")}); err != nil {
				return err
			}
			if _, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpacePSID, Key: keys[i]}, ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	return keys
}

// A warm Load and its Begin and Stale allocate nothing.
func TestWarmLoadAllocations(t *testing.T) {
	db, _ := openDB(t)
	keys := seedProfiles(t, db, 64)
	ctx := context.Background()
	var rs store.ReadSet
	i := 0
	one := func() {
		i++
		askProfile(&rs, i%64, keys[i%64])
		r := db.Begin()
		if err := r.Load(ctx, &rs); err != nil || r.Stale() {
			t.Error("stale or failed", err)
		}
	}
	for range 64 {
		one()
	}
	if got := testing.AllocsPerRun(1000, one); got != 0 {
		t.Errorf("a warm Load allocates %v times", got)
	}
}

func BenchmarkWarmLoad(b *testing.B) {
	db, _ := openDB(b)
	const n = 10_000
	keys := seedProfiles(b, db, n)
	ctx := context.Background()
	for _, parallel := range []bool{false, true} {
		b.Run(fmt.Sprintf("parallel=%t", parallel), func(b *testing.B) {
			b.ReportAllocs()
			loop := func(next func() bool) {
				var rs store.ReadSet
				for i := 0; next(); i++ {
					askProfile(&rs, i%n, keys[i%n])
					r := db.Begin()
					if err := r.Load(ctx, &rs); err != nil || r.Stale() {
						b.Error("stale or failed", err)
					}
				}
			}
			if parallel {
				b.RunParallel(func(pb *testing.PB) { loop(pb.Next) })
				return
			}
			loop(b.Loop)
		})
	}
}
