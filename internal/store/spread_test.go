package store

import (
	"context"
	"slices"
	"testing"

	"github.com/kithgraph/kith/internal/store/memory"
)

// takeIDs takes n ids in one transaction.
func takeIDs(t *testing.T, db *DB, n int) (ids []ID) {
	t.Helper()
	err := db.Update(context.Background(), func(tx *Tx) error {
		ids = ids[:0]
		for range n {
			ids = append(ids, tx.NewID())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(ids) {
		t.Errorf("%d ids of one transaction do not ascend", n)
	}
	return ids
}

func TestSharedIDs(t *testing.T) {
	mem := memory.Open(Registry())
	a, b := Open(mem, Options{Shared: true}), Open(mem, Options{Shared: true})
	embedded := Open(mem, Options{})
	seen := map[ID]bool{}
	blocks := map[ID]bool{}
	for i := range 400 {
		db := []*DB{a, b, embedded}[i%3]
		if i%50 == 0 {
			db = Open(mem, Options{Shared: true}) // a process that ends soon
		}
		for _, id := range takeIDs(t, db, []int{1, 7, 600, 3000}[i%4]) {
			if seen[id] || id < firstID || id >= provisional {
				t.Fatalf("id %d is out of bounds or not new", id)
			}
			if seen[id] = true; id >= spreadBase {
				blocks[id>>idBlockLog] = true
			}
		}
	}
	if len(blocks) < 50 {
		t.Errorf("%d blocks were spread", len(blocks))
	}
}

// Ids of one database follow from its history alone.
func TestSharedIDsAreReproducible(t *testing.T) {
	var runs [2][]ID
	for i := range runs {
		db := Open(memory.Open(Registry()), Options{Shared: true})
		for _, n := range []int{3, 2000, 900, 900} {
			runs[i] = append(runs[i], takeIDs(t, db, n)...)
		}
	}
	if !slices.Equal(runs[0], runs[1]) {
		t.Error("the same requests gave other ids")
	}
}

// Blocks never meet: each step of the permutation can be undone.
func TestSpreadBlockIsAPermutation(t *testing.T) {
	const mask = 1<<spreadBits - 1
	inverse := func(n uint64) uint64 { // of an odd number, by Newton
		x := n
		for range 6 {
			x *= 2 - n*x
		}
		return x
	}
	undo := func(n uint64) uint64 {
		n ^= n >> 26
		n = n * inverse(0x9e3779b97f4a7c15) & mask
		n ^= n>>25 ^ n>>50
		return n * inverse(0x2545f4914f6cdd1d) & mask
	}
	var top [8]int
	for i := range uint64(1 << 14) {
		n := i * i * i * 2654435761 & mask
		for _, n := range []uint64{i, n} {
			r := spreadBlock(n)
			if r.next < spreadBase || r.end > provisional || r.end-r.next != idBlock {
				t.Fatalf("block %d is %d to %d", n, r.next, r.end)
			}
			if got := undo(uint64(r.next-spreadBase) >> idBlockLog); got != n {
				t.Fatalf("block %d and block %d are the same", n, got)
			}
		}
		top[(spreadBlock(i).next-spreadBase)>>58]++
	}
	for i, n := range top {
		if n < 1<<10 || n > 1<<12 {
			t.Errorf("eighth %d has %d of %d blocks", i, n, 1<<14)
		}
	}
}
