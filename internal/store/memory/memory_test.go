package memory

import (
	"context"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

func TestDriver(t *testing.T) {
	drivertest.Run(t, func(*testing.T) driver.Store { return Open(drivertest.Registry()) })
}

func put(t testing.TB, s *Store, id driver.ID, data string) {
	t.Helper()
	ctx := context.Background()
	err := s.Update(ctx, func(w driver.Writer) error {
		return w.Put(ctx, []driver.Object{{ID: id, Kind: 1, Data: []byte(data)}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, s *Store, id driver.ID) *driver.Object {
	t.Helper()
	ctx := context.Background()
	rs := driver.ReadSet{Objects: []driver.ID{id}}
	if err := s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &rs) }); err != nil {
		t.Fatal(err)
	}
	return rs.GotObjects[0]
}

func TestForkIsIndependent(t *testing.T) {
	s := Open(drivertest.Registry())
	put(t, s, 1, "both")
	f := s.Fork()
	put(t, s, 2, "original")
	put(t, f, 2, "fork")
	if a, b := get(t, s, 2), get(t, f, 2); string(a.Data) != "original" || string(b.Data) != "fork" {
		t.Errorf("original has %q, fork has %q", a.Data, b.Data)
	}
	put(t, s, 3, "late")
	version := get(t, s, 3).Version
	s.Restore(f)
	if got := get(t, s, 2); string(got.Data) != "fork" || get(t, s, 3) != nil || get(t, s, 1) == nil {
		t.Errorf("restored: %q", got.Data)
	}
	put(t, s, 4, "after")
	if got := get(t, s, 4).Version; got <= version {
		t.Errorf("version %d after %d: versions went back", got, version)
	}
	if get(t, f, 4) != nil {
		t.Error("the fork sees writes after the restore")
	}
}
