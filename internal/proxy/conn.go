package proxy

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// ahead is a connection of which more was read than used.
type ahead struct {
	net.Conn
	rest *bufio.Reader
}

func (a *ahead) Read(b []byte) (int, error) { return a.rest.Read(b) }

func (a *ahead) CloseWrite() error { return closeWrite(a.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// join copies between two connections until both ways have ended, and closes
// them. The end of one way is passed on and leaves the other one open.
func (p *Proxy) join(a, b net.Conn) {
	defer func() { _ = a.Close() }()
	defer p.hold(b)()
	var back sync.WaitGroup
	back.Go(func() { flow(a, b) })
	flow(b, a)
	back.Wait()
}

func flow(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil || closeWrite(to) != nil {
		_ = to.Close()
		_ = from.Close()
	}
}

// tlsHello is the first byte of every TLS connection, and of no HTTP one.
const tlsHello = 0x16

// A sorter looks at the first byte of each connection: those that begin with TLS
// the proxy serves itself, the others are for whoever accepts.
type sorter struct {
	net.Listener
	proxy *Proxy
	slots chan struct{}
	ready chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newSorter(l net.Listener, p *Proxy) *sorter {
	return &sorter{Listener: l, proxy: p, slots: make(chan struct{}, maxConns), ready: make(chan net.Conn), done: make(chan struct{})}
}

// run accepts until the listener is closed.
func (s *sorter) run() {
	defer s.stop()
	for {
		c, err := s.Listener.Accept()
		if err != nil {
			if passing, ok := err.(interface{ Temporary() bool }); ok && passing.Temporary() { //nolint:errorlint // as net/http asks
				time.Sleep(10 * time.Millisecond) // out of descriptors, for a moment
				continue
			}
			return
		}
		select {
		case s.slots <- struct{}{}:
			mine := &counted{Conn: c, slots: s.slots}
			s.proxy.run(mine, func() { s.sort(mine) })
		default:
			_ = c.Close() // too many
		}
	}
}

func (s *sorter) sort(c net.Conn) {
	cut := time.AfterFunc(headerTimeout, func() { _ = c.Close() })
	rest := bufio.NewReaderSize(c, 16)
	first, err := rest.Peek(1)
	if !cut.Stop() || err != nil {
		_ = c.Close()
		return
	}
	whole := &ahead{Conn: c, rest: rest}
	if first[0] == tlsHello {
		defer func() { _ = c.Close() }()
		s.proxy.end(whole, "")
		return
	}
	select {
	case s.ready <- whole: // net/http closes it
	case <-s.done:
		_ = c.Close()
	}
}

func (s *sorter) stop() { s.once.Do(func() { close(s.done) }) }

// Accept returns the next connection that does not begin with TLS.
func (s *sorter) Accept() (net.Conn, error) {
	select {
	case c := <-s.ready:
		select {
		case <-s.done:
			_ = c.Close()
			return nil, net.ErrClosed
		default:
			return c, nil
		}
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *sorter) Close() error {
	s.stop()
	return s.Listener.Close()
}

// counted gives its slot back when it is closed.
type counted struct {
	net.Conn
	once  sync.Once
	slots <-chan struct{}
}

func (c *counted) Close() error {
	c.once.Do(func() { <-c.slots })
	return c.Conn.Close()
}

func (c *counted) CloseWrite() error { return closeWrite(c.Conn) }
