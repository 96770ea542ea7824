package store

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Skew is how far the clock of the machine with the data is off from now's, at
// the least: what the round trip may account for is not counted. Positive is
// ahead. It is zero where there is no other machine.
func (db *DB) Skew(ctx context.Context, now func() time.Time) (time.Duration, error) {
	c, ok := db.drv.(driver.Clocked)
	if !ok {
		return 0, nil
	}
	before := now()
	at, err := c.Clock(ctx)
	if err != nil {
		return 0, err
	}
	return apart(before, at, now()), nil
}

// apart is how far at lies outside of the span.
func apart(before, at, after time.Time) time.Duration {
	switch {
	case at.After(after):
		return at.Sub(after)
	case at.Before(before):
		return at.Sub(before)
	}
	return 0
}
