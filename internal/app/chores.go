package app

import (
	"context"
	"sync"
	"time"
)

// chores is who finishes in the background what was acknowledged and is not
// done yet: one goroutine, from Open to Close.
type chores struct {
	g    *Graph
	wake chan struct{}
	quit context.CancelFunc
	done sync.WaitGroup
}

// Waiting times after a failure, at first and at most, and how often somebody
// looks for what another node of a shared database left when it died.
const (
	choreAgain  = time.Second
	choreSeldom = time.Minute
)

// scrubber is a store that keeps traces of deleted rows and can remove them.
type scrubber interface {
	Scrub(ctx context.Context) error
}

func startChores(g *Graph) *chores {
	ctx, quit := context.WithCancel(context.Background())
	c := &chores{g: g, wake: make(chan struct{}, 1), quit: quit}
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
		err := c.g.World.Work(ctx, c.g.scrub)
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
		c.g.set.Log.Warn("an erasure is not finished; what it erases does not show any more", "again_in", wait, "err", err)
		select {
		case <-time.After(wait):
			wait = min(2*wait, choreSeldom)
		case <-ctx.Done():
			return
		}
	}
}

// others rings now and then where other nodes may have left something.
func (c *chores) others() <-chan time.Time {
	if !c.g.DB.Shared() {
		return nil
	}
	return time.After(choreSeldom)
}

// stop ends the goroutine and waits for it; the next start goes on.
func (c *chores) stop() {
	c.quit()
	c.done.Wait()
}
