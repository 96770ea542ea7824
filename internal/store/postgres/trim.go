package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// trimPage is how many operations one statement removes.
	trimPage = 500
	// trimWait bounds one of them.
	trimWait = 5 * time.Second
)

// trim has this process's operations removed that nobody asks for any more,
// once a minute: the Update that notices goes on meanwhile.
func (s *Store) trim() {
	now := s.minute()
	last := s.trimmed.Load()
	if now <= last || !s.trimmed.CompareAndSwap(last, now) || last == 0 {
		return
	}
	select {
	case s.trims <- now:
	default: // the minute before is not done yet
	}
}

func (s *Store) minute() int64 { return s.opt.Now().Unix() / 60 }

// trimmer is the goroutine that does it, from Open to Close.
func (s *Store) trimmer() {
	defer close(s.trimmerDone)
	for {
		select {
		case now := <-s.trims:
			own := s.versions.nonce
			_ = s.trimRange(s.life, doneBucket(own, 0), doneBucket(own, now-doneKept)) // or the next minute
		case <-s.life.Done():
			return
		}
	}
}

// Tidy implements driver.Tidied: what other processes left when they ended, one
// of them each minute, and operations that were refused.
func (s *Store) Tidy(ctx context.Context) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	now := s.minute()
	other := now % (1 << nonceBits)
	if err := s.trimRange(ctx, doneBucket(other, 0), doneBucket(other, now-foreignKept)); err != nil {
		return err
	}
	return s.trimRange(ctx, refusedBase, refusedBase+now/60-refusedKept)
}

// trimRange removes the operations of some buckets, page by page.
func (s *Store) trimRange(ctx context.Context, from, to int64) error {
	for {
		n, err := s.trimOnce(ctx, from, to)
		if err != nil || n < trimPage {
			return err
		}
	}
}

func (s *Store) trimOnce(ctx context.Context, from, to int64) (n int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, trimWait)
	defer cancel()
	c, err := s.pool.take(ctx)
	if err != nil {
		return 0, unless(takeVerdict(err) == final, "trim", err)
	}
	var b batch
	b.add(s.sql.trim, nil, b.ints(from, to, trimPage)...)
	if _, err := c.run(ctx, &b); err != nil {
		v := judge(err, false)
		s.part(ctx, c, v)
		return 0, unless(v == final, "trim", err)
	}
	n = pgconn.NewCommandTag(c.tag).RowsAffected()
	c.give()
	return n, nil
}
