package port

import (
	"errors"
	"io"
)

// ErrBodyTooLarge is the BodyErr of a request whose body is over the limit.
// What was read of it is in Body.
var ErrBodyTooLarge = errors.New("request body too large")

// DefaultBody is the largest body of a call unless something else is asked for.
const DefaultBody = 1 << 20

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
