package kithtest

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/port"
)

// drain is how long calls of a finished test may take to end.
const drain = 5 * time.Second

// URL is where the Server is on the network: plain HTTP on a loopback port
// that is opened by the first call. From then on picture URLs begin with it.
func (s *Server) URL() string {
	s.t.Helper()
	s.listening.Do(s.listen)
	return s.url
}

func (s *Server) listen() {
	l, err := port.Listen(s.context(), "127.0.0.1:0")
	if err != nil {
		s.t.Fatalf("kithtest: %v", err)
	}
	p := port.New(port.Options{Handler: s, Plain: s.plain, Now: s.graph.Machine, MaxBody: 1 << 20})
	done := make(chan error, 1)
	go func() { done <- p.Serve(l) }()
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			s.t.Errorf("kithtest: shutdown: %v", err)
		}
		if err := <-done; err != nil {
			s.t.Errorf("kithtest: %v", err)
		}
	})
	s.url = "http://" + l.Addr().String()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set.PublicURL, s.set.GraphURL = s.url, s.url
	s.graph.SetPublicURL(s.url)
}

// plain answers what needs no net/http.
func (s *Server) plain(in *port.In, out *port.Out) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.graph.Serve(context.Background(), in, out)
}
