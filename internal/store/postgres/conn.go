package postgres

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/kithgraph/kith/internal/store/driver"
)

var errProtocol = errors.New("postgres: the server answered something else than it was asked")

// A conn is a connection on loan.
type conn struct {
	*session
	lent *pgxpool.Conn
	pool *pool
}

// A session is what is known of one connection for as long as it lives.
type session struct {
	pg     *pgconn.PgConn
	host   string
	known  map[*statement]*pgconn.StatementDescription
	age    int64  // of the pool when it was made
	simple bool   // of the loan
	tag    string // of the statement answered last
	doubt  string // a warning that came while a batch ran
}

// sessionKey is where a connection keeps its session.
const sessionKey = "kith"

// A pool lends connections to the host that takes writes.
type pool struct {
	*pgxpool.Pool
	age    atomic.Int64
	closed atomic.Bool
	simple *atomic.Bool
}

// newPool makes a pool of at most n connections; they are opened as needed.
func newPool(cfg *pgxpool.Config, n int, simple *atomic.Bool) (*pool, error) {
	p := &pool{simple: simple}
	cfg = cfg.Copy()
	cfg.MaxConns = int32(n)
	cfg.MinConns = 0
	// A connection that died is found out by the first use, which is repeated.
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	cfg.ConnConfig.OnNotice = notice
	cfg.AfterConnect = p.welcome
	var err error
	p.Pool, err = pgxpool.NewWithConfig(context.Background(), cfg)
	return p, err
}

// welcome gives a new connection its session.
func (p *pool) welcome(ctx context.Context, c *pgx.Conn) error {
	pg := c.PgConn()
	s := &session{pg: pg, host: pg.Conn().RemoteAddr().String(), age: p.age.Load(),
		known: map[*statement]*pgconn.StatementDescription{}}
	pg.CustomData()[sessionKey] = s
	if p.simple.Load() {
		return nil // the settings of a session would reach others
	}
	// Nothing else bounds what follows the handshake.
	ctx, cancel := context.WithTimeout(ctx, c.Config().ConnectTimeout)
	defer cancel()
	// A scan of a whole small table would make every writer a rival of every
	// other. Where there is no such setting, there is no such plan.
	_, err := pg.Exec(ctx, "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan; SET jit = off").ReadAll()
	if pg.IsClosed() {
		return err
	}
	return nil
}

// close refuses whoever comes and waits for the connections that are lent.
func (p *pool) close() {
	p.closed.Store(true)
	p.Close()
}

// take waits for a connection.
func (p *pool) take(ctx context.Context) (*conn, error) {
	lent, err := p.Acquire(ctx)
	if p.closed.Load() {
		err = driver.ErrClosed
	}
	if err != nil {
		if lent != nil {
			lent.Release()
		}
		return nil, err
	}
	s, ok := lent.Conn().PgConn().CustomData()[sessionKey].(*session)
	if !ok {
		lent.Release()
		return nil, errProtocol
	}
	s.simple = p.simple.Load()
	return &conn{session: s, lent: lent, pool: p}, nil
}

// give takes a connection back; one in an open transaction is closed.
func (c *conn) give() {
	c.lent.Release()
}

// drop closes a connection whose host failed, and the idle ones of its age:
// they lead to the same host.
func (c *conn) drop() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = c.pg.Close(ctx)
	c.lent.Release()
	if c.pool.age.CompareAndSwap(c.age, c.age+1) {
		c.pool.Reset()
	}
}

// renew has every connection closed, those on loan when they are given back.
func (p *pool) renew() {
	p.age.Add(1)
	p.Reset()
}

// notice remembers a warning that may mean that a commit is not replicated.
// The text is in the server's language, so only the code is looked at.
func notice(pg *pgconn.PgConn, n *pgconn.Notice) {
	s, ok := pg.CustomData()[sessionKey].(*session)
	if !ok {
		return
	}
	switch n.Code {
	case "01000", codeAdminShutdown, codeCrashShutdown:
		s.doubt = n.Message
	}
}
