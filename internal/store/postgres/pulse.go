package postgres

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// beatConns are the connections of Pulse: while one hangs on a host that says
// nothing another may have found the next.
const beatConns = 2

// Pulse implements driver.Pulsing.
func (s *Store) Pulse(ctx context.Context, wait time.Duration, f func(driver.Writer) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	pace := s.pace()
	careful := false
	for {
		v, err := s.try(ctx, &writer{pulse: ctx, careful: careful}, f)
		switch {
		case err == nil:
			return nil
		case v.ends() || v == unknown || !pace.wait(ctx):
			return err
		}
		careful = careful || v == replay && isLowered(err)
	}
}
