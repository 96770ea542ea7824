package app

import (
	"context"
	"sync"
	"time"
)

// A span is the context of one call: it ends a while after somebody first
// waits under it. A call that waits for nobody, as one whose records are in memory,
// sets no timer.
type span struct {
	context.Context
	most time.Duration

	mu    sync.Mutex
	armed context.Context // nil: nobody waited yet
	stop  context.CancelFunc
}

// Done implements context.Context.
func (p *span) Done() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.armed == nil {
		p.armed, p.stop = context.WithTimeout(p.Context, p.most)
	}
	return p.armed.Done()
}

// Err implements context.Context.
func (p *span) Err() error { return p.current().Err() }

// Value implements context.Context.
func (p *span) Value(key any) any { return p.current().Value(key) }

func (p *span) current() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.armed == nil {
		return p.Context
	}
	return p.armed
}

// end lets go of the timer.
func (p *span) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop != nil {
		p.stop()
	}
}
