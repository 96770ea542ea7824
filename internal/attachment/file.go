package attachment

import (
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A File is what was sent along once, without its bytes.
type File struct {
	ID store.ID
	// Owner is the Page or account that it was given to or sent by. Person is with whom
	// the conversation is that it goes with; zero while it is the owner's alone.
	Owner, Person store.ID
	Ref
	Made int64 // unix microseconds
	// Until is until when it can be sent by its number, unix microseconds; zero: not at
	// all. Once says that it can be sent once.
	Until int64
	Once  bool

	// Pieces are the objects that its bytes are in, in order.
	Pieces []store.ID
	rest   []store.Field
}

// A Ref is what a message says of a file; Number names it.
type Ref struct {
	Number string `json:"id"`
	Type   string `json:"type"` // image, audio, video or file
	Mime   string `json:"mime,omitempty"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size"`
	Width  int64  `json:"width,omitempty"`
	Height int64  `json:"height,omitempty"`
	// URL is where it is, if it was not fetched and only that is kept.
	URL string `json:"url,omitempty"`
}

// Tags of a file's record: only appended.
const (
	tagOwner = iota + 1
	tagPerson
	tagNumber
	tagType
	tagMime
	tagName
	tagSize
	tagWidth
	tagHeight
	tagMade
	tagUntil
	tagOnce
	tagPieces
	tagURL
)

// Encode returns the record of the file.
func (f *File) Encode() []byte {
	var e people.Encoder
	e.Int(tagOwner, int64(f.Owner))
	e.Int(tagPerson, int64(f.Person))
	e.Text(tagNumber, f.Number)
	e.Text(tagType, f.Type)
	e.Text(tagMime, f.Mime)
	e.Text(tagName, f.Name)
	e.Int(tagSize, f.Size)
	e.Int(tagWidth, f.Width)
	e.Int(tagHeight, f.Height)
	e.Int(tagMade, f.Made)
	e.Int(tagUntil, f.Until)
	e.Flag(tagOnce, f.Once)
	var b []byte
	for _, id := range f.Pieces {
		b = binary.AppendVarint(b, int64(id))
	}
	e.Text(tagPieces, string(b))
	e.Text(tagURL, f.URL)
	e.Keep(f.rest)
	return e.Bytes()
}

// Decode reads the record of a file.
func Decode(id store.ID, data []byte) (*File, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("file record: %w", err)
	}
	f := &File{ID: id}
	numbers := map[uint32]*int64{tagOwner: (*int64)(&f.Owner), tagPerson: (*int64)(&f.Person), tagSize: &f.Size, tagWidth: &f.Width,
		tagHeight: &f.Height, tagMade: &f.Made, tagUntil: &f.Until}
	texts := map[uint32]*string{tagNumber: &f.Number, tagType: &f.Type, tagMime: &f.Mime, tagName: &f.Name, tagURL: &f.URL}
	for _, field := range fields {
		n, isNumber := numbers[field.Tag]
		text, isText := texts[field.Tag]
		switch {
		case isNumber:
			*n = people.FieldInt(field)
		case isText:
			*text = people.FieldText(field)
		case field.Tag == tagOnce:
			f.Once = people.FieldInt(field) != 0
		case field.Tag == tagPieces:
			for b := field.Val; len(b) > 0; {
				id, n := binary.Varint(b)
				if n <= 0 {
					return nil, fmt.Errorf("file record: its pieces cannot be read")
				}
				f.Pieces, b = append(f.Pieces, store.ID(id)), b[n:]
			}
		default:
			f.rest = append(f.rest, store.Field{Tag: field.Tag, Val: append([]byte(nil), field.Val...)})
		}
	}
	return f, nil
}

// Decoders read the records of this package; pieces are bytes alone.
func Decoders() map[store.Kind]store.Decoder {
	return map[store.Kind]store.Decoder{
		store.KindFile: func(id store.ID, _ int64, data []byte) (any, error) { return Decode(id, data) },
	}
}
