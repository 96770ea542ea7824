package sqlite

import (
	"context"
	"sync"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A pool lends read connections. The one used last is lent first, so that a
// quiet process keeps few of them warm; they are opened when first needed.
type pool struct {
	open  func() (*sqlite.Conn, error)
	slots chan struct{} // a token for each connection that may be out
	quit  chan struct{}

	mu   sync.Mutex
	idle []*sqlite.Conn
}

func newPool(n int, open func() (*sqlite.Conn, error)) *pool {
	return &pool{open: open, slots: make(chan struct{}, n), quit: make(chan struct{})}
}

// take waits for a connection.
func (p *pool) take(ctx context.Context) (*sqlite.Conn, error) {
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
	return c, nil
}

func (p *pool) pop() (*sqlite.Conn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.open()
}

// give takes a connection back; one that failed to end its transaction is
// closed.
func (p *pool) give(c *sqlite.Conn, err error) {
	if err != nil {
		_ = c.Close()
	} else {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	<-p.slots
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
