package port

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net/http"
	"testing"
	"time"
)

// Frames of HTTP/2, as far as the tests of its limits need them.
const (
	h2Data, h2Headers, h2Reset, h2Settings, h2Ping = 0, 1, 3, 4, 6
	h2EndStream, h2Ack, h2EndHeaders               = 1, 1, 4

	h2Protocol, h2FlowControl = 1, 3 // why a stream is reset
)

type h2Frame struct {
	kind, flags byte
	stream      uint32
	body        []byte
}

// An h2Client writes frames of its own, which no client does that keeps to the limits.
type h2Client struct {
	t   *testing.T
	c   *tls.Conn
	r   *bufio.Reader
	set map[uint16]uint32 // what the server said of itself
}

func newH2Client(t *testing.T, addr string) *h2Client {
	t.Helper()
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	h := &h2Client{t: t, c: c, r: bufio.NewReader(c), set: map[uint16]uint32{}}
	if _, err := io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	h.write(h2Settings, 0, 0, nil)
	for len(h.set) == 0 {
		f := h.read()
		for b := f.body; f.kind == h2Settings && len(b) >= 6; b = b[6:] {
			h.set[binary.BigEndian.Uint16(b)] = binary.BigEndian.Uint32(b[2:])
		}
	}
	h.write(h2Settings, h2Ack, 0, nil)
	return h
}

func (h *h2Client) write(kind, flags byte, stream uint32, body []byte) {
	h.t.Helper()
	b := append([]byte{byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body)), kind, flags}, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(b[5:], stream)
	if _, err := h.c.Write(append(b, body...)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *h2Client) read() h2Frame {
	h.t.Helper()
	var head [9]byte
	if _, err := io.ReadFull(h.r, head[:]); err != nil {
		h.t.Fatal(err)
	}
	f := h2Frame{kind: head[3], flags: head[4], stream: binary.BigEndian.Uint32(head[5:])}
	f.body = make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	if _, err := io.ReadFull(h.r, f.body); err != nil {
		h.t.Fatal(err)
	}
	return f
}

// open begins a stream: ":method", ":scheme", ":path" and ":authority".
func (h *h2Client) open(stream uint32, post bool) {
	h.t.Helper()
	method, flags := byte(0x82), byte(h2EndHeaders|h2EndStream)
	if post {
		method, flags = 0x83, h2EndHeaders
	}
	h.write(h2Headers, flags, stream, append([]byte{method, 0x87, 0x84, 0x01, 9}, "localhost"...))
}

// sends writes a part of a body.
func (h *h2Client) sends(stream uint32, bytes int) {
	h.t.Helper()
	for ; bytes > 0; bytes -= 16 << 10 {
		h.write(h2Data, 0, stream, make([]byte, min(bytes, 16<<10)))
	}
}

// refused asks for a sign of life and returns the streams that were reset before it came,
// with the reasons.
func (h *h2Client) refused() map[uint32]uint32 {
	h.t.Helper()
	h.write(h2Ping, 0, 0, make([]byte, 8))
	reset := map[uint32]uint32{}
	for {
		switch f := h.read(); {
		case f.kind == h2Reset:
			reset[f.stream] = binary.BigEndian.Uint32(f.body)
		case f.kind == h2Ping && f.flags == h2Ack:
			return reset
		}
	}
}

// waiting answers nobody, and reads nothing, before go on is closed.
func waiting(opt Options) (o Options, begun chan string, goOn chan struct{}) {
	begun, goOn = make(chan string, 16), make(chan struct{})
	opt.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- r.Method
		<-goOn
	})
	return withTLS(opt), begun, goOn
}

// As many calls at a time as limits.streams says are answered, one more is refused,
// and is taken when there is room. T-LIM-05
func TestStreamsOfAConnection(t *testing.T) {
	opt, begun, goOn := waiting(Options{Streams: 3})
	addr, _ := start(t, opt)
	h := newH2Client(t, addr)
	if got := h.set[3]; got != 3 {
		t.Errorf("the server tells of %d streams", got)
	}
	for stream := uint32(1); stream <= 5; stream += 2 {
		h.open(stream, false)
		<-begun
	}
	if got := h.refused(); len(got) != 0 {
		t.Errorf("within the limit: %v", got)
	}
	h.open(7, false)
	if got := h.refused(); len(got) != 1 || got[7] != h2Protocol {
		t.Errorf("one too many: %v", got)
	}
	close(goOn)
	for ended := 0; ended < 3; {
		if f := h.read(); f.kind == h2Headers && f.flags&h2EndStream != 0 {
			ended++
		}
	}
	h.open(9, false)
	<-begun
	if got := h.refused(); len(got) != 0 {
		t.Errorf("once there is room: %v", got)
	}
}

// A call may send ahead as much as limits.stream_window says, and not a byte more.
func TestWindowOfAStream(t *testing.T) {
	opt, begun, goOn := waiting(Options{StreamWindow: 100 << 10})
	addr, _ := start(t, opt)
	defer close(goOn)
	h := newH2Client(t, addr)
	if got := h.set[4]; got != 100<<10 {
		t.Errorf("the server tells of %d bytes", got)
	}
	h.open(1, true)
	h.open(3, true)
	<-begun
	<-begun
	h.sends(1, 100<<10)
	if got := h.refused(); len(got) != 0 {
		t.Errorf("within the limit: %v", got)
	}
	h.sends(1, 1)
	if got := h.refused(); len(got) != 1 || got[1] != h2FlowControl {
		t.Errorf("a byte too many: %v", got)
	}
	h.sends(3, 100<<10) // the other one has its own
	if got := h.refused(); len(got) != 0 {
		t.Errorf("the other stream: %v", got)
	}
}

// All calls of a connection may send ahead as much as limits.connection_window says
// together.
func TestWindowOfAConnection(t *testing.T) {
	opt, begun, goOn := waiting(Options{StreamWindow: 100 << 10, ConnWindow: 250 << 10})
	addr, _ := start(t, opt)
	defer close(goOn)
	h := newH2Client(t, addr)
	for stream := uint32(1); stream <= 5; stream += 2 {
		h.open(stream, true)
		<-begun
	}
	h.sends(1, 100<<10)
	h.sends(3, 100<<10)
	h.sends(5, 50<<10)
	if got := h.refused(); len(got) != 0 {
		t.Errorf("within the limit: %v", got)
	}
	h.sends(5, 1)
	if got := h.refused(); len(got) != 1 || got[5] != h2FlowControl {
		t.Errorf("a byte too many: %v", got)
	}
}
