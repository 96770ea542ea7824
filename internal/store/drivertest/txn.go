package drivertest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

var errWanted = errors.New("wanted failure")

func testOwnWrites(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 9, Kind: kindThing})
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: []byte("x")}}); err != nil {
			return err
		}
		if _, err := w.Bind(ctx, []driver.Binding{binding(spaceName, "a", 1)}); err != nil {
			return err
		}
		if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: fan, To: 9, Time: 3}}); err != nil {
			return err
		}
		if err := w.Delete(ctx, []driver.ID{9}); err != nil {
			return err
		}
		rs := driver.ReadSet{
			Objects: []driver.ID{1, 9},
			Keys:    []driver.Key{{Space: spaceName, Key: "a"}},
			Pairs:   []driver.Pair{{From: 9, Kind: fanOf, To: 1}},
			Ranges:  []driver.Range{{From: 1, Kind: fan, Limit: 9}},
			Counts:  []driver.Count{{From: 1, Kind: fan}},
			Owned:   []driver.Owned{{ID: 1, Space: spaceName}},
		}
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		if rs.GotObjects[0] == nil || rs.GotObjects[1] != nil || rs.GotKeys[0] != 1 || rs.GotPairs[0] == nil ||
			len(rs.GotRanges[0]) != 1 || rs.GotCounts[0] != 1 || len(rs.GotOwned[0]) != 1 {
			t.Errorf("an update does not see its writes: %+v", rs)
		}
		n := 0
		err := w.Scan(ctx, driver.Objects, func(*driver.Row) bool { n++; return true })
		if n != 1 {
			t.Errorf("an update scans %d objects, want 1", n)
		}
		return err
	})
}

// scribble writes something into every table.
func scribble(ctx context.Context, w driver.Writer) error {
	if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: []byte("x")}, {ID: 2, Kind: kindThing}}); err != nil {
		return err
	}
	if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: fan, To: 2, Time: 3}, {From: 1, Kind: friend, To: 2}}); err != nil {
		return err
	}
	if err := w.Purge(ctx, []driver.ID{5}); err != nil {
		return err
	}
	_, err := w.Bind(ctx, []driver.Binding{binding(spaceName, "a", 1)})
	return err
}

func seedTxn(t *testing.T, s driver.Store) *model {
	t.Helper()
	put(t, s, driver.Object{ID: 5, Kind: kindThing, Data: []byte("five")})
	m := newModel()
	m.objects[5] = driver.Object{ID: 5, Kind: kindThing, Data: []byte("five")}
	return m
}

func testFailedUpdate(t *testing.T, s driver.Store) {
	want := seedTxn(t, s)
	ctx := context.Background()
	err := s.Update(ctx, func(w driver.Writer) error {
		if err := scribble(ctx, w); err != nil {
			return err
		}
		return errWanted
	})
	if !errors.Is(err, errWanted) {
		t.Fatalf("Update = %v, want the error of its function", err)
	}
	want.compare(t, s, true)
	update(t, s, scribble)
	if got := object(t, s, 1); got == nil {
		t.Fatal("no update after a failed one")
	}
}

func testPanic(t *testing.T, s driver.Store) {
	want := seedTxn(t, s)
	ctx := context.Background()
	func() {
		defer func() {
			got := recover()
			if err, _ := got.(error); !errors.Is(err, errWanted) {
				t.Errorf("recovered %v", got)
			}
		}()
		_ = s.Update(ctx, func(w driver.Writer) error {
			if err := scribble(ctx, w); err != nil {
				return err
			}
			panic(errWanted)
		})
	}()
	want.compare(t, s, true)
	update(t, s, scribble)
}

// testSnapshot commits between the Reads of one View.
func testSnapshot(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing, Data: []byte("old")})
	ctx := context.Background()
	err := s.View(ctx, func(r driver.Reader) error {
		check := func(step string) error {
			rs := driver.ReadSet{Objects: []driver.ID{1, 2}, Ranges: []driver.Range{{From: 1, Kind: note, Limit: 3}}}
			if err := r.Read(ctx, &rs); err != nil {
				return err
			}
			if string(rs.GotObjects[0].Data) != "old" || rs.GotObjects[1] != nil || rs.GotRanges[0] != nil {
				t.Errorf("%s: the view changed", step)
			}
			return nil
		}
		if err := check("before"); err != nil {
			return err
		}
		update(t, s, func(ctx context.Context, w driver.Writer) error {
			if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: []byte("new")}, {ID: 2, Kind: kindThing}}); err != nil {
				return err
			}
			if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: note, To: 2, Time: 1}}); err != nil {
				return err
			}
			return check("in the update")
		})
		return check("after")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := object(t, s, 1); string(got.Data) != "new" {
		t.Errorf("after the view: %q", got.Data)
	}
}

// testSerializable reads, adds one and writes from many goroutines.
func testSerializable(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing, Data: []byte{0}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				update(t, s, func(ctx context.Context, w driver.Writer) error {
					rs := driver.ReadSet{Objects: []driver.ID{1}}
					if err := w.Read(ctx, &rs); err != nil {
						return err
					}
					next := rs.GotObjects[0].Data[0] + 1
					return w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: []byte{next}}})
				})
			}
		})
	}
	wg.Wait()
	if got := object(t, s, 1).Data[0]; got != 200 {
		t.Errorf("200 increments gave %d", got)
	}
}

func testCancelled(t *testing.T, s driver.Store) {
	want := seedTxn(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.View(ctx, func(driver.Reader) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View = %v", err)
	}
	if err := s.Update(ctx, func(w driver.Writer) error { return scribble(ctx, w) }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	err := s.Update(ctx, func(w driver.Writer) error {
		if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing}}); err != nil {
			return err
		}
		cancel()
		return w.Put(ctx, []driver.Object{{ID: 2, Kind: kindThing}})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update cancelled inside = %v", err)
	}
	want.compare(t, s, true)
}

func testClosed(t *testing.T, s driver.Store) {
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	ctx := context.Background()
	if err := s.View(ctx, func(driver.Reader) error { return nil }); !errors.Is(err, driver.ErrClosed) {
		t.Errorf("View = %v", err)
	}
	if err := s.Update(ctx, func(driver.Writer) error { return nil }); !errors.Is(err, driver.ErrClosed) {
		t.Errorf("Update = %v", err)
	}
	if err := s.Close(); !errors.Is(err, driver.ErrClosed) {
		t.Errorf("Close again = %v", err)
	}
}
