package port

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// slop is what net/http reads beyond MaxHeaderBytes before it answers 431.
const slop = 4096

// A Server answers on any number of listeners until it is shut down. One that
// was shut down cannot be used again.
type Server struct {
	opt    Options
	tls    *tls.Config // nil turns TLS clients away
	http   *http.Server
	strict *strict // nil: net/http does everything

	mu        sync.Mutex
	splitters []*splitter
}

// New builds a Server; nothing is opened before Serve.
func New(opt Options) *Server {
	opt = opt.withDefaults()
	g := newGuard(&opt)
	s := &Server{opt: opt, tls: tlsConfig(&opt), strict: newStrict(&opt, g)}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	s.http = &http.Server{
		Handler:           g,
		ReadHeaderTimeout: opt.Timeouts.Header,
		ReadTimeout:       opt.Timeouts.Read,
		WriteTimeout:      opt.Timeouts.Write,
		IdleTimeout:       opt.Timeouts.Idle,
		MaxHeaderBytes:    max(opt.MaxHeaderBytes-slop, 1),
		ErrorLog:          slog.NewLogLogger(opt.Log.Handler(), slog.LevelWarn),
		Protocols:         &protocols,
		TLSConfig:         s.tls.Clone(),
		ConnContext:       withConn,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          opt.Streams,
			MaxReceiveBufferPerStream:     opt.StreamWindow,
			MaxReceiveBufferPerConnection: opt.ConnWindow,
		},
	}
	return s
}

// Serve answers on l, which it closes, until Shutdown; then it returns nil,
// perhaps before the last answer is out: Shutdown waits for that.
func (s *Server) Serve(l net.Listener) error {
	sp := newSplitter(l, s.tls, s.strict, &s.opt)
	s.mu.Lock()
	s.splitters = append(s.splitters, sp)
	s.mu.Unlock()
	err := s.http.Serve(sp)
	sp.Close()
	sp.wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve %s: %w", l.Addr(), err)
}

// Shutdown stops listening and waits until every call in flight is answered.
// When ctx ends first, what is left is cut off and the error of ctx returned.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sp := range s.splitters {
		if err == nil {
			err = sp.drain(ctx)
		}
	}
	if err != nil {
		s.http.Close()
		for _, sp := range s.splitters {
			sp.cut()
		}
	}
	return err
}
