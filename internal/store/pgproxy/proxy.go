package pgproxy

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A Proxy listens on 127.0.0.1 and passes each connection on to one server.
// Its methods may be called at any time from any goroutine.
type Proxy struct {
	target string // host:port
	port   int
	counts counts

	mu       sync.Mutex
	plan     Plan
	listener net.Listener // nil while down
	sessions map[*session]bool
	thawed   chan struct{} // closed unless frozen
	closed   bool
	last     atomic.Int64
	running  sync.WaitGroup
}

// Open listens on a free port for the server at target (host:port).
func Open(target string) (*Proxy, error) {
	p := &Proxy{target: target, sessions: map[*session]bool{}, thawed: make(chan struct{})}
	close(p.thawed)
	return p, p.Up()
}

// OpenDSN is Open for the server of a connection URL. It returns the URL that
// leads through the proxy.
func OpenDSN(dsn string) (*Proxy, string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, "", fmt.Errorf("read the connection URL: %w", err)
	}
	p, err := Open(u.Host)
	if err != nil {
		return nil, "", err
	}
	u.Host = p.Addr()
	return p, u.String(), nil
}

// Addr is host:port of the proxy; it stays the same over Down and Up.
func (p *Proxy) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

// Use sets the plan for what happens from now on; nil lets everything pass.
func (p *Proxy) Use(plan Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan = plan
}

// ask returns what the plan has for an event.
func (p *Proxy) ask(e Event) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plan == nil {
		return Fault{}
	}
	return p.plan(e)
}

// Up takes connections. An open proxy is up.
func (p *Proxy) Up() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil || p.closed {
		return nil
	}
	l, err := net.Listen("tcp", p.Addr())
	if err != nil {
		return fmt.Errorf("listen for the proxy: %w", err)
	}
	p.listener, p.port = l, l.Addr().(*net.TCPAddr).Port
	p.running.Add(1)
	go p.accept(l)
	return nil
}

// Down cuts every connection and refuses new ones.
func (p *Proxy) Down() error {
	p.mu.Lock()
	l := p.listener
	p.listener = nil
	p.mu.Unlock()
	var err error
	if l != nil {
		err = l.Close()
	}
	p.Cut()
	return err
}

// Cut cuts every connection, both ends, without a word.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.close()
	}
}

// Freeze lets no byte pass on any connection, old or new, until Thaw.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.thawed:
		p.thawed = make(chan struct{})
	default:
	}
}

// Thaw ends Freeze; what was held back passes.
func (p *Proxy) Thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.thawed:
	default:
		close(p.thawed)
	}
}

// lost is true for the key of a session whose client was cut off.
func (p *Proxy) lost(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.mu.Lock()
		found := s.orphan && s.key == key
		s.mu.Unlock()
		if found {
			return true
		}
	}
	return false
}

func (p *Proxy) gate() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.thawed
}

// Close cuts every connection and returns when all goroutines have ended.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.Down()
	p.running.Wait()
	return err
}

func (p *Proxy) accept(l net.Listener) {
	defer p.running.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed by Down
		}
		s := &session{proxy: p, id: p.last.Add(1), client: conn, done: make(chan struct{})}
		p.mu.Lock()
		if p.listener != l {
			p.mu.Unlock()
			_ = conn.Close()
			return
		}
		p.sessions[s] = true
		p.running.Add(1)
		p.mu.Unlock()
		go func() {
			defer p.running.Done()
			s.run()
			p.mu.Lock()
			delete(p.sessions, s)
			p.mu.Unlock()
		}()
	}
}

// errRefused ends a session that the plan did not let in.
var errRefused = errors.New("refused by plan")

const dialTimeout = 10 * time.Second
