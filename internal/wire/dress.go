package wire

import (
	"strings"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

// A dressing is the form a caller wants the answer in, and what else it is to say.
// It changes no value.
type dressing struct {
	// quiet answers 200 whatever happened: the body alone tells. [use seen
	// idx:32795290905, hello.js; effect guess]
	quiet bool
	// pretty indents. Without it answers are compact, whoever asks. [seen; default guess]
	pretty bool
	// callback is a function of the caller's script, called with the answer. [doc batch]
	callback string
	asides   engine.Asides
}

// debugs are the values of the parameter; any other asks nothing. [doc debugging]
var debugs = map[string]engine.Debug{"all": engine.DebugAll, "info": engine.DebugInfo, "warning": engine.DebugWarning}

// mostPattern bounds the pattern of dates; a longer one is not used. [own]
const mostPattern = 100

// note keeps a parameter that is about the form of the answer. Those that only
// say who calls and how (sdk, transport, format) are read by nobody.
func (d *dressing) note(name, value string) {
	switch name {
	case "suppress_http_code", "suppress_response_codes":
		d.quiet = isTrue(value)
	case "pretty":
		d.pretty = isTrue(value)
	case "callback":
		d.callback = value
	case "metadata":
		d.asides.Metadata = isTrue(value)
	case "debug":
		d.asides.Debug = debugs[value]
	case "return_ssl_resources": // [guess]
		d.asides.Secure = isTrue(value)
	case "locale": // [doc error-handling]
		d.asides.Language = graph.Language(value)
	case "date_format":
		if d.asides.Dates = value; len(value) > mostPattern {
			d.asides.Dates = ""
		}
	}
}

// aside is what the call asks for beside the values; nil: nothing.
func (d *dressing) aside() *engine.Asides {
	if a := &d.asides; a.Metadata || a.Debug != engine.DebugNone || a.Dates != "" || a.Language != "" || a.Secure {
		return a
	}
	return nil
}

func isTrue(s string) bool { return s == "1" || strings.EqualFold(s, "true") }

// mostCallback bounds the name of a function. [own]
const mostCallback = 100

// check refuses a callback that is no plain name of a function, because its text
// is sent back as a script, and forgets it.
func (d *dressing) check() error {
	name := d.callback
	if name == "" {
		return nil
	}
	if len(name) <= mostCallback && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$[]") == "" {
		return nil
	}
	d.callback = ""
	return graph.ErrParamKind.Args("callback", "the name of a function")
}

// dress gives a body the form that was asked for. The comment in front of the
// name keeps the answer from being taken for another kind of file. [shape guess]
func (d *dressing) dress(body []byte) []byte {
	if d.pretty {
		body = indent(body)
	}
	if d.callback != "" {
		b := make([]byte, 0, len(body)+len(d.callback)+8)
		b = append(append(append(b, "/**/ "...), d.callback...), '(')
		body = append(append(b, body...), ");"...)
	}
	return body
}

// indent lays JSON out with three blanks a level. An empty object or list has a
// blank line inside. [seen MOCKFB]
func indent(src []byte) []byte {
	b := make([]byte, 0, 2*len(src))
	level, text := 0, false
	for i, c := range src {
		if text {
			b = append(b, c)
			text = c != '"' || escaped(src[:i])
			continue
		}
		switch c {
		case '{', '[':
			level++
			b = newLine(append(b, c), level)
			if i+1 < len(src) && (src[i+1] == '}' || src[i+1] == ']') {
				b = append(b[:len(b)-3*level], '\n')
			}
		case '}', ']':
			level--
			if b[len(b)-1] == '\n' {
				b = b[:len(b)-1]
			}
			b = append(newLine(b, level), c)
		case ',':
			b = newLine(append(b, c), level)
		case ':':
			b = append(b, ": "...)
		default:
			text = c == '"'
			b = append(b, c)
		}
	}
	return b
}

// escaped reports whether an odd number of backslashes ends s.
func escaped(s []byte) bool {
	n := len(s)
	for n > 0 && s[n-1] == '\\' {
		n--
	}
	return (len(s)-n)%2 == 1
}

func newLine(b []byte, level int) []byte {
	b = append(b, '\n')
	for range level {
		b = append(b, "   "...)
	}
	return b
}
