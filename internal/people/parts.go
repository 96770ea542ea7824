package people

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// A Part is one field of a Thing, or of an edge: a JSON value, or what nodes it
// refers to.
type Part struct {
	Name string
	// Text is the canonical JSON text; a time is the whole number of seconds
	// since 1970. Empty where Refs are.
	Text string
	// Refs are the nodes a reference leads to; List says that it is a list.
	Refs []store.ID
	List bool

	ready string
}

// Parts are fields in the order they were written.
type Parts []Part

// Find returns a part by name, nil if there is none.
func (ps Parts) Find(name string) *Part {
	for i := range ps {
		if ps[i].Name == name {
			return &ps[i]
		}
	}
	return nil
}

// JSON is the ready text of a value, escapes included; empty for none.
func (ps Parts) JSON(name string) string {
	if p := ps.Find(name); p != nil {
		return p.ready
	}
	return ""
}

// Int is a whole number, zero for none.
func (ps Parts) Int(name string) int64 {
	if p := ps.Find(name); p != nil {
		n, _ := strconv.ParseInt(p.Text, 10, 64)
		return n
	}
	return 0
}

// Refs are the nodes that a part refers to.
func (ps Parts) Refs(name string) []store.ID {
	if p := ps.Find(name); p != nil {
		return p.Refs
	}
	return nil
}

// Set puts a value in place, or takes the part away where text is empty. It
// changes the receiver, never parts that were decoded and are shared.
func (ps Parts) Set(p Part) Parts {
	out := make(Parts, 0, len(ps)+1)
	placed := false
	for _, old := range ps {
		if old.Name != p.Name {
			out = append(out, old)
			continue
		}
		placed = true
		if p.Text != "" || len(p.Refs) > 0 {
			out = append(out, p)
		}
	}
	if !placed && (p.Text != "" || len(p.Refs) > 0) {
		out = append(out, p)
	}
	return out
}

// Tags of a part: a value, one reference, a list of references. The value is
// the name, a zero byte and what it holds.
const (
	tagPart     = 60
	tagPartRef  = 61
	tagPartRefs = 62
)

// Parts adds fields.
func (e *Encoder) Parts(ps Parts) {
	for i := range ps {
		p := &ps[i]
		from := len(e.buf)
		e.buf = append(append(e.buf, p.Name...), 0)
		tag := uint32(tagPart)
		switch {
		case len(p.Refs) > 0:
			tag = tagPartRef
			if p.List {
				tag = tagPartRefs
			}
			for _, id := range p.Refs {
				e.buf = binary.AppendVarint(e.buf, int64(id))
			}
		default:
			e.buf = append(e.buf, p.Text...)
		}
		e.put(tag, from)
	}
}

// decodePart reads a part, with false for a field that is none.
func decodePart(f store.Field) (Part, bool) {
	if f.Tag < tagPart || f.Tag > tagPartRefs {
		return Part{}, false
	}
	name, val, ok := bytes.Cut(f.Val, []byte{0})
	if !ok || len(name) == 0 {
		return Part{}, false
	}
	p := Part{Name: string(name), List: f.Tag == tagPartRefs}
	if f.Tag == tagPart {
		p.Text = string(val)
		ready, err := graph.AppendJSON(nil, p.Text)
		p.ready = string(ready)
		return p, err == nil
	}
	for len(val) > 0 {
		id, n := binary.Varint(val)
		if n <= 0 {
			return Part{}, false
		}
		p.Refs, val = append(p.Refs, store.ID(id)), val[n:]
	}
	return p, len(p.Refs) > 0
}

// profile adds the properties of a Messenger profile.
func (e *Encoder) profile(ps Parts) {
	for i := range ps {
		e.Text(tagProfile, ps[i].Name+"\x00"+ps[i].Text)
	}
}

// decodeProfile adds one.
func decodeProfile(ps Parts, f store.Field) Parts {
	if p, ok := decodePart(store.Field{Tag: tagPart, Val: f.Val}); ok {
		return append(ps, p)
	}
	return ps
}

// An Item is what an edge says about one of its items: created_time of a like,
// rsvp_status of a guest.
type Item struct {
	Parts Parts
	rest  []store.Field
}

// Encode returns the record of the item.
func (i *Item) Encode() []byte {
	var e Encoder
	e.Parts(i.Parts)
	e.Keep(i.rest)
	return e.Bytes()
}

// DecodeItem reads the record of an item; an edge that says nothing has none.
func DecodeItem(data []byte) (*Item, error) {
	i := &Item{}
	if len(data) == 0 {
		return i, nil
	}
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("edge record: %w", err)
	}
	for _, f := range fields {
		if p, ok := decodePart(f); ok {
			i.Parts = append(i.Parts, p)
			continue
		}
		i.rest = append(i.rest, keep(f))
	}
	return i, nil
}
