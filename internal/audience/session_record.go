package audience

import (
	"fmt"
	"math"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Log is what became of a session. It stays small: each request has a row of its own.
type Log struct {
	ID       store.ID
	Session  int64
	Audience store.ID
	// Began and Ended are in seconds since 1970; Ended is zero until the request
	// that said it was the last is done.
	Began, Ended int64
	Estimated    int64
	// Received and Invalid are how many entries came in requests that are whole.
	Received, Invalid int64
	// Source is how the list came about, as the latest batch that says so has it.
	Source Source
	rest   []store.Field
}

// A Batch is one request of a session.
type Batch struct {
	Seq               int64
	Sum               uint64 // of the payload
	Done              int64  // rows that are written
	Received, Invalid int64
	Whole             bool
	rest              []store.Field
}

// Encode returns the record of the session.
func (l *Log) Encode() []byte {
	var e people.Encoder
	e.Int(tagID, l.Session)
	e.Int(tagWhere, int64(l.Audience))
	e.Int(tagFirst, l.Began)
	e.Int(tagEnded, l.Ended)
	e.Int(tagGuess, l.Estimated)
	e.Int(tagReceived, l.Received)
	e.Int(tagInvalid, l.Invalid)
	e.Text(tagType, l.Source.Type)
	e.Text(tagSub, l.Source.SubType)
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
		case tagReceived:
			l.Received = people.FieldInt(f)
		case tagInvalid:
			l.Invalid = people.FieldInt(f)
		case tagType:
			l.Source.Type = people.FieldText(f)
		case tagSub:
			l.Source.SubType = people.FieldText(f)
		default:
			l.rest = append(l.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return l, nil
}

// BatchAt is where the request with a number stands below its session: a negative
// number, so that it is never an object's, and ascending with the other.
func BatchAt(seq int64) store.ID { return store.ID(math.MinInt64 + seq) }

// Link is the row of the request in its session.
func (b *Batch) Link(log store.ID) store.Assoc {
	return store.Assoc{From: log, Kind: store.AssocBatch, To: BatchAt(b.Seq), Data: b.Encode()}
}

// Encode returns the record of the request.
func (b *Batch) Encode() []byte {
	var e people.Encoder
	e.Int(tagID, b.Seq)
	e.Int(tagSum, int64(b.Sum))
	e.Int(tagDone, b.Done)
	e.Int(tagReceived, b.Received)
	e.Int(tagInvalid, b.Invalid)
	e.Flag(tagWhole, b.Whole)
	e.Keep(b.rest)
	return e.Bytes()
}

// DecodeBatch reads the record of a request.
func DecodeBatch(data []byte) (*Batch, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("batch record: %w", err)
	}
	b := &Batch{}
	for _, f := range fields {
		switch f.Tag {
		case tagID:
			b.Seq = people.FieldInt(f)
		case tagSum:
			b.Sum = uint64(people.FieldInt(f))
		case tagDone:
			b.Done = people.FieldInt(f)
		case tagReceived:
			b.Received = people.FieldInt(f)
		case tagInvalid:
			b.Invalid = people.FieldInt(f)
		case tagWhole:
			b.Whole = true
		default:
			b.rest = append(b.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return b, nil
}
