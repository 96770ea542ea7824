package sqlite

import (
	"context"
	"sync"
	"sync/atomic"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A readConn is a read connection. Its transaction may stay open after a View,
// so that the next one finds a snapshot instead of making its own, for as long
// as there was no commit.
type readConn struct {
	*sqlite.Conn
	open  bool
	era   uint64 // of the pool before the snapshot was made
	views int
	trim  string // the script that does it
}

// trimEvery is after how many Views a connection trims the page caches: seldom
// enough to cost nothing, often enough for Views of some hundred pages.
const trimEvery = 64

// age trims the page caches now and then, by lowering the bound of this one for
// a moment, which drops the oldest pages of all.
//
// All page caches of this build of SQLite share one list of pages by age. A
// cache that is at its bound takes the oldest page of any, and whose page that
// was takes a new one, so that they grow until their sum is at the sum of the
// bounds. From then on a page is dropped as soon as nobody uses it, and that is
// the root and whatever leads to the leaves. [seen: 6.8 page reads for three
// look-ups, instead of 3.3]
func (c *readConn) age() error {
	if c.views++; c.views%trimEvery != 0 {
		return nil
	}
	return runScript(c.Conn, c.trim)
}

// end closes the transaction, if one is open.
func (c *readConn) end() error {
	if !c.open {
		return nil
	}
	c.open = false
	if c.AutocommitEnabled() {
		return nil
	}
	return execute(c.Conn, sqlCommit)
}

// A pool lends read connections. The one used last is lent first, so that a
// quiet process keeps few of them warm; they are opened when first needed.
//
// A snapshot is kept only while the era stays what it was before the snapshot
// was made. The writer begins another era before each commit, when it closes
// what idle connections keep, and again after it, before anybody is told. So no
// View sees less than what was acknowledged before it began, and what is kept
// never stands in the way of a checkpoint.
type pool struct {
	connect func() (*readConn, error)
	slots   chan struct{} // a token for each connection that may be out
	quit    chan struct{}
	era     atomic.Uint64 // odd while a commit or a chore is under way

	mu   sync.Mutex
	idle []*readConn
}

func newPool(n int, connect func() (*readConn, error)) *pool {
	return &pool{connect: connect, slots: make(chan struct{}, n), quit: make(chan struct{})}
}

// take waits for a connection, whose snapshot is open only if it is of now.
func (p *pool) take(ctx context.Context) (*readConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-p.quit:
		return nil, driver.ErrClosed
	default:
	}
	select {
	case p.slots <- struct{}{}:
	case <-p.quit:
		return nil, driver.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.pop()
	if err != nil {
		<-p.slots
		return nil, failure("connect", err)
	}
	if era := p.era.Load(); c.era != era {
		if err := c.end(); err != nil {
			p.give(c, err)
			return nil, failure("end", err)
		}
		c.era = era
	}
	return c, nil
}

func (p *pool) pop() (*readConn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.connect()
}

// give takes a connection back. Its transaction stays open if nothing can have
// changed since it began; after an error the connection is closed.
func (p *pool) give(c *readConn, err error) {
	defer func() { <-p.slots }()
	if err == nil {
		err = c.age()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil && (c.era%2 == 1 || c.era != p.era.Load()) {
		p.mu.Unlock()
		err = c.end()
		p.mu.Lock()
	}
	if err != nil {
		_ = c.Close()
		return
	}
	p.idle = append(p.idle, c)
}

// bar begins a time in which no snapshot is kept, and closes those that are.
func (p *pool) bar() {
	p.era.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.idle[:0]
	for _, c := range p.idle {
		if err := c.end(); err != nil {
			_ = c.Close()
			continue
		}
		kept = append(kept, c)
	}
	clear(p.idle[len(kept):])
	p.idle = kept
}

// lift ends it. Snapshots from before are of another era.
func (p *pool) lift() { p.era.Add(1) }

// change runs f, during which what Views see may become another state. Only f
// may make it so.
func (p *pool) change(f func() error) error {
	p.bar()
	defer p.lift()
	return f()
}

// close waits until all connections are back and closes them.
func (p *pool) close() {
	close(p.quit)
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	for _, c := range p.idle {
		_ = c.Close()
	}
	p.idle = nil
}
