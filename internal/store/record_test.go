package store_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store"
)

func TestRecordRoundTrip(t *testing.T) {
	fs := []store.Field{
		store.StringField(1, "Ana"), store.Int64Field(2, -5), store.Int64Field(3, 1<<62), store.BoolField(4, true),
		store.BoolField(5, false), store.StringField(6, ""), store.StringField(1<<32-1, "kept"), store.StringField(1, "again"),
	}
	data := store.AppendRecord([]byte("before"), fs)[len("before"):]
	got, err := store.ParseRecord(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(fs) || got[0].Text() != "Ana" || got[6].Tag != 1<<32-1 || got[7].Text() != "again" {
		t.Errorf("fields = %v", got)
	}
	if n, err := got[1].Int64(); n != -5 || err != nil {
		t.Errorf("Int64 = %d, %v", n, err)
	}
	if n, err := got[2].Int64(); n != 1<<62 || err != nil {
		t.Errorf("Int64 = %d, %v", n, err)
	}
	if v, err := got[3].Bool(); !v || err != nil {
		t.Errorf("Bool = %t, %v", v, err)
	}
	if again := store.AppendRecord(nil, got); !bytes.Equal(again, data) {
		t.Errorf("encoded again: %x, want %x", again, data)
	}
	appended := store.AppendRecord(nil, nil)
	appended = store.AppendString(appended, 1, "Ana")
	appended = store.AppendInt64(appended, 2, -5)
	appended = store.AppendInt64(appended, 3, 1<<62)
	appended = store.AppendBool(appended, 4, true)
	appended = store.AppendBool(appended, 5, false)
	if diff := cmp.Diff(data[:len(appended)], appended); diff != "" {
		t.Errorf("appenders (-want +got):\n%s", diff)
	}
}

func TestDamagedRecordsAreErrors(t *testing.T) {
	for _, data := range []string{
		"", "\x00", "\x02", "\x01\x01", "\x01\x01\x05abc", "\x01\x80", "\x01\x80\x00\x00", "\x01\x01\x80\x00",
		"\x01\xff\xff\xff\xff\x7f\x00", "\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
	} {
		if fs, err := store.ParseRecord([]byte(data)); err == nil {
			t.Errorf("ParseRecord(%q) = %v, want an error", data, fs)
		}
	}
	many := append([]byte{1}, bytes.Repeat([]byte{1, 0}, 1<<12+1)...)
	if _, err := store.ParseRecord(many); err == nil {
		t.Error("too many fields: no error")
	}
	for _, f := range []store.Field{{Val: nil}, {Val: []byte{1, 1}}, {Val: []byte{0x80}}} {
		if _, err := f.Int64(); err == nil {
			t.Errorf("Int64 of %x: no error", f.Val)
		}
		if _, err := f.Bool(); err == nil {
			t.Errorf("Bool of %x: no error", f.Val)
		}
	}
}

// What parses is encoded again to the same bytes.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("\x01"))
	f.Add([]byte("\x01\x01\x03Ana\x02\x01\x09"))
	f.Add([]byte("\x01\xff\xff\xff\xff\x0f\x00"))
	f.Add([]byte("\x01\x80\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fs, err := store.ParseRecord(data)
		if err != nil {
			return
		}
		if again := store.AppendRecord(nil, fs); !bytes.Equal(again, data) {
			t.Errorf("%x is encoded again as %x", data, again)
		}
		for _, field := range fs {
			if n, err := field.Int64(); err == nil {
				if got, err := store.Int64Field(1, n).Int64(); err != nil || got != n {
					t.Errorf("number %d came back as %d, %v", n, got, err)
				}
			}
		}
	})
}
