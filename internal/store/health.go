package store

import (
	"errors"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Failing reports whether the latest write that reached the driver ended with
// the store unavailable, a full disk for one. It stays true until a write
// succeeds, so that whoever wants to know must try one.
func (db *DB) Failing() bool { return db.failing.Load() }

// note remembers how a write ended. One that touched nothing proves nothing,
// and neither does one that its function gave up.
func (db *DB) note(wrote bool, err error) {
	switch {
	case errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous):
		db.failing.Store(true)
	case err == nil && wrote && db.failing.Load():
		db.failing.Store(false)
	}
}
