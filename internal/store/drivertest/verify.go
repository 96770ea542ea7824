package drivertest

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Verify fails the test for everything that contradicts itself in the store.
func Verify(t testing.TB, s driver.Store, reg *driver.Registry) {
	t.Helper()
	ctx := context.Background()
	err := s.View(ctx, func(r driver.Reader) error {
		return driver.Verify(ctx, r, reg, func(what string) { t.Error(what) })
	})
	if err != nil {
		t.Error(err)
	}
}

func testVerify(t *testing.T, s driver.Store) {
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2, Time: 5}, driver.Assoc{From: 1, Kind: friend, To: 2, Time: 6},
		driver.Assoc{From: 3, Kind: friend, To: 3}, driver.Assoc{From: 1, Kind: fan, To: 2}, driver.Assoc{From: 2, Kind: note, To: 1})
	link(t, s, driver.Assoc{From: 2, Kind: friend, To: 1, Time: 7})
	unlink(t, s, driver.Pair{From: 2, Kind: fanOf, To: 1})
	Verify(t, s, Registry())
}
