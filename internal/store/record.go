package store

import (
	"encoding/binary"
	"errors"
	"slices"
)

// A stored record is a format byte and then fields: tag, length, value, the
// first two as uvarints. Tags are numbers of the owning package, append-only.
// Owners keep fields whose tags they do not know and write them back, so that
// old and new processes share a database.
const recordFormat = 1

// Bounds of a record, so that a damaged one costs little.
const (
	maxFields    = 1 << 12
	maxFieldSize = 64 << 20
)

// Errors of ParseRecord and of the typed getters.
var (
	errRecordFormat = errors.New("record: unknown format")
	errRecordField  = errors.New("record: damaged field")
)

// A Field is one tagged value of a record.
type Field struct {
	Tag uint32
	Val []byte
}

// AppendRecord appends the encoding of fs, in their order.
func AppendRecord(b []byte, fs []Field) []byte {
	const head = 2 * binary.MaxVarintLen32
	size := 1 + head*len(fs)
	for i := range fs {
		size += len(fs[i].Val)
	}
	b = append(slices.Grow(b, size), recordFormat)
	for _, f := range fs {
		b = binary.AppendUvarint(b, uint64(f.Tag))
		b = binary.AppendUvarint(b, uint64(len(f.Val)))
		b = append(b, f.Val...)
	}
	return b
}

// ParseRecord returns the fields of data in order. Values point into data.
func ParseRecord(data []byte) ([]Field, error) {
	if len(data) == 0 || data[0] != recordFormat {
		return nil, errRecordFormat
	}
	data = data[1:]
	var fs []Field
	for len(data) > 0 {
		tag, n := uvarint(data)
		if n == 0 || tag > 1<<32-1 {
			return nil, errRecordField
		}
		data = data[n:]
		size, n := uvarint(data)
		if n == 0 || size > maxFieldSize || size > uint64(len(data)-n) || len(fs) == maxFields {
			return nil, errRecordField
		}
		data = data[n:]
		fs = append(fs, Field{Tag: uint32(tag), Val: data[:size:size]})
		data = data[size:]
	}
	return fs, nil
}

// uvarint reads a number in its shortest form; n is zero for anything else.
func uvarint(data []byte) (v uint64, n int) {
	v, n = binary.Uvarint(data)
	if n <= 0 || n > 1 && data[n-1] == 0 {
		return 0, 0
	}
	return v, n
}

// StringField makes a field of text or bytes.
func StringField(tag uint32, s string) Field {
	return Field{Tag: tag, Val: []byte(s)}
}

// Int64Field makes a field of a number, as a zigzag varint.
func Int64Field(tag uint32, v int64) Field {
	return Field{Tag: tag, Val: binary.AppendVarint(nil, v)}
}

// BoolField makes a field of a truth value: one byte.
func BoolField(tag uint32, v bool) Field {
	if v {
		return Field{Tag: tag, Val: []byte{1}}
	}
	return Field{Tag: tag, Val: []byte{0}}
}

// AppendString appends a text field to a record begun with AppendRecord.
func AppendString(b []byte, tag uint32, s string) []byte {
	b = binary.AppendUvarint(b, uint64(tag))
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// AppendInt64 appends a number field to a record begun with AppendRecord.
func AppendInt64(b []byte, tag uint32, v int64) []byte {
	var tmp [binary.MaxVarintLen64]byte
	n := binary.PutVarint(tmp[:], v)
	b = binary.AppendUvarint(b, uint64(tag))
	b = append(b, byte(n))
	return append(b, tmp[:n]...)
}

// AppendBool appends a truth field to a record begun with AppendRecord.
func AppendBool(b []byte, tag uint32, v bool) []byte {
	b = binary.AppendUvarint(b, uint64(tag))
	if v {
		return append(b, 1, 1)
	}
	return append(b, 1, 0)
}

// Text returns the value as text.
func (f Field) Text() string { return string(f.Val) }

// Int64 returns the value as a number.
func (f Field) Int64() (int64, error) {
	v, n := binary.Varint(f.Val)
	if n <= 0 || n != len(f.Val) {
		return 0, errRecordField
	}
	return v, nil
}

// Bool returns the value as a truth value.
func (f Field) Bool() (bool, error) {
	if len(f.Val) != 1 || f.Val[0] > 1 {
		return false, errRecordField
	}
	return f.Val[0] == 1, nil
}
