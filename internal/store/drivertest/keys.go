package drivertest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
)

func testBinaryKeys(t *testing.T, s driver.Store) {
	keys := []string{"", "\x00", "a", "a\x00", "a\x00b", "A", "\xff\xfe", "ä", "a ", "0", "00"}
	var rs driver.ReadSet
	for i, k := range keys {
		bind(t, s, binding(spaceName, k, driver.ID(i+1)))
		rs.Keys = append(rs.Keys, driver.Key{Space: spaceName, Key: k}, driver.Key{Space: spaceNumber, Key: k})
	}
	read(t, s, &rs)
	for i, k := range keys {
		if got := rs.GotKeys[2*i]; got != driver.ID(i+1) {
			t.Errorf("key %q leads to %d, want %d", k, got, i+1)
		}
		if got := rs.GotKeys[2*i+1]; got != 0 {
			t.Errorf("key %q of the other space leads to %d", k, got)
		}
	}
}

func testBind(t *testing.T, s driver.Store) {
	got := bind(t, s, binding(spaceName, "a", 1), binding(spaceName, "b", 2), binding(spaceName, "a", 3))
	if diff := cmp.Diff([]driver.ID{1, 2, 1}, got); diff != "" {
		t.Fatalf("Bind (-want +got):\n%s", diff)
	}
	if got := bind(t, s, binding(spaceName, "a", 4), binding(spaceName, "c", 4)); got[0] != 1 || got[1] != 4 {
		t.Fatalf("Bind again = %v, want 1 4", got)
	}
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		return w.Unbind(ctx, []driver.Key{{Space: spaceName, Key: "a"}, {Space: spaceName, Key: "none"}})
	})
	if got := bind(t, s, binding(spaceName, "a", 5)); got[0] != 5 {
		t.Fatalf("Bind of a freed key = %v, want 5", got)
	}
}

func testBindConcurrent(t *testing.T, s driver.Store) {
	const racers, keys = 8, 20
	var won [racers][]driver.ID
	var wg sync.WaitGroup
	for r := range racers {
		wg.Go(func() {
			for k := range keys {
				ids := bind(t, s, binding(spaceName, fmt.Sprint(k), driver.ID(r+1)))
				won[r] = append(won[r], ids[0])
			}
		})
	}
	wg.Wait()
	for r := range won {
		if diff := cmp.Diff(won[0], won[r]); diff != "" {
			t.Errorf("racers 0 and %d disagree:\n%s", r, diff)
		}
	}
}

func testOwned(t *testing.T, s driver.Store) {
	bind(t, s, binding(spaceName, "b", 1), binding(spaceName, "a", 1), binding(spaceName, "", 1),
		binding(spaceName, "a\x00", 1), binding(spaceName, "aa", 2), binding(spaceNumber, "z", 1))
	owned := func(id driver.ID, sp driver.Space) []string {
		return read(t, s, &driver.ReadSet{Owned: []driver.Owned{{ID: id, Space: sp}}}).GotOwned[0]
	}
	if diff := cmp.Diff([]string{"", "a", "a\x00", "b"}, owned(1, spaceName)); diff != "" {
		t.Errorf("Owned (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"z"}, owned(1, spaceNumber)); diff != "" {
		t.Errorf("Owned (-want +got):\n%s", diff)
	}
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		return w.Unbind(ctx, []driver.Key{{Space: spaceName, Key: "a"}})
	})
	if diff := cmp.Diff([]string{"", "a\x00", "b"}, owned(1, spaceName)); diff != "" {
		t.Errorf("Owned after Unbind (-want +got):\n%s", diff)
	}
}
