package port

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A canned connection gives what a client sent, in pieces, then its end, and
// keeps what is answered.
type canned struct {
	in    []byte
	piece int // most bytes of one Read; 0 is all
	out   bytes.Buffer
	once  sync.Once
	ended chan struct{}
}

func (c *canned) Read(p []byte) (int, error) {
	select {
	case <-c.ended:
		return 0, net.ErrClosed
	default:
	}
	n := min(len(p), len(c.in))
	if c.piece > 0 {
		n = min(n, c.piece)
	}
	if n == 0 {
		return 0, io.EOF
	}
	copy(p, c.in[:n])
	c.in = c.in[n:]
	return n, nil
}

func (c *canned) Write(p []byte) (int, error) { return c.out.Write(p) }
func (c *canned) Close() error {
	c.once.Do(func() { close(c.ended) })
	return nil
}
func (c *canned) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
func (c *canned) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4711} }
func (c *canned) SetDeadline(time.Time) error      { return nil }
func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

// A shelf is a listener for connections that are made here.
type shelf struct {
	conns chan net.Conn
	once  sync.Once
	ended chan struct{}
}

func newShelf() *shelf { return &shelf{conns: make(chan net.Conn), ended: make(chan struct{})} }

func (s *shelf) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.ended:
		return nil, net.ErrClosed
	}
}
func (s *shelf) Close() error {
	s.once.Do(func() { close(s.ended) })
	return nil
}
func (s *shelf) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// An entrance is one way in: a server on a shelf.
type entrance struct {
	shelf *shelf
	loop  atomic.Int64 // calls that the loop answered
	plain func(in *In, out *Out)
}

// open serves the mirror with the loop or without it.
func open(t testing.TB, strict bool) *entrance {
	e := &entrance{shelf: newShelf(), plain: func(in *In, out *Out) { reflect(context.Background(), in, out) }}
	const most = 1000
	opt := Options{Handler: Route("/_/", nil, Adapt(context.Background(), Bodies{Plain: most}, reflect)), MaxBody: most, Now: time.Now, MaxHeaderBytes: 24 << 10}
	if strict {
		opt.Plain = func(in *In, out *Out) {
			e.loop.Add(1)
			e.plain(in, out)
		}
	}
	s := New(opt)
	served := make(chan error, 1)
	go func() { served <- s.Serve(e.shelf) }()
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return e
}

// send gives text to the server and returns its answers.
func (e *entrance) send(text []byte, piece int) []byte {
	c := &canned{in: bytes.Clone(text), piece: piece, ended: make(chan struct{})}
	e.shelf.conns <- c
	<-c.ended
	return c.out.Bytes()
}

// reflect answers with all the core sees of a request. The size of the body and
// the status can be asked for.
func reflect(_ context.Context, in *In, out *Out) {
	out.Status = 200
	var size int
	if n, _ := fmt.Sscanf(in.Target, "/answer/%d/%d", &out.Status, &size); n == 2 {
		out.Header = append(out.Header, HeaderPair{Name: "ETag", Value: "\"a\r\nb\""})
		out.Body = append(out.Body, bytes.Repeat([]byte("a"), min(max(size, 0), 1<<20))...)
		return
	}
	out.Header = append(out.Header, HeaderPair{Name: "Content-Type", Value: "text/x-test"}, HeaderPair{Name: "facebook-api-version", Value: "v25.0"})
	out.Body = fmt.Appendf(out.Body, "%s %q host=%q tls=%v remote=%s type=%q body=%q err=%v", in.Method, in.Target, in.Host, in.TLS, in.Remote, in.ContentType, in.Body, in.BodyErr)
	for _, name := range []string{"authorization", "If-None-Match", "Connection", "Cache-Control", "Content-Length", "Content-Type", "x-a", "Host", "Accept-Encoding", "nonsense"} {
		out.Body = fmt.Appendf(out.Body, " %q", in.Header(name))
	}
}
