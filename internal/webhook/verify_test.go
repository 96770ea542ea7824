package webhook

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What an address answers to a challenge, and what its app is told of that: nothing
// that the address said. (T-SSR-03, T-SSR-06)
func TestVerify(t *testing.T) {
	const challenge = "1158201444"
	write := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	elsewhere := 0
	tests := map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"the challenge":      {write(200, challenge), ""},
		"created":            {write(201, challenge), "HTTP Status Code = 201; HTTP Message = Created"},
		"a line more":        {write(200, challenge+"\n"), "HTTP Status Code = 200; HTTP Message = OK; Response does not match challenge"},
		"nothing":            {write(200, ""), "HTTP Status Code = 200; HTTP Message = OK; Response does not match challenge"},
		"forbidden":          {write(403, "secret"), "HTTP Status Code = 403; HTTP Message = Forbidden"},
		"longer than it may": {write(200, challenge+strings.Repeat("x", maxAnswer)), "HTTP Status Code = 200; HTTP Message = OK; Response does not match challenge"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			if elsewhere++; elsewhere > 1 {
				t.Error("a redirect was followed")
			}
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}, "HTTP Status Code = 302; HTTP Message = Found"},
		"no HTTP": {func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = c.Close()
			}
		}, "curl_errno = 52; curl_error = Empty reply from server; HTTP Status Code = 0"},
	}
	o := NewOutbox(Options{})
	for name, tt := range tests {
		srv := httptest.NewServer(tt.answer)
		err := o.Verify(context.Background(), srv.URL+"/in?a=b", "to ken&", challenge)
		srv.Close()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tt.want)
		}
	}
}

// Whoever never comes to an end is heard no further than an answer may be. (T-SSR-05)
func TestVerifyIsBounded(t *testing.T) {
	endless := func(head, more string) func(c net.Conn) {
		return func(c net.Conn) {
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head)
			for err == nil {
				_, err = io.WriteString(c, more)
			}
		}
	}
	tests := map[string]struct {
		say  func(c net.Conn)
		want string
	}{
		"a head without end": {endless("", "X-Secret: "+strings.Repeat("x", 4000)+"\r\n"), "curl_errno = 52; curl_error = Empty reply from server; HTTP Status Code = 0"},
		"a body without end": {endless("\r\n", strings.Repeat("secret", 700)), "HTTP Status Code = 200; HTTP Message = OK; Response does not match challenge"},
	}
	o := NewOutbox(Options{})
	for name, tt := range tests {
		if err := o.Verify(t.Context(), raw(t, tt.say), "t", "1158201444"); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A target that is not allowed is not dialled, and one that does not answer is given
// up, as is the wait for a place.
func TestVerifyRefuses(t *testing.T) {
	hold := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	defer srv.Close()
	defer close(hold)
	o := NewOutbox(Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	const late = "curl_errno = 28; curl_error = Operation timed out; HTTP Status Code = 0"
	if err := o.Verify(ctx, srv.URL, "t", "1"); err == nil || err.Error() != late {
		t.Errorf("a target that does not answer: %v", err)
	}
	for range mostVerified {
		o.asked <- struct{}{}
	}
	if err := o.Verify(ctx, srv.URL, "t", "1"); err == nil || err.Error() != late {
		t.Errorf("without a place: %v", err)
	}
	if err := o.Verify(context.Background(), "http://169.254.169.254/in", "t", "1"); err == nil || !strings.Contains(err.Error(), "is no target") {
		t.Errorf("a target that is not allowed: %v", err)
	}
}

func TestChallenge(t *testing.T) {
	for _, random := range [][]byte{nil, {0, 0, 0, 0, 0, 0, 0, 0}, {255, 255, 255, 255, 255, 255, 255, 255, 255}} {
		if got := Challenge(random); len(got) != 10 {
			t.Errorf("Challenge(%v) = %q", random, got)
		}
	}
}
