package wire

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/kithgraph/kith/internal/graph"
)

// A profile fits into one segment of any network: packing it would cost more than
// it saves. [own]
const leastPacked = 1400

// packedHeader goes with what is packed; that answers vary is said of all.
var packedHeader = graph.HeaderPair{Name: "Content-Encoding", Value: "gzip"}

// A packer compresses answers. It has as many writers as there are processors,
// as each takes most of a megabyte and keeps a processor busy.
type packer struct{ free chan *packing }

type packing struct {
	w   *gzip.Writer
	buf bytes.Buffer
}

func newPacker() packer {
	n := runtime.GOMAXPROCS(0)
	p := packer{make(chan *packing, n)}
	for range n {
		p.free <- nil // made when it is needed
	}
	return p
}

// pack compresses an answer that is long enough, if the caller takes gzip. The tag
// stays that of the text. [guess]
func (p packer) pack(in *graph.In, out *graph.Out) {
	if len(out.Body) < leastPacked || !takesGzip(in.Header("Accept-Encoding")) {
		return
	}
	w := <-p.free
	defer func() { p.free <- w }()
	if w == nil {
		w = new(packing)
		w.w, _ = gzip.NewWriterLevel(&w.buf, gzip.BestSpeed)
	}
	w.buf.Reset()
	w.w.Reset(&w.buf)
	w.w.Write(out.Body) // a bytes.Buffer takes everything
	w.w.Close()
	if w.buf.Len() < len(out.Body) {
		out.Body = append(out.Body[:0], w.buf.Bytes()...)
		out.Header = append(out.Header, packedHeader)
	}
	if w.buf.Cap() > mostKept {
		w.buf = bytes.Buffer{}
	}
}

// mostKept bounds the memory that a writer keeps for the next answer.
const mostKept = 1 << 20

// takesGzip reads Accept-Encoding: gzip or anything, and not with a weight of 0.
func takesGzip(accept string) bool {
	takes := false
	for part := range strings.SplitSeq(accept, ",") {
		coding, rest, _ := strings.Cut(part, ";")
		switch coding = strings.TrimSpace(coding); {
		case strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip"):
			return weight(rest) > 0
		case coding == "*":
			takes = weight(rest) > 0
		}
	}
	return takes
}

func weight(s string) float64 {
	name, value, _ := strings.Cut(s, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}
