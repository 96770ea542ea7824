package journal

import "strings"

// hidden stands where a secret was.
const hidden = "***"

// Redact returns a request target or relative_url that is fit for a log: see
// AppendRedacted.
func Redact(target string) string {
	var buf [256]byte
	return string(AppendRedacted(buf[:0], target))
}

// AppendRedacted appends target with the values of secret parameters replaced
// by ***. A value or path that holds such a parameter inside, as the
// relative_url of a batch does, is replaced whole, percent-encoded or not; so
// is anything that looks like an access token. What is appended is one line of
// printable ASCII, and redacting it again changes nothing.
func AppendRedacted(b []byte, target string) []byte {
	n, kinds := scan(target, ends)
	b, hid := appendPath(b, target[:n], kinds)
	for query := target[n:]; ; {
		if hid { // a secret ends at "&" and at nothing less
			query = query[indexOr(query, '&'):]
		}
		if query == "" {
			return b
		}
		b = append(b, query[0])
		b, query, hid = appendParam(b, query[1:])
	}
}

// indexOr is the index of c, or the length of s.
func indexOr(s string, c byte) int {
	if i := strings.IndexByte(s, c); i >= 0 {
		return i
	}
	return len(s)
}

// appendPath appends the segments up to the first that holds a secret.
func appendPath(b []byte, path string, kinds byte) (_ []byte, hid bool) {
	if kinds&(equals|nests|tokens) == 0 {
		return appendLine(b, path, kinds), false
	}
	for {
		seg, rest, more := strings.Cut(path, "/")
		if b, hid = appendValue(b, seg, kinds); hid || !more {
			return b, hid
		}
		b = append(b, '/')
		path = rest
	}
}

// appendParam handles one name=value, or text without "=", at the beginning
// of query and returns what follows it.
func appendParam(b []byte, query string) (_ []byte, rest string, hid bool) {
	n, kinds := scan(query, ends|joins|equals)
	name := query[:n]
	if n == len(query) || query[n] != '=' {
		b, hid = appendValue(b, name, kinds)
		return b, query[n:], hid
	}
	if isSecret(name) {
		b = append(appendLine(b, name, kinds), '=')
		return append(b, hidden...), query[n:], true
	}
	if b, hid = appendValue(b, name, kinds); hid {
		return b, query[n:], true
	}
	b, query = append(b, '='), query[n+1:]
	n, kinds = scan(query, ends|joins)
	b, hid = appendValue(b, query[:n], kinds)
	return b, query[n:], hid
}

// appendValue appends v unless it holds a secret.
func appendValue(b []byte, v string, kinds byte) (_ []byte, hid bool) {
	if kinds&(equals|nests|tokens) != 0 && holdsSecret(v) {
		return append(b, hidden...), true
	}
	return appendLine(b, v, kinds), false
}

// appendLine appends printable ASCII as it is and every other byte
// percent-encoded, so that nothing begins a second line.
func appendLine(b []byte, s string, kinds byte) []byte {
	if kinds&odd == 0 {
		return append(b, s...)
	}
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; classes[c]&odd != 0 {
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return b
}

// Kinds of bytes, so that one look at each tells what a text needs.
const (
	ends   byte = 1 << iota // ? and # end a path
	joins                   // & and ; join parameters
	equals                  // =
	nests                   // % and : may hide a name and a value
	tokens                  // A is in the beginning of every token
	odd                     // not printable ASCII
)

var classes = func() (t [256]byte) {
	for c := range t {
		switch {
		case c == '?' || c == '#':
			t[c] = ends
		case c == '&' || c == ';':
			t[c] = joins
		case c == '=':
			t[c] = equals
		case c == '%' || c == ':':
			t[c] = nests
		case c == 'A':
			t[c] = tokens
		case c < ' ' || c > '~':
			t[c] = odd
		}
	}
	return t
}()

// scan counts the bytes before the first of a kind in stop, and says what
// kinds are among them.
func scan(s string, stop byte) (n int, kinds byte) {
	for n < len(s) {
		c := classes[s[n]]
		if c&stop != 0 {
			break
		}
		kinds |= c
		n++
	}
	return n, kinds
}
