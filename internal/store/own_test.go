package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// What a transaction reads with the help of the cache is what it reads without: after
// writes of its own, of others whose commit is not done, and of those that failed.
func TestTransactionsReadTheTruth(t *testing.T) {
	file, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "kith.db"), Registry(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]driver.Store{"memory": memory.Open(Registry()), "sqlite": file} {
		t.Run(name, func(t *testing.T) {
			db := Open(d, Options{})
			defer db.Close()
			var wait sync.WaitGroup
			for seed := range uint64(4) {
				wait.Go(func() { truths(t, db, rand.New(rand.NewPCG(seed, 1))) })
			}
			wait.Wait()
			if db.Stats().Hits.Load() == 0 {
				t.Error("nothing came from the cache")
			}
		})
	}
}

var errTaken = errors.New("taken back")

// truths runs some transactions, of which every fourth takes everything back, and asks
// outside of them, too, so that the cache is full.
func truths(t *testing.T, db *DB, rng *rand.Rand) {
	ctx := context.Background()
	for range 40 {
		err := db.Update(ctx, func(tx *Tx) error {
			for range 4 {
				if err := stir(ctx, tx, rng); err != nil {
					return err
				}
				plain := tx.Reader
				plain.mine = nil
				if want, got := said(ctx, &plain), said(ctx, &tx.Reader); !reflect.DeepEqual(want, got) {
					return errors.New("a transaction without and with the cache: " + cmp.Diff(want, got))
				}
			}
			if rng.IntN(4) == 0 {
				return errTaken
			}
			return nil
		})
		if err != nil && !errors.Is(err, errTaken) {
			t.Error(err)
			return
		}
		r := db.Begin()
		said(ctx, &r)
	}
}

// stir writes something about one of few objects.
func stir(ctx context.Context, tx *Tx, rng *rand.Rand) error {
	id, to := 2000+ID(rng.IntN(4)), 3000+ID(rng.IntN(4))
	key := Key{Space: SpacePSID, Key: string(rune('a' + rng.IntN(4)))}
	switch rng.IntN(8) {
	case 0, 1:
		return tx.Put(ctx, Object{ID: id, Kind: KindPerson, Data: []byte(fmt.Sprint(rng.Int()))})
	case 2:
		return tx.Delete(ctx, id)
	case 3, 4:
		return tx.Link(ctx, Assoc{From: id, Kind: AssocInstall, To: to, Time: rng.Int64N(5), Data: []byte(fmt.Sprint(rng.Int()))})
	case 5:
		return tx.Unlink(ctx, Pair{From: id, Kind: AssocInstall, To: to})
	case 6:
		if rng.IntN(2) == 0 {
			return tx.Unbind(ctx, key)
		}
		_, err := tx.Bind(ctx, Binding{Key: key, ID: id})
		return err
	}
	return tx.Purge(ctx, id)
}

// said is everything that a Reader says of them.
func said(ctx context.Context, r *Reader) (all []any) {
	var rs ReadSet
	for i := range ID(4) {
		rs.Object(2000 + i)
		rs.Key(SpacePSID, string(rune('a'+i)))
		rs.Owned(Owned{ID: 2000 + i, Space: SpacePSID})
		rs.Range(Range{From: 2000 + i, Kind: AssocInstall, Limit: 10})
		rs.Range(Range{From: 3000 + i, Kind: AssocInstallOf, Limit: 2})
		rs.Count(Count{From: 2000 + i, Kind: AssocInstall})
		for j := range ID(4) {
			rs.Pair(2000+i, AssocInstall, 3000+j)
		}
	}
	if err := r.Load(ctx, &rs); err != nil {
		return []any{err.Error()}
	}
	return []any{rs.gotObjects, rs.gotIDs, rs.gotPairs, rs.gotRanges, rs.gotCounts, rs.gotOwned}
}
