package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestDriver(t *testing.T) {
	drivertest.Run(t, func(t *testing.T) driver.Store { return openTemp(t) })
}

var bg = context.Background()

func openTemp(t testing.TB) *Store {
	t.Helper()
	return openAt(t, Options{DSN: pgtest.DB(t)})
}

// openAt opens a store and closes it after the test, unless it is by then.
func openAt(t testing.TB, opt Options) *Store {
	t.Helper()
	opt.Registry, opt.Now, opt.Rand = drivertest.Registry(), time.Now, rand.Reader
	s, err := Open(bg, opt)
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

// Without prepared statements everything is the same.
func TestDriverWithoutPreparedStatements(t *testing.T) {
	if testing.Short() {
		t.Skip("the same tests as with them")
	}
	drivertest.Run(t, func(t *testing.T) driver.Store {
		return openAt(t, Options{DSN: pgtest.DB(t) + "&default_query_exec_mode=exec"})
	})
}
