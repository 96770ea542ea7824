package port

import (
	"cmp"
	"errors"
	"io"
	"strings"
)

// ErrBodyTooLarge is the BodyErr of a request whose body is over the limit.
// What was read of it is in Body.
var ErrBodyTooLarge = errors.New("request body too large")

// BodyLimits bound the body of a request. A zero field has its default.
type BodyLimits struct {
	Plain int // JSON and whatever is not a form: 1 MiB
	Form  int // URL-encoded and multipart forms, which carry batches: 4 MiB
}

func (l BodyLimits) withDefaults() BodyLimits {
	return BodyLimits{Plain: cmp.Or(l.Plain, 1<<20), Form: cmp.Or(l.Form, 4<<20)}
}

// of picks the limit for a Content-Type.
func (l BodyLimits) of(contentType string) int {
	kind, _, _ := strings.Cut(contentType, ";")
	kind = strings.TrimSpace(kind)
	if strings.EqualFold(kind, "application/x-www-form-urlencoded") || strings.EqualFold(kind, "multipart/form-data") {
		return l.Form
	}
	return l.Plain
}

// readBody appends r to b, at most limit bytes. length is what the client
// announced, negative if it did not; it is believed only so far, so that an
// announcement alone costs no memory.
func readBody(b []byte, r io.Reader, length int64, limit int) ([]byte, error) {
	if length > int64(limit) {
		return b, ErrBodyTooLarge
	}
	if room := int(min(max(length, 0)+1, keep)); cap(b) < room {
		b = make([]byte, 0, room)
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
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
