package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// chores is who finishes in the background what was acknowledged and is not
// done yet, and tidies the store up: one goroutine, from Open to Close. Of all
// servers on a shared database one does it, and delivers what apps are told.
type chores struct {
	g    *Graph
	tell *telling
	duty *store.Duty // nil: this process is the only one
	// tidied is when the store was last tidied up.
	tidied time.Time
	wake   chan struct{}
	quit   context.CancelFunc
	done   sync.WaitGroup
}

// Waiting times after a failure, at first and at most, and how often the store is
// tidied up.
const (
	choreAgain  = time.Second
	choreSeldom = time.Minute
)

// Duties of the servers on a shared database. Numbers are never reused.
const (
	choreDuty = 1
	loadDuty  = 2
)

// dutyTTL is how long who has a duty may be silent.
const dutyTTL = 15 * time.Second

// duty is one of a shared database.
func (g *Graph) duty(n int) *store.Duty {
	return &store.Duty{N: n, TTL: dutyTTL, DB: g.DB, Clock: clock.System(time.Now)}
}

// scrubber is a store that keeps traces of deleted rows and can remove them.
type scrubber interface {
	Scrub(ctx context.Context) error
}

func startChores(g *Graph) *chores {
	ctx, quit := context.WithCancel(context.Background())
	c := &chores{g: g, tell: &telling{deliverer: g.deliverer()}, wake: make(chan struct{}, 1), quit: quit}
	if g.DB.Shared() {
		c.duty = g.duty(choreDuty)
	}
	c.done.Go(func() { c.run(ctx) })
	return c
}

// begun says that there is something to do.
func (c *chores) begun() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// run begins with what an earlier process left.
func (c *chores) run(ctx context.Context) {
	for wait := choreAgain; ; {
		err := c.turn(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			wait = choreAgain
			select {
			case <-c.wake:
			case <-c.others():
			case <-ctx.Done():
				return
			}
			continue
		}
		c.g.set.Log.Warn("background work is not done; what was erased does not show any more", "again_in", wait, "err", err)
		select {
		case <-time.After(wait):
			wait = min(2*wait, choreSeldom)
		case <-ctx.Done():
			return
		}
	}
}

// turn does what there is to do, if it is this process's.
func (c *chores) turn(ctx context.Context) error {
	if c.duty == nil {
		c.tell.on(c.g.DB)
		return c.g.World.Work(ctx, c.g.scrub)
	}
	has, err := c.duty.Hold(ctx)
	if err != nil {
		return err
	}
	if !has {
		c.tell.off()
		return nil
	}
	c.tell.on(c.duty)
	err = c.duty.Keep(ctx, func(ctx context.Context) error {
		return errors.Join(c.tidy(ctx), c.g.World.Under(c.duty).Work(ctx, c.g.scrub))
	})
	if errors.Is(err, store.ErrDutyLost) {
		return nil // another process goes on
	}
	return err
}

// tidy lets the store remove what it keeps for a while, now and then.
func (c *chores) tidy(ctx context.Context) error {
	s, ok := c.g.drv.(driver.Tidied)
	if now := c.g.set.Now(); ok && now.Sub(c.tidied).Abs() >= choreSeldom {
		c.tidied = now
		return s.Tidy(ctx)
	}
	return nil
}

// others rings several times within a ttl where there are other servers: who has
// the duty renews it and looks what they left, they look whether it is free.
func (c *chores) others() <-chan time.Time {
	if c.duty == nil {
		return nil
	}
	return time.After(c.duty.TTL / 3)
}

// stop ends the goroutine and waits for it; another process, or the next start,
// goes on.
func (c *chores) stop() {
	c.quit()
	c.done.Wait()
	c.tell.off()
	if c.duty != nil {
		_ = c.duty.Release(context.Background()) // or it is free after the ttl
	}
}
