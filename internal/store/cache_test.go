package store

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// Two keys with one hash must not answer for each other.
func TestHashCollisionIsAMiss(t *testing.T) {
	db := Open(memory.Open(Registry()), Options{})
	defer db.Close()
	k := keyKey(SpacePSID, "mine")
	db.cache.land(db.cache.depart(k), &entry{rec: Record{ID: 666}, key: "other", found: true})
	r := db.Begin()
	if id, err := r.Resolve(context.Background(), SpacePSID, "mine"); id != 0 || err != nil {
		t.Errorf("Resolve = %d, %v: the answer of another key", id, err)
	}
}

// Questions of different sorts about the same numbers are different.
func TestCacheKeysAreDistinct(t *testing.T) {
	seen := map[cacheKey]string{}
	for name, k := range map[string]cacheKey{
		"object": objectKey(1), "object 2": objectKey(2), "pair": pairKey(Pair{From: 1, Kind: 2, To: 3}),
		"pair back": pairKey(Pair{From: 3, Kind: 2, To: 1}), "pair kind": pairKey(Pair{From: 1, Kind: 3, To: 3}),
		"list": listKey(1, 2), "list kind": listKey(1, 3), "owned": ownedKey(Owned{ID: 1, Space: 2}),
		"key": keyKey(1, "a"), "key space": keyKey(2, "a"), "key empty": keyKey(1, ""),
	} {
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have one key", name, other)
		}
		seen[k] = name
	}
}

// Dense ids must not crowd on few stripes.
func TestStripesAreSpread(t *testing.T) {
	var hits [1 << stripeBits]int
	most := 0
	for id := range ID(1 << (stripeBits + 3)) {
		s := objectKey(id).stripe()
		hits[s]++
		most = max(most, hits[s])
	}
	if most > 40 {
		t.Errorf("%d of 8 per stripe on one stripe", most)
	}
}

// Beyond maxMarks a transaction forgets everything instead of each key.
func TestManyMarksMarkAll(t *testing.T) {
	db := Open(memory.Open(Registry()), Options{})
	defer db.Close()
	ctx := context.Background()
	r := db.Begin()
	if _, err := r.Get(ctx, 5); err != nil {
		t.Fatal(err)
	}
	err := db.Update(ctx, func(tx *Tx) error {
		for range maxMarks + 1 {
			tx.touched.add(objectKey(7))
		}
		return tx.Put(ctx, driver.Object{ID: 5, Kind: KindPerson, Data: []byte("x")})
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r = db.Begin()
		if rec, err := r.Get(ctx, 5); rec == nil || err != nil || r.Stale() {
			t.Fatalf("Get = %v, %v, stale %t", rec, err, r.Stale())
		}
	}
	if reads, _ := r.Points(); reads != 0 {
		t.Error("nothing is cached any more")
	}
}
