package postgres

import (
	"context"
	"time"
)

// Clock implements driver.Clocked: the clock of the host that takes writes.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	if err := s.usable(ctx); err != nil {
		return time.Time{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.ReadWait)
	defer cancel()
	c, err := s.pool.take(ctx)
	if err != nil {
		return time.Time{}, unless(false, "read the clock", err)
	}
	var micros int64
	var b batch
	b.add(s.sql.clock, func(r *row) { micros = r.int(0) })
	if _, err := c.run(ctx, &b); err != nil {
		v := judge(err, false)
		s.part(ctx, c, v)
		return time.Time{}, unless(v == final, "read the clock", err)
	}
	c.give()
	return time.UnixMicro(micros), nil
}
