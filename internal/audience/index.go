package audience

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Traces are the associations by which a person is found from what an advertiser
// knows of them: e-mail, phone, device, and name with the day of birth. They hang
// on the person, so that erasure takes them along.
func Traces(p *people.Person) []store.Assoc {
	var list []store.Assoc
	for _, t := range traces(p) {
		list = append(list, store.Assoc{From: t, Kind: store.AssocTrace, To: p.ID})
	}
	return list
}

func traces(p *people.Person) []store.ID {
	list := make([]store.ID, 0, 4)
	values := valuesOf(p)
	find := func(k Key) (Cell, bool) { return cellOf(k, values[k]) }
	for _, k := range [...]Key{Email, Phone, DeviceID} {
		if c, ok := find(k); ok {
			list = append(list, c.trace())
		}
	}
	if id, ok := nameTrace(find); ok {
		list = append(list, id)
	}
	return list
}

// trace is where the person with such a value is found.
func (c *Cell) trace() store.ID {
	if c.Key.plain() {
		h, _ := c.Key.HashOf(c.Text)
		return place(binary.BigEndian.Uint64(h[:8]) ^ uint64(c.Key))
	}
	return place(binary.BigEndian.Uint64(c.Hash[:8]) ^ uint64(c.Key))
}

// nameTrace is where a person is found by name and day of birth, if all of it
// is known.
func nameTrace(find func(Key) (Cell, bool)) (store.ID, bool) {
	var mix uint64
	for i, k := range [...]Key{LastName, FirstName, BirthYear, BirthMonth, BirthDay} {
		c, ok := find(k)
		if !ok {
			return 0, false
		}
		mix = mix*0x9e3779b97f4a7c15 + binary.BigEndian.Uint64(c.Hash[i:])
	}
	return place(mix), true
}

// cellsOf is what an advertiser could know of a person, as cells.
func cellsOf(p *people.Person) map[Key]Cell {
	known := map[Key]Cell{}
	for k, value := range valuesOf(p) {
		if c, ok := cellOf(Key(k), value); ok {
			known[c.Key] = c
		}
	}
	return known
}

// valuesOf is what an advertiser could know of a person, empty for what they
// could not.
func valuesOf(p *people.Person) (v [keyCount]string) {
	v[Email], v[Phone], v[DeviceID] = p.Text(people.Email), p.Text(people.Phone), p.Text(people.AdvertiserID)
	v[LastName], v[FirstName], v[FirstInitial] = p.Text(people.LastName), p.Text(people.FirstName), p.Text(people.FirstName)
	v[Gender] = p.Text(people.Gender)
	if day := strings.Split(p.Text(people.Birthday), "/"); len(day) == 3 {
		v[BirthMonth], v[BirthDay], v[BirthYear] = day[0], day[1], day[2]
	}
	return v
}

// cellOf is a person's own value as a cell, with false if it is none of the key.
func cellOf(k Key, value string) (Cell, bool) {
	if value == "" {
		return Cell{}, false
	}
	text, ok := k.normal(value)
	if !ok {
		return Cell{}, false
	}
	return Cell{Key: k, Hash: hashAll([]string{text}), Text: text}, true
}

// extern is where what is known of an EXTERN_ID stands, if the row has one.
func (s *stored) extern() (store.ID, bool) {
	for i := range s.cells {
		if c := &s.cells[i]; c.Key == ExternID {
			h := sha256.Sum256([]byte(c.Text))
			return place(binary.BigEndian.Uint64(h[:8])), true
		}
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
// agrees (e-mail, phone, device), or name and day of birth do, and no value that
// is known of them says otherwise. [guess]
func (s *stored) matches(p *people.Person) bool {
	known := cellsOf(p)
	named, strong := 0, false
	for i := range s.cells {
		c := &s.cells[i]
		have, ok := c.knownOf(known)
		if !ok {
			continue
		}
		same := have.Hash == c.Hash
		if c.Key.plain() {
			same = have.Text == c.Text
		}
		switch c.Key {
		case Combined: // what it combines agrees as a whole, or not at all
		case Email, Phone, DeviceID:
			strong = strong || same
			continue
		case LastName, FirstName, BirthYear, BirthMonth, BirthDay:
			if same {
				named++
			}
		}
		if !same {
			return false
		}
	}
	return strong || named == 5
}

// knownOf is what a person's own value of the cell would be, if it is known.
func (c *Cell) knownOf(known map[Key]Cell) (Cell, bool) {
	if c.Key != Combined {
		have, ok := known[c.Key]
		return have, ok
	}
	texts := make([]string, len(c.Of))
	for i := range c.Of {
		part, ok := known[Key(c.Of[i])]
		if !ok {
			return Cell{}, false
		}
		texts[i] = part.Text
	}
	return Cell{Key: Combined, Hash: hashAll(texts)}, true
}
