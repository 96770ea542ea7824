package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

func TestOlderIDsAreFoundAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	open := func(ms []sqltext.Migration) func() driver.Store {
		return func() driver.Store {
			s, err := Open(bg, path, drivertest.OlderRegistry(), Options{Migrations: ms})
			must(t, err)
			return s
		}
	}
	drivertest.OlderIDs(t, open(sqltext.Migrations()[:1]), open(nil))
}

func TestOlderInversesAreLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	drivertest.OlderInverses(t, func(reg *driver.Registry) driver.Store {
		s, err := Open(bg, path, reg, Options{})
		must(t, err)
		return s
	})
}
