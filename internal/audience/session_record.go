package audience

import (
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Log is what became of the requests of a session.
type Log struct {
	ID       store.ID
	Session  int64
	Audience store.ID
	// Began and Ended are in seconds since 1970; Ended is zero until the request
	// that said it was the last is done.
	Began, Ended int64
	Estimated    int64
	// Source is how the list came about, as the latest batch that says so has it.
	Source  Source
	Batches []Batch
	rest    []store.Field
}

// A Batch is one request of a session.
type Batch struct {
	Seq               int64
	Sum               uint64 // of the payload
	Done              int64  // rows that are written
	Received, Invalid int64
	Whole             bool
}

// Batch finds the request with a number, nil if it has not come.
func (l *Log) Batch(seq int64) *Batch {
	for i := range l.Batches {
		if l.Batches[i].Seq == seq {
			return &l.Batches[i]
		}
	}
	return nil
}

// Sum is how many entries came in requests that are whole, and how many were
// invalid.
func (l *Log) Sum() (received, invalid int64) {
	for i := range l.Batches {
		if b := &l.Batches[i]; b.Whole {
			received, invalid = received+b.Received, invalid+b.Invalid
		}
	}
	return received, invalid
}

// Encode returns the record of the session.
func (l *Log) Encode() []byte {
	var e people.Encoder
	e.Int(tagID, l.Session)
	e.Int(tagWhere, int64(l.Audience))
	e.Int(tagFirst, l.Began)
	e.Int(tagEnded, l.Ended)
	e.Int(tagGuess, l.Estimated)
	e.Text(tagType, l.Source.Type)
	e.Text(tagSub, l.Source.SubType)
	for i := range l.Batches {
		b := &l.Batches[i]
		v := binary.AppendVarint(nil, b.Seq)
		v = binary.BigEndian.AppendUint64(v, b.Sum)
		for _, n := range [...]int64{b.Done, b.Received, b.Invalid} {
			v = binary.AppendVarint(v, n)
		}
		if b.Whole {
			v = append(v, 1)
		} else {
			v = append(v, 0)
		}
		e.Keep([]store.Field{{Tag: tagBatch, Val: v}})
	}
	e.Keep(l.rest)
	return e.Bytes()
}

// DecodeLog reads the record of a session.
func DecodeLog(id store.ID, data []byte) (*Log, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("session record: %w", err)
	}
	l := &Log{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagID:
			l.Session = people.FieldInt(f)
		case tagWhere:
			l.Audience = store.ID(people.FieldInt(f))
		case tagFirst:
			l.Began = people.FieldInt(f)
		case tagEnded:
			l.Ended = people.FieldInt(f)
		case tagGuess:
			l.Estimated = people.FieldInt(f)
		case tagType:
			l.Source.Type = people.FieldText(f)
		case tagSub:
			l.Source.SubType = people.FieldText(f)
		case tagBatch:
			b, ok := decodeBatch(f.Val)
			if !ok {
				return nil, errRow
			}
			l.Batches = append(l.Batches, b)
		default:
			l.rest = append(l.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return l, nil
}

func decodeBatch(v []byte) (b Batch, ok bool) {
	next := func() int64 {
		n, size := binary.Varint(v)
		if ok = ok && size > 0; ok {
			v = v[size:]
		}
		return n
	}
	ok = true
	b.Seq = next()
	if !ok || len(v) < 8 {
		return b, false
	}
	b.Sum, v = binary.BigEndian.Uint64(v), v[8:]
	b.Done, b.Received, b.Invalid = next(), next(), next()
	if !ok || len(v) != 1 {
		return b, false
	}
	b.Whole = v[0] == 1
	return b, true
}
