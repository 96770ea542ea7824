package kithtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Client returns a client that reaches the Server in memory under the names of
// the Graph, https and http alike, and under any loopback address. Requests to
// other hosts fail, so that nothing of a test reaches the network.
func (s *Server) Client() *http.Client { return &http.Client{Transport: transport{s}} }

type transport struct{ s *Server }

// RoundTrip answers a request without a socket.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	if !served(req.URL.Hostname()) {
		return nil, fmt.Errorf("kithtest: %s is not a host of the Graph; nothing leaves the test", req.URL.Host)
	}
	in, err := arrived(req)
	if err != nil {
		return nil, err
	}
	w := &recorder{header: http.Header{}}
	if err := w.run(t.s, in); err != nil {
		return nil, err
	}
	return w.response(req), nil
}

func served(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	host = strings.ToLower(host)
	return host == "localhost" || slices.Contains(graph.Hosts(), host)
}

// arrived is a request as it looks on the other side.
func arrived(req *http.Request) (*http.Request, error) {
	in := req.Clone(req.Context())
	in.RequestURI = req.URL.RequestURI()
	u, err := url.ParseRequestURI(in.RequestURI)
	if err != nil {
		return nil, fmt.Errorf("kithtest: %w", err)
	}
	in.URL = u
	if in.Method == "" {
		in.Method = http.MethodGet
	}
	if in.Host == "" {
		in.Host = req.URL.Host
	}
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.RemoteAddr = "127.0.0.1:1"
	switch {
	case in.Body == nil || in.Body == http.NoBody:
		in.Body, in.ContentLength = http.NoBody, 0
	case in.ContentLength == 0:
		in.ContentLength = -1
	}
	if req.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: req.URL.Hostname()}
	}
	return in, nil
}

// A recorder is the other end of a call.
type recorder struct {
	status int
	header http.Header
	sent   http.Header
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status, w.sent = status, http.Header{}
	for name, values := range w.header {
		if len(values) > 0 { // an empty list only keeps net/http from guessing
			w.sent[http.CanonicalHeaderKey(name)] = slices.Clone(values)
		}
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// run calls the handler; one that breaks the answer off breaks the call.
func (w *recorder) run(h http.Handler, in *http.Request) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			err = errors.New("kithtest: the server broke the answer off")
		default:
			panic(v)
		}
	}()
	h.ServeHTTP(w, in)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (w *recorder) response(req *http.Request) *http.Response {
	body := w.body.Bytes()
	if req.Method == http.MethodHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		body = nil
	} else {
		w.sent.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}
