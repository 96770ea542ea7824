package port

import (
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// A strict answers plain calls on plain connections without net/http: its loop
// reads a request, has the core answer it and writes that. A request that it
// does not know to the last byte stays in the connection, which from then on is
// for net/http.
type strict struct {
	plain  func(in *In, out *Out)
	guard  *guard
	now    func() time.Time
	limits Timeouts
	head   int // most bytes of a head
	body   int
	log    *slog.Logger
	date   dates
	turns  sync.Pool // of *turn
	rooms  sync.Pool // of *room
}

// newStrict returns nil if there is to be no loop.
func newStrict(o *Options, g *guard) *strict {
	if o.Plain == nil || o.Now == nil {
		return nil
	}
	s := &strict{plain: o.Plain, guard: g, now: o.Now, limits: o.Timeouts, log: o.Log, body: mostBody}
	s.head = min(mostHead, o.MaxHeaderBytes, o.MaxTargetBytes)
	if o.MaxBody > 0 {
		s.body = min(s.body, o.MaxBody)
	}
	s.turns.New = func() any { return newTurn() }
	s.rooms.New = func() any { return new(room) }
	return s
}

// A way is how a connection goes on.
type way uint8

const (
	onward  way = iota // with the next request
	over               // to net/http, with what was not consumed
	nowhere            // it is closed
)

// serve answers what comes on c, whose first byte was looked at. It reports
// false when c is closed, true when c is for net/http.
func (s *strict) serve(c *conn) (handed bool) {
	r := newReading(s, c)
	w := nowhere
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic while answering", "client", r.remote, "panic", p, "stack", string(debug.Stack()))
			w = nowhere
		}
		handed = w == over
		r.leave(handed)
	}()
	for w = r.all(nil); w == onward; {
		w = r.wait()
	}
	return
}

// all answers every request that is there. err is why no more comes: a whole
// head then has a part of its body.
func (r *reading) all(err error) way {
	for {
		end, f := r.request()
		if err == nil && (f == part || f == whole && r.lacks(end)) {
			return r.prepare(f)
		}
		if err == io.EOF && f == whole {
			err = io.ErrUnexpectedEOF
		}
		if w := r.one(end, f, err); w != onward {
			return w
		}
	}
}

// one answers a request of which nothing more comes.
func (r *reading) one(end int, f form, err error) way {
	switch {
	case f == odd, f == part && err == io.EOF && r.open && len(r.buf) > 0, f == whole && !r.known():
		return over // a part of a request with nothing behind it has an answer, too
	case f == part || !r.conn.begin():
		return nowhere
	}
	t := r.strict.turns.Get().(*turn)
	t.begin(r, end, err)
	r.strict.plain(&t.in, &t.out)
	// Whose side has ended sends nothing more, so it is told no more.
	last := r.conn.draining() || err != nil && err != io.ErrUnexpectedEOF
	if serr := r.send(t, last); serr != nil || last || err != nil {
		return nowhere
	}
	t.reset()
	r.strict.turns.Put(t)
	r.consume(end + max(r.head.body, 0))
	if !r.conn.idle() {
		return nowhere
	}
	return onward
}

// request looks for one in what was read.
func (r *reading) request() (end int, f form) {
	if !r.opened() {
		return 0, part
	}
	end, f = r.head.parse(r.buf, r.strict.head)
	if f == whole && r.head.body > r.strict.body {
		f = odd
	}
	return end, f
}

// lacks reports whether a part of the body is missing.
func (r *reading) lacks(end int) bool { return len(r.buf) < end+max(r.head.body, 0) }

// opened reports whether a request has begun. As in net/http the second one of a
// connection has with its fourth byte, and up to four line ends behind a POST
// are left out.
func (r *reading) opened() bool {
	if r.open || len(r.buf) < 4 {
		return r.open
	}
	r.open = true
	for i := 0; i < 4 && r.posted && (r.buf[0] == '\r' || r.buf[0] == '\n'); i++ {
		if r.buf = r.buf[1:]; len(r.buf) == 0 {
			break
		}
	}
	return true
}

// known reports whether the Host is one of ours. That of the request before is
// remembered.
func (r *reading) known() bool {
	if string(r.head.host) != r.host {
		r.host = string(r.head.host)
		r.ours = r.strict.guard.allows(r.host)
	}
	return r.ours
}
