package postgres

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// Random updates and questions have equal answers on every backend.
func TestBackendsAgree(t *testing.T) {
	file, err := sqlite.Open(bg, filepath.Join(t.TempDir(), "kith.db"), drivertest.Registry(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil && !errors.Is(err, driver.ErrClosed) {
			t.Error(err)
		}
	})
	drivertest.Agree(t, map[string]driver.Store{
		"memory": memory.Open(drivertest.Registry()), "sqlite": file, "postgres": openTemp(t),
	}, "memory")
}
