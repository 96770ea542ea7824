package world

import (
	"context"
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
)

// Work goes on with every erasure that was acknowledged, until none is left or
// ctx ends. In a store that is not whole it leaves everything. scrub makes the storage forget deleted rows for good; nil says that
// it needs no help. An error leaves the jobs where they are, and Work may be
// called again. Two calls at once, on whatever node, do no harm, but do the same
// twice: on a shared store call it Under a duty.
func (b *Builder) Work(ctx context.Context, scrub func(context.Context) error) error {
	for {
		var list []*job
		if err := b.opt.DB.View(ctx, func(r *store.Reader) (err error) {
			if err = finished(ctx, r); err == nil {
				list, err = jobs(ctx, r)
			}
			return err
		}); errors.Is(err, ErrUnfinished) {
			return nil
		} else if err != nil {
			return fmt.Errorf("list jobs: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		if err := b.work(ctx, list, scrub); err != nil {
			return err
		}
	}
}

// work brings all jobs of a list to their end together, so that they share one
// sweep and one scrub.
func (b *Builder) work(ctx context.Context, list []*job, scrub func(context.Context) error) error {
	for _, j := range list {
		if err := b.remove(ctx, j); err != nil {
			return fmt.Errorf("erase what hangs on a person: %w", err)
		}
	}
	if err := b.sweep(ctx, list); err != nil {
		return fmt.Errorf("erase what mentions a person: %w", err)
	}
	if scrub != nil {
		if err := scrub(ctx); err != nil {
			return fmt.Errorf("scrub the storage: %w", err)
		}
	}
	for _, j := range list {
		if err := b.end(ctx, j.id); err != nil {
			return fmt.Errorf("end job: %w", err)
		}
	}
	return nil
}

// end takes a job off the list, unless the store was exchanged and the id is
// something else by now.
func (b *Builder) end(ctx context.Context, id store.ID) error {
	return b.to.Update(ctx, func(tx *store.Tx) error {
		rec, err := tx.Get(ctx, id)
		if j, ok := record[*job](rec); err != nil || !ok || j.state != scrubbing {
			return err
		}
		return tx.Purge(ctx, id)
	})
}

// remove removes a bounded number of rows at a time until nothing is left.
func (b *Builder) remove(ctx context.Context, j *job) error {
	for state := j.state; state == removing; {
		state = scrubbing // if the job is gone
		if err := b.onJob(ctx, j.id, func(tx *store.Tx, now *job) error {
			defer func() { state = now.state }()
			if now.state != removing {
				return nil
			}
			return (&erasure{b: b, tx: tx, j: now}).run(ctx)
		}); err != nil {
			return err
		}
	}
	return nil
}
