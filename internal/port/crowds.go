package port

import (
	"errors"
	"net"
	"net/netip"
	"sync"
)

var errCrowded = errors.New("too many connections of one address")

// crowds count the connections of each client address. Those of this machine are
// not counted: a proxy in front of the server brings everybody from there.
type crowds struct {
	most int

	mu   sync.Mutex
	open map[netip.Addr]int
}

// join counts a connection, until leave is called; nil where nobody counts.
func (c *crowds) join(from net.Addr) (leave func(), err error) {
	tcp, ok := from.(*net.TCPAddr)
	if !ok {
		return nil, nil
	}
	addr := counted(tcp.AddrPort())
	if !addr.IsValid() {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[addr] >= c.most {
		return nil, errCrowded
	}
	if c.open == nil {
		c.open = map[netip.Addr]int{}
	}
	c.open[addr]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.open[addr]--; c.open[addr] == 0 {
			delete(c.open, addr)
		}
	}, nil
}

// counted is who is counted as one: an address, or an IPv6 network of 64 bits; nobody
// of this machine.
func counted(from netip.AddrPort) netip.Addr {
	addr := from.Addr().Unmap().WithZone("")
	if !addr.IsValid() || addr.IsLoopback() {
		return netip.Addr{}
	}
	if addr.Is6() { // one client has the whole of it
		p, _ := addr.Prefix(64)
		addr = p.Addr()
	}
	return addr
}

// clientOf is the client of an address as net/http tells it.
func clientOf(remote string) netip.Addr {
	from, _ := netip.ParseAddrPort(remote)
	return counted(from)
}
