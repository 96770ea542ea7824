package story

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// A lookup says what a placeholder stands for; ok is false for words in braces
// that are none.
type lookup func(words []string) (value string, ok bool, err error)

// expand puts values in place of the placeholders of a request.
func expand(s string, find lookup) (string, error) {
	var b strings.Builder
	for _, p := range cut(s) {
		if p.words == nil {
			b.WriteString(p.text)
			continue
		}
		v, ok, err := find(p.words)
		switch {
		case err != nil:
			return "", err
		case ok:
			b.WriteString(v)
		default:
			b.WriteString(p.text)
		}
	}
	return b.String(), nil
}

// A pattern is an expected body or header, ready to be compared.
type pattern struct {
	re    *regexp.Regexp
	names []string // of the groups that are kept
	shown string   // the text with values for placeholders, wildcards as written
	json  bool
}

// Wildcards, in a JSON string and in plain text.
const (
	traceJSON  = `(?:A[A-Za-z0-9_-]{22}|(?:[A-Za-z0-9+]|\\/){11})`
	traceText  = `(?:A[A-Za-z0-9_-]{22}|(?:[A-Za-z0-9+/]|\\/){11})` // a text may be JSON, laid out
	urlJSON    = `https?:\\/\\/(?:[^"\\]|\\.)+`
	urlText    = `https?://[^\s"]+`
	anyJSON    = `(?:[^"\\]|\\.)*`
	anyOutside = `(?s:.+?)`
)

// compile makes a pattern of an expected text. JSON loses its blanks first.
func compile(want string, asJSON bool, find lookup) (*pattern, error) {
	p := &pattern{json: asJSON}
	if asJSON {
		want = compact(want)
	}
	var re, shown strings.Builder
	inside := false // of a JSON string
	for _, piece := range cut(want) {
		if piece.words == nil {
			re.WriteString(regexp.QuoteMeta(piece.text))
			shown.WriteString(piece.text)
			inside = inside != oddQuotes(piece.text)
			continue
		}
		if wild := p.wildcard(piece.words, inside); wild != "" {
			re.WriteString(wild)
			shown.WriteString(piece.text)
			continue
		}
		v, ok, err := find(piece.words)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			v = piece.text
		case asJSON && inside:
			v = string(graph.AppendEscaped(nil, v))
		}
		re.WriteString(regexp.QuoteMeta(v))
		shown.WriteString(v)
	}
	var err error
	p.shown = shown.String()
	if p.re, err = regexp.Compile(`\A` + re.String() + `\z`); err != nil {
		return nil, fmt.Errorf("the expected text cannot be compared: %w", err)
	}
	return p, nil
}

// wildcard is the expression of {trace}, {url}, {any} and {capture X}.
func (p *pattern) wildcard(words []string, inside bool) string {
	pick := func(inJSON, plain string) string {
		if p.json {
			return inJSON
		}
		return plain
	}
	switch words[0] {
	case "trace":
		return pick(traceJSON, traceText)
	case "url":
		return pick(urlJSON, urlText)
	case "any":
		if p.json && inside {
			return anyJSON
		}
		return anyOutside
	case "capture":
		p.names = append(p.names, words[1])
		return "(" + pick(anyJSON, anyOutside) + ")"
	}
	return ""
}

func oddQuotes(s string) bool {
	odd := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			odd = !odd
		}
	}
	return odd
}

// match compares got, which is compact if it is JSON, and returns what is kept.
func (p *pattern) match(got string) (map[string]string, bool) {
	m := p.re.FindStringSubmatch(got)
	if m == nil {
		return nil, false
	}
	kept := map[string]string{}
	for i, name := range p.names {
		text := m[i+1]
		if p.json {
			var plain string
			if json.Unmarshal([]byte(`"`+text+`"`), &plain) == nil {
				text = plain
			}
		}
		kept[name] = text
	}
	return kept, true
}

// compact takes the blanks off that stand outside of strings. The text need not
// be JSON.
func compact(s string) string {
	b := make([]byte, 0, len(s))
	in := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			in = !in
		case c == '\\' && in && i+1 < len(s):
			b = append(b, c)
			i++
			c = s[i]
		case !in && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		b = append(b, c)
	}
	return string(b)
}

var errNoValue = errors.New("nothing in this world")

// seconds reads the rest of {now+60}.
func seconds(rest string) (int64, bool) {
	if rest == "" {
		return 0, true
	}
	if rest[0] != '+' && rest[0] != '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, err == nil
}
