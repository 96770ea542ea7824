package port

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"syscall"
	"time"
)

// A room has place for the largest request of the loop. Rooms are lent: what a
// connection has for itself is small.
type room [mostHead + mostBody]byte

// none is no descriptor.
const none = ^uintptr(0)

// A reading is the state of a connection in the loop.
type reading struct {
	strict *strict
	conn   *conn
	raw    syscall.RawConn // nil: the connection has no descriptor
	fd     uintptr         // while raw lends it, otherwise none
	remote string
	host   string // of the last request
	ours   bool   // host is
	kind   string // of the last request with one

	buf   []byte // what was read and not consumed, in small or big
	big   *room
	small [4 << 10]byte
	head  head

	open   bool // a request has begun
	posted bool // the last one was a POST
	asked  bool // the connection was read to its end once

	at      time.Time // of the last bytes
	began   time.Time // when the first bytes of a request came that is not whole
	readBy  time.Time // deadlines as they are set
	writeBy time.Time
}

func newReading(s *strict, c *conn) *reading {
	r := &reading{strict: s, conn: c, remote: c.RemoteAddr().String(), at: s.now(), open: true, fd: none}
	r.raw = descriptor(c.Conn)
	r.buf = r.small[:copy(r.small[:], c.rest)]
	c.rest = nil
	return r
}

// prepare gets ready to wait for the rest of a request, of which there is f.
func (r *reading) prepare(f form) way {
	r.makeRoom()
	if err := r.setDeadline(f); err != nil {
		return nowhere
	}
	return onward
}

// wait waits for what comes next and answers what is whole then.
func (r *reading) wait() way {
	if r.raw == nil {
		return r.got(r.conn.Conn.Read(r.room()))
	}
	w := onward
	err := r.raw.Read(func(fd uintptr) bool {
		r.fd = fd
		w = r.woken()
		r.fd = none
		return w != onward
	})
	switch {
	case err == nil:
		return w
	case r.early(err):
		return onward
	}
	return r.all(err)
}

// woken reads what made the connection readable. The poller tells of everything
// that comes after it has told once, so a read that did not fill the room is the
// last one: trying again would be a system call in vain for each request. Only
// the end of a client that came with its request is not told of again. A
// connection that has asked once is therefore read to the end, as is one that
// was silent for a while.
func (r *reading) woken() way {
	for {
		room := r.room()
		n, err := readNow(r.fd, room)
		if err == errNothingYet {
			return onward
		}
		w := r.got(n, err)
		if w != onward || n < len(room) && r.asked {
			return w
		}
		r.asked = true
	}
}

// got takes what was read.
func (r *reading) got(n int, err error) way {
	if n > 0 {
		r.buf = r.buf[:len(r.buf)+n]
		r.at, err = r.strict.now(), nil
	}
	return r.all(err)
}

// room is where the next bytes go.
func (r *reading) room() []byte { return r.buf[len(r.buf):cap(r.buf)] }

// silence is after how long a connection that has asked is read once more.
const silence = 2 * time.Second

// early reports whether a deadline came only to look at a silent connection,
// which then gets the rest of its time.
func (r *reading) early(err error) bool {
	by := r.at.Add(r.strict.limits.Idle)
	if len(r.buf) > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !r.readBy.Before(by) {
		return false
	}
	r.readBy = by
	return r.conn.Conn.SetReadDeadline(by) == nil
}

// setDeadline sets one for the rest of a request, counted from its first bytes;
// that of an idle connection is moved now and then only and comes a little late.
func (r *reading) setDeadline(f form) error {
	l := &r.strict.limits
	if len(r.buf) == 0 {
		r.began = time.Time{}
		idle := l.Idle
		if r.raw != nil {
			idle = min(idle, silence)
		}
		if by := r.at.Add(idle); !by.After(r.readBy) && !r.readBy.After(by.Add(idle)) {
			return nil
		}
		r.readBy = r.at.Add(idle + idle/8)
		return r.conn.Conn.SetReadDeadline(r.readBy)
	}
	if r.began.IsZero() {
		r.began = r.at
	}
	by := r.began.Add(l.Header)
	if f == whole {
		by = r.began.Add(l.Read)
	}
	if by.Equal(r.readBy) {
		return nil
	}
	r.readBy = by
	return r.conn.Conn.SetReadDeadline(by)
}

// makeRoom sees to it that buf can grow: there is always room for what is
// missing, because head and body are bounded.
func (r *reading) makeRoom() {
	if len(r.buf) < cap(r.buf) && len(r.buf) > 0 {
		return
	}
	to := r.small[:]
	if r.big != nil {
		to = r.big[:]
	}
	n := copy(to, r.buf)
	if n == len(to) && r.big == nil {
		r.big = r.strict.rooms.Get().(*room)
		n = copy(r.big[:], r.buf)
		to = r.big[:]
	}
	r.buf = to[:n]
}

// consume drops what was answered. A lent room goes back as soon as what is
// left fits without it.
func (r *reading) consume(n int) {
	r.buf = r.buf[n:]
	r.began = time.Time{}
	r.open, r.posted = false, r.head.method == http.MethodPost
	if r.big != nil && len(r.buf) < len(r.small) {
		r.buf = r.small[:copy(r.small[:], r.buf)]
		r.giveBack()
	}
}

func (r *reading) giveBack() {
	if r.big != nil {
		r.strict.rooms.Put(r.big)
		r.big = nil
	}
}

// leave ends the loop on the connection.
func (r *reading) leave(handed bool) {
	if handed {
		r.conn.rest = bytes.Clone(r.buf)
		handed = r.conn.Conn.SetDeadline(time.Time{}) == nil
	}
	if !handed {
		_ = r.conn.Close()
	}
	r.giveBack()
}
