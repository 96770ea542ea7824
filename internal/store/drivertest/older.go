package drivertest

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// OlderRegistry is that of the stores of OlderIDs.
func OlderRegistry() *driver.Registry {
	return &driver.Registry{Spaces: []driver.SpaceInfo{{Space: 3, Name: "psid"}, {Space: 4, Name: "asid"}, {Space: 15, Name: "any_asid"}}}
}

// OlderIDs holds a store with tables to its word that the IDs of the first schema, 8
// bytes and digits in space 4, are found by the digits alone in space 15 from the second
// on. first opens it as the first kith, now as this one.
func OlderIDs(t *testing.T, first, now func() driver.Store) {
	ctx := context.Background()
	bs := []driver.Binding{
		{Key: driver.Key{Space: 4, Key: "\x00\x00\x00\x00\x00\x00\x00\x071234567890123456"}, ID: 11},
		{Key: driver.Key{Space: 4, Key: "\x00\x00\x00\x00\x00\x00\x00\x085"}, ID: 12},
		{Key: driver.Key{Space: 4, Key: "\xff'\\\x00\x00\x00\x00\x089876543210987654"}, ID: 13},
		// The same digits in another app, and another space.
		{Key: driver.Key{Space: 4, Key: "\x00\x00\x00\x00\x00\x00\x00\x091234567890123456"}, ID: 11},
		{Key: driver.Key{Space: 3, Key: "\x00\x00\x00\x00\x00\x00\x00\x084444"}, ID: 14},
	}
	s := first()
	if err := s.Update(ctx, func(w driver.Writer) error { _, err := w.Bind(ctx, bs); return err }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]driver.ID{"1234567890123456": 11, "5": 12, "9876543210987654": 13}
	s = now()
	defer s.Close()
	if err := s.View(ctx, func(r driver.Reader) error {
		return r.Scan(ctx, driver.Keys, func(row *driver.Row) bool {
			if k := row.Key; k.Space == 15 {
				if want[k.Key.Key] != k.ID {
					t.Errorf("%q leads to %d", k.Key.Key, k.ID)
				}
				delete(want, k.Key.Key)
			}
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}
