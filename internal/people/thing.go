package people

import (
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
)

// A Thing is a node of the Graph that has no record type of its own: an album,
// a post, an ad account. What it may hold is declared in the catalogue.
type Thing struct {
	ID       store.ID
	Version  int64
	Type     string // name of the node type
	PublicID string
	Handle   string
	// Owner is the person, Page, app or business it dies with; zero for none.
	Owner store.ID
	// Created is when, in seconds since 1970.
	Created int64
	Parts   Parts
	rest    []store.Field
}

const (
	tagThingType = 50
)

// Encode returns the record of the thing.
func (t *Thing) Encode() []byte {
	var e Encoder
	size := len(t.Type) + len(t.PublicID) + len(t.Handle) + 20 // two numbers
	for i := range t.Parts {
		p := &t.Parts[i]
		size += len(p.Name) + 1 + len(p.Text) + len(p.Refs)*binary.MaxVarintLen64
	}
	e.Grow(5+len(t.Parts)+len(t.rest), size)
	e.Text(tagThingType, t.Type)
	e.Text(tagPublicID, t.PublicID)
	e.Text(tagHandle, t.Handle)
	e.Int(tagOwner, int64(t.Owner))
	e.Int(tagAt, t.Created)
	e.Parts(t.Parts)
	e.Keep(t.rest)
	return e.Bytes()
}

// DecodeThing reads the record of a thing.
func DecodeThing(id store.ID, version int64, data []byte) (*Thing, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("thing record: %w", err)
	}
	t := &Thing{ID: id, Version: version}
	for _, f := range fields {
		switch f.Tag {
		case tagThingType:
			t.Type = FieldText(f)
		case tagPublicID:
			t.PublicID = FieldText(f)
		case tagHandle:
			t.Handle = FieldText(f)
		case tagOwner:
			t.Owner = store.ID(FieldInt(f))
		case tagAt:
			t.Created = FieldInt(f)
		default:
			if p, ok := decodePart(f); ok {
				t.Parts = append(t.Parts, p)
				continue
			}
			t.rest = append(t.rest, keep(f))
		}
	}
	return t, nil
}
