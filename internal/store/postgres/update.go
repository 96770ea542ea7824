package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Update implements driver.Store.
func (s *Store) Update(ctx context.Context, f func(driver.Writer) error) (err error) {
	if err := s.usable(ctx); err != nil {
		return err
	}
	turn, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { turn.leave() }()
	pace := s.pace()
	careful, again := false, false
	defer func() {
		if again && err != nil && (ctx.Err() != nil || errors.Is(err, driver.ErrUnavailable)) {
			s.gaveUp.Add(1)
		}
	}()
	for {
		v, err := s.try(ctx, &writer{careful: careful}, f)
		if err != nil && rival(err) {
			s.lost.Add(1)
		}
		switch {
		case err == nil:
			return nil
		case v.ends() || v == unknown:
			return s.shun(err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		again = true
		careful = careful || v == replay && isLowered(err)
		turn.yield()
		if !pace.wait(ctx) {
			return unavailable("update", err)
		}
		if err := turn.retake(ctx, v == replay); err != nil {
			return err
		}
	}
}

// try runs f once, with a writer that is new, and commits what it did.
func (s *Store) try(ctx context.Context, w *writer, f func(driver.Writer) error) (verdict, error) {
	w.s, w.pool, w.begin, w.still = s, s.pool, s.sql.beginWrite, s.opt.StillWait
	if w.pulse != nil {
		w.pool, w.begin, w.still = s.beats, s.sql.beginPulse, 0
	}
	defer w.end() // also when f panics
	err := f(w)
	switch {
	case w.failed != nil:
		return w.why, w.failed
	case err != nil:
		return final, err
	case ctx.Err() != nil:
		return final, ctx.Err()
	case w.c == nil && w.buf.empty():
		return final, nil
	}
	if err := w.stamp(ctx); err != nil {
		return w.why, err
	}
	return w.finish(ctx)
}

// finish sends the rest with COMMIT behind and learns what became of it. The
// caller's context ends here: a commit under way is waited for.
func (w *writer) finish(ctx context.Context) (verdict, error) {
	w.wrote = w.wrote || !w.buf.empty()
	var op operation
	if w.wrote {
		var err error
		if op, err = w.s.newOperation(); err != nil {
			return final, err
		}
	}
	settled := w.wrote && w.pulse == nil
	fresh := w.c == nil
	if err := w.connect(ctx); err != nil {
		return takeVerdict(err), unless(takeVerdict(err) == final, "update", err)
	}
	var b batch
	if fresh {
		b.add(w.begin, nil)
	}
	w.send(&b)
	if settled {
		b.add(w.s.sql.operation, nil, b.bytes(op.key[:]), b.int(op.bucket()))
	}
	b.add(w.s.sql.commit, nil)
	wait, cancel := w.patience(ctx)
	defer cancel()
	done, err := w.c.run(wait, &b)
	v := final
	switch {
	case err != nil:
		v = judge(err, w.wrote)
		if w.wrote && done >= len(b.queries)-1 && (v.ends() || v == moved) {
			v = unknown // an error of COMMIT itself, of a sort that need not mean that it failed
		}
	case w.c.doubt != "":
		v, err = unknown, fmt.Errorf("warning at commit: %s", w.c.doubt)
	case w.c.tag != "COMMIT":
		v, err = replay, errNotCommitted
	}
	if err == nil {
		w.leave()
		w.s.trim()
		return final, nil
	}
	w.lose(context.WithoutCancel(ctx), v)
	if v == unknown && settled {
		w.host, v, err = w.s.settle(ctx, op, err)
		return v, err
	}
	return v, unless(v == final, "commit", err)
}

// patience is how long COMMIT is waited for, whatever becomes of the caller.
func (w *writer) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	late := context.WithoutCancel(ctx)
	if w.pulse != nil {
		end, _ := w.pulse.Deadline()
		return context.WithDeadline(late, end)
	}
	return context.WithTimeout(late, w.s.opt.CommitWait)
}

// errNotCommitted: the server ended the transaction some other way.
var errNotCommitted = errors.New("postgres: COMMIT was answered with something else")
