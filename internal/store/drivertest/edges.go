package drivertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
)

// testMoveTime links a pair that is there again: it moves in time, from either
// end, and is counted once.
func testMoveTime(t *testing.T, s driver.Store) {
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 2, Time: 10}, driver.Assoc{From: 1, Kind: fan, To: 3, Time: 20})
	order := func(step string, want ...driver.ID) {
		t.Helper()
		rs := read(t, s, &driver.ReadSet{
			Ranges: []driver.Range{{From: 1, Kind: fan, Limit: 9}, {From: 1, Kind: fan, Limit: 9, Reverse: true}},
			Counts: []driver.Count{{From: 1, Kind: fan}, {From: 2, Kind: fanOf}},
		})
		var got []driver.ID
		for _, a := range rs.GotRanges[0] {
			got = append(got, a.To)
		}
		if diff := cmp.Diff(want, got); diff != "" || len(rs.GotRanges[1]) != len(want) {
			t.Errorf("%s: newest first (-want +got):\n%s%d backwards", step, diff, len(rs.GotRanges[1]))
		}
		if rs.GotCounts[0] != 2 || rs.GotCounts[1] != 1 {
			t.Errorf("%s: counts %d, want 2 and 1", step, rs.GotCounts)
		}
	}
	order("linked", 3, 2)
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 2, Time: 30})
	order("moved up", 2, 3)
	link(t, s, driver.Assoc{From: 2, Kind: fanOf, To: 1, Time: 5})
	order("moved down from the other end", 3, 2)
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 2})
	order("out of time", 3)
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		for time := range int64(20) { // in one update, with an end to begin anew
			if time == 10 {
				if err := w.Unlink(ctx, []driver.Pair{{From: 2, Kind: fanOf, To: 1}}); err != nil {
					return err
				}
			}
			if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: fan, To: 2, Time: 100 + time}}); err != nil {
				return err
			}
		}
		return nil
	})
	order("many times in one update", 2, 3)
}

// testDeadKeys: keys outlive the object they lead to, until they are freed or
// the object is purged; a tombstone may take them over.
func testDeadKeys(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing}, driver.Object{ID: 9, Kind: kindOther})
	bind(t, s, binding(spaceName, "a", 1), binding(spaceName, "b", 1), binding(spaceNumber, "a", 1))
	update(t, s, func(ctx context.Context, w driver.Writer) error { return w.Delete(ctx, []driver.ID{1}) })
	if got := bind(t, s, binding(spaceName, "a", 2)); got[0] != 1 {
		t.Errorf("a key of a deleted object went to %d", got[0])
	}
	// Freed and bound again in one update: to the tombstone.
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		if err := w.Unbind(ctx, []driver.Key{{Space: spaceName, Key: "a"}}); err != nil {
			return err
		}
		got, err := w.Bind(ctx, []driver.Binding{binding(spaceName, "a", 9), binding(spaceName, "b", 9), binding(spaceName, "a", 3)})
		if diff := cmp.Diff([]driver.ID{9, 1, 9}, got); err == nil && diff != "" {
			t.Errorf("Bind behind Unbind (-want +got):\n%s", diff)
		}
		return err
	})
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		if err := w.Purge(ctx, []driver.ID{1}); err != nil {
			return err
		}
		got, err := w.Bind(ctx, []driver.Binding{binding(spaceName, "a", 4), binding(spaceName, "b", 4)})
		if diff := cmp.Diff([]driver.ID{9, 4}, got); err == nil && diff != "" {
			t.Errorf("Bind behind Purge (-want +got):\n%s", diff)
		}
		if err != nil {
			return err
		}
		return w.Unbind(ctx, []driver.Key{{Space: spaceName, Key: "b"}})
	})
	want := newModel()
	want.objects[9] = driver.Object{ID: 9, Kind: kindOther}
	want.keys[driver.Key{Space: spaceName, Key: "a"}] = 9
	want.compare(t, s, true)
}

// testPurgeResumes stops a purge in the middle, more than once, and finishes it.
func testPurgeResumes(t *testing.T, s driver.Store) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	put(t, s, driver.Object{ID: 1, Kind: kindThing})
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		var as []driver.Assoc
		for i := range driver.ID(1500) {
			as = append(as, driver.Assoc{From: 1, Kind: fan, To: 100 + i, Time: int64(i % 3)})
		}
		return w.Link(ctx, as)
	})
	err := s.Update(ctx, func(w driver.Writer) error {
		err := w.Purge(ctx, []driver.ID{1})
		cancel()
		return errors.Join(err, ctx.Err())
	})
	if err == nil || counted(t, s, 1, fan) != 1500 || object(t, s, 1) == nil {
		t.Fatalf("a purge that was cancelled: %v, %d are left", err, counted(t, s, 1, fan))
	}
	// Slice by slice, as a job does that may be stopped between any two.
	for left := int64(1500); left > 300; left -= 400 {
		update(t, s, func(ctx context.Context, w driver.Writer) error {
			rs := driver.ReadSet{Ranges: []driver.Range{{From: 1, Kind: fan, All: true, Limit: 400}}}
			if err := w.Read(ctx, &rs); err != nil {
				return err
			}
			var ps []driver.Pair
			for _, a := range rs.GotRanges[0] {
				ps = append(ps, driver.Pair{From: a.To, Kind: fanOf, To: a.From})
			}
			return w.Unlink(ctx, ps)
		})
		if got := counted(t, s, 1, fan); got != left-400 {
			t.Fatalf("%d are left, want %d", got, left-400)
		}
	}
	// The last slice, and in the same update somebody else under that id.
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		for range 2 {
			if err := w.Purge(ctx, []driver.ID{1}); err != nil {
				return err
			}
			if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: fan, To: 2, Time: 7}}); err != nil {
				return err
			}
		}
		return w.Put(ctx, []driver.Object{{ID: 1, Kind: kindOther}})
	})
	want := newModel()
	want.objects[1] = driver.Object{ID: 1, Kind: kindOther}
	want.link(driver.Assoc{From: 1, Kind: fan, To: 2, Time: 7})
	want.compare(t, s, true)
}

// testReadBuffered asks after every write, in one update: it sees each of them,
// under one version.
func testReadBuffered(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing, Data: []byte("old")})
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 2, Time: 1, Data: []byte("old")})
	versions := map[int64]bool{}
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		clear(versions)
		for i := range 6 {
			data := []byte(fmt.Sprint(i))
			if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: data}}); err != nil {
				return err
			}
			if err := w.Link(ctx, []driver.Assoc{{From: 1, Kind: fan, To: driver.ID(2 + i%3), Time: int64(10 + i), Data: data}}); err != nil {
				return err
			}
			rs := driver.ReadSet{
				Objects: []driver.ID{1}, Pairs: []driver.Pair{{From: driver.ID(2 + i%3), Kind: fanOf, To: 1}},
				Ranges: []driver.Range{{From: 1, Kind: fan, Limit: 1}}, Counts: []driver.Count{{From: 1, Kind: fan}},
			}
			if err := w.Read(ctx, &rs); err != nil {
				return err
			}
			first := rs.GotRanges[0]
			if string(rs.GotObjects[0].Data) != string(data) || rs.GotPairs[0] == nil || rs.GotPairs[0].Time != int64(10+i) ||
				len(first) != 1 || string(first[0].Data) != string(data) || rs.GotCounts[0] != int64(min(i+1, 3)) {
				return fmt.Errorf("after write %d: %s, %+v, %+v, count %d", i, rs.GotObjects[0].Data, rs.GotPairs[0], first, rs.GotCounts[0])
			}
			versions[rs.GotObjects[0].Version], versions[first[0].Version] = true, true
		}
		return nil
	})
	versions[object(t, s, 1).Version] = true
	if len(versions) != 1 {
		t.Errorf("%d versions in one update", len(versions))
	}
}
