package port

import (
	"bytes"
	"net/http"
	"strings"
)

// A form says whether bytes are a request that the strict loop serves.
type form uint8

const (
	part  form = iota // so far; more has to come
	whole             // it is
	odd               // it is none: net/http has to say what it is
)

const (
	mostHead  = 16 << 10 // request line and header lines
	mostBody  = 64 << 10
	mostLines = 64
)

// A head is a parsed request head. Its slices are of the buffer it was read from.
type head struct {
	method string
	target []byte
	host   []byte
	kind   []byte // Content-Type
	body   int    // its length, -1 if nothing was said
	kept   bool   // a Connection line was seen
	signed bool   // an Authorization line was seen
	lines  [mostLines]line
	n      int
}

// A line is where name and value are in the head.
type line struct{ name, nameEnd, value, valueEnd uint16 }

// parse reads the head at the beginning of b, up to limit bytes, and says how
// long it is. What it takes is narrower than the grammar, so that there is one
// way to read it: HTTP/1.1 in origin form, lines that end in CRLF, names of
// token characters, values of printable ASCII, one Host, one length in digits,
// and no header that changes what a connection or a body is.
func (h *head) parse(b []byte, limit int) (end int, f form) {
	full := len(b) >= limit
	b = b[:min(len(b), limit)]
	h.host, h.kind, h.body, h.kept, h.signed, h.n = nil, nil, -1, false, false, 0
	for first := true; ; first = false {
		i := bytes.IndexByte(b[end:], '\n')
		if i < 0 && !full {
			return 0, part
		}
		if i < 1 || b[end+i-1] != '\r' {
			return 0, odd
		}
		start, stop := end, end+i-1
		end += i + 1
		switch {
		case first:
			f = h.request(b[:stop])
		case start == stop:
			return end, h.sound()
		default:
			f = h.header(b, start, stop)
		}
		if f != whole {
			return 0, f
		}
	}
}

// methodOf cuts a method of the loop off a request line.
func methodOf(b []byte) (method string, rest []byte) {
	for _, m := range [...]string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodDelete} {
		if len(b) > len(m) && b[len(m)] == ' ' && string(b[:len(m)]) == m {
			return m, b[len(m)+1:]
		}
	}
	return "", nil
}

// request reads "GET /path HTTP/1.1". What is reserved begins with an
// underscore and is for net/http.
func (h *head) request(b []byte) form {
	var rest []byte
	h.method, rest = methodOf(b)
	target, ok := bytes.CutSuffix(rest, []byte(" HTTP/1.1"))
	if !ok || len(target) == 0 || target[0] != '/' || len(target) > 1 && target[1] == '_' {
		return odd
	}
	query := false
	for i, c := range target {
		switch {
		case c <= ' ' || c >= 0x7f:
			return odd
		case c == '?':
			query = true
		case c == '%' && !query && !escape(target[i:]):
			return odd
		}
	}
	h.target = target
	return whole
}

// escape reports whether b begins with a percent sign and two digits.
func escape(b []byte) bool {
	const digits = "0123456789abcdefABCDEF"
	return len(b) > 2 && strings.IndexByte(digits, b[1]) >= 0 && strings.IndexByte(digits, b[2]) >= 0
}

// header reads the header line in b between start and stop.
func (h *head) header(b []byte, start, stop int) form {
	i := bytes.IndexByte(b[start:stop], ':')
	if i < 1 || h.n == mostLines {
		return odd
	}
	colon, end := start+i, stop
	value := colon + 1
	for value < end && (b[value] == ' ' || b[value] == '\t') {
		value++
	}
	for end > value && (b[end-1] == ' ' || b[end-1] == '\t') {
		end--
	}
	for _, c := range b[start:colon] {
		if !isToken(c) {
			return odd
		}
	}
	for _, c := range b[value:end] {
		if c >= 0x7f || c < ' ' && c != '\t' {
			return odd
		}
	}
	h.lines[h.n] = line{uint16(start), uint16(colon), uint16(value), uint16(end)}
	h.n++
	return h.meaning(b[start:colon], b[value:end])
}

// meaning notes what a line says about the message, and gives up where that is
// not the plain case.
func (h *head) meaning(name, value []byte) form {
	ok := true
	switch {
	case same(name, "Host"):
		ok = h.host == nil
		h.host = value
	case same(name, "Content-Type"):
		ok = h.kind == nil
		h.kind = value
	case same(name, "Content-Length"):
		ok = h.body < 0
		h.body = digits(value)
		ok = ok && h.body >= 0
	case same(name, "Connection"):
		ok = !h.kept && same(value, "keep-alive")
		h.kept = true
	case same(name, "Authorization"):
		ok = !h.signed
		h.signed = true
	case same(name, "Transfer-Encoding"), same(name, "Expect"), same(name, "Upgrade"), same(name, "Trailer"),
		same(name, "Content-Encoding"), // what is unpacked is counted with the large bodies
		same(name, "Pragma"):           // of which net/http makes a Cache-Control
		ok = false
	}
	if !ok {
		return odd
	}
	return whole
}

// digits reads a length of at most five digits; -1 is no such length.
func digits(b []byte) int {
	if len(b) == 0 || len(b) > 5 {
		return -1
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// sound judges the whole head.
func (h *head) sound() form {
	if h.host == nil || h.body > mostBody || h.method == http.MethodPost && h.body < 0 || h.method != http.MethodPost && h.body > 0 {
		return odd
	}
	return whole
}

// same compares what is ASCII in any case.
func same(b []byte, name string) bool {
	return len(b) == len(name) && strings.EqualFold(string(b), name)
}

// isToken reports whether c may be in the name of a header.
func isToken(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
		return true
	}
	return c < 0x7f && strings.IndexByte("!#$%&'*+.^_`|~", c) >= 0
}
