package postgres

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

func TestOlderIDsAreFoundAlone(t *testing.T) {
	opt := Options{DSN: pgtest.DB(t), Registry: drivertest.OlderRegistry(), Now: time.Now, Rand: rand.Reader}
	open := func(ms []sqltext.Migration) func() driver.Store {
		return func() driver.Store {
			opt.Migrations = ms
			s, err := Open(bg, opt)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	drivertest.OlderIDs(t, open(sqltext.Migrations()[:1]), open(nil))
}

func TestOlderInversesAreLeftAlone(t *testing.T) {
	opt := Options{DSN: pgtest.DB(t), Now: time.Now, Rand: rand.Reader}
	drivertest.OlderInverses(t, func(reg *driver.Registry) driver.Store {
		opt.Registry = reg
		s, err := Open(bg, opt)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
