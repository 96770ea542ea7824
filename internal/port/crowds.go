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
	addr := tcp.AddrPort().Addr().Unmap().WithZone("")
	if addr.IsLoopback() {
		return nil, nil
	}
	if addr.Is6() { // one client has the whole of it
		p, _ := addr.Prefix(64)
		addr = p.Addr()
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
