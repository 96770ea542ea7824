package pgproxy

import (
	"bufio"
	"io"
	"net"
	"sync"
	"time"
)

// A session is one connection through the proxy. One goroutine carries what the
// client says, another what the server says.
type session struct {
	proxy   *Proxy
	id      int64
	client  net.Conn
	done    chan struct{} // closed by close
	closing sync.Once

	mu     sync.Mutex // guards what follows
	server net.Conn
	orphan bool   // the client hears no more of the server
	key    string // what a request to cancel names the session by

	out     sync.Mutex // guards writes to the client
	owed    replies
	scripts map[string]string // prepared statement -> SQL
	portals map[string]string // portal -> SQL
	skip    bool              // an error was planted: discard up to Sync
}

// run carries a connection from its first message to its end.
func (s *session) run() {
	defer s.close()
	if !s.pass() {
		return
	}
	in := bufio.NewReader(s.client)
	startup, err := s.welcome(in)
	if err != nil {
		return
	}
	server, err := net.DialTimeout("tcp", s.proxy.target, dialTimeout)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.server = server
	s.mu.Unlock()
	select {
	case <-s.done: // closed meanwhile, without the server
		_ = server.Close()
		return
	default:
	}
	if _, err := server.Write(startup); err != nil {
		return
	}
	s.owed.push(reply{})
	s.scripts, s.portals = map[string]string{}, map[string]string{}
	back := make(chan struct{})
	go func() {
		defer close(back)
		s.backend(bufio.NewReaderSize(server, 1<<16))
		if !s.orphaned() {
			s.close()
		}
	}()
	s.frontend(in, bufio.NewWriterSize(server, 1<<16))
	if s.orphaned() {
		<-back // it finishes by itself
	}
	s.close()
	<-back
}

// welcome reads first messages until one is a real start.
func (s *session) welcome(in *bufio.Reader) ([]byte, error) {
	for {
		code, frame, err := readStartup(in)
		if err != nil {
			return nil, err
		}
		switch code {
		case sslRequest, gssRequest:
			if _, err := s.client.Write([]byte("N")); err != nil {
				return nil, err
			}
		case cancelRequest:
			s.proxy.counts.cancels.Add(1)
			s.cancel(frame)
			return nil, errRefused
		default:
			s.proxy.counts.connections.Add(1)
			if !s.admit(s.ask(Connect, "")) {
				return nil, errRefused
			}
			return frame, nil
		}
	}
}

// cancel passes a request to cancel on, and waits for the server to have it. A
// client that was cut off cannot cancel either.
func (s *session) cancel(frame []byte) {
	if !s.pass() || s.proxy.lost(string(frame[8:])) {
		return
	}
	server, err := net.DialTimeout("tcp", s.proxy.target, dialTimeout)
	if err != nil {
		return
	}
	defer server.Close()
	if _, err := server.Write(frame); err == nil {
		_, _ = io.Copy(io.Discard, server)
	}
}

func (s *session) ask(at Point, sql string) Fault {
	f := s.proxy.ask(Event{Conn: s.id, At: at, SQL: sql})
	if f.Do != Pass {
		s.proxy.counts.faults.Add(1)
	}
	return f
}

// admit carries out what the plan has for any point; false ends the session.
func (s *session) admit(f Fault) bool {
	switch f.Do {
	case Fatal:
		s.fatal(f.Code)
		return false
	case Cut:
		return false
	case Stall:
		return s.wait(f.For)
	case Error:
		if f.At == Connect {
			s.fatal(f.Code)
			return false
		}
	}
	return true
}

// fatal tells the client that the server hangs up, and hangs up. What the
// client had sent is read first, or the message would be lost to a reset.
func (s *session) fatal(code string) {
	s.leave()
	s.disconnect()
	s.out.Lock()
	_, _ = s.client.Write(errorMessage("FATAL", code))
	s.out.Unlock()
	if tcp, ok := s.client.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	t := time.AfterFunc(time.Second, s.close)
	defer t.Stop()
	_, _ = io.Copy(io.Discard, s.client)
}

// leave stops passing on what the server says.
func (s *session) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orphan = true
}

// wait returns after d, or never for zero; false if the session ended first.
func (s *session) wait(d time.Duration) bool {
	var after <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		after = t.C
	}
	select {
	case <-after:
		return true
	case <-s.done:
		return false
	}
}

// pass waits while the proxy is frozen; false if the session ended.
func (s *session) pass() bool {
	select {
	case <-s.proxy.gate():
		return true
	case <-s.done:
		return false
	}
}

// disconnect cuts the server off.
func (s *session) disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		_ = s.server.Close()
	}
}

func (s *session) orphaned() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orphan
}

// close cuts both ends.
func (s *session) close() {
	s.closing.Do(func() { close(s.done) })
	_ = s.client.Close()
	s.disconnect()
}
