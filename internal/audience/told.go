package audience

import (
	"encoding/hex"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
)

// A Told is a row in words: pairs of a key and its value, a hash as hexadecimal
// digits, and the apps and Pages whose IDs it has.
type Told struct {
	Cells  [][2]string
	Scopes []store.ID
}

// Tell puts the record of a row into words; ok is false for another record.
func Tell(v any) (t Told, ok bool) {
	s, ok := v.(*stored)
	if !ok {
		return t, false
	}
	for i := range s.cells {
		c := &s.cells[i]
		value := c.Text
		if !c.Key.plain() {
			value = hex.EncodeToString(c.Hash[:])
		}
		t.Cells = append(t.Cells, [2]string{column{Key: c.Key, of: c.Of}.String(), value})
	}
	t.Scopes = s.scopes
	return t, true
}

// Tell puts a row into words.
func (r *Row) Tell() Told {
	t, _ := Tell(&stored{cells: r.Cells})
	return t
}

// row makes the row that the words are of.
func (t *Told) row() (Row, error) {
	var r Row
	for _, said := range t.Cells {
		k, ok := parseColumn(said[0])
		if said[0] == UID.String() {
			k, ok = column{Key: UID}, true
		}
		if !ok {
			return r, fmt.Errorf("unknown key %q of an audience row", said[0])
		}
		c := Cell{Key: k.Key, Text: said[1], Of: k.of}
		if !k.plain() {
			c.Text = ""
			if c.Hash, ok = parseHash(said[1]); !ok {
				return r, fmt.Errorf("%s is not a SHA-256 hash", said[0])
			}
		} else if said[1] == "" || len(said[1]) > 2*maxValue {
			return r, fmt.Errorf("%s has no good length", said[0])
		}
		r.Cells = append(r.Cells, c)
	}
	if len(r.Cells) == 0 {
		return r, fmt.Errorf("an audience row says nothing")
	}
	r.ID = r.id()
	return r, nil
}

// Check reports what is wrong with a row in words; known rows have an EXTERN_ID.
func (t *Told) Check(known bool) error {
	r, err := t.row()
	if err != nil {
		return err
	}
	if _, ok := (&stored{cells: r.Cells}).extern(); known && !ok {
		return fmt.Errorf("what an account knows has an EXTERN_ID")
	}
	return nil
}

// Link is the row on an audience or, of what an account knows, there.
func (t *Told) Link(from store.ID, known bool) (store.Assoc, error) {
	r, err := t.row()
	if err != nil {
		return store.Assoc{}, err
	}
	s := stored{cells: r.Cells, scopes: t.Scopes}
	if !known {
		return store.Assoc{From: from, Kind: store.AssocAudience, To: place(r.ID), Data: s.encode()}, nil
	}
	at, ok := s.extern()
	if !ok {
		return store.Assoc{}, errRow
	}
	return store.Assoc{From: from, Kind: store.AssocExtern, To: at, Data: s.encode()}, nil
}

// RowOf hashes values of the keys of a schema that is a list; empty ones are not
// known. ok is false where nothing is.
func RowOf(schema, values []string) (r Row, ok bool) {
	for i, name := range schema {
		k, known := parseColumn(name)
		if !known || values[i] == "" {
			continue
		}
		if c, why := cell(k, values[i], true); why == "" {
			r.Cells = append(r.Cells, c)
		}
	}
	if len(r.Cells) == 0 {
		return r, false
	}
	r.ID = r.id()
	return r, true
}

// Link is the row on an audience.
func (r *Row) Link(audience store.ID) store.Assoc {
	s := stored{cells: r.Cells}
	return store.Assoc{From: audience, Kind: store.AssocAudience, To: place(r.ID), Data: s.encode()}
}

// SessionKey is where a session of an ad account is found.
func SessionKey(account store.ID, session int64) store.Key { return sessionKey(account, session) }
