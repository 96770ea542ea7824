package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A reader answers from one transaction, which begins with its first Read.
type reader struct {
	s     *Store
	pool  *pool
	begin *statement
	still time.Duration // how long it may stand still; zero: as the server says
	seats chan struct{} // of Views; an Update has its turn
	c     *conn         // none before the first Read and after the end
	host  string
	ended bool
	gone  error // the connection was lost, and the snapshot with it
}

// errEnded: the caller said that no question follows, and asked another.
var errEnded = errors.New("postgres: Read after the last one")

// errCrowded: every connection for Views was held all the while. Views inside
// Views do that to each other.
var errCrowded = errors.New("postgres: every connection is held by a View that goes on")

// Host implements driver.Hosted.
func (r *reader) Host() string { return r.host }

// Read implements driver.Reader.
func (r *reader) Read(ctx context.Context, rs *driver.ReadSet) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	rs.Prepare()
	if rs.Len() == 0 {
		return nil
	}
	q := questions{s: r.s, rs: rs}
	if err := q.check(); err != nil {
		return err
	}
	if rs.Last && r.c == nil && r.seats != nil {
		return r.readFolded(ctx, rs)
	}
	err := r.ask(ctx, rs.Last, func(b *batch) {
		rs.Prepare() // an attempt before may have left half an answer
		q.ask(b)
	})
	if err != nil {
		rs.Prepare()
	}
	return err
}

// readFolded is the only Read of a View. It is repeated until a host answers.
func (r *reader) readFolded(ctx context.Context, rs *driver.ReadSet) error {
	pace := r.s.pace()
	wait, cancel := context.WithTimeout(ctx, r.s.opt.ReadWait)
	defer cancel()
	for {
		got := r.s.readOnce(ctx, wait, rs)
		switch {
		case got.err == nil:
			r.host, r.ended = got.host, true
			return nil
		case ctx.Err() != nil:
			r.gone = ctx.Err()
			return r.gone
		case got.v.ends() || !pace.wait(wait):
			r.gone = unless(got.v == final, "read", got.err)
			return r.gone
		}
	}
}

func (r *reader) usable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.ended {
		return errEnded
	}
	return r.gone
}

// ask runs a batch of questions. The first of a transaction is repeated until
// a host answers it, for as long as the options say: nothing was said of the
// snapshot yet.
func (r *reader) ask(ctx context.Context, last bool, fill func(*batch)) error {
	first := r.c == nil
	pace := r.s.pace()
	wait, cancel := context.WithTimeout(ctx, r.s.opt.ReadWait)
	defer cancel()
	for {
		v, err := r.once(ctx, wait, last, fill)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			r.gone = ctx.Err()
			return r.gone
		case v.ends() || !first || !pace.wait(wait):
			r.gone = unless(v == final, "read", err)
			return r.gone
		}
	}
}

// once runs a batch on the transaction's connection, or on a new one, until wait
// ends. ctx is the caller's.
func (r *reader) once(ctx, wait context.Context, last bool, fill func(*batch)) (verdict, error) {
	var b batch
	fresh := r.c == nil
	if err := r.connect(wait); err != nil {
		return takeVerdict(err), err
	}
	fill(&b)
	if fresh && !(last && len(b.queries) == 1) { // one statement is one snapshot
		head := []query{{st: r.begin}}
		if r.still != 0 && !last {
			head = append(head, query{st: r.s.sql.standStill, args: [][]byte{[]byte(strconv.FormatInt(r.still.Milliseconds(), 10) + "ms")}})
		}
		b.queries = append(head, b.queries...)
		if last {
			b.add(r.s.sql.commit, nil)
		}
	} else if last {
		b.add(r.s.sql.commit, nil)
	}
	if _, err := r.c.run(wait, &b); err != nil {
		v := judge(err, false)
		r.lose(ctx, v)
		return v, err
	}
	if last {
		r.leave()
	}
	return final, nil
}

// connect gets a connection for a transaction that has none.
func (r *reader) connect(ctx context.Context) error {
	if r.c != nil {
		return nil
	}
	if r.seats != nil {
		select {
		case r.seats <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", errCrowded, ctx.Err())
		}
	}
	c, err := r.pool.take(ctx)
	if err != nil {
		r.rise()
		return err
	}
	r.c, r.host = c, c.host
	return nil
}

// rise frees the seat of a connection that is given back.
func (r *reader) rise() {
	r.c = nil
	if r.seats != nil {
		<-r.seats
	}
}

// leave gives the connection back after the transaction's end.
func (r *reader) leave() {
	r.ended = true
	r.c.give()
	r.rise()
}

// lose gives up the connection after an error.
func (r *reader) lose(ctx context.Context, v verdict) {
	r.s.part(ctx, r.c, v)
	r.rise()
}

// end closes the transaction, if one is open.
func (r *reader) end() {
	if r.c == nil {
		return
	}
	r.c.abort(r.s)
	r.rise()
}

func unless(asIs bool, op string, err error) error {
	if asIs {
		return fmt.Errorf("%s: %w", op, err)
	}
	return unavailable(op, err)
}

// takeVerdict sorts the failure to get a connection.
func takeVerdict(err error) verdict {
	if errors.Is(err, driver.ErrClosed) {
		return final
	}
	return moved
}
