package port

import (
	"net"
	"sync/atomic"
)

// A conn is a connection whose first byte has been looked at and will be read
// again. Closing it gives its slot back.
type conn struct {
	net.Conn
	deadlines
	first  [1]byte
	peeked bool
	closed atomic.Bool
	slots  <-chan struct{}
	lines  []byte // of the next answer
	whole  []byte // scratch of Write
}

// peek waits for the first byte. It comes before the first Read, once.
func (c *conn) peek() (byte, error) {
	n, err := c.Conn.Read(c.first[:])
	c.peeked = n == 1
	if c.peeked {
		err = nil
	}
	return c.first[0], err
}

// Read returns the byte that was peeked at alone, and then reads on.
func (c *conn) Read(p []byte) (int, error) {
	if !c.peeked || len(p) == 0 {
		return c.receive(p)
	}
	c.peeked = false
	p[0] = c.first[0]
	return 1, nil
}

func (c *conn) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		<-c.slots
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
