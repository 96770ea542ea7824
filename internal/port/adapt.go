package port

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/kithgraph/kith/internal/graph"
)

// What the core sees and answers.
type (
	In         = graph.In
	Out        = graph.Out
	HeaderPair = graph.HeaderPair
)

// automatic is the length of a body up to which net/http finds the length
// itself, at less cost.
const automatic = 2048

// keep is the largest buffer that is kept for the next call.
const keep = 64 << 10

// A call is everything that one call needs, kept for the next one.
type call struct {
	in     In
	out    Out
	header http.Header
	buf    []byte
	// What buf has of the room for bodies, and what the body has once it is unpacked.
	packed, plain place
}

// Adapt makes a handler of the core. ctx is what the core gets: it lives as
// long as the server and does not end with the connection of a client, so that
// a write is not given up halfway.
func Adapt(ctx context.Context, most Bodies, serve func(ctx context.Context, in *In, out *Out)) http.Handler {
	most = most.withDefaults()
	bodies := &cellar{most: most.Together}
	pool := sync.Pool{New: func() any { return newCall() }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, ok := originForm(r.RequestURI)
		if !ok {
			refuse(w, http.StatusBadRequest, "The address of the request is not a path.")
			return
		}
		c := pool.Get().(*call)
		c.packed = place{cellar: bodies, addr: clientOf(r.RemoteAddr)}
		c.plain = c.packed
		sent := false
		defer func() {
			c.packed.leave()
			c.plain.leave()
			// After a failed write HTTP/2 may still be reading the body of a stream
			// that was reset; that memory must not carry somebody else's answer.
			if sent {
				c.reset()
				pool.Put(c)
			}
		}()
		c.begin(r, target, &most)
		if r.ProtoMajor == 1 && r.TransferEncoding != nil {
			// What a proxy before us took for the end may be another one, if there was a
			// length too, which net/http does not tell. [RFC 9112, 6.3]
			w.Header()["Connection"] = closing
		}
		serve(ctx, &c.in, &c.out)
		sent = c.send(w, plainConn(r), r.Method == http.MethodHead) == nil
	})
}

var closing = []string{"close"}

func newCall() *call {
	c := &call{}
	c.in.Header, c.in.Hold = c.lookup, c.plain.grow
	return c
}

// lookup is In.Header.
func (c *call) lookup(name string) string {
	v, ok := c.header[name]
	if !ok {
		v = c.header[http.CanonicalHeaderKey(name)]
	}
	if len(v) > 1 && strings.EqualFold(name, "Authorization") {
		return oneOf(v)
	}
	if len(v) > 0 {
		return v[0]
	}
	if strings.EqualFold(name, "Host") {
		return c.in.Host
	}
	return ""
}

// oneOf is what several lines say that are to be the same: if they are not, no proxy
// and server must take different ones, so it is all of them, which is no token. [own]
func oneOf(lines []string) string {
	for _, l := range lines[1:] {
		if l != lines[0] {
			return strings.Join(lines, ", ")
		}
	}
	return lines[0]
}

func (c *call) begin(r *http.Request, target string, most *Bodies) {
	c.header = r.Header
	in := &c.in
	in.Method, in.Target, in.Host, in.Remote = r.Method, target, r.Host, r.RemoteAddr
	if in.Method == http.MethodHead {
		in.Method = http.MethodGet
	}
	in.TLS = r.TLS != nil
	if v := r.Header["Content-Type"]; len(v) > 0 {
		in.ContentType = v[0]
	}
	if brings(r.Method, r.ContentLength) {
		c.buf, in.BodyErr = readBody(c.buf[:0], r.Body, r.ContentLength, most.of(in.ContentType), &c.packed)
		in.Body, in.BodyErr = c.buf, broken(in.BodyErr)
	}
}

// send writes the answer, its header lines in one piece where the connection
// allows it.
func (c *call) send(w http.ResponseWriter, plain *conn, head bool) error {
	out := &c.out
	if out.Status < 200 || out.Status > 599 {
		out.Status = http.StatusInternalServerError
	}
	h := w.Header()
	if plain != nil {
		plain.lay(out.Header)
	} else {
		mapped(h, out.Header)
	}
	if _, said := h["Content-Type"]; !said {
		h["Content-Type"] = nil // none is better than a guess
	}
	empty := out.Status == http.StatusNoContent || out.Status == http.StatusNotModified
	if !empty && (head || out.Length() > automatic) {
		h["Content-Length"] = []string{strconv.FormatInt(out.Length(), 10)}
	}
	w.WriteHeader(out.Status)
	if head || empty || out.Length() == 0 {
		return nil
	}
	write := func(b []byte) error {
		_, err := w.Write(b)
		return err
	}
	if err := write(out.Body); err != nil || out.Long == nil {
		return err
	}
	return out.Rest(write)
}

// mapped puts pairs into h. The values share one slice, which is not reused: the
// header map of a finished response may live on.
func mapped(h http.Header, pairs []HeaderPair) {
	values := make([]string, len(pairs))
	for i, p := range pairs {
		values[i] = p.Value
		h[p.Name] = values[i : i+1 : i+1]
	}
}

// reset forgets the call but for memory of a modest size.
func (c *call) reset() {
	c.in = In{Header: c.in.Header, Hold: c.in.Hold}
	c.header = nil
	clear(c.out.Header)
	c.out = Out{Header: c.out.Header[:0], Body: modest(c.out.Body)}
	c.buf = modest(c.buf)
}

func modest(b []byte) []byte {
	if cap(b) > keep {
		return nil
	}
	return b[:0]
}

// originForm takes scheme and host off a target that a proxy client sent whole.
func originForm(target string) (string, bool) {
	if strings.HasPrefix(target, "/") {
		return target, true
	}
	_, rest, ok := strings.Cut(target, "://")
	if !ok {
		return "", false
	}
	i := strings.IndexAny(rest, "/?")
	switch {
	case i < 0:
		return "/", true
	case rest[i] == '?':
		return "/" + rest[i:], true
	}
	return rest[i:], true
}
