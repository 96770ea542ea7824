package audience

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Traces are the associations by which a person is found from what an advertiser
// knows of them: e-mail, phone, device, and name with the day of birth or with
// where they live. They hang on the person, so that erasure takes them along.
func Traces(p *people.Person) []store.Assoc {
	list := traces(p)
	out := make([]store.Assoc, len(list))
	for i, t := range list {
		out[i] = store.Assoc{From: t, Kind: store.AssocTrace, To: p.ID}
	}
	return out
}

// traces are where a person is found. Two marks of one person never fall on one
// place but by accident, and then one trace serves both.
func traces(p *people.Person) []store.ID {
	list := make([]store.ID, 0, 4)
	of := factsOf(p)
	add := func(id store.ID) {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	for _, k := range [...]Key{Email, Phone, DeviceID} {
		if c := of.known(k); c != nil {
			add(c.trace())
		}
	}
	for _, keys := range marks {
		if id, ok := markTrace(keys, of.known); ok {
			add(id)
		}
	}
	for _, keys := range combinations {
		if c := of.combined(keys); c != nil {
			add(c.trace())
		}
	}
	return list
}

// trace is where the person with such a value is found.
func (c *Cell) trace() store.ID {
	if c.Key.plain() {
		h, _ := c.Key.HashOf(c.Text)
		return place(binary.BigEndian.Uint64(h[:8]) ^ uint64(c.Key))
	}
	mix := binary.BigEndian.Uint64(c.Hash[:8]) ^ uint64(c.Key)
	for i := range c.Of {
		mix = mix*spread + uint64(c.Of[i])
	}
	return place(mix)
}

// spread is an odd number with its bits all over.
const spread = 0x9e3779b97f4a7c15

// markTrace is where a person is found by several values, if all of them are
// known.
func markTrace(keys []Key, find func(Key) *Cell) (store.ID, bool) {
	var mix uint64
	for i, k := range keys {
		c := find(k)
		if c == nil {
			return 0, false
		}
		mix = mix*spread + binary.BigEndian.Uint64(c.Hash[i:])
	}
	return place(mix), true
}

// known finds a value of the row.
func (s *stored) known(k Key) *Cell {
	for i := range s.cells {
		if s.cells[i].Key == k {
			return &s.cells[i]
		}
	}
	return nil
}

// traces are where the people whom a row may mean are found.
func (s *stored) traces() (list []store.ID) {
	for i := range s.cells {
		switch c := &s.cells[i]; {
		case c.Key == Email, c.Key == Phone, c.Key == DeviceID, c.Key == Combined && slices.Contains(combinations, c.Of):
			list = append(list, c.trace())
		}
	}
	for _, keys := range marks {
		if id, ok := markTrace(keys, s.known); ok {
			list = append(list, id)
		}
	}
	return list
}

// extern is where what is known of an EXTERN_ID stands, if the row has one.
func (s *stored) extern() (store.ID, bool) {
	if c := s.known(ExternID); c != nil {
		h := sha256.Sum256([]byte(c.Text))
		return place(binary.BigEndian.Uint64(h[:8])), true
	}
	return 0, false
}

// Retrace moves the traces of a person whose record is written again; old is
// what it was, nil for somebody new.
func Retrace(ctx context.Context, tx *store.Tx, old, p *people.Person) error {
	var gone []store.Pair
	now := traces(p)
	if old != nil {
		for _, t := range traces(old) {
			if !slices.Contains(now, t) {
				gone = append(gone, store.Pair{From: t, Kind: store.AssocTrace, To: p.ID})
			}
		}
	}
	if len(gone) > 0 {
		if err := tx.Unlink(ctx, gone...); err != nil {
			return err
		}
	}
	return tx.Link(ctx, Traces(p)...)
}

// matches reports whether a row means a person: a value that is one person's own
// agrees (e-mail, phone, device), or values that mark one person together do, and
// no value that is known of them says otherwise. [guess]
func (s *stored) matches(p *people.Person) bool {
	of := factsOf(p)
	same := func(k Key) *Cell {
		if c, have := s.known(k), of.known(k); c != nil && have != nil && c.Hash == have.Hash {
			return c
		}
		return nil
	}
	meant := slices.ContainsFunc(marks, func(keys []Key) bool { _, all := markTrace(keys, same); return all })
	for i := range s.cells {
		c := &s.cells[i]
		have := of.known(c.Key)
		if c.Key == Combined { // what it combines agrees as a whole, or not at all
			have = of.combined(c.Of)
		}
		switch {
		case have == nil:
		case c.is(have):
			meant = meant || c.Key == Email || c.Key == Phone || c.Key == DeviceID || c.Key == Combined && slices.Contains(combinations, c.Of)
		case c.Key != Email && c.Key != Phone && c.Key != DeviceID: // people have several of those
			return false
		}
	}
	return meant
}

// is reports whether two cells of one key say the same.
func (c *Cell) is(d *Cell) bool {
	switch {
	case c.Key == DeviceID: // one of them may be a hash of the other
		h, ok := c.Key.HashOf(c.Text)
		g, _ := d.Key.HashOf(d.Text)
		return ok && h == g
	case c.Key.plain():
		return c.Text == d.Text
	}
	return c.Hash == d.Hash
}
