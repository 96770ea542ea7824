package drivertest

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
)

// seedRange links 1 to seven others; in newest-first order they are
// 17, 15, 16, 14, 11, 12, 13; 18 has no time.
func seedRange(t *testing.T, s driver.Store) {
	t.Helper()
	at := map[driver.ID]int64{11: 10, 12: 10, 13: 10, 14: 20, 15: 30, 16: 30, 17: 40, 18: 0}
	for to, time := range at {
		link(t, s, driver.Assoc{From: 1, Kind: note, To: to, Time: time})
	}
	// Neighbours that must not show up.
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 50, Time: 25}, driver.Assoc{From: 2, Kind: note, To: 51, Time: 25},
		driver.Assoc{From: -1, Kind: note, To: 52, Time: 25})
}

func checkRange(t *testing.T, s driver.Store, name string, q driver.Range, want ...driver.ID) {
	t.Helper()
	q.From, q.Kind = 1, note
	if q.Limit == 0 {
		q.Limit = 100
	}
	var got []driver.ID
	for _, a := range read(t, s, &driver.ReadSet{Ranges: []driver.Range{q}}).GotRanges[0] {
		if a.From != 1 || a.Kind != note || a.Version == 0 {
			t.Errorf("%s: row %+v", name, a)
		}
		got = append(got, a.To)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func testRanges(t *testing.T, s driver.Store) {
	seedRange(t, s)
	pos := func(time int64, to driver.ID) *driver.Pos { return &driver.Pos{Time: time, To: to} }
	type ids = []driver.ID
	tests := []struct {
		name string
		q    driver.Range
		want ids
	}{
		{"all", driver.Range{}, ids{17, 15, 16, 14, 11, 12, 13}},
		{"limit", driver.Range{Limit: 3}, ids{17, 15, 16}},
		{"reverse", driver.Range{Reverse: true}, ids{13, 12, 11, 14, 16, 15, 17}},
		{"reverse limit", driver.Range{Reverse: true, Limit: 2}, ids{13, 12}},
		{"after", driver.Range{After: pos(30, 15)}, ids{16, 14, 11, 12, 13}},
		{"after the last", driver.Range{After: pos(10, 13)}, nil},
		{"after between", driver.Range{After: pos(25, 99), Limit: 1}, ids{14}},
		{"before", driver.Range{Before: pos(10, 12)}, ids{17, 15, 16, 14, 11}},
		{"before the first", driver.Range{Before: pos(40, 17)}, nil},
		{"after and before", driver.Range{After: pos(40, 17), Before: pos(10, 11)}, ids{15, 16, 14}},
		{"reverse before", driver.Range{Before: pos(10, 12), Reverse: true, Limit: 2}, ids{11, 14}},
		{"reverse after", driver.Range{After: pos(30, 15), Reverse: true}, ids{13, 12, 11, 14, 16}},
		{"crossed", driver.Range{After: pos(10, 11), Before: pos(40, 17)}, nil},
		{"far positions", driver.Range{After: pos(math.MaxInt64, 0), Before: pos(math.MinInt64, 0)}, ids{17, 15, 16, 14, 11, 12, 13}},
	}
	for _, tt := range tests {
		checkRange(t, s, tt.name, tt.q, tt.want...)
	}
}

func testRangeTimes(t *testing.T, s driver.Store) {
	seedRange(t, s)
	type ids = []driver.ID
	tests := []struct {
		name string
		q    driver.Range
		want ids
	}{
		{"since", driver.Range{Since: 20}, ids{17, 15, 16, 14}},
		{"until", driver.Range{Until: 30}, ids{15, 16, 14, 11, 12, 13}},
		{"since and until", driver.Range{Since: 20, Until: 30}, ids{15, 16, 14}},
		{"since and until reverse", driver.Range{Since: 20, Until: 30, Reverse: true}, ids{14, 16, 15}},
		{"until and after", driver.Range{Until: 30, After: &driver.Pos{Time: 30, To: 15}}, ids{16, 14, 11, 12, 13}},
		{"until beyond after", driver.Range{Until: 20, After: &driver.Pos{Time: 40, To: 17}}, ids{14, 11, 12, 13}},
		{"far since", driver.Range{Since: math.MaxInt64}, nil},
		{"far until", driver.Range{Until: math.MinInt64}, nil},
		{"every one", driver.Range{All: true}, ids{11, 12, 13, 14, 15, 16, 17, 18}},
		{"every one after", driver.Range{All: true, After: &driver.Pos{To: 12}, Limit: 2}, ids{13, 14}},
		{"every one before, reverse", driver.Range{All: true, Before: &driver.Pos{To: 12}, Reverse: true}, ids{11}},
	}
	for _, tt := range tests {
		checkRange(t, s, tt.name, tt.q, tt.want...)
	}
	link(t, s, driver.Assoc{From: 1, Kind: note, To: 17}, driver.Assoc{From: 1, Kind: note, To: 18, Time: -5})
	checkRange(t, s, "times changed", driver.Range{}, 15, 16, 14, 11, 12, 13, 18)
	unlink(t, s, driver.Pair{From: 1, Kind: note, To: 15}, driver.Pair{From: 1, Kind: note, To: 17})
	checkRange(t, s, "unlinked", driver.Range{Limit: 2}, 16, 14)
}

func testTimeVersion(t *testing.T, s driver.Store) {
	for _, to := range []driver.ID{30, 10, 20} {
		link(t, s, driver.Assoc{From: 1, Kind: note, To: to, Time: driver.TimeVersion})
	}
	checkRange(t, s, "newest commit first", driver.Range{}, 20, 10, 30)
	a := pair(t, s, driver.Pair{From: 1, Kind: note, To: 10})
	if a.Time != a.Version {
		t.Errorf("Time = %d, Version = %d", a.Time, a.Version)
	}
	// The inverse has the same time.
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2, Time: driver.TimeVersion})
	b := pair(t, s, driver.Pair{From: 2, Kind: followedBy, To: 1})
	if b == nil || b.Time != b.Version || b.Version <= a.Version {
		t.Errorf("inverse = %+v", b)
	}
}

func testScan(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 3, Kind: kindThing, Data: []byte("c")}, driver.Object{ID: -1, Kind: kindThing},
		driver.Object{ID: 2, Kind: kindOther})
	link(t, s, driver.Assoc{From: 2, Kind: follows, To: 3, Time: 9, Data: []byte("d")}, driver.Assoc{From: 2, Kind: note, To: 1})
	bind(t, s, binding(spaceNumber, "a", 1), binding(spaceName, "b", 2), binding(spaceName, "a", 3))

	var got []any
	collect := func(table driver.Table, row func(*driver.Row) any) {
		ctx := context.Background()
		err := s.View(ctx, func(r driver.Reader) error {
			return r.Scan(ctx, table, func(x *driver.Row) bool { got = append(got, row(x)); return true })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	collect(driver.Objects, func(x *driver.Row) any { return x.Object.ID })
	collect(driver.Assocs, func(x *driver.Row) any {
		return [...]int64{int64(x.Assoc.From), int64(x.Assoc.Kind), int64(x.Assoc.To), x.Assoc.Time, int64(len(x.Assoc.Data))}
	})
	collect(driver.Keys, func(x *driver.Row) any { return x.Key })
	collect(driver.Counts, func(x *driver.Row) any { return [...]int64{int64(x.Count.From), int64(x.Count.Kind), x.Count.N} })
	want := []any{
		driver.ID(-1), driver.ID(2), driver.ID(3),
		[...]int64{2, 20, 3, 9, 1}, [...]int64{2, 23, 1, 0, 0}, [...]int64{3, 21, 2, 9, 0},
		binding(spaceName, "a", 3), binding(spaceName, "b", 2), binding(spaceNumber, "a", 1),
		[...]int64{2, 20, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	checkScanStops(t, s)
}

func checkScanStops(t *testing.T, s driver.Store) {
	t.Helper()
	ctx := context.Background()
	n := 0
	err := s.View(ctx, func(r driver.Reader) error {
		return r.Scan(ctx, driver.Objects, func(*driver.Row) bool { n++; return n < 2 })
	})
	if err != nil || n != 2 {
		t.Errorf("Scan stopped after %d rows with %v, want 2", n, err)
	}
}
