package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// verifyWithin bounds one handshake. [seen idx:60440092615]
const verifyWithin = 6 * time.Second

// mostVerified is how many handshakes there are at a time; others wait for a place.
// [own]
const mostVerified = 32

// A Refusal is how an address did not stand the handshake, in the words of those
// who ask for it: numbers and names that no target made. [seen idx:41121887698,
// idx:63027948338]
type Refusal struct {
	// Errno and Text are of the way there, zero and empty if an answer came.
	Errno int
	Text  string
	// Status is of the answer, zero for none; Mismatch says that it was not the
	// challenge.
	Status   int
	Mismatch bool
}

// Error is what the app's developer reads.
func (r *Refusal) Error() string {
	if r.Errno != 0 {
		return fmt.Sprintf("curl_errno = %d; curl_error = %s; HTTP Status Code = 0", r.Errno, r.Text)
	}
	text := fmt.Sprintf("HTTP Status Code = %d; HTTP Message = %s", r.Status, http.StatusText(r.Status))
	if r.Mismatch {
		text += "; Response does not match challenge"
	}
	return text
}

// Verify asks an address whether it wants to be told: a GET that must be answered
// 200 with exactly the challenge. What an address may be is what it may be for
// deliveries; no redirect is followed, and no more of an answer is read than of
// theirs. The error is a *Refusal. [doc webhooks getting started]
func (o *Outbox) Verify(ctx context.Context, to, token, challenge string) error {
	if err := o.opt.Targets.Check(to); err != nil {
		return &Refusal{Errno: 7, Text: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, verifyWithin)
	defer cancel()
	select {
	case o.asked <- struct{}{}:
		defer func() { <-o.asked }()
	case <-ctx.Done():
		return lost(ctx.Err())
	}
	s := newSender(o.opt.Targets, verifyWithin)
	defer s.close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, asked(to, token, challenge), nil)
	if err != nil {
		return &Refusal{Errno: 3, Text: errURL.Error()}
	}
	req.Header = http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"deflate, gzip"}, "User-Agent": {"facebookplatform/1.0 (+http://developers.facebook.com)"}} // [guess]
	resp, err := s.client.Do(req)
	if err != nil {
		return lost(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return &Refusal{Status: resp.StatusCode}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return lost(err)
	}
	if string(unpack(resp.Header.Get("Content-Encoding"), answer)) != challenge {
		return &Refusal{Status: resp.StatusCode, Mismatch: true}
	}
	return nil
}

// asked is the address with what the handshake asks, in its order. [doc webhooks]
func asked(to, token, challenge string) string {
	join := "?"
	if strings.Contains(to, "?") {
		join = "&"
	}
	return to + join + "hub.mode=subscribe&hub.challenge=" + challenge + "&hub.verify_token=" + url.QueryEscape(token)
}

// lost is an error of the way there, by the number that curl has for it.
func lost(err error) *Refusal {
	if f, ok := errors.AsType[*forbidden](err); ok {
		return &Refusal{Errno: 7, Text: f.Error()}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &Refusal{Errno: 28, Text: "Operation timed out"}
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return &Refusal{Errno: 6, Text: "Could not resolve host"}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &Refusal{Errno: 60, Text: "SSL certificate problem"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &Refusal{Errno: 7, Text: "Failed to connect"}
	}
	return &Refusal{Errno: 52, Text: "Empty reply from server"}
}

// Challenge is the text of a handshake: ten digits at most. [doc webhooks, by example]
func Challenge(random []byte) string {
	n := uint64(0)
	for _, b := range random[:min(8, len(random))] {
		n = n<<8 | uint64(b)
	}
	return strconv.FormatUint(1_000_000_000+n%1_000_000_000, 10)
}
