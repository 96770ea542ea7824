package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// An operation names one attempt to commit. The transaction inserts it as a
// row; whoever has lost the answer finds out by writing the same row.
type operation struct {
	key    [16]byte
	node   int64 // the few bits that tell processes apart
	minute int64
}

// Operations are filed by process and the minute they ended in, refused ones by
// the hour: the former are of use for seconds only, the latter must outlive
// whatever may still be on its way to the server. A process removes its own by
// its own clock; what others left it removes when it is a day old, so that no
// clock that is minutes off takes away what somebody still asks for.
const (
	doneBase    = -1 << 62
	refusedBase = -1 << 61
	nodeShift   = 40
	doneKept    = 15      // minutes
	foreignKept = 24 * 60 // minutes
	refusedKept = 24 * 7  // hours
)

func doneBucket(node, minute int64) int64 { return doneBase + node<<nodeShift + minute }

func (s *Store) newOperation() (operation, error) {
	op := operation{node: s.versions.nonce, minute: s.opt.Now().Unix() / 60}
	_, err := io.ReadFull(s.opt.Rand, op.key[:])
	if err != nil {
		return op, fmt.Errorf("name an operation: %w", err)
	}
	return op, nil
}

func (op operation) bucket() int64  { return doneBucket(op.node, op.minute) }
func (op operation) refused() int64 { return refusedBase + op.minute/60 }

// settle finds out what became of a COMMIT whose answer was lost.
//
// It inserts the operation as refused, in a transaction of its own. If that
// succeeds, the lost transaction can never commit: its own insert of the same
// key fails, however late it arrives. If the row is there already it says what
// happened. Either way the statement writes, so that the acknowledgement of
// its commit covers everything before it, replication included. While the lost
// transaction is still under way the statement waits for it. host is who said so.
func (s *Store) settle(ctx context.Context, op operation, cause error) (host string, v verdict, err error) {
	s.opt.Log.Warn("outcome of a commit unknown, asking", "cause", cause.Error())
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.SettleWait)
	defer cancel()
	pace := s.pace()
	pace.left, pace.over = 1<<30, make(chan time.Time) // the context is the bound
	for {
		host, id, err := s.file(wait, op)
		switch {
		case err == nil && id == op.bucket():
			s.settled.Add(1)
			return host, final, nil
		case err == nil:
			return host, replay, unavailable("commit", cause)
		case errors.Is(err, driver.ErrClosed) || !pace.wait(wait):
			s.ambiguous.Add(1)
			return host, unknown, fmt.Errorf("commit: %w: %w", driver.ErrAmbiguous, cause)
		}
	}
}

// file writes the operation as refused, unless it is there, and returns the host
// that has it and under what it is filed.
func (s *Store) file(ctx context.Context, op operation) (host string, id int64, err error) {
	c, err := s.pool.take(ctx)
	if err != nil {
		return "", 0, err
	}
	host = c.host
	var b batch
	b.add(s.sql.settle, func(r *row) { id = r.int(0) }, b.bytes(op.key[:]), b.int(op.refused()))
	if _, err = c.run(ctx, &b); err == nil && c.doubt != "" {
		err = errNotCommitted
	}
	if err != nil {
		s.part(ctx, c, judge(err, true))
		return host, 0, err
	}
	c.give()
	return host, id, nil
}
