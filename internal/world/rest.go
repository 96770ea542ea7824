package world

import (
	"fmt"
	"reflect"

	"github.com/kithgraph/kith/internal/people"
)

// rest is the record of v without anything this kith knows: v is a copy whose
// exported fields are cleared, so that only what a newer kith wrote is encoded.
// nil if there is nothing of that.
func rest[T any](v T, encode func(*T) []byte) []byte {
	fields := reflect.ValueOf(&v).Elem()
	for i := range fields.NumField() {
		if fields.Type().Field(i).IsExported() {
			fields.Field(i).SetZero()
		}
	}
	b := encode(&v)
	if len(b) <= 1 { // the format byte
		return nil
	}
	return b
}

// restOfPerson also clears the attributes.
func restOfPerson(p *people.Person) []byte {
	c := p.Clone()
	for _, a := range people.Attrs() {
		c.Clear(a)
	}
	return rest(*c, (*people.Person).Encode)
}

// unrest begins a record with what rest kept of one.
func unrest[T any](data []byte, decode func([]byte) (*T, error)) (*T, error) {
	if len(data) == 0 {
		return new(T), nil
	}
	v, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	return v, nil
}
