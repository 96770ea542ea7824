package port

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A turn is what one call in the loop needs, kept for the next one.
type turn struct {
	in   In
	out  Out
	from *reading
	buf  []byte // the answer as it is written
}

func newTurn() *turn {
	t := &turn{}
	t.in.Header = t.lookup
	return t
}

// begin makes the request that was read what the core is asked. The body is of
// the buffer of the connection: it is good until the answer.
func (t *turn) begin(r *reading, end int, err error) {
	t.from = r
	h, in := &r.head, &t.in
	in.Method, in.Target, in.Host, in.Remote = h.method, string(h.target), r.host, r.remote
	if in.Method == http.MethodHead {
		in.Method = http.MethodGet
	}
	if h.kind != nil {
		if string(h.kind) != r.kind {
			r.kind = string(h.kind)
		}
		in.ContentType = r.kind
	}
	if h.body > 0 {
		in.Body, in.BodyErr = r.buf[end:min(end+h.body, len(r.buf))], broken(err)
	}
}

// lookup is In.Header.
func (t *turn) lookup(name string) string {
	r := t.from
	for i := range r.head.lines[:r.head.n] {
		l := &r.head.lines[i]
		if int(l.nameEnd-l.name) == len(name) && strings.EqualFold(string(r.buf[l.name:l.nameEnd]), name) {
			return string(r.buf[l.value:l.valueEnd])
		}
	}
	return ""
}

// reset forgets the call but for memory of a modest size.
func (t *turn) reset() {
	t.in = In{Header: t.in.Header}
	t.from = nil
	clear(t.out.Header)
	t.out = Out{Header: t.out.Header[:0], Body: modest(t.out.Body)}
	t.buf = modest(t.buf)
}

// send writes the answer, in one piece unless it is large.
func (r *reading) send(t *turn, last bool) error {
	out := &t.out
	if out.Status < 200 || out.Status > 599 {
		out.Status = http.StatusInternalServerError
	}
	empty := out.Status == http.StatusNoContent || out.Status == http.StatusNotModified
	b := appendStatus(t.buf[:0], out.Status)
	b = appendLines(b, out.Header)
	b = append(b, "Date: "...)
	b = r.strict.date.append(b, r.at)
	if !empty {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, out.Length(), 10)
	}
	if last {
		b = append(b, "\r\nConnection: close"...)
	}
	b = append(b, "\r\n\r\n"...)
	body := out.Body
	if empty || r.head.method == http.MethodHead {
		body = nil
	}
	if len(b)+len(body) <= keep {
		b, body = append(b, body...), nil
	}
	t.buf = b
	err := r.write(b)
	if err == nil && len(body) > 0 {
		err = r.write(body)
	}
	if err != nil || out.Long == nil || empty || r.head.method == http.MethodHead {
		return err
	}
	return r.writeRest(out)
}

// write writes all of b: what the socket takes at once, and the rest as it
// drains, for which there is a deadline.
func (r *reading) write(b []byte) error {
	if r.fd != none {
		n, err := writeNow(r.fd, b)
		if err != nil || n == len(b) {
			return err
		}
		b = b[n:]
	}
	if err := r.setWriteDeadline(); err != nil {
		return err
	}
	_, err := r.conn.Conn.Write(b)
	return err
}

// writeRest writes what is long. Each piece has the time of an answer.
func (r *reading) writeRest(out *Out) error {
	return out.Rest(func(b []byte) error {
		r.writeBy = r.strict.now().Add(r.strict.limits.Write)
		if err := r.conn.Conn.SetWriteDeadline(r.writeBy); err != nil {
			return err
		}
		_, err := r.conn.Conn.Write(b)
		return err
	})
}

// setWriteDeadline moves it when that gives the writer a good deal more time.
func (r *reading) setWriteDeadline() error {
	l := r.strict.limits.Write
	by := r.at.Add(l)
	if by.Sub(r.writeBy) <= l/8 {
		return nil
	}
	r.writeBy = by
	return r.conn.Conn.SetWriteDeadline(by)
}

func appendStatus(b []byte, status int) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	if text := http.StatusText(status); text != "" {
		b = append(b, text...)
	} else {
		b = append(b, "status code "...)
		b = strconv.AppendInt(b, int64(status), 10)
	}
	return append(b, '\r', '\n')
}

// dates writes Date headers; each second is spelled once.
type dates struct{ last atomic.Pointer[spelled] }

type spelled struct {
	second int64
	text   string
}

func (d *dates) append(b []byte, at time.Time) []byte {
	s := d.last.Load()
	if second := at.Unix(); s == nil || s.second != second {
		s = &spelled{second, at.UTC().Format(http.TimeFormat)}
		d.last.Store(s)
	}
	return append(b, s.text...)
}
