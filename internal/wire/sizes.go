package wire

import (
	"bytes"
	"errors"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Sizes bound what one call may bring. Zero ones have their defaults. [guess]
type Sizes struct {
	// Target is path and query, 16 KiB.
	Target int
	// Body is a form or a JSON body, also once it is unpacked, 1 MiB; Batch is one
	// with a list of operations, 4 MiB; Upload is a multipart form, 25 MiB.
	Body, Batch, Upload int
	// Depth is how deep JSON may be nested, 32.
	Depth int
}

func (s Sizes) withDefaults() Sizes {
	for _, d := range []struct {
		to    *int
		value int
	}{{&s.Target, 16 << 10}, {&s.Body, 1 << 20}, {&s.Batch, 4 << 20}, {&s.Upload, 25 << 20}, {&s.Depth, 32}} {
		if *d.to <= 0 {
			*d.to = d.value
		}
	}
	return s
}

// checkText bounds a text that came as one parameter among others.
func (s *Sizes) checkText(name string, n int) error {
	if n > s.Body && (name != "batch" || n > s.Batch) {
		return graph.ErrTooLarge
	}
	return nil
}

// Errors of a look at JSON.
var (
	errDeep  = errors.New("JSON is nested too deep")
	errShape = errors.New("not a JSON object")
	errMany  = errors.New("too many elements")
)

// members takes a JSON object apart, at one look and without reading what is in its
// values: names and values are as they stand there. Texts may be in single quotes
// too; loose tells. Nothing is nested deeper than depth, the object itself being
// the first level. What passes may still be no JSON.
func members(text []byte, depth int, f func(name, value []byte)) (loose bool, err error) {
	r := looker{text: text, most: depth}
	if r.next() != '{' {
		return false, errShape
	}
	r.at++
	for c := r.next(); c != '}'; {
		begin := r.at
		if !quoted(c) || !r.quote() {
			return r.loose, errShape
		}
		name := text[begin:r.at]
		if r.next() != ':' {
			return r.loose, errShape
		}
		r.at++
		r.next()
		if begin = r.at; !r.value() {
			return r.loose, r.wrong()
		}
		f(name, bytes.TrimRight(text[begin:r.at], " \t\r\n"))
		if c = r.next(); c == ',' {
			r.at++
			if c = r.next(); c == '}' {
				return r.loose, errShape
			}
		} else if c != '}' {
			return r.loose, errShape
		}
	}
	r.at++
	if r.next(); r.at < len(text) {
		return r.loose, errShape
	}
	return r.loose, nil
}

// elements takes a JSON array apart, as members does an object. It stops at one more
// than most.
func elements(text []byte, most int) (list [][]byte, err error) {
	r := looker{text: text, most: len(text)} // depth was looked at before
	if r.next() != '[' {
		return nil, errShape
	}
	r.at++
	for c := r.next(); c != ']'; {
		if len(list) == most {
			return nil, errMany
		}
		begin := r.at
		if !r.value() || r.at == begin {
			return nil, errShape
		}
		list = append(list, bytes.TrimRight(text[begin:r.at], " \t\r\n"))
		if c = r.next(); c == ',' {
			r.at++
			if c = r.next(); c == ']' {
				return nil, errShape
			}
		} else if c != ']' {
			return nil, errShape
		}
	}
	r.at++
	if r.next(); r.at < len(text) {
		return nil, errShape
	}
	return list, nil
}

// tooDeep reports whether a text that looks like JSON is nested deeper than that.
func tooDeep(text string, depth int) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	if len(text) <= depth || text[0] != '[' && text[0] != '{' {
		return false
	}
	r := looker{text: []byte(text), most: depth + 1} // as if it were in a body
	return !r.value() && r.deep
}

// A looker goes over JSON.
type looker struct {
	text        []byte
	at, most    int
	deep, loose bool
}

func (r *looker) wrong() error {
	if r.deep {
		return errDeep
	}
	return errShape
}

// next skips blanks and returns what is there, zero at the end.
func (r *looker) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func quoted(c byte) bool { return c == '"' || c == '\'' }

// quote skips a text in quotes.
func (r *looker) quote() bool {
	q := r.text[r.at]
	r.loose = r.loose || q == '\''
	for at := r.at + 1; ; {
		n := bytes.IndexByte(r.text[at:], q)
		if n < 0 {
			return false
		}
		end := at + n
		back := 0
		for end-back-1 > r.at && r.text[end-back-1] == '\\' {
			back++
		}
		if at = end + 1; back%2 == 0 {
			r.at = at
			return true
		}
	}
}

// value skips a value: a text, what is in brackets, or anything up to what ends it.
func (r *looker) value() bool {
	for level := 1; r.at < len(r.text); {
		switch c := r.text[r.at]; c {
		case '"', '\'':
			if !r.quote() {
				return false
			}
			if level == 1 {
				return true
			}
			continue
		case '{', '[':
			if level++; level > r.most {
				r.deep = true
				return false
			}
		case '}', ']':
			if level--; level == 0 {
				return true // of what it is in
			}
			if level == 1 {
				r.at++
				return true
			}
		case ',':
			if level == 1 {
				return true
			}
		}
		r.at++
	}
	return true
}
