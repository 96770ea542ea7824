// Package jsonpath finds values in a JSON text: as much of JSONPath as the
// references of a batch use, with matches in the order of the text and work that
// is bounded whatever the path says. It refuses filters and scripts.
package jsonpath

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

var (
	// ErrPath: the path is none that this package knows.
	ErrPath = errors.New("not a path such as $.data.*.id")
	// ErrTooMuch: the path matches too much, or looks at too much.
	ErrTooMuch = errors.New("the path matches too much")
	errText    = errors.New("not a JSON text")
)

// Bounds of one look-up. [own]
const (
	mostSteps   = 16
	mostVisited = 200_000
	mostMatches = 5_000
	deepest     = 64
)

// A step goes from a value to those below it.
type step struct {
	name  string
	index int  // of a list, where it is not negative
	place int  // of a list too, for a name that is a number; negative for others
	every bool // all members or items
	deep  bool // at any depth
}

// A Path is a parsed path. It is safe for concurrent use.
type Path struct{ steps []step }

// Parse reads $, .name, ['name'], .*, [*], [n] and ..name, one after the other.
func Parse(text string) (Path, error) {
	var p Path
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return p, ErrPath
	}
	for rest != "" {
		s := step{index: -1, place: -1}
		if rest, ok = s.read(rest); !ok || len(p.steps) == mostSteps {
			return Path{}, ErrPath
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

// read takes one step off the front of a path.
func (s *step) read(text string) (rest string, ok bool) {
	switch {
	case strings.HasPrefix(text, ".."):
		s.deep = true
		text = text[2:]
	case text[0] == '.':
		text = text[1:]
	case text[0] != '[':
		return "", false
	}
	if strings.HasPrefix(text, "[") {
		return s.bracket(text[1:])
	}
	end := strings.IndexAny(text, ".[")
	if end < 0 {
		end = len(text)
	}
	s.name, s.every = text[:end], text[:end] == "*"
	if n, err := strconv.ParseUint(s.name, 10, 31); err == nil {
		s.place = int(n)
	}
	return text[end:], s.name != "" && !strings.ContainsAny(s.name, "]'\"{} \t\r\n")
}

func (s *step) bracket(text string) (rest string, ok bool) {
	if text != "" && (text[0] == '\'' || text[0] == '"') {
		s.name, rest, ok = strings.Cut(text[1:], string(text[0]))
		after, closed := strings.CutPrefix(rest, "]")
		return after, ok && closed
	}
	inside, rest, ok := strings.Cut(text, "]")
	if s.every = inside == "*"; s.every {
		return rest, ok
	}
	n, err := strconv.ParseUint(inside, 10, 31)
	s.index = int(n)
	return rest, ok && err == nil
}

// Find returns the matches in the order of the text: strings as they are, other
// values as compact JSON.
func (p Path) Find(text []byte) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	root, err := parse(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errText
	}
	at, visited := []*node{root}, 0
	for i := range p.steps {
		var below []*node
		for _, n := range at {
			if below, err = p.steps[i].from(below, n, &visited); err != nil {
				return nil, err
			}
		}
		if at = below; len(at) > mostMatches {
			return nil, ErrTooMuch
		}
	}
	out := make([]string, len(at))
	for i, n := range at {
		out[i] = n.String()
	}
	return out, nil
}

// from appends what the step matches below n.
func (s *step) from(to []*node, n *node, visited *int) ([]*node, error) {
	if *visited += 1 + len(n.items); *visited > mostVisited {
		return to, ErrTooMuch
	}
	for i, it := range n.items {
		if s.every || n.names != nil && s.index < 0 && n.names[i] == s.name || n.names == nil && (s.index == i || s.place == i) {
			to = append(to, it)
		}
	}
	if !s.deep {
		return to, nil
	}
	var err error
	for _, it := range n.items {
		if to, err = s.from(to, it, visited); err != nil {
			break
		}
	}
	return to, err
}
