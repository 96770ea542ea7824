package jsonpath

import (
	"encoding/json"
	"strings"
)

// A node is one JSON value. An object keeps the order of its members; where a
// name comes twice both are there.
type node struct {
	list  bool
	names []string // not nil: an object
	items []*node
	leaf  any // string, json.Number, bool or nil
}

// parse reads one value.
func parse(d *json.Decoder, depth int) (*node, error) {
	if depth > deepest {
		return nil, ErrTooMuch
	}
	t, err := d.Token()
	if err != nil {
		return nil, errText
	}
	open, ok := t.(json.Delim)
	if !ok {
		return &node{leaf: t}, nil
	}
	n := &node{list: open == '['}
	if !n.list {
		n.names = []string{}
	}
	for d.More() {
		if !n.list {
			name, err := d.Token()
			if err != nil {
				return nil, errText
			}
			n.names = append(n.names, name.(string))
		}
		it, err := parse(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, it)
	}
	if _, err := d.Token(); err != nil {
		return nil, errText
	}
	return n, nil
}

// String is a string as it is, and any other value as JSON.
func (n *node) String() string {
	if s, ok := n.leaf.(string); ok {
		return s
	}
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	switch {
	case n.names != nil:
		b.WriteByte('{')
		for i, it := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, n.names[i])
			b.WriteByte(':')
			it.write(b)
		}
		b.WriteByte('}')
	case n.list:
		b.WriteByte('[')
		for i, it := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			it.write(b)
		}
		b.WriteByte(']')
	default:
		writeJSON(b, n.leaf)
	}
}

// writeJSON writes a string, a number, a boolean or null, which never fails.
func writeJSON(b *strings.Builder, v any) {
	text, _ := json.Marshal(v)
	b.Write(text)
}
