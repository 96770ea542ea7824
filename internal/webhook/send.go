package webhook

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Bounds of one delivery.
const (
	maxAnswer   = 64 << 10
	maxHeader   = 64 << 10
	idleTargets = 30 * time.Second
)

// A sender makes one POST at a time to wherever it is allowed to.
type sender struct {
	targets Targets
	timeout time.Duration
	client  *http.Client
	dialer  *net.Dialer // it looks at every address that a name leads to
}

func newSender(t Targets, timeout time.Duration) *sender {
	dialer := &net.Dialer{Timeout: timeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return t.admit(at.Addr())
	}}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, DisableCompression: true,
		MaxResponseHeaderBytes: maxHeader, MaxIdleConns: 256, MaxIdleConnsPerHost: 8, IdleConnTimeout: idleTargets,
	}
	return &sender{targets: t, timeout: timeout, dialer: dialer, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An outcome is what became of one try.
type outcome struct {
	status int
	answer []byte
	wrong  string // empty: it was taken
}

// A parcel is what is sent: where to, under which name, and with which headers
// besides those that everything has.
type parcel struct {
	to, id  string
	body    []byte
	headers http.Header
}

// post sends a parcel. Nothing of what a target answers gets into wrong.
func (s *sender) post(ctx context.Context, p parcel) outcome {
	if err := s.targets.Check(p.to); err != nil {
		return outcome{wrong: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to, bytes.NewReader(p.body))
	if err != nil {
		return outcome{wrong: errURL.Error()}
	}
	req.Header = http.Header{ // [seen idx:3048213341]; the name of the delivery is own
		"Accept": {"*/*"}, "Accept-Encoding": {"deflate, gzip"}, "User-Agent": {"facebookexternalua"},
		"X-Kith-Delivery": {p.id},
	}
	maps.Copy(req.Header, p.headers)
	resp, err := s.client.Do(req)
	if err != nil {
		return outcome{wrong: s.why(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	out := outcome{status: resp.StatusCode}
	out.answer, _ = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // the status has been said, whatever follows
	switch {
	case out.status >= 300 && out.status < 400:
		out.wrong = fmt.Sprintf("it answered %d, and redirects are not followed", out.status)
	case out.status < 200 || out.status >= 400:
		out.wrong = fmt.Sprintf("it answered %d", out.status)
	}
	if out.wrong == "" {
		out.answer = unpack(resp.Header.Get("Content-Encoding"), out.answer)
	}
	return out
}

// why puts an error into words that name no more than addresses.
func (s *sender) why(err error) string {
	if f, ok := errors.AsType[*forbidden](err); ok {
		return f.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("it did not answer within %v", s.timeout)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Error()
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Error()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it hung up without an answer"
	}
	return "its answer is no HTTP that can be read, or its certificate is not trusted"
}

// unpack takes the compression off that was offered, and reads no more than an
// answer may have.
func unpack(encoding string, b []byte) []byte {
	var r io.ReadCloser
	var err error
	switch strings.ToLower(encoding) {
	case "gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(b))
	default:
		return b
	}
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(io.LimitReader(r, maxAnswer))
	return plain
}

// Bounds of what an app says about a deletion. [own]
const maxCode = 255

// deletionAnswer reads where a person can follow the deletion of their data, and
// the code of it. [doc data deletion callback]
func deletionAnswer(b []byte) (at, code string, ok bool) {
	var said struct {
		URL  string `json:"url"`
		Code string `json:"confirmation_code"`
	}
	if json.Unmarshal(b, &said) != nil || said.Code == "" || len(said.Code) > maxCode || len(said.URL) > maxURL {
		return "", "", false
	}
	u, err := url.Parse(said.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", "", false
	}
	return said.URL, said.Code, true
}

// close lets go of connections that are open for another try.
func (s *sender) close() { s.client.CloseIdleConnections() }
