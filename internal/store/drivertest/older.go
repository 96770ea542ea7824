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

// OlderInverses holds a store to its word that it goes on with the rows of a database in
// which inverses were not written Once yet. open opens the same database each time.
func OlderInverses(t *testing.T, open func(*driver.Registry) driver.Store) {
	older := Registry()
	for i := range older.Kinds {
		older.Kinds[i].Once = false
	}
	as := []driver.Assoc{{From: 1, Kind: holds, To: 2, Time: 10}, {From: 1, Kind: has, To: 2, Time: 10}, {From: 1, Kind: holds, To: 3, Time: 10}}
	for n, reg := range []*driver.Registry{older, Registry(), older, Registry()} {
		s := open(reg)
		for i := range as {
			as[i].Time++
		}
		link(t, s, as[:2]...)
		if n == 0 {
			link(t, s, as[2])
		}
		if n == 1 {
			unlink(t, s, driver.Pair{From: 2, Kind: hadBy, To: 1})
			link(t, s, as[1])
		}
		for _, a := range as[:2] {
			there, back := pair(t, s, driver.Pair{From: 1, Kind: a.Kind, To: 2}), pair(t, s, driver.Pair{From: 2, Kind: a.Kind + 1, To: 1})
			if there == nil || there.Time != a.Time || back == nil {
				t.Errorf("opened %d times: %+v, %+v", n+1, there, back)
			}
		}
		if n == 3 {
			unlink(t, s, driver.Pair{From: 2, Kind: heldBy, To: 1}, driver.Pair{From: 3, Kind: heldBy, To: 1}, driver.Pair{From: 1, Kind: has, To: 2})
			newModel().compare(t, s, true)
		}
		Verify(t, s, Registry())
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
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
