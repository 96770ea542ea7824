package port

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// plainly serves with the loop what Handler would be asked otherwise.
func plainly(serve func(in *In, out *Out)) Options {
	return Options{Plain: serve, Now: time.Now, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "net/http")
	})}
}

// done answers when told to.
func (h held) plain(_ *In, out *Out) {
	h.entered <- struct{}{}
	<-h.release
	out.Status, out.Body = 200, append(out.Body, "done"...)
}

const getRequest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

// answer reads one answer.
func answer(t *testing.T, r *bufio.Reader) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestShutdownOfTheLoopFinishesWhatIsInFlight(t *testing.T) {
	h := held{make(chan struct{}), make(chan struct{})}
	addr, s := start(t, plainly(h.plain))

	idle := dial(t, addr) // has had an answer and waits
	io.WriteString(idle, getRequest)
	<-h.entered
	h.release <- struct{}{}
	if _, b := answer(t, bufio.NewReader(idle)); b != "done" {
		t.Fatalf("answer %q", b)
	}
	half := dial(t, addr) // has sent a part of a request
	io.WriteString(half, "GET / HTTP/1.1\r\n")
	busy := dial(t, addr) // has two calls on the way, of which one has begun
	io.WriteString(busy, getRequest+getRequest)
	<-h.entered

	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.Background()) }()
	for name, c := range map[string]net.Conn{"idle": idle, "half": half} {
		if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
			t.Errorf("the %s connection got an answer", name)
		}
	}
	select {
	case err := <-down:
		t.Fatalf("Shutdown returned before the call had ended: %v", err)
	default:
	}
	close(h.release)
	r := bufio.NewReader(busy)
	if resp, b := answer(t, r); b != "done" || !resp.Close {
		t.Errorf("call in flight: %q, close %v; want done and the connection closed", b, resp.Close)
	}
	if b, _ := io.ReadAll(r); len(b) > 0 {
		t.Errorf("a call that had not begun was answered: %q", b)
	}
	if err := <-down; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestShutdownOfTheLoopCutsWhenTimeIsUp(t *testing.T) {
	h := held{make(chan struct{}), make(chan struct{})}
	addr, s := start(t, plainly(h.plain))
	c := dial(t, addr)
	io.WriteString(c, getRequest)
	<-h.entered

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v, want %v", err, context.Canceled)
	}
	if b, _ := io.ReadAll(c); len(b) != 0 {
		t.Errorf("the call was answered: %q", b)
	}
	close(h.release)
}

func TestPanicInTheLoopEndsTheConnectionOnly(t *testing.T) {
	addr, _ := start(t, plainly(func(in *In, out *Out) {
		if in.Target == "/panic" {
			panic("on purpose")
		}
		out.Status = 200
	}))
	if got := raw(t, addr, "GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n"); got != "" {
		t.Errorf("answered %q", got)
	}
	c := dial(t, addr)
	io.WriteString(c, getRequest)
	if got := statusOf(t, c); got != 200 {
		t.Errorf("afterwards %d, want 200", got)
	}
}

func TestConnectionsOfTheLoopAreCounted(t *testing.T) {
	opt := plainly(func(_ *In, out *Out) { out.Status = 200 })
	opt.MaxConns = 1
	addr, _ := start(t, opt)
	ask := func(c net.Conn) bool {
		io.WriteString(c, getRequest)
		_, err := http.ReadResponse(bufio.NewReader(c), nil)
		return err == nil
	}
	a := dial(t, addr)
	if !ask(a) {
		t.Fatal("a connection within the limit was not served")
	}
	if ask(dial(t, addr)) {
		t.Error("a second connection was served")
	}
	a.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !ask(dial(t, addr)) { // until the server has seen the end of a
		if ctx.Err() != nil {
			t.Fatal("no connection was served after one had ended")
		}
	}
}

func TestWhatIsHandedOverStaysWithNetHTTP(t *testing.T) {
	calls := 0
	addr, _ := start(t, plainly(func(_ *In, out *Out) { calls++; out.Status = 200 }))
	got := raw(t, addr, getRequest+"OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n"+
		strings.Replace(getRequest, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
	if n := strings.Count(got, "net/http"); n != 2 || calls != 1 {
		t.Errorf("net/http answered %d calls, the loop %d; want 2 and 1:\n%s", n, calls, got)
	}
}
