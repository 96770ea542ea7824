package port

import (
	"net"
	"net/netip"
	"testing"
)

// Connections of another machine are counted by its address, those of this one are
// not.
func TestCrowds(t *testing.T) {
	at := func(text string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(text)) }
	c := crowds{most: 2}
	var leave []func()
	for _, tt := range []struct {
		addr string
		ok   bool
	}{
		{"192.0.2.1:1", true}, {"192.0.2.1:2", true}, {"192.0.2.1:3", false}, {"[::ffff:192.0.2.1]:4", false},
		{"192.0.2.2:1", true},
		{"127.0.0.1:1", true}, {"127.0.0.1:2", true}, {"127.0.0.1:3", true}, {"[::1]:1", true}, {"[::1]:2", true}, {"[::1]:3", true},
		{"[2001:db8::1]:1", true}, {"[2001:db8::2]:1", true}, {"[2001:db8::3]:1", false}, {"[2001:db8:0:1::3]:1", true},
	} {
		f, err := c.join(at(tt.addr))
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.addr, err)
		}
		if f != nil {
			leave = append(leave, f)
		}
	}
	for _, f := range leave {
		f()
	}
	if len(c.open) != 0 {
		t.Errorf("left are %v", c.open)
	}
}

// A farListener has connections come from elsewhere.
type farListener struct{ net.Listener }

func (l farListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return farConn{c}, err
}

type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.7:1234"))
}

func TestConnectionsOfOneAddressAreCounted(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := startOn(t, farListener{l}, Options{Handler: echo(), MaxAddress: 2})
	dial := func() net.Conn {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		return nc
	}
	answered := func(nc net.Conn) bool {
		if _, err := nc.Write([]byte("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
			return false
		}
		n, _ := nc.Read(make([]byte, 1024))
		return n > 0
	}
	first, second := dial(), dial()
	if !answered(first) || !answered(second) {
		t.Error("one within the limit is not answered")
	}
	if answered(dial()) {
		t.Error("one too many is answered")
	}
	first.Close()
	for !answered(dial()) { // until the server has seen it go
	}
}
