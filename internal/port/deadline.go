package port

import (
	"sync"
	"time"
)

// deadlines saves most of the timers that net/http sets: five or six a request,
// of which one or two ever matter.
//
// A read deadline is kept until somebody reads; what is already buffered needs
// none. A write deadline is only moved when that gives a writer a good deal more
// time. A deadline in the past interrupts who is waiting and acts at once.
type deadlines struct {
	mu      sync.Mutex
	read    time.Time // to be set before the next read
	unset   bool
	readers int
	write   time.Time // as it is set
}

// interrupt is before every deadline that is meant as one. net/http uses the
// second of 1970.
var interrupt = time.Unix(1<<20, 0)

// coarse is by how much a write deadline may come early.
const coarse = 10 * time.Second

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.readers > 0 || !t.IsZero() && t.Before(interrupt) {
		d.unset = false
		return c.Conn.SetReadDeadline(t)
	}
	d.read, d.unset = t, true
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	if ahead := t.Sub(d.write); !t.IsZero() && !d.write.IsZero() && ahead >= 0 && ahead < coarse {
		return nil
	}
	d.write = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unset, d.write = false, t
	return c.Conn.SetDeadline(t)
}

// receive reads under the deadline that was asked for last.
func (c *conn) receive(p []byte) (int, error) {
	d := &c.deadlines
	d.mu.Lock()
	if d.unset {
		d.unset = false
		if err := c.Conn.SetReadDeadline(d.read); err != nil {
			d.mu.Unlock()
			return 0, err
		}
	}
	d.readers++
	d.mu.Unlock()
	n, err := c.Conn.Read(p)
	d.mu.Lock()
	d.readers--
	d.mu.Unlock()
	return n, err
}
