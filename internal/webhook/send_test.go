package webhook

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// raw is a target that says what it is told to, byte for byte, to whoever sends
// a whole head.
func raw(t *testing.T, say func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				r := bufio.NewReader(c)
				for line, err := r.ReadString('\n'); err == nil && line != "\r\n"; line, err = r.ReadString('\n') {
				}
				say(c)
			}()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String() + "/hook"
}

func post(t *testing.T, timeout time.Duration, to string) outcome {
	t.Helper()
	s := newSender(Loopback, timeout)
	defer s.close()
	return s.post(t.Context(), parcel{to: to, id: "id", body: []byte("signed_request=x"), headers: http.Header{"Content-Type": {formedType}}})
}

// Targets that do everything but answer. (T-SSR-03, T-SSR-05)
func TestOutcomesOfBadTargets(t *testing.T) {
	const patient = time.Minute
	hang := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	tests := []struct {
		name    string
		timeout time.Duration
		say     func(c net.Conn)
		status  int
		wrong   string // a part of it; empty: it is taken
	}{
		{"fine", patient, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }, 200, ""},
		{"no content", patient, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 204 No Content\r\n\r\n") }, 204, ""},
		{"fails", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 500 Secret Reason\r\nContent-Length: 6\r\n\r\nsecret")
		}, 500, "it answered 500"},
		{"gone", patient, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n") }, 410, "it answered 410"},
		{"redirects", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
		}, 307, "redirects are not followed"},
		{"redirects to a file", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")
		}, 302, "redirects are not followed"},
		{"redirects for good", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 308 Permanent Redirect\r\nLocation: gopher://10.0.0.1/\r\nContent-Length: 0\r\n\r\n")
		}, 308, "redirects are not followed"},
		{"hangs up", patient, func(net.Conn) {}, 0, "hung up"},
		{"speaks something else", patient, func(c net.Conn) { fmt.Fprint(c, "SSH-2.0-OpenSSH_9.2 secret\r\n") }, 0, "no HTTP"},
		{"head without end", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\n")
			for err := error(nil); err == nil; _, err = fmt.Fprintf(c, "X-Secret: %s\r\n", strings.Repeat("x", 4000)) {
			}
		}, 0, "no HTTP"},
		{"early hints without end", patient, func(c net.Conn) {
			for err := error(nil); err == nil; _, err = fmt.Fprint(c, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") {
			}
		}, 0, "no HTTP"},
		{"body without end", patient, func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n")
			for err := error(nil); err == nil; _, err = fmt.Fprint(c, strings.Repeat("x", 4000)) {
			}
		}, 200, ""},
		{"never answers", 50 * time.Millisecond, hang, 0, "did not answer within 50ms"},
		{"stops in its body", 50 * time.Millisecond, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n"); hang(c) }, 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := post(t, tt.timeout, raw(t, tt.say))
			if out.status != tt.status || (out.wrong == "") != (tt.wrong == "") || !strings.Contains(out.wrong, tt.wrong) {
				t.Errorf("status %d, wrong %q; want %d, %q", out.status, out.wrong, tt.status, tt.wrong)
			}
			if strings.Contains(strings.ToLower(out.wrong), "secret") {
				t.Errorf("what the target says is told: %q", out.wrong)
			}
			if len(out.answer) > maxAnswer {
				t.Errorf("%d bytes of the answer were read", len(out.answer))
			}
		})
	}
}

// One byte a second is within no bound but that of the whole.
func TestASlowBodyIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		s := newSender(Loopback, 20*time.Second)
		transport := s.client.Transport.(*http.Transport)
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return here, nil }
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { _ = there.Close() }()
			req, err := http.ReadRequest(bufio.NewReader(there))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			_, err = fmt.Fprint(there, "HTTP/1.1 200 OK\r\n\r\n")
			for err == nil {
				time.Sleep(time.Second)
				_, err = fmt.Fprint(there, "x")
			}
		}()
		begin := time.Now()
		out := s.post(t.Context(), parcel{to: "http://127.0.0.1/", id: "id"})
		if took := time.Since(begin); took != 20*time.Second {
			t.Errorf("it took %v", took)
		}
		if out.status != 200 || out.wrong != "" {
			t.Errorf("status %d, wrong %q", out.status, out.wrong)
		}
		s.close()
		<-done
	})
}

// A server that stalls in the handshake is cut off as well.
func TestAStalledHandshakeIsCutOff(t *testing.T) {
	to := raw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	out := post(t, 50*time.Millisecond, "https"+strings.TrimPrefix(to, "http"))
	if out.status != 0 || out.wrong == "" {
		t.Errorf("status %d, wrong %q", out.status, out.wrong)
	}
}

// The address is looked at when it is dialled, whatever name led to it, and
// nothing is sent. (T-SSR-01, T-SSR-02)
func TestAForbiddenAddressIsNotDialled(t *testing.T) {
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	s := newSender(Anywhere, time.Minute)
	defer s.close()
	strict := newSender(Public, time.Minute)
	defer strict.close()
	s.client.Transport = strict.client.Transport // a name that passed the first look
	out := s.post(t.Context(), parcel{to: "http://localhost:" + port + "/", id: "id"})
	if !strings.Contains(out.wrong, "is no target: webhooks.targets is public") || hits.Load() != 0 {
		t.Errorf("wrong %q, %d calls", out.wrong, hits.Load())
	}
	if out := strict.post(t.Context(), parcel{to: srv.URL, id: "id"}); out.wrong == "" || hits.Load() != 0 {
		t.Errorf("by its address: wrong %q, %d calls", out.wrong, hits.Load())
	}
}

// A proxy of the environment would be asked instead of the target.
func TestNoProxyIsAsked(t *testing.T) {
	if newSender(Public, time.Second).client.Transport.(*http.Transport).Proxy != nil {
		t.Error("deliveries go through a proxy")
	}
}

func TestDeletionAnswers(t *testing.T) {
	tests := []struct {
		in   string
		want string
	}{
		{`{"url":"https://a.example/x","confirmation_code":"abc"}`, "https://a.example/x abc"},
		{` {"confirmation_code":"abc","url":"http://a.example/x","more":1} `, "http://a.example/x abc"},
		{`{"url":"https://a.example/x"}`, ""},
		{`{"confirmation_code":"abc"}`, ""},
		{`{"url":"javascript:alert(1)","confirmation_code":"abc"}`, ""},
		{`{"url":"/x","confirmation_code":"abc"}`, ""},
		{`{"url":["https://a.example/x"],"confirmation_code":"abc"}`, ""},
		{`{"url":"https://a.example/x","confirmation_code":"` + strings.Repeat("x", 256) + `"}`, ""},
		{`ok`, ""},
		{``, ""},
	}
	for _, tt := range tests {
		at, code, ok := deletionAnswer([]byte(tt.in))
		if got := strings.TrimSpace(at + " " + code); got != tt.want || ok != (tt.want != "") {
			t.Errorf("deletionAnswer(%.60s) is %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

// What grows when it is unpacked is read no further than an answer may be.
func TestUnpackIsBounded(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(make([]byte, 10<<20))
	_ = w.Close()
	if n := len(unpack("gzip", packed.Bytes())); n != maxAnswer {
		t.Errorf("%d bytes", n)
	}
	if got := unpack("gzip", []byte("no such thing")); got != nil {
		t.Errorf("unpacked %q", got)
	}
	if got := unpack("", []byte("plain")); string(got) != "plain" {
		t.Errorf("plain text became %q", got)
	}
}
