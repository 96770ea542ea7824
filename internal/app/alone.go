package app

import (
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// loadLook is how often a server looks whether another has loaded its world.
const loadLook = 100 * time.Millisecond

// alone runs f while no other server of a shared database does the same: a large
// world is loaded in parts, and nobody may take it for whole meanwhile. f writes
// through the Builder it is given, which stops when another server thinks that
// this one is gone.
func (g *Graph) alone(ctx context.Context, f func(context.Context, *world.Builder) error) error {
	duty := g.duty(loadDuty)
	tick := time.NewTicker(loadLook)
	defer tick.Stop()
	for waits := 0; ; waits++ {
		has, err := duty.Hold(ctx)
		if err != nil {
			return fmt.Errorf("wait for a server that may load a world: %w", err)
		}
		if has {
			break
		}
		if waits == 0 {
			g.set.Log.Info("another server loads its world, or ended while it did: waiting", "at_most", dutyTTL+dutyTTL/2)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := duty.Keep(ctx, func(ctx context.Context) error { return f(ctx, g.World.Under(duty)) })
	if rerr := duty.Release(ctx); rerr != nil {
		g.set.Log.Info("other servers wait for this one a while", "err", rerr)
	}
	return err
}
