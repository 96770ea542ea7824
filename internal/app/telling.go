package app

import (
	"context"
	"sync"

	"github.com/kithgraph/kith/internal/webhook"
)

// telling is the goroutine that delivers what is in the outbox, while this
// process is the one to do it.
type telling struct {
	deliverer *webhook.Deliverer

	mu   sync.Mutex
	quit context.CancelFunc // nil: it does not run
	to   webhook.Updater
	done sync.WaitGroup
}

// on lets it run; what it writes goes through to.
func (t *telling) on(to webhook.Updater) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.quit == nil {
		t.start(to)
	}
}

func (t *telling) start(to webhook.Updater) {
	ctx, quit := context.WithCancel(context.Background())
	t.quit, t.to = quit, to
	t.done.Go(func() { t.deliverer.Run(ctx, to) })
}

// off ends it and waits for it. What it was about to deliver is delivered by
// whoever does it next.
func (t *telling) off() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end()
}

func (t *telling) end() {
	if t.quit != nil {
		t.quit()
		t.done.Wait()
		t.quit = nil
	}
}

// still runs f while nothing is delivered: f may exchange the store, and ids with
// it.
func (t *telling) still(f func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.quit != nil {
		t.end()
		defer func() { t.start(t.to) }()
	}
	return f()
}
