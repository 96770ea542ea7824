package port

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/kithgraph/kith/internal/graph"
)

// ErrBodyTooLarge is the BodyErr of a request whose body is over the limit.
// What was read of it is in Body.
var ErrBodyTooLarge = errors.New("request body too large")

// broken is the BodyErr of a body that did not arrive as it was announced: what the
// caller did wrong is not its size.
func broken(err error) error {
	if _, told := err.(*graph.Error); err == nil || told || err == ErrBodyTooLarge {
		return err
	}
	return graph.ErrBadParam.With(err)
}

// Bodies are the largest bodies of a call: one in parts, which may bring files, and
// any other. Zero means 25 MiB and 4 MiB, as much as the core takes of a batch.
type Bodies struct {
	Plain, Parts int
	// Together is how much of the large ones is held at once; zero means 256 MiB.
	Together int64
}

func (b Bodies) withDefaults() Bodies {
	return Bodies{cmp.Or(b.Plain, 4<<20), cmp.Or(b.Parts, 25<<20), cmp.Or(b.Together, 256<<20)}
}

// A cellar is where all large bodies are. One address has a quarter of it, those of
// this machine all: a proxy in front of the server brings everybody from there.
type cellar struct {
	most int64

	mu    sync.Mutex
	used  int64
	share map[netip.Addr]int64
}

// A place is what one call has of it.
type place struct {
	cellar *cellar
	addr   netip.Addr // not valid: of this machine
	taken  int64
}

// grow asks for a buffer of so many bytes in all. Small ones are not counted: they
// are bounded by connections.
func (p *place) grow(bytes int) error {
	more := int64(bytes) - p.taken
	if bytes <= keep || more <= 0 {
		return nil
	}
	c := p.cellar
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used+more > c.most || p.addr.IsValid() && c.share[p.addr]+more > c.most/4 {
		return graph.ErrUnavailable
	}
	c.used += more
	if p.addr.IsValid() {
		if c.share == nil {
			c.share = map[netip.Addr]int64{}
		}
		c.share[p.addr] += more
	}
	p.taken += more
	return nil
}

func (p *place) leave() {
	if p.taken == 0 {
		return
	}
	c := p.cellar
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used -= p.taken
	if p.addr.IsValid() {
		if c.share[p.addr] -= p.taken; c.share[p.addr] == 0 {
			delete(c.share, p.addr)
		}
	}
	p.taken = 0
}

// brings reports whether the body of a request is read: a large one only with a method
// by which it counts.
func brings(method string, length int64) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return length > 0 && length <= keep
	}
	return length != 0
}

// of is the limit of a type of content.
func (b *Bodies) of(contentType string) int {
	const parts = "multipart/form-data"
	if len(contentType) > len(parts) && strings.EqualFold(contentType[:len(parts)], parts) {
		return b.Parts
	}
	return b.Plain
}

// readBody appends r to b, at most limit bytes. length is what the client
// announced, negative if it did not; it is believed only so far, so that an
// announcement alone costs no memory. What it needs is taken from p.
func readBody(b []byte, r io.Reader, length int64, limit int, p *place) ([]byte, error) {
	if length > int64(limit) {
		return b, ErrBodyTooLarge
	}
	if room := int(min(max(length, 0)+1, keep)); cap(b) < room {
		b = make([]byte, 0, room)
	}
	for {
		if len(b) == cap(b) { // twice as much, and no more than was announced
			room := max(2*cap(b), 512)
			if int64(len(b)) < length {
				room = min(room, int(length)+1)
			}
			if err := p.grow(room); err != nil {
				return b, err
			}
			b = append(make([]byte, 0, room), b...)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > limit {
			return b[:limit], ErrBodyTooLarge
		}
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}
