package port

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/graph"
)

// mirror answers with what it was asked.
func mirror(_ context.Context, in *In, out *Out) {
	out.Status = 200
	out.Header = append(out.Header, HeaderPair{Name: "Content-Type", Value: "text/x-test"})
	out.Body = fmt.Appendf(out.Body, "%s %s host=%s tls=%v type=%q x=%q body=%q err=%v",
		in.Method, in.Target, in.Host, in.TLS, in.ContentType, in.Header("x-probe"), in.Body, in.BodyErr)
}

func adapted(serve func(context.Context, *In, *Out)) Options {
	return withTLS(Options{Handler: Adapt(context.Background(), Bodies{Plain: 10}, serve)})
}

func TestTheCoreSeesTheRequest(t *testing.T) {
	addr, _ := start(t, adapted(mirror))
	const tail = "Host: localhost\r\nConnection: close\r\n"
	tests := []struct{ name, request, want string }{
		{"get", "GET /me?a=%20&b=/ HTTP/1.1\r\n" + tail + "X-Probe: 1\r\nX-Probe: 2\r\n\r\n",
			`GET /me?a=%20&b=/ host=localhost tls=false type="" x="1" body="" err=<nil>`},
		{"not normalised", "GET //v2.10/../me;x?%zz HTTP/1.1\r\n" + tail + "\r\n",
			`GET //v2.10/../me;x?%zz host=localhost tls=false type="" x="" body="" err=<nil>`},
		{"absolute target", "GET http://localhost?q HTTP/1.1\r\n" + tail + "\r\n",
			`GET /?q host=localhost tls=false type="" x="" body="" err=<nil>`},
		{"post", "POST / HTTP/1.1\r\n" + tail + "Content-Type: a/b\r\nContent-Length: 10\r\n\r\n0123456789",
			`POST / host=localhost tls=false type="a/b" x="" body="0123456789" err=<nil>`},
		{"chunked", "POST / HTTP/1.1\r\n" + tail + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			`POST / host=localhost tls=false type="" x="" body="abcde" err=<nil>`},
		{"too large", "POST / HTTP/1.1\r\n" + tail + "Content-Length: 11\r\n\r\n0123456789a",
			`POST / host=localhost tls=false type="" x="" body="" err=request body too large`},
		{"too large, chunked", "POST / HTTP/1.1\r\n" + tail + "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n",
			`POST / host=localhost tls=false type="" x="" body="0123456789" err=request body too large`},
		{"form", "POST / HTTP/1.1\r\n" + tail + "Content-Type: multipart/FORM-data; boundary=x\r\nContent-Length: 10\r\n\r\n0123456789",
			`POST / host=localhost tls=false type="multipart/FORM-data; boundary=x" x="" body="0123456789" err=<nil>`},
		{"get with a body", "GET / HTTP/1.1\r\n" + tail + "Content-Length: 2\r\n\r\nab",
			`GET / host=localhost tls=false type="" x="" body="ab" err=<nil>`},
		{"delete", "DELETE /1 HTTP/1.1\r\n" + tail + "\r\n",
			`DELETE /1 host=localhost tls=false type="" x="" body="" err=<nil>`},
	}
	for _, tt := range tests {
		_, got, _ := strings.Cut(raw(t, addr, tt.request), "\r\n\r\n")
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
	}
	if got := raw(t, addr, "CONNECT localhost:443 HTTP/1.1\r\n"+tail+"\r\n"); !strings.HasPrefix(got, "HTTP/1.1 400 ") {
		t.Errorf("CONNECT: %q, want 400", got)
	}
}

func TestShortBodyIsToldToTheCore(t *testing.T) {
	got := make(chan error, 1)
	addr, _ := start(t, adapted(func(_ context.Context, in *In, out *Out) { got <- in.BodyErr }))
	c := dial(t, addr)
	io.WriteString(c, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
	c.Close()
	if err := <-got; err == nil {
		t.Errorf("BodyErr = %v, want an error", err)
	}
}

// A body that cannot be read is a bad call, not one that is too large.
func TestABodyInBrokenChunksIsABadCall(t *testing.T) {
	got := make(chan error, 1)
	addr, _ := start(t, adapted(func(_ context.Context, in *In, out *Out) { got <- in.BodyErr }))
	raw(t, addr, "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")
	if told, ok := errors.AsType[*graph.Error](<-got); !ok || !told.Is(graph.ErrBadParam) {
		t.Errorf("BodyErr is %v", told)
	}
}

func TestHeadersKeepTheirSpelling(t *testing.T) {
	addr, _ := start(t, adapted(func(_ context.Context, _ *In, out *Out) {
		out.Status = 400
		out.Header = append(out.Header, HeaderPair{Name: "ETag", Value: `"x"`}, HeaderPair{Name: "facebook-api-version", Value: "v2.10"},
			HeaderPair{Name: "WWW-Authenticate", Value: "OAuth"}, HeaderPair{Name: "Date", Value: "Thu, 01 Jan 1970 00:00:00 GMT"})
		out.Body = append(out.Body, "<html>"...)
	}))
	got := raw(t, addr, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	for _, want := range []string{"HTTP/1.1 400 Bad Request\r\n", "\r\nETag: \"x\"\r\n", "\r\nfacebook-api-version: v2.10\r\n",
		"\r\nWWW-Authenticate: OAuth\r\n", "\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "\r\nContent-Length: 6\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "Content-Type") {
		t.Errorf("a content type was guessed:\n%s", got)
	}
}

func TestLengthAndBody(t *testing.T) {
	addr, _ := start(t, adapted(func(_ context.Context, in *In, out *Out) {
		var size int
		fmt.Sscanf(in.Target, "/%d/%d", &out.Status, &size)
		out.Body = append(out.Body, strings.Repeat("a", size)...)
	}))
	tests := []struct {
		method, path string
		status       int
		length       int64
		body         int
	}{
		{"GET", "/200/0", 200, 0, 0},
		{"GET", "/200/5", 200, 5, 5},
		{"GET", "/200/2048", 200, 2048, 2048},
		{"GET", "/200/2049", 200, 2049, 2049},
		{"GET", "/500/300000", 500, 300000, 300000},
		{"HEAD", "/200/0", 200, 0, 0},
		{"HEAD", "/200/5", 200, 5, 0},
		{"HEAD", "/200/300000", 200, 300000, 0},
		{"GET", "/204/5", 204, 0, 0},
		{"GET", "/304/5", 304, -1, 0},
		{"GET", "/0/5", 500, 5, 5},
		{"GET", "/100/5", 500, 5, 5},
		{"GET", "/1000/5", 500, 5, 5},
	}
	for _, url := range []string{"http://" + addr, "https://" + addr} {
		c := client(t, true)
		for _, tt := range tests {
			req, err := http.NewRequest(tt.method, url+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := c.Do(req)
			if err != nil {
				t.Fatalf("%s %s: %v", tt.method, tt.path, err)
			}
			b, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != tt.status || len(b) != tt.body || err != nil {
				t.Errorf("%s %s %s: %d with %d bytes, %v; want %d with %d", resp.Proto, tt.method, tt.path, resp.StatusCode, len(b), err, tt.status, tt.body)
			}
			if resp.ContentLength != tt.length && tt.length >= 0 && tt.status != 204 {
				t.Errorf("%s %s %s: Content-Length %d, want %d", resp.Proto, tt.method, tt.path, resp.ContentLength, tt.length)
			}
		}
	}
}

func TestCallsDoNotMix(t *testing.T) {
	addr, _ := start(t, adapted(mirror))
	var wg sync.WaitGroup
	for i := range 8 {
		c := client(t, i%2 == 0)
		wg.Go(func() {
			for n := range 50 {
				url := fmt.Sprintf("https://%s/%d/%d", addr, i, n)
				resp, err := c.Post(url, "", strings.NewReader(fmt.Sprint(i)))
				if err != nil {
					t.Error(err)
					return
				}
				b, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				want := fmt.Sprintf(`POST /%d/%d host=%s tls=true type="" x="" body="%d" err=<nil>`, i, n, addr, i)
				if string(b) != want {
					t.Errorf("\n got %s\nwant %s", b, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestContextIsThatOfTheServer(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(context.Background(), key{}, "server")
	got := make(chan any, 1)
	addr, _ := start(t, Options{Handler: Adapt(ctx, Bodies{}, func(ctx context.Context, in *In, _ *Out) {
		got <- ctx.Value(key{})
	})})
	raw(t, addr, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
	if v := <-got; v != "server" {
		t.Errorf("context value %v, want server", v)
	}
}

func TestHeaderLookup(t *testing.T) {
	c := newCall()
	c.header = http.Header{"If-None-Match": {"a", "b"}, "X-Empty": {}, "odd": {"o"}, "Authorization": {"Bearer a", "Bearer b", "Bearer a"}}
	c.in.Host = "localhost"
	for name, want := range map[string]string{
		"If-None-Match": "a", "if-none-match": "a", "IF-NONE-MATCH": "a", "X-Empty": "",
		"odd": "o", "Authorization": "Bearer a, Bearer b, Bearer a", "authorization": "Bearer a, Bearer b, Bearer a", "Absent": "", "": "", "Host": "localhost", "host": "localhost", "bad name": "",
	} {
		if got := c.in.Header(name); got != want {
			t.Errorf("Header(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestReadBody(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name   string
		r      io.Reader
		length int64
		limit  int
		want   string
		err    error
	}{
		{"announced", strings.NewReader("abc"), 3, 5, "abc", nil},
		{"byte by byte", iotest.OneByteReader(strings.NewReader("abcde")), -1, 5, "abcde", nil},
		{"data with the end", iotest.DataErrReader(strings.NewReader("abc")), 3, 5, "abc", nil},
		{"announced too large", strings.NewReader("abcdef"), 6, 5, "", ErrBodyTooLarge},
		{"too large", strings.NewReader("abcdef"), -1, 5, "abcde", ErrBodyTooLarge},
		{"breaks", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), 5, 5, "ab", broken},
		{"large", strings.NewReader(strings.Repeat("x", 200_000)), 200_000, 1 << 20, strings.Repeat("x", 200_000), nil},
	}
	for _, tt := range tests {
		got, err := readBody(nil, tt.r, tt.length, tt.limit, roomy())
		if string(got) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %d bytes, %v; want %d, %v", tt.name, len(got), err, len(tt.want), tt.err)
		}
	}
	b, _ := readBody(nil, strings.NewReader(""), 1<<30, 1<<30, roomy())
	if cap(b) > 2*keep {
		t.Errorf("an announcement alone cost %d bytes", cap(b))
	}
}

func FuzzOriginForm(f *testing.F) {
	for _, s := range []string{"/", "http://h", "http://h/p?q", "http://h?q", "*", "h:443", "", "://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, target string) {
		got, ok := originForm(target)
		if ok && (!strings.HasPrefix(got, "/") || !strings.HasSuffix(target, strings.TrimPrefix(got, "/"))) {
			t.Errorf("originForm(%q) = %q", target, got)
		}
	})
}

func roomy() *place { return &place{cellar: &cellar{most: 1 << 40}} }

// Large bodies of all calls share a room: what does not fit is told to come again,
// small ones always do, and an answer makes room.
func TestLargeBodiesShareARoom(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	addr, _ := start(t, Options{Handler: Adapt(context.Background(), Bodies{Plain: 1 << 20, Together: 150 << 10}, func(_ context.Context, in *In, out *Out) {
		out.Status = 200
		out.Body = fmt.Appendf(out.Body, "%d %v", len(in.Body), in.BodyErr)
		if in.Target == "/wait" {
			arrived <- struct{}{}
			<-leave
		}
	})})
	ask := func(target string, size int) string {
		_, got, _ := strings.Cut(raw(t, addr, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
			target, size, strings.Repeat("x", size))), "\r\n\r\n")
		return got
	}
	first := make(chan string)
	go func() { first <- ask("/wait", 100<<10) }()
	<-arrived
	if got := ask("/", 100<<10); strings.HasPrefix(got, "102400 <nil>") || !strings.Contains(got, "unavailable") {
		t.Errorf("a second one: %s", got)
	}
	if got := ask("/", 60<<10); got != "61440 <nil>" {
		t.Errorf("a small one: %s", got)
	}
	close(leave)
	if got := <-first; got != "102400 <nil>" {
		t.Errorf("the first: %s", got)
	}
	if got := ask("/", 100<<10); got != "102400 <nil>" {
		t.Errorf("one after it: %s", got)
	}
}

// What a packed body is unpacked into is in the same room, beside the body, until the
// answer is out.
func TestUnpackedBodiesShareTheRoom(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	addr, _ := start(t, Options{Handler: Adapt(context.Background(), Bodies{Plain: 1 << 20, Together: 300 << 10}, func(_ context.Context, in *In, out *Out) {
		out.Status = 200
		out.Body = fmt.Appendf(out.Body, "%d %v", len(in.Body), in.Hold(150<<10))
		if in.Target == "/wait" {
			arrived <- struct{}{}
			<-leave
		}
	})})
	ask := func(target string) string {
		_, got, _ := strings.Cut(raw(t, addr, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
			target, 100<<10, strings.Repeat("x", 100<<10))), "\r\n\r\n")
		return got
	}
	first := make(chan string)
	go func() { first <- ask("/wait") }()
	<-arrived
	if got := ask("/"); strings.Contains(got, "<nil>") {
		t.Errorf("beside one that is unpacked: %s", got)
	}
	close(leave)
	if got := <-first; got != "102400 <nil>" {
		t.Errorf("the first: %s", got)
	}
	if got := ask("/"); got != "102400 <nil>" {
		t.Errorf("one after it: %s", got)
	}
}

// One address has a quarter of the room, so that it cannot take all of it from the others;
// what is on this machine is not counted by its address.
func TestAnAddressHasAShareOfTheRoom(t *testing.T) {
	room := &cellar{most: 1 << 20}
	at := func(remote string) *place { return &place{cellar: room, addr: clientOf(remote)} }
	a, again, other, proxy := at("192.0.2.1:1000"), at("192.0.2.1:2000"), at("[2001:db8::1]:1000"), at("127.0.0.1:1000")
	if err := a.grow(200 << 10); err != nil {
		t.Fatal(err)
	}
	if again.grow(100<<10) == nil {
		t.Error("one address takes more than its share")
	}
	if err := other.grow(250 << 10); err != nil {
		t.Error(err)
	}
	if at("[2001:db8::2]:1").grow(100<<10) == nil {
		t.Error("one network takes more than its share")
	}
	if err := proxy.grow(500 << 10); err != nil {
		t.Error(err)
	}
	for _, p := range []*place{a, again, other, proxy} {
		p.leave()
		p.leave()
	}
	if room.used != 0 || len(room.share) != 0 {
		t.Errorf("%d bytes are left, %v", room.used, room.share)
	}
}
