package port

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"time"
)

// A room has place for the largest request of the loop. Rooms are lent: what a
// connection has for itself is small.
type room [mostHead + mostBody]byte

// A reading is the state of a connection in the loop.
type reading struct {
	strict *strict
	conn   *conn
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

	at      time.Time // of the last bytes
	began   time.Time // when the first bytes of a request came that is not whole
	readBy  time.Time // deadlines as they are set
	writeBy time.Time
}

func newReading(s *strict, c *conn) *reading {
	r := &reading{strict: s, conn: c, remote: c.RemoteAddr().String(), at: s.now(), open: true}
	r.buf = r.small[:copy(r.small[:], c.rest)]
	c.rest = nil
	return r
}

// more reads what comes next behind a request of which there is a part, or of
// which there is nothing yet.
func (r *reading) more(f form) error {
	r.makeRoom()
	if err := r.setDeadline(f); err != nil {
		return err
	}
	if len(r.buf) == 0 {
		// The others first: when it is our turn again the next request may be
		// there, which saves a read in vain and being woken.
		runtime.Gosched()
	}
	n, err := r.conn.Conn.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if n > 0 {
		r.at = r.strict.now()
		return nil
	}
	if err == io.EOF && f == whole {
		return io.ErrUnexpectedEOF
	}
	return err
}

// setDeadline sets one for the rest of a request, counted from its first bytes;
// that of an idle connection is moved now and then only and comes a little late.
func (r *reading) setDeadline(f form) error {
	l := &r.strict.limits
	if len(r.buf) == 0 {
		r.began = time.Time{}
		if !r.at.Add(l.Idle).After(r.readBy) {
			return nil
		}
		r.readBy = r.at.Add(l.Idle + l.Idle/8)
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
