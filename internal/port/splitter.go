package port

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// tlsHello is the first byte of every TLS connection, and of no HTTP one.
const tlsHello = 0x16

// A splitter is a listener that looks at the first byte of each connection
// before it hands it out: as a *tls.Conn if that is how the client begins, as a
// plain one otherwise. net/http takes care of either.
type splitter struct {
	net.Listener
	tls     *tls.Config
	timeout time.Duration
	slots   chan struct{}

	ready chan accepted
	done  chan struct{}
	close sync.Once
	tasks sync.WaitGroup

	mu      sync.Mutex
	peeking map[*conn]bool
}

type accepted struct {
	conn net.Conn
	err  error
}

// newSplitter starts to accept on l. wait returns when everything it started
// has ended, which Close brings about.
func newSplitter(l net.Listener, cfg *tls.Config, timeout time.Duration, conns int) *splitter {
	s := &splitter{
		Listener: l,
		tls:      cfg,
		timeout:  timeout,
		slots:    make(chan struct{}, conns),
		ready:    make(chan accepted),
		done:     make(chan struct{}),
		peeking:  make(map[*conn]bool),
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
		c := &conn{Conn: nc, slots: s.slots}
		if !s.track(c) {
			c.Close()
			return
		}
		s.tasks.Go(func() { s.peek(c) })
	}
}

// peek waits for the first byte of c, no longer than the timeout, and hands c
// out.
func (s *splitter) peek(c *conn) {
	timer := time.AfterFunc(s.timeout, func() { c.Close() })
	first, err := c.peek()
	s.untrack(c)
	if !timer.Stop() || err != nil || first == tlsHello && s.tls == nil {
		c.Close()
		return
	}
	out := net.Conn(c)
	if first == tlsHello {
		out = tls.Server(c, s.tls)
	}
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

// track remembers c, so that Close ends its peek. It reports false after Close.
func (s *splitter) track(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.peeking == nil {
		return false
	}
	s.peeking[c] = true
	return true
}

func (s *splitter) untrack(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peeking, c)
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

// Close stops listening and closes the connections that have not said anything.
func (s *splitter) Close() error {
	var err error
	s.close.Do(func() {
		close(s.done)
		err = s.Listener.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.peeking {
			c.Close()
		}
		s.peeking = nil
	})
	return err
}

func (s *splitter) wait() { s.tasks.Wait() }
