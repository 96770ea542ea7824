package people

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// Encoder builds a record field by field; zero values are left out, so that a
// record is as long as what it says.
type Encoder struct {
	fields []store.Field
	buf    []byte // what the values lie in
}

// Grow makes room for so many fields with so many bytes of values.
func (e *Encoder) Grow(fields, size int) {
	e.fields, e.buf = slices.Grow(e.fields, fields), slices.Grow(e.buf, size)
}

// put adds a field with what was appended to buf behind from.
func (e *Encoder) put(tag uint32, from int) {
	e.fields = append(e.fields, store.Field{Tag: tag, Val: e.buf[from:len(e.buf):len(e.buf)]})
}

// Text adds a string.
func (e *Encoder) Text(tag uint32, s string) {
	if s != "" {
		from := len(e.buf)
		e.buf = append(e.buf, s...)
		e.put(tag, from)
	}
}

// Int adds a whole number.
func (e *Encoder) Int(tag uint32, n int64) {
	if n != 0 {
		from := len(e.buf)
		e.buf = binary.AppendVarint(e.buf, n)
		e.put(tag, from)
	}
}

// Flag adds a true.
func (e *Encoder) Flag(tag uint32, b bool) {
	if b {
		e.Int(tag, 1)
	}
}

// Permissions adds a set of permissions.
func (e *Encoder) Permissions(tag uint32, p graph.Permissions) {
	if !p.Empty() {
		v := binary.BigEndian.AppendUint64(nil, p[0])
		e.fields = append(e.fields, store.Field{Tag: tag, Val: binary.BigEndian.AppendUint64(v, p[1])})
	}
}

// Keep adds fields that a newer kith wrote and this one does not know.
func (e *Encoder) Keep(rest []store.Field) { e.fields = append(e.fields, rest...) }

// Bytes returns the record.
func (e *Encoder) Bytes() []byte { return store.AppendRecord(nil, e.fields) }

// FieldText reads a string.
func FieldText(f store.Field) string { return string(f.Val) }

// FieldInt reads a whole number; a broken one is zero.
func FieldInt(f store.Field) int64 {
	n, _ := binary.Varint(f.Val)
	return n
}

// FieldPermissions reads a set of permissions; a broken one is empty.
func FieldPermissions(f store.Field) graph.Permissions {
	if len(f.Val) != 16 {
		return graph.Permissions{}
	}
	return graph.Permissions{binary.BigEndian.Uint64(f.Val), binary.BigEndian.Uint64(f.Val[8:])}
}

// Tags of records. They are in every database: only appended, never reused. An
// attribute of a person has tagAttr plus its number.
const (
	tagSeed        = 1
	tagHandle      = 2
	tagPublicID    = 3
	tagName        = 4
	tagAccount     = 5
	tagShape       = 6
	tagEurope      = 7
	tagPicture     = 8
	tagPictureID   = 9
	tagIGPicture   = 10
	tagInstagram   = 11
	tagUpdated     = 12
	tagSecret      = 13
	tagType        = 14
	tagMode        = 15
	tagProof       = 16
	tagVersion     = 17
	tagEdition     = 18
	tagBusiness    = 19
	tagStandard    = 20
	tagAdvanced    = 21
	tagFeature     = 22 // + number of the feature << 8 in the value
	tagDeleted     = 23
	tagCategory    = 24
	tagApp         = 25 // repeated
	tagInstant     = 26
	tagInfo        = 27 // value: field << 8 | state
	tagUsername    = 28
	tagPage        = 29
	tagAbout       = 30
	tagWebsite     = 31
	tagPhone       = 32
	tagLink        = 33
	tagNamespace   = 34
	tagFans        = 35
	tagVerified    = 36
	tagGranted     = 37
	tagInstallType = 38
	tagAt          = 39
	tagOwner       = 40
	tagDeclined    = 41
	tagRedirect    = 42 // repeated
	tagMinimum     = 43
	tagDeauthURL   = 44
	tagDeletionURL = 45

	tagActiveUsers  = 48
	tagEngagedUsers = 49
	tagSubscription = 56 // repeated
	tagProfile      = 57 // repeated: name, a zero byte, JSON
	tagPrimary      = 70
	tagDefaultApp   = 71

	tagAttr = 100
)

// Encode returns the person's record.
func (p *Person) Encode() []byte {
	var e Encoder
	e.Grow(24, 512)
	e.Int(tagSeed, int64(p.Seed))
	e.Text(tagHandle, p.Handle)
	e.Int(tagAccount, int64(p.Account))
	e.Int(tagShape, int64(p.Shape))
	e.Flag(tagEurope, p.Europe)
	e.Int(tagPicture, int64(p.Picture))
	e.Int(tagPictureID, int64(p.PictureID))
	e.Int(tagIGPicture, int64(p.InstagramPicture))
	e.Flag(tagInstagram, p.Instagram)
	e.Int(tagUpdated, p.Updated)
	for a := Attr(1); a < attrCount; a++ {
		if v, ok := p.Attr(a); ok {
			from := len(e.buf)
			e.buf = append(append(e.buf, byte(v.Audience)), v.Text...)
			e.put(tagAttr+uint32(a), from)
		}
	}
	e.Keep(p.rest)
	return e.Bytes()
}

// DecodePerson reads a person's record and makes the ready JSON texts.
func DecodePerson(id store.ID, version int64, data []byte) (*Person, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("person record: %w", err)
	}
	p := &Person{ID: id, Version: version, values: make([]Value, 0, len(fields))}
	for _, f := range fields {
		switch f.Tag {
		case tagSeed:
			p.Seed = uint64(FieldInt(f))
		case tagHandle:
			p.Handle = FieldText(f)
		case tagAccount:
			p.Account = Account(FieldInt(f))
		case tagShape:
			p.Shape = Shape(FieldInt(f))
		case tagEurope:
			p.Europe = true
		case tagPicture:
			p.Picture = PictureKind(FieldInt(f))
		case tagPictureID:
			p.PictureID = store.ID(FieldInt(f))
		case tagIGPicture:
			p.InstagramPicture = PictureKind(FieldInt(f))
		case tagInstagram:
			p.Instagram = true
		case tagUpdated:
			p.Updated = FieldInt(f)
		default:
			p.decodeAttr(f)
		}
	}
	return p, nil
}

// PartnerIn is the partner that a person's record names, without decoding the
// rest of it.
func PartnerIn(data []byte) (store.ID, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return 0, fmt.Errorf("person record: %w", err)
	}
	for _, f := range fields {
		if f.Tag == tagAttr+uint32(SignificantOther) && len(f.Val) > 0 {
			return partner(string(f.Val[1:])), nil
		}
	}
	return 0, nil
}

func (p *Person) decodeAttr(f store.Field) {
	if f.Tag > tagAttr && f.Tag < tagAttr+uint32(attrCount) && len(f.Val) > 0 && f.Val[0] <= byte(graph.OnlyMe) {
		p.Set(Attr(f.Tag-tagAttr), string(f.Val[1:]), graph.Audience(f.Val[0]))
		return
	}
	p.rest = append(p.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
}
