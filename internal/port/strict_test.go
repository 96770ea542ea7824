package port

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestPipelinedCallsAreAnsweredInTheirOrder(t *testing.T) {
	addr, _ := start(t, plainly(func(in *In, out *Out) {
		out.Status = 200
		out.Body = append(append(out.Body, in.Target...), in.Body...)
	}))
	const calls = 2000
	c := dial(t, addr)
	go func() {
		w := bufio.NewWriter(c)
		for i := range calls {
			if i%3 == 0 {
				body := strings.Repeat("b", i%5000)
				fmt.Fprintf(w, "POST /%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body)
			} else {
				fmt.Fprintf(w, "GET /%d HTTP/1.1\r\nHost: localhost\r\n\r\n", i)
			}
		}
		w.Flush()
		c.(*net.TCPConn).CloseWrite() // an ended side is no end of the calls
	}()
	r := bufio.NewReader(c)
	for i := range calls {
		want := fmt.Sprintf("/%d", i)
		if i%3 == 0 {
			want += strings.Repeat("b", i%5000)
		}
		if _, got := answer(t, r); got != want {
			t.Fatalf("answer %d is %.40q, want %.40q", i, got, want)
		}
	}
	if b, err := io.ReadAll(r); len(b) > 0 || err != nil {
		t.Errorf("afterwards %q, %v; want the end", b, err)
	}
}

// A repeated connection sends the same request again and again.
type repeated struct {
	canned
	request []byte
	at      int
	left    int
	spend   runtime.MemStats // when the first was answered
}

func (c *repeated) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.request[c.at:])
	if c.at += n; c.at == len(c.request) {
		c.at = 0
		c.left--
	}
	return n, nil
}

func (c *repeated) Write(p []byte) (int, error) {
	if c.spend.Mallocs == 0 {
		runtime.ReadMemStats(&c.spend)
	}
	return len(p), nil
}

// The target is the one thing of a request that the core may keep.
func TestLoopAllocatesOnce(t *testing.T) {
	if raceDetector {
		t.Skip("allocations differ under the race detector")
	}
	const runs = 1000
	for name, request := range map[string]string{
		"get":  "GET /v25.0/1?fields=a HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: x\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
		"post": "POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Length: 3\r\n\r\nabc",
	} {
		c := &repeated{request: []byte(request), left: runs, canned: canned{ended: make(chan struct{})}}
		e := open(t, true)
		e.plain = func(_ *In, out *Out) {
			out.Status = 200
			out.Header = append(out.Header, HeaderPair{Name: "ETag", Value: "x"})
			out.Body = append(out.Body, profile...)
		}
		e.shelf.conns <- c
		<-c.ended
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		if e.loop.Load() != runs {
			t.Fatalf("%s: the loop answered %d calls, want %d", name, e.loop.Load(), runs)
		}
		if n := float64(after.Mallocs-c.spend.Mallocs) / runs; n > 1.2 {
			t.Errorf("%s: %.2f allocations a call, want 1", name, n)
		}
	}
}

// What a large request needed is not kept by its connection.
func TestRoomIsGivenBack(t *testing.T) {
	s := newStrict(&Options{Plain: func(_ *In, out *Out) { out.Status = 200 }, Now: time.Now, Timeouts: Options{}.withDefaults().Timeouts,
		MaxHeaderBytes: 1 << 20, MaxTargetBytes: 1 << 20}, newGuard(&Options{}))
	large := "POST / HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", 15000) + "\r\nContent-Length: 65536\r\n\r\n" + strings.Repeat("b", 65536)
	nc := &canned{in: []byte(large + getRequest), ended: make(chan struct{})}
	c := &conn{Conn: nc, slots: make(chan struct{}), stopping: new(atomic.Bool)}
	r := newReading(s, c)
	answers := func() int { return bytes.Count(nc.out.Bytes(), []byte("200 OK")) }
	for w := r.all(nil); answers() < 2; w = r.wait() {
		if w != onward {
			t.Fatalf("after %d answers: way %d", answers(), w)
		}
	}
	if r.big != nil {
		t.Error("the room was kept")
	}
	if n := answers(); n != 2 {
		t.Errorf("%d answers, want 2", n)
	}
}
