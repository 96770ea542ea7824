package port

import (
	"net"
	"sync/atomic"
)

// A conn is a connection of which something has been read that will be read
// again. Closing it gives its slot back.
type conn struct {
	net.Conn
	deadlines
	first  [1]byte
	rest   []byte // read, and to be read again
	closed atomic.Bool
	slots  <-chan struct{}
	leave  func() // nil: nobody counts
	lines  []byte // of the next answer
	whole  []byte // scratch of Write

	// Until it is handed to net/http.
	state    atomic.Int32
	stopping *atomic.Bool // the server is
}

// What a connection does. One that waits is closed when the server stops.
const (
	waits int32 = iota
	works
	ended
)

// begin says that a call is being answered, unless the connection was closed.
func (c *conn) begin() bool { return c.state.CompareAndSwap(waits, works) }

// idle says that the call is answered, and whether there may be another one.
func (c *conn) idle() bool {
	c.state.Store(waits)
	return !c.stopping.Load()
}

func (c *conn) draining() bool { return c.stopping.Load() }

// stop closes a connection that waits.
func (c *conn) stop() {
	if c.state.CompareAndSwap(waits, ended) {
		_ = c.Close()
	}
}

// cut closes a connection that waits, and ends both sides of one whose call is
// being answered: who answers closes it, which nobody else could do without
// waiting for him.
func (c *conn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.state.Load() == works {
		_ = tcp.CloseRead()
		_ = tcp.CloseWrite()
		return
	}
	_ = c.Close()
}

// peek waits for the first byte. It comes before the first Read, once.
func (c *conn) peek() (byte, error) {
	n, err := c.Conn.Read(c.first[:])
	c.rest = c.first[:n]
	if n == 1 {
		err = nil
	}
	return c.first[0], err
}

// Read returns what was read before alone, and then reads on.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.rest) == 0 || len(p) == 0 {
		return c.receive(p)
	}
	n := copy(p, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) == 0 {
		c.rest = nil
	}
	return n, nil
}

func (c *conn) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		<-c.slots
		if c.leave != nil {
			c.leave()
		}
	}
	return c.Conn.Close()
}

// CloseWrite lets net/http end an answer without cutting off what the client
// is still sending; otherwise the answer could be lost in a reset.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
