package audience

import (
	"encoding/binary"
	"errors"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Tags of a stored row and of a session. They are in every database: only
// appended, never reused.
const (
	tagCell     = 1 // key, then the text, or the hash and the keys it combines
	tagScope    = 2 // app or Page whose IDs a row has, repeated
	tagID       = 10
	tagWhere    = 11
	tagFirst    = 13
	tagEnded    = 14
	tagGuess    = 15
	tagType     = 16 // of the data source
	tagSub      = 17
	tagReceived = 18
	tagInvalid  = 19
	tagSum      = 20
	tagDone     = 21
	tagWhole    = 22
)

const hashBytes = len(Hash{})

// A stored is a row as the store has it.
type stored struct {
	cells  []Cell
	scopes []store.ID
}

func (s *stored) encode() []byte {
	var fields []store.Field
	for i := range s.cells {
		c := &s.cells[i]
		v := []byte{byte(c.Key)}
		if c.Key.plain() {
			v = append(v, c.Text...)
		} else {
			v = append(append(v, c.Hash[:]...), c.Of...)
		}
		fields = append(fields, store.Field{Tag: tagCell, Val: v})
	}
	for _, id := range s.scopes {
		fields = append(fields, store.Field{Tag: tagScope, Val: binary.AppendVarint(nil, int64(id))})
	}
	return store.AppendRecord(nil, fields)
}

var errRow = errors.New("audience: damaged row")

func decodeRow(data []byte) (*stored, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, err
	}
	s := &stored{}
	for _, f := range fields {
		switch {
		case f.Tag == tagScope:
			s.scopes = append(s.scopes, store.ID(people.FieldInt(f)))
		case f.Tag != tagCell:
		case len(f.Val) < 2:
			return nil, errRow
		default:
			c := Cell{Key: Key(f.Val[0])}
			if c.Key.plain() {
				c.Text = string(f.Val[1:])
			} else if copy(c.Hash[:], f.Val[1:]) != hashBytes {
				return nil, errRow
			} else {
				c.Of = string(f.Val[1+hashBytes:])
			}
			s.cells = append(s.cells, c)
		}
	}
	return s, nil
}

// place is where a row, or what a person is found by, stands in associations: a
// negative number, so that it is never an object's.
func place(id uint64) store.ID { return -store.ID(id>>1&^1 | 1) }

// Decoders makes the records of this package from bytes, for store.Options.
func Decoders() map[store.Kind]store.Decoder {
	return map[store.Kind]store.Decoder{
		store.AssocAudience: func(_ store.ID, _ int64, data []byte) (any, error) { return decodeRow(data) },
		store.AssocExtern:   func(_ store.ID, _ int64, data []byte) (any, error) { return decodeRow(data) },
		store.AssocBatch:    func(_ store.ID, _ int64, data []byte) (any, error) { return DecodeBatch(data) },
		store.KindUpload:    func(id store.ID, _ int64, data []byte) (any, error) { return DecodeLog(id, data) },
	}
}
