package wire

import (
	"encoding/base64"
	"encoding/binary"
	"sync/atomic"

	"github.com/kithgraph/kith/internal/graph"
)

// A tracer makes the ids by which a call is named in its answer: a sequence
// from a seed, so that the same world gives the same ids.
type tracer struct {
	seed uint64
	n    atomic.Uint64
}

// traceIDs are the ids of one call.
type traceIDs struct {
	n       uint64
	seed    uint64
	journal uint64
}

func (t *tracer) next() traceIDs { return traceIDs{n: t.n.Add(1), seed: t.seed} }

// word returns the i-th pseudo-random word of the call (splitmix64).
func (t traceIDs) word(i uint64) uint64 {
	z := t.seed + (t.n*8+i)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// request is the id of a call: 23 characters that begin with A. [seen since 2019]
func (t traceIDs) request() string { return string(t.appendRequest(nil)) }

func (t traceIDs) appendRequest(b []byte) []byte {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:], t.word(0))
	binary.BigEndian.PutUint64(raw[8:], t.word(1))
	b = append(b, 'A')
	return base64.RawURLEncoding.AppendEncode(b, raw[:])
}

// appendShort is the older id: 11 characters of base64. [seen until 2019]
func (t traceIDs) appendShort(b []byte) []byte {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], t.word(2))
	return base64.RawStdEncoding.AppendEncode(b, raw[:])
}

// appendDebug is X-FB-Debug: 88 characters of base64 that end in "==". [seen]
func (t traceIDs) appendDebug(b []byte) []byte {
	var raw [64]byte
	for i := range uint64(8) {
		binary.BigEndian.PutUint64(raw[i*8:], t.word(i))
	}
	return base64.StdEncoding.AppendEncode(b, raw[:])
}

// shortTraces is when fbtrace_id had 11 characters. [guess for the version]
var shortTraces = graph.V(4, 0)

func (t traceIDs) appendTrace(b []byte, v graph.Version) []byte {
	if v < shortTraces {
		return t.appendShort(b)
	}
	return t.appendRequest(b)
}
