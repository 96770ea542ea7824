package webhook

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A nameserver says the same of every name: the addresses that it has at the time.
type nameserver struct {
	addresses atomic.Pointer[[]string]
}

func (n *nameserver) say(addresses ...string) { n.addresses.Store(&addresses) }

// resolver asks the nameserver, over a pipe.
func (n *nameserver) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go n.serve(there)
		return here, nil
	}}
}

// serve answers questions in the form that they have over TCP.
func (n *nameserver) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		q := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, q); err != nil {
			return
		}
		a := n.answer(q)
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(a))), a...)); err != nil {
			return
		}
	}
}

// answer has all addresses of the family that a question is about.
func (n *nameserver) answer(q []byte) []byte {
	end := 12
	for q[end] != 0 {
		end += int(q[end]) + 1
	}
	end += 5 // the root, the type and the class
	family := binary.BigEndian.Uint16(q[end-4:])
	var records []byte
	count := uint16(0)
	for _, text := range *n.addresses.Load() {
		addr := netip.MustParseAddr(text)
		if addr.Is4() && family != 1 || addr.Is6() && family != 28 {
			continue
		}
		raw := addr.AsSlice()
		records = append(records, 0xc0, 12, 0, byte(family), 0, 1, 0, 0, 0, 0, 0, byte(len(raw)))
		records = append(records, raw...)
		count++
	}
	a := append([]byte{q[0], q[1], 0x81, 0x80, 0, 1}, byte(count>>8), byte(count), 0, 0, 0, 0)
	return append(append(a, q[12:end]...), records...)
}

// What a name leads to is looked at each time it is dialled: one that leads elsewhere
// than where deliveries may go, by whatever spelling, is refused there, and of several
// addresses those that may be reached are. (T-SSR-01, T-SSR-02)
func TestNamesAreLookedAtWhenTheyAreDialled(t *testing.T) {
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	tests := []struct {
		targets   Targets
		host      string
		addresses []string
		arrives   bool
	}{
		{Public, "bot.example", []string{"127.0.0.1"}, false},
		{Public, "bot.example", []string{"10.0.0.7", "192.168.0.1", "172.16.3.4", "100.64.0.1"}, false},
		{Public, "bot.example", []string{"169.254.169.254"}, false},
		{Public, "bot.example", []string{"::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"}, false},
		{Public, "0x7f000001", []string{"127.0.0.1"}, false},
		{Public, "2130706433", []string{"127.0.0.1"}, false},
		{Public, "0177.0.0.1", []string{"127.0.0.1"}, false},
		{Public, "127.1", []string{"127.0.0.1"}, false},
		{Public, "localhost.", []string{"127.0.0.1"}, false},
		{Loopback, "bot.example", []string{"10.0.0.7"}, false},
		{Loopback, "bot.example", []string{"10.0.0.7", "127.0.0.1"}, true},
		{Private, "bot.example", []string{"169.254.169.254", "127.0.0.1"}, true},
	}
	for _, tt := range tests {
		names := &nameserver{}
		names.say(tt.addresses...)
		s := newSender(tt.targets, time.Minute)
		s.dialer.Resolver = names.resolver()
		hits.Store(0)
		scheme := "http"
		if tt.targets == Public {
			scheme = "https"
		}
		out := s.post(t.Context(), parcel{to: scheme + "://" + tt.host + ":" + port + "/", id: "id"})
		if arrived := out.wrong == ""; arrived != tt.arrives || (hits.Load() == 1) != tt.arrives {
			t.Errorf("%s, %s at %v: wrong %q, %d calls", tt.targets, tt.host, tt.addresses, out.wrong, hits.Load())
		}
		// Some spellings are no names: then nobody is asked.
		if !tt.arrives && !strings.HasSuffix(out.wrong, "no such host") && !strings.Contains(out.wrong, "is no target: webhooks.targets is "+tt.targets.String()) {
			t.Errorf("%s at %v: it is told of as %q", tt.host, tt.addresses, out.wrong)
		}
		s.close()
	}
}

// A name that led to a place that may be reached when its app subscribed, and leads
// elsewhere when something is delivered. (T-SSR-02)
func TestANameThatLeadsElsewhereLater(t *testing.T) {
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hits.Add(1) }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	names := &nameserver{}
	s := newSender(Loopback, time.Minute)
	defer s.close()
	s.dialer.Resolver = names.resolver()
	for _, tt := range []struct {
		address string
		arrives bool
	}{{"127.0.0.1", true}, {"10.0.0.7", false}, {"169.254.169.254", false}, {"127.0.0.1", true}} {
		names.say(tt.address)
		s.close() // no connection is open any more
		if out := s.post(t.Context(), parcel{to: "http://bot.example:" + port + "/", id: "id"}); (out.wrong == "") != tt.arrives {
			t.Errorf("at %s: %q", tt.address, out.wrong)
		}
	}
	if hits.Load() != 2 {
		t.Errorf("%d calls", hits.Load())
	}
}
