package kithtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/port"
	"github.com/kithgraph/kith/kithtest"
)

// changing are the values that differ from call to call.
var changing = regexp.MustCompile(`"fbtrace_id":"[^"]*"|fbtrace_id\\":\\"[^"]*\\"`)

// both asks the Server through its listener, which has the strict loop, and
// through net/http alone.
type both struct{ loop, std *bufio.ReadWriter }

func bothWays(t *testing.T, kith *kithtest.Server) both {
	l, err := port.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := port.New(port.Options{Handler: kith})
	done := make(chan error, 1)
	go func() { done <- p.Serve(l) }()
	t.Cleanup(func() {
		if err := p.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		<-done
	})
	dial := func(addr string) *bufio.ReadWriter {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(time.Minute))
		return bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
	}
	return both{dial(strings.TrimPrefix(kith.URL(), "http://")), dial(l.Addr().String())}
}

// exchange sends a request and shows its answer without what changes.
func exchange(t *testing.T, c *bufio.ReadWriter, method, text string) (shown string, h http.Header) {
	t.Helper()
	c.WriteString(method + " " + text)
	c.Flush()
	resp, err := http.ReadResponse(c.Reader, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %.80q: %v", method, text, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Date", "X-Fb-Trace-Id", "X-Fb-Request-Id", "X-Fb-Debug", "X-Kith-Request"} {
		if name != "Date" && resp.Header.Get(name) == "" {
			t.Errorf("%s %.80q: no %s", method, text, name)
		}
		resp.Header[name] = nil
	}
	return fmt.Sprintf("%s\n%v %d\n%s", resp.Status, resp.Header, resp.ContentLength, changing.ReplaceAll(body, []byte("trace"))), resp.Header
}

func TestTheGraphIsTheSameBothWays(t *testing.T) {
	t.Run("plain", func(t *testing.T) { sameBothWays(t, nil) })
	t.Run("with rate limits", func(t *testing.T) {
		sameBothWays(t, map[string]string{"rates.enforce": "on", "rates.app": "1000000", "rates.page": "1000000", "rates.messenger": "1000000"})
	})
}

func sameBothWays(t *testing.T, knobs map[string]string) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(bakery), Knobs: knobs})
	ways := bothWays(t, kith)
	page := kith.Page("bakery")
	ana, token := page.PSID("ana"), "access_token="+page.Token
	profile := " HTTP/1.1\r\nHost: graph.facebook.com\r\nAccept: */*\r\n"
	post := func(body string) string {
		return fmt.Sprintf("/v25.0/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	batch := url.QueryEscape(`[{"method":"GET","relative_url":"` + ana + `?fields=first_name"},{"method":"GET","relative_url":"me"}]`)
	_, h := exchange(t, ways.std, "GET", "/v25.0/"+ana+"?fields=first_name&"+token+profile+"\r\n")
	if told := h.Get("X-Business-Use-Case-Usage"); (told != "") != (knobs != nil) {
		t.Errorf("usage of a business is %q", told)
	}
	tests := []struct{ name, method, rest, want string }{
		{"profile", "GET", "/v25.0/" + ana + "?fields=first_name,last_name,profile_pic&" + token + profile + "\r\n", "200 OK"},
		{"token in the header", "GET", "/v2.10/" + ana + profile + "Authorization: Bearer " + page.Token + "\r\n\r\n", "200 OK"},
		{"what the client has", "GET", "/v25.0/" + ana + "?fields=first_name&" + token + profile + "If-None-Match: " + h.Get("ETag") + "\r\n\r\n", "304 Not Modified"},
		{"head", "HEAD", "/v25.0/" + ana + "?" + token + profile + "\r\n", "200 OK"},
		{"no token", "GET", "/v25.0/me" + profile + "\r\n", "400 Bad Request"},
		{"bad token", "GET", "/v25.0/me?access_token=x" + profile + "\r\n", "400 Bad Request"},
		{"nobody", "GET", "/v25.0/123?" + token + profile + "\r\n", "400 Bad Request"},
		{"no such path", "GET", "/v25.0/" + ana + "/nothing/at/all?" + token + profile + "\r\n", "400 Bad Request"},
		{"version that is none", "GET", "/v99.0/me?" + token + profile + "\r\n", "400 Bad Request"},
		{"no http codes", "GET", "/v25.0/me?suppress_http_code=1&access_token=x" + profile + "\r\n", "200 OK"},
		{"script", "GET", "/v25.0/" + ana + "?callback=f&" + token + profile + "\r\n", "200 OK"},
		{"many", "GET", "/v25.0/?ids=" + ana + "&" + token + profile + "\r\n", "200 OK"},
		{"delete", "DELETE", "/v25.0/" + ana + "?" + token + profile + "\r\n", "400 Bad Request"},
		{"batch", "POST", post(token + "&batch=" + batch), "200 OK"},
		{"read by post", "POST", post("method=GET&ids=" + ana + "&" + token), "200 OK"},
		{"bad json", "POST", post(token + "&batch=[{"), "400 Bad Request"},
		{"large batch", "POST", post(token + "&batch=[" + strings.Repeat("{},", 50) + "{}]"), "400 Bad Request"},
		// The first that is for net/http: from here on both are the same code.
		{"preflight", "OPTIONS", "/v25.0/me" + profile + "Origin: http://a.example\r\n\r\n", "200 OK"},
		{"afterwards", "GET", "/v25.0/" + ana + "?" + token + profile + "\r\n", "200 OK"},
	}
	for _, tt := range tests {
		want, _ := exchange(t, ways.std, tt.method, tt.rest)
		got, _ := exchange(t, ways.loop, tt.method, tt.rest)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-net/http +loop)\n%s", tt.name, d)
		}
		if !strings.HasPrefix(got, tt.want+"\n") {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
