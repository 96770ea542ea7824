package port

import (
	"cmp"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Timeouts bound how long a client may take. A zero field has its default.
type Timeouts struct {
	Header time.Duration // request line and headers, TLS handshake: 5 s
	Read   time.Duration // the whole request: 30 s
	Write  time.Duration // the whole response: 60 s
	Idle   time.Duration // between two requests: 120 s
}

// Options say how to build a Server. Only Handler is required.
type Options struct {
	Handler http.Handler

	// Plain answers, in place of Handler, plain calls on plain connections: those
	// of Adapt whose path does not begin with "/_". It needs Now. Nil leaves
	// everything to Handler and net/http.
	Plain   func(in *In, out *Out)
	MaxBody int // of a call; a larger one is for Handler to refuse

	// Hosts are names and addresses the server answers to besides localhost,
	// the loopback addresses and those of the Graph, without a port.
	Hosts []string

	MaxConns       int // open connections, 8192 unless set; more are closed at once
	MaxAddress     int // of one client address that is not this machine's, 512 unless set
	MaxHeaderBytes int // request line and headers, 32 KiB unless set; more is 431
	MaxTargetBytes int // path and query, 16 KiB unless set; more is 414
	Timeouts       Timeouts

	// Of HTTP/2: streams at a time, 100 unless set, and how much a stream and a
	// connection may send ahead, 64 KiB and 1 MiB unless set.
	Streams, StreamWindow, ConnWindow int

	// Log hears what goes wrong on a connection. Nil is silence.
	Log *slog.Logger

	// TLS is served to clients that begin with a handshake. When it is nil a
	// self-signed certificate is made at the first one, with Now (the machine's
	// clock) and Rand; when those are nil too, such clients are turned away.
	TLS  *tls.Config
	Now  func() time.Time
	Rand io.Reader
}

// withDefaults fills in what was left open.
func (o Options) withDefaults() Options {
	o.MaxConns = cmp.Or(o.MaxConns, 8192)
	o.MaxAddress = cmp.Or(o.MaxAddress, 512)
	o.Streams = cmp.Or(o.Streams, 100)
	o.StreamWindow = cmp.Or(o.StreamWindow, 64<<10)
	o.ConnWindow = cmp.Or(o.ConnWindow, 1<<20)
	o.MaxHeaderBytes = cmp.Or(o.MaxHeaderBytes, 32<<10)
	o.MaxTargetBytes = cmp.Or(o.MaxTargetBytes, 16<<10)
	o.Timeouts.Header = cmp.Or(o.Timeouts.Header, 5*time.Second)
	o.Timeouts.Read = cmp.Or(o.Timeouts.Read, 30*time.Second)
	o.Timeouts.Write = cmp.Or(o.Timeouts.Write, 60*time.Second)
	o.Timeouts.Idle = cmp.Or(o.Timeouts.Idle, 120*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
