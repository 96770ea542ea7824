package graph

import (
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"
)

const hexLower = "0123456789abcdef"

// escapes marks the ASCII bytes that Graph does not write as themselves.
var escapes = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c < 0x20 || c == 0x7f
	}
	for _, c := range `"\/%@<` {
		t[c] = true
	}
	return t
}()

// AppendString appends s as a JSON string in Graph's spelling: "\/", and
// "\u0025", "\u0040", "\u003C" for % @ <, and lower-case \uXXXX for everything
// outside ASCII, surrogate pairs included. Bytes that are no UTF-8 become
// U+FFFD. [seen KOALA, SPRING, idx:1109465921]
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	b = AppendEscaped(b, s)
	return append(b, '"')
}

// AppendEscaped appends the inside of AppendString.
func AppendEscaped(b []byte, s string) []byte { return appendEscaped(b, s) }

// AppendText is AppendString of a text in bytes.
func AppendText(b, s []byte) []byte {
	b = append(b, '"')
	b = appendEscaped(b, s)
	return append(b, '"')
}

// quick is, of an ASCII byte that is written with a backslash before it, what stands
// behind that, and zero of one that is written as it is.
var quick = func() (t [256]byte) {
	for c := range t {
		if c >= utf8.RuneSelf || escapes[c] {
			t[c] = notQuick
		}
	}
	for i, c := range `"\/` + "\n\r\t\b\f" {
		t[c] = `"\/nrtbf`[i]
	}
	return t
}()

const (
	notQuick = 0xff
	// mostQuick bounds the texts for which room is made before they are read.
	mostQuick = 4 << 10
)

// appendEscaped writes what needs at most one backslash a byte, which is most of all
// text, into room that is there, and leaves the rest to appendRest.
func appendEscaped[T string | []byte](b []byte, s T) []byte {
	if len(s) > mostQuick {
		return appendRest(b, s)
	}
	n := len(b)
	b = slices.Grow(b, 2*len(s))
	out := b[:cap(b)]
	for i := range len(s) {
		c := s[i]
		switch e := quick[c]; e {
		case 0:
			out[n] = c
			n++
		case notQuick:
			return appendRest(out[:n], s[i:])
		default:
			out[n], out[n+1] = '\\', e
			n += 2
		}
	}
	return out[:n]
}

func appendRest[T string | []byte](b []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if escapes[c] {
				b = append(b, s[start:i]...)
				b = appendEscapedASCII(b, c)
				start = i + 1
			}
			i++
			continue
		}
		b = append(b, s[start:i]...)
		r, size := utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
		b = appendEscapedRune(b, r)
		i += size
		start = i
	}
	return append(b, s[start:]...)
}

func appendEscapedASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '<':
		return append(b, `\u003C`...) // the one upper-case digit [seen]
	}
	return append(b, '\\', 'u', '0', '0', hexLower[c>>4], hexLower[c&15])
}

func appendEscapedRune(b []byte, r rune) []byte {
	if r >= 0x10000 {
		r -= 0x10000
		b = appendUnit(b, 0xd800+(r>>10))
		return appendUnit(b, 0xdc00+(r&0x3ff))
	}
	return appendUnit(b, r)
}

func appendUnit(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hexLower[r>>12&15], hexLower[r>>8&15], hexLower[r>>4&15], hexLower[r&15])
}

var errNotJSON = errors.New("not a JSON value")

// AppendJSON appends a JSON text compactly with every string in Graph's
// spelling. Member order and numbers stay as they are. The text must be valid.
func AppendJSON(b []byte, text string) ([]byte, error) {
	if !json.Valid([]byte(text)) {
		return b, errNotJSON
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
		case '"':
			end := stringEnd(text, i)
			var s string
			if err := json.Unmarshal([]byte(text[i:end]), &s); err != nil {
				return b, err
			}
			b = AppendString(b, s)
			i = end - 1
		default:
			b = append(b, c)
		}
	}
	return b, nil
}

// stringEnd returns the offset behind the closing quote of the string at i.
func stringEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return len(text)
}
