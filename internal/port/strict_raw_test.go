package port

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// much is more than the buffers of a connection on loopback take.
const much = 12 << 20

func TestLargeAnswersAreWrittenAsTheClientReads(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), much/16)
	answered := make(chan struct{}, 2)
	addr, _ := start(t, plainly(func(_ *In, out *Out) {
		out.Status = 200
		out.Body = append(out.Body, whole...)
		answered <- struct{}{}
	}))
	c := dial(t, addr)
	r := bufio.NewReader(c)
	for range 2 {
		io.WriteString(c, getRequest)
		<-answered // the socket fills up before anything is read
		if _, got := answer(t, r); got != string(whole) {
			t.Fatalf("%d bytes arrived, want %d, or others", len(got), len(whole))
		}
	}
}

// The end of a client that comes together with its last request is not told of
// again by the poller. It has to be noticed all the same, long before the idle
// time is over.
func TestEndBehindARequestIsNoticed(t *testing.T) {
	addr, _ := start(t, plainly(func(_ *In, out *Out) { out.Status, out.Body = 200, append(out.Body, "done"...) }))
	var clients [8]net.Conn
	var readers [8]*bufio.Reader
	for i := range clients {
		c := dial(t, addr)
		_ = c.SetDeadline(time.Now().Add(time.Minute)) // the idle time is two
		clients[i], readers[i] = c, bufio.NewReader(c)
		for range 3 {
			io.WriteString(c, getRequest)
			answer(t, readers[i])
		}
		io.WriteString(c, getRequest)
		c.(*net.TCPConn).CloseWrite()
	}
	for _, r := range readers {
		answer(t, r)
		if b, err := io.ReadAll(r); len(b) > 0 || err != nil {
			t.Errorf("after the last answer: %q, %v; want the end", b, err)
		}
	}
}

// A client that was silent for longer than the first look is still there.
func TestSilentClientsAreAnswered(t *testing.T) {
	addr, _ := start(t, plainly(func(_ *In, out *Out) { out.Status, out.Body = 200, append(out.Body, "done"...) }))
	c := dial(t, addr)
	r := bufio.NewReader(c)
	for _, pause := range []time.Duration{0, 0, silence + silence/2} {
		time.Sleep(pause)
		io.WriteString(c, getRequest)
		if _, got := answer(t, r); got != "done" {
			t.Fatalf("answer %q after %v", got, pause)
		}
	}
}
