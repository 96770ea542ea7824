package postgres

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/kithgraph/kith/internal/store/driver"
)

// attempts bounds how often something that did not happen is tried again. Patience ends
// most first: on a Page that everybody writes to every other attempt may lose against a
// rival, and sixteen of those in a row were seen.
const attempts = 64

// A pace spaces attempts: a little at first, with jitter, then longer.
type pace struct {
	left int
	most time.Duration // in all: where nobody answers an attempt takes seconds
	next *backoff.ExponentialBackOff
	over <-chan time.Time // from the first wait on
}

func (s *Store) pace() *pace {
	return &pace{left: attempts, most: s.opt.Patience, next: &backoff.ExponentialBackOff{
		InitialInterval: 2 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 250 * time.Millisecond}}
}

// wait reports whether there is to be another attempt.
func (p *pace) wait(ctx context.Context) bool {
	if p.left--; p.left <= 0 {
		return false
	}
	if p.over == nil {
		p.over = time.After(p.most)
	}
	t := time.NewTimer(p.next.NextBackOff())
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.over:
		return false
	case <-ctx.Done():
		return false
	}
}

// A turn is the right to run an Update. There are as many as connections to
// write on. Updates that were refused as rivals of others line up: one at a
// time tries again, so that a crowd on one record comes to an end.
type turn struct {
	s      *Store
	inLine bool
	has    bool
}

func (s *Store) enter(ctx context.Context) (*turn, error) {
	t := &turn{s: s}
	return t, t.retake(ctx, false)
}

// yield lets others run between two attempts. A place in the line is kept.
func (t *turn) yield() {
	if t.has {
		t.has = false
		<-t.s.turns
	}
}

func (t *turn) retake(ctx context.Context, rival bool) error {
	if rival && !t.inLine {
		select {
		case t.s.line <- struct{}{}:
			t.inLine = true
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case t.s.turns <- struct{}{}:
		t.has = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.s.life.Done():
		return driver.ErrClosed
	}
}

func (t *turn) leave() {
	t.yield()
	if t.inLine {
		t.inLine = false
		<-t.s.line
	}
}
