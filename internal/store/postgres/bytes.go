package postgres

import (
	"encoding/binary"
	"errors"

	"github.com/kithgraph/kith/internal/store/driver"
)

// The types that cross the wire, always in binary form.
const (
	oidInt8      = 20
	oidBytea     = 17
	oidText      = 25
	oidInt8Array = 1016
)

var errWidth = errors.New("postgres: a number came in another width")

// An arena holds the bytes of the parameters of one batch.
type arena []byte

func (a *arena) int(v int64) []byte {
	n := len(*a)
	*a = binary.BigEndian.AppendUint64(*a, uint64(v))
	return (*a)[n:len(*a):len(*a)]
}

// bytes copies, so that a buffered write does not change under its owner. The
// result is never nil, which would be NULL.
func (a *arena) bytes(b []byte) []byte {
	n := len(*a)
	*a = append(*a, b...)
	if len(b) == 0 {
		return []byte{}
	}
	return (*a)[n:len(*a):len(*a)]
}

// head begins an array of n numbers.
func (a *arena) head(n int) {
	be := binary.BigEndian
	dims := uint32(1)
	if n == 0 {
		dims = 0
	}
	*a = be.AppendUint32(*a, dims)
	*a = be.AppendUint32(*a, 0) // no NULLs
	*a = be.AppendUint32(*a, oidInt8)
	if n > 0 {
		*a = be.AppendUint32(*a, uint32(n))
		*a = be.AppendUint32(*a, 1) // first index
	}
}

func (a *arena) ids(ids []driver.ID) []byte {
	at := len(*a)
	a.head(len(ids))
	for _, id := range ids {
		*a = binary.BigEndian.AppendUint32(*a, 8)
		*a = binary.BigEndian.AppendUint64(*a, uint64(id))
	}
	return (*a)[at:len(*a):len(*a)]
}

// A row decodes one answer, column by column; the first error stays.
type row struct {
	cols [][]byte
	err  error
}

func (r *row) int(i int) int64 {
	if len(r.cols[i]) != 8 {
		r.err = errWidth
		return 0
	}
	return int64(binary.BigEndian.Uint64(r.cols[i]))
}

// bytes copies a value out of the connection's buffer; an empty one is nil.
func (r *row) bytes(i int) []byte {
	if len(r.cols[i]) == 0 {
		return nil
	}
	return append([]byte(nil), r.cols[i]...)
}

// time turns inv_t back into a time; NULL is zero.
func (r *row) time(i int) int64 {
	if r.cols[i] == nil {
		return 0
	}
	return 1<<62 - r.int(i)
}

func (a *arena) ints(vs ...int64) [][]byte {
	args := make([][]byte, len(vs))
	for i, v := range vs {
		args[i] = a.int(v)
	}
	return args
}
