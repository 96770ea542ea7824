package port

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// tlsHello is the first byte of every TLS connection, and of no HTTP one.
const tlsHello = 0x16

// A splitter is a listener that looks at the first byte of each connection
// before it hands it out: as a *tls.Conn if that is how the client begins, as a
// plain one otherwise, once the strict loop, if there is one, is done with it.
// net/http takes care of either.
type splitter struct {
	net.Listener
	tls     *tls.Config
	strict  *strict // nil: there is no loop
	timeout time.Duration
	slots   chan struct{}
	crowds  crowds

	ready    chan accepted
	done     chan struct{}
	stopping atomic.Bool
	close    sync.Once
	tasks    sync.WaitGroup

	mu  sync.Mutex
	own map[*conn]bool // not handed out
}

type accepted struct {
	conn net.Conn
	err  error
}

// newSplitter starts to accept on l. wait returns when everything it started
// has ended, which Close brings about.
func newSplitter(l net.Listener, cfg *tls.Config, loop *strict, opt *Options) *splitter {
	s := &splitter{
		Listener: l,
		tls:      cfg,
		strict:   loop,
		timeout:  opt.Timeouts.Header,
		slots:    make(chan struct{}, opt.MaxConns),
		crowds:   crowds{most: opt.MaxAddress},
		ready:    make(chan accepted),
		done:     make(chan struct{}),
		own:      make(map[*conn]bool),
	}
	s.tasks.Go(s.run)
	return s
}

// run accepts until the listener is closed. Errors go to the caller of Accept,
// who takes his time before he asks again when they are passing ones, such as
// running out of file descriptors.
func (s *splitter) run() {
	for {
		nc, err := s.Listener.Accept()
		if err != nil {
			if !s.offer(accepted{err: err}) {
				return
			}
			continue
		}
		select {
		case s.slots <- struct{}{}:
		default:
			nc.Close()
			continue
		}
		c := &conn{Conn: nc, slots: s.slots, stopping: &s.stopping}
		if c.leave, err = s.crowds.join(nc.RemoteAddr()); err != nil {
			c.Close()
			continue
		}
		if !s.track(c) {
			c.Close()
			return
		}
		s.tasks.Go(func() { s.attend(c) })
	}
}

// attend waits for the first byte of c, no longer than the timeout, serves c in
// the loop if that byte is plain, and hands c out.
func (s *splitter) attend(c *conn) {
	defer s.untrack(c)
	timer := time.AfterFunc(s.timeout, func() { c.Close() })
	first, err := c.peek()
	if !timer.Stop() || err != nil || first == tlsHello && s.tls == nil {
		c.Close()
		return
	}
	out := net.Conn(c)
	if first == tlsHello {
		out = tls.Server(c, s.tls)
	} else if s.strict != nil && !s.strict.serve(c) {
		return
	}
	s.untrack(c)
	if !s.offer(accepted{conn: out}) {
		c.Close()
	}
}

func (s *splitter) offer(a accepted) bool {
	select {
	case s.ready <- a:
		return true
	case <-s.done:
		return false
	}
}

// track remembers c, so that Close and cut reach it. It reports false after Close.
func (s *splitter) track(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Load() {
		return false
	}
	s.own[c] = true
	return true
}

func (s *splitter) untrack(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.own, c)
}

// Accept returns the next connection that has begun to speak.
func (s *splitter) Accept() (net.Conn, error) {
	select {
	case a := <-s.ready:
		return a.conn, a.err
	case <-s.done:
		return nil, net.ErrClosed
	}
}

// Close stops listening and closes the connections that wait for a request. Calls
// go on; wait waits for them.
func (s *splitter) Close() error {
	var err error
	s.close.Do(func() {
		s.stopping.Store(true)
		close(s.done)
		err = s.Listener.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.own {
			c.stop()
		}
	})
	return err
}

// cut ends what was not handed out, also under a call.
func (s *splitter) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.own {
		c.cut()
	}
}

// drain waits for the calls that go on after Close, until ctx ends.
func (s *splitter) drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *splitter) wait() { s.tasks.Wait() }
