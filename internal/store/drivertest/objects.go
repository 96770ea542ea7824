package drivertest

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
)

func testObjects(t *testing.T, s driver.Store) {
	data := []byte{0, 1, 255, 0}
	put(t, s, driver.Object{ID: 7, Kind: kindThing, Data: data}, driver.Object{ID: -8, Kind: kindOther})
	first := object(t, s, 7)
	if first == nil || first.Kind != kindThing || !bytes.Equal(first.Data, data) {
		t.Fatalf("object 7 = %+v", first)
	}
	if got := object(t, s, -8); got == nil || len(got.Data) != 0 {
		t.Fatalf("object -8 = %+v", got)
	}
	put(t, s, driver.Object{ID: 7, Kind: kindOther, Data: []byte("new")})
	if got := object(t, s, 7); got.Kind != kindOther || string(got.Data) != "new" {
		t.Fatalf("replaced object = %+v", got)
	}
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		return w.Delete(ctx, []driver.ID{7, 7, 99})
	})
	if got := object(t, s, 7); got != nil {
		t.Fatalf("deleted object = %+v", got)
	}
}

func testMissing(t *testing.T, s driver.Store) {
	rs := read(t, s, &driver.ReadSet{
		Objects: []driver.ID{0, 1},
		Keys:    []driver.Key{{Space: spaceName, Key: "x"}, {Space: 999}},
		Pairs:   []driver.Pair{{From: 1, Kind: note, To: 2}},
		Ranges:  []driver.Range{{From: 1, Kind: note, Limit: 5}},
		Counts:  []driver.Count{{From: 1, Kind: friend}},
		Owned:   []driver.Owned{{ID: 1, Space: spaceName}},
	})
	want := &driver.ReadSet{
		Objects: rs.Objects, Keys: rs.Keys, Pairs: rs.Pairs, Ranges: rs.Ranges, Counts: rs.Counts, Owned: rs.Owned,
		GotObjects: []*driver.Object{nil, nil},
		GotKeys:    []driver.ID{0, 0},
		GotPairs:   []*driver.Assoc{nil},
		GotRanges:  [][]driver.Assoc{nil},
		GotCounts:  []int64{0},
		GotOwned:   [][]string{nil},
	}
	if diff := cmp.Diff(want, rs); diff != "" {
		t.Fatalf("answers (-want +got):\n%s", diff)
	}
}

func testVersions(t *testing.T, s driver.Store) {
	last := int64(0)
	for i := range 5 {
		update(t, s, func(ctx context.Context, w driver.Writer) error {
			if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Version: 77}}); err != nil {
				return err
			}
			return w.Link(ctx, []driver.Assoc{{From: 1, Kind: note, To: 2, Version: 78}})
		})
		o, a := object(t, s, 1), pair(t, s, driver.Pair{From: 1, Kind: note, To: 2})
		if o.Version <= last || o.Version != a.Version {
			t.Fatalf("update %d: versions %d and %d after %d", i, o.Version, a.Version, last)
		}
		last = o.Version
	}
}

// testAnswersOwned changes what went in and what came out.
func testAnswersOwned(t *testing.T, s driver.Store) {
	data := []byte("abc")
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: data}}); err != nil {
			return err
		}
		return w.Link(ctx, []driver.Assoc{{From: 1, Kind: note, To: 2, Time: 5, Data: data}})
	})
	data[0] = 'X'
	object(t, s, 1).Data[0] = 'Y'
	pair(t, s, driver.Pair{From: 1, Kind: note, To: 2}).Data[0] = 'Y'
	newest := driver.Range{From: 1, Kind: note, Limit: 1}
	read(t, s, &driver.ReadSet{Ranges: []driver.Range{newest}}).GotRanges[0][0].Data[0] = 'Z'
	rs := read(t, s, &driver.ReadSet{
		Objects: []driver.ID{1},
		Pairs:   []driver.Pair{{From: 1, Kind: note, To: 2}},
		Ranges:  []driver.Range{newest},
	})
	for _, got := range [][]byte{rs.GotObjects[0].Data, rs.GotPairs[0].Data, rs.GotRanges[0][0].Data} {
		if string(got) != "abc" {
			t.Errorf("data = %q, want abc", got)
		}
	}
}

func testBigReadSet(t *testing.T, s driver.Store) {
	const n = 500
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		for i := driver.ID(1); i <= n; i += 2 {
			if err := w.Put(ctx, []driver.Object{{ID: i, Kind: kindThing, Data: []byte{byte(i)}}}); err != nil {
				return err
			}
			if _, err := w.Bind(ctx, []driver.Binding{binding(spaceNumber, string(rune(i)), i)}); err != nil {
				return err
			}
			if err := w.Link(ctx, []driver.Assoc{{From: i, Kind: friend, To: i + 1, Time: int64(i)}}); err != nil {
				return err
			}
		}
		return nil
	})
	var rs driver.ReadSet
	for round := range 2 { // a set may be used again
		rs.Reset()
		for i := driver.ID(1); i <= n; i++ {
			rs.Objects = append(rs.Objects, i)
			rs.Keys = append(rs.Keys, driver.Key{Space: spaceNumber, Key: string(rune(i))})
			rs.Pairs = append(rs.Pairs, driver.Pair{From: i, Kind: friend, To: i + 1})
			rs.Counts = append(rs.Counts, driver.Count{From: i, Kind: friend})
		}
		checkBig(t, round, read(t, s, &rs))
	}
}

func checkBig(t *testing.T, round int, rs *driver.ReadSet) {
	t.Helper()
	for i, id := range rs.Objects {
		there := id%2 == 1
		if got := rs.GotObjects[i] != nil && rs.GotObjects[i].Data[0] == byte(id); got != there {
			t.Fatalf("round %d: object %d there = %t", round, id, got)
		}
		if got := rs.GotKeys[i] == id; got != there {
			t.Fatalf("round %d: key %d there = %t", round, id, got)
		}
		if got := rs.GotPairs[i] != nil; got != there {
			t.Fatalf("round %d: pair %d there = %t", round, id, got)
		}
		if rs.GotCounts[i] != 1 {
			t.Fatalf("round %d: count %d = %d", round, id, rs.GotCounts[i])
		}
	}
}

func testRefusals(t *testing.T, s driver.Store) {
	ctx := context.Background()
	tests := map[string]func(w driver.Writer) error{
		"object without id":       func(w driver.Writer) error { return w.Put(ctx, []driver.Object{{Kind: kindThing}}) },
		"object of unknown kind":  func(w driver.Writer) error { return w.Put(ctx, []driver.Object{{ID: 1, Kind: 999}}) },
		"object of an assoc kind": func(w driver.Writer) error { return w.Put(ctx, []driver.Object{{ID: 1, Kind: note}}) },
		"assoc of an object kind": func(w driver.Writer) error { return w.Link(ctx, []driver.Assoc{{From: 1, Kind: kindThing, To: 2}}) },
		"assoc without from":      func(w driver.Writer) error { return w.Link(ctx, []driver.Assoc{{Kind: note, To: 2}}) },
		"assoc without to":        func(w driver.Writer) error { return w.Link(ctx, []driver.Assoc{{From: 1, Kind: note}}) },
		"assoc with a far time": func(w driver.Writer) error {
			return w.Link(ctx, []driver.Assoc{{From: 1, Kind: note, To: 2, Time: 1<<61 + 1}})
		},
		"binding without id": func(w driver.Writer) error {
			_, err := w.Bind(ctx, []driver.Binding{binding(spaceName, "a", 0)})
			return err
		},
		"binding of unknown space": func(w driver.Writer) error { _, err := w.Bind(ctx, []driver.Binding{binding(999, "a", 1)}); return err },
		"range without limit": func(w driver.Writer) error {
			return w.Read(ctx, &driver.ReadSet{Ranges: []driver.Range{{From: 1, Kind: note}}})
		},
	}
	for name, f := range tests {
		if err := s.Update(ctx, f); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
