package people

import (
	"fmt"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// An Install is what a person granted an app when logging in.
type Install struct {
	Granted graph.Permissions
	// Declined are those the person was asked for and did not grant, or revoked.
	Declined graph.Permissions
	Type     string // install_type, an open string. [guess]
	rest     []store.Field
}

// Encode returns the record of the install.
func (i *Install) Encode() []byte {
	var e Encoder
	e.Permissions(tagGranted, i.Granted)
	e.Permissions(tagDeclined, i.Declined)
	e.Text(tagInstallType, i.Type)
	e.Keep(i.rest)
	return e.Bytes()
}

// DecodeInstall reads the record of an install.
func DecodeInstall(data []byte) (*Install, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("install record: %w", err)
	}
	i := &Install{}
	for _, f := range fields {
		switch f.Tag {
		case tagGranted:
			i.Granted = FieldPermissions(f)
		case tagDeclined:
			i.Declined = FieldPermissions(f)
		case tagInstallType:
			i.Type = FieldText(f)
		default:
			i.rest = append(i.rest, keep(f))
		}
	}
	return i, nil
}

// EncodeSmall and DecodeSmall keep one small number: a Role or a set of Tasks.
func EncodeSmall(n int64) []byte {
	var e Encoder
	e.Int(tagAt, n)
	return e.Bytes()
}

// EncodeSmallOver is EncodeSmall with what a newer kith has put beside the
// number in the record that it replaces.
func EncodeSmallOver(old []byte, n int64) []byte {
	fields, err := store.ParseRecord(old)
	if err != nil {
		return EncodeSmall(n) // there was none
	}
	var e Encoder
	e.Int(tagAt, n)
	for _, f := range fields {
		if f.Tag != tagAt {
			e.fields = append(e.fields, f)
		}
	}
	return e.Bytes()
}

// DecodeSmall reads what EncodeSmall wrote.
func DecodeSmall(data []byte) (int64, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return 0, fmt.Errorf("link record: %w", err)
	}
	for _, f := range fields {
		if f.Tag == tagAt {
			return FieldInt(f), nil
		}
	}
	return 0, nil
}

// Decoders makes the records of this package from bytes, for store.Options; that
// of apps, whose secrets are sealed, is made where the keys are.
func Decoders() map[store.Kind]store.Decoder {
	all := map[store.Kind]store.Decoder{
		store.KindPerson: func(id store.ID, version int64, data []byte) (any, error) {
			return DecodePerson(id, version, data)
		},
		store.KindPage:      func(id store.ID, _ int64, data []byte) (any, error) { return DecodePage(id, data) },
		store.KindInstagram: func(id store.ID, _ int64, data []byte) (any, error) { return DecodeInstagram(id, data) },
		store.KindBusiness:  func(id store.ID, _ int64, data []byte) (any, error) { return DecodeBusiness(id, data) },
		store.AssocInstall:  func(_ store.ID, _ int64, data []byte) (any, error) { return DecodeInstall(data) },
		store.AssocRole:     decodeRole,
		store.AssocTask:     decodeTasks,
		store.KindThing: func(id store.ID, version int64, data []byte) (any, error) {
			return DecodeThing(id, version, data)
		},
	}
	for _, k := range store.EdgeKinds() {
		all[k] = func(_ store.ID, _ int64, data []byte) (any, error) { return DecodeItem(data) }
	}
	return all
}

func decodeRole(_ store.ID, _ int64, data []byte) (any, error) {
	n, err := DecodeSmall(data)
	return graph.Role(n), err
}

func decodeTasks(_ store.ID, _ int64, data []byte) (any, error) {
	n, err := DecodeSmall(data)
	return graph.Tasks(n), err
}
