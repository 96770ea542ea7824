package app

import (
	"context"
	"sync"

	"github.com/kithgraph/kith/internal/store"
)

// guard keeps the fence of a shared database up to date: one goroutine, from
// Open to Close.
type guard struct {
	quit context.CancelFunc
	done sync.WaitGroup
}

func startGuard(db *store.DB) *guard {
	ctx, quit := context.WithCancel(context.Background())
	g := &guard{quit: quit}
	g.done.Go(func() { db.Run(ctx) })
	return g
}

// stop ends the goroutine and waits for it.
func (g *guard) stop() {
	g.quit()
	g.done.Wait()
}
