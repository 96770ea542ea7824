package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Store is a driver.Store at the end of a wire.
type Store struct {
	opt      Options
	sql      *statements
	pool     *pool
	beats    *pool // of Pulse
	simple   atomic.Bool
	versions versions

	seats chan struct{} // one for each View that has a connection; Reads that share one have their lanes
	turns chan struct{} // one for each Update that runs
	line  chan struct{} // held by the one that retries
	folds folds         // Reads that wait for a round trip

	life   context.Context // ends with Close
	end    context.CancelFunc
	closed atomic.Bool

	trimmed            atomic.Int64 // the minute of the last trim
	trims              chan int64   // minutes to trim in
	trimmerDone        chan struct{}
	shunned            atomic.Int64 // the second the pool was last emptied in, because of a fence
	settled, ambiguous atomic.Int64
	lost, gaveUp       atomic.Uint64
}

var _ driver.Store = (*Store)(nil)

// Open connects to a database and makes its tables, or brings them up to date.
// A database it must not touch is left as it is and gives a *RefusedError; one
// that cannot be reached gives driver.ErrUnavailable.
func Open(ctx context.Context, opt Options) (*Store, error) {
	s, err := connect(ctx, opt)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Schema reads the number of the schema that a database has, zero for none, and
// changes nothing. What Open refuses gives the same error.
func Schema(ctx context.Context, opt Options) (have int64, err error) {
	s, err := connect(ctx, opt)
	if err != nil {
		return 0, err
	}
	if have, err = s.inspect(ctx); err != nil {
		err = s.opening(err)
	}
	return have, errors.Join(err, s.Close())
}

// connect makes a Store that has looked at nothing yet.
func connect(ctx context.Context, opt Options) (*Store, error) {
	opt = opt.withDefaults()
	cfg, err := parse(&opt)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	nonce := make([]byte, 1)
	if _, err := opt.Rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{opt: opt, sql: newStatements(opt.Schema), versions: versions{now: opt.Now, nonce: int64(nonce[0])},
		seats: make(chan struct{}, opt.ReadConns), turns: make(chan struct{}, opt.WriteConns), line: make(chan struct{}, 1),
		trims: make(chan int64, 1), trimmerDone: make(chan struct{})}
	s.simple.Store(opt.Simple)
	// More for the lanes, and one for settling and trimming, which wait for nobody.
	if s.pool, err = newPool(cfg, opt.ReadConns+opt.WriteConns+lanes+1, &s.simple); err != nil {
		return nil, fmt.Errorf("open database: %w", errDSN)
	}
	if s.beats, err = newPool(cfg, beatConns, &s.simple); err != nil {
		s.pool.close()
		return nil, fmt.Errorf("open database: %w", errDSN)
	}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	go s.trimmer()
	return s, nil
}

// View implements driver.Store.
func (s *Store) View(ctx context.Context, f func(driver.Reader) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	r := &reader{s: s, pool: s.pool, begin: s.sql.beginRead, seats: s.seats}
	defer r.end()
	return s.shun(f(r))
}

// Close refuses whoever comes and waits for those who are there.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return driver.ErrClosed
	}
	s.end()
	<-s.trimmerDone
	s.beats.close()
	s.pool.close()
	return nil
}

// shun passes an error on. Who met a fence has a connection to a host that is
// not to be used; the others of the pool may lead there, too. They are given up,
// once a second at most.
func (s *Store) shun(err error) error {
	if !errors.Is(err, driver.ErrFenced) {
		return err
	}
	now := s.opt.Now().Unix()
	if last := s.shunned.Load(); now != last && s.shunned.CompareAndSwap(last, now) {
		s.pool.renew()
	}
	return err
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return driver.ErrClosed
	}
	return ctx.Err()
}

// Stats counts what is out of the ordinary.
type Stats struct {
	Settled   int64 // commits whose lost answer was found to be yes
	Ambiguous int64 // commits nothing could be found out about
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	return Stats{Settled: s.settled.Load(), Ambiguous: s.ambiguous.Load()}
}

// Contention implements driver.Contended.
func (s *Store) Contention() (lost, gaveUp uint64) { return s.lost.Load(), s.gaveUp.Load() }

// part gives up a connection after an error.
func (s *Store) part(ctx context.Context, c *conn, v verdict) {
	switch {
	case v == pooled:
		if !s.simple.Swap(true) {
			s.opt.Log.Info("a pooler is in between: going on without prepared statements")
		}
		c.abort(s)
	case c.pg.IsClosed() && ctx.Err() != nil:
		c.give() // cut by its own caller
	case v == moved || v == unknown || c.pg.IsClosed():
		c.drop()
	default:
		c.abort(s)
	}
}

// abort ends the transaction of a connection and gives it back.
func (c *conn) abort(s *Store) {
	if !c.pg.IsClosed() && c.pg.TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		var b batch
		b.add(s.sql.abort, nil)
		_, _ = c.run(ctx, &b) // if it fails the pool closes the connection
	}
	c.give()
}

// rival says that another transaction was in the way.
func rival(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == codeSerialization || pe.Code == codeDeadlock || pe.Code == codeUnique || lowered(pe))
}

func isLowered(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && lowered(pe)
}
