package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

func TestDriver(t *testing.T) {
	drivertest.Run(t, func(t *testing.T) driver.Store { return openTemp(t) })
}

func openTemp(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "kith.db"))
}

// openAt opens a database and closes it after the test, unless it is by then.
func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, drivertest.Registry(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, driver.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}
