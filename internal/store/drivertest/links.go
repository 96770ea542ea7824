package drivertest

import (
	"context"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

func testInverse(t *testing.T, s driver.Store) {
	there := driver.Pair{From: 1, Kind: follows, To: 2}
	back := driver.Pair{From: 2, Kind: followedBy, To: 1}
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2, Time: 10})
	if a, b := pair(t, s, there), pair(t, s, back); a == nil || b == nil || b.Time != 10 || a.Version != b.Version {
		t.Fatalf("linked: %+v, %+v", a, b)
	}
	// Linking from the other end moves both.
	link(t, s, driver.Assoc{From: 2, Kind: followedBy, To: 1, Time: 20})
	if a, b := pair(t, s, there), pair(t, s, back); a.Time != 20 || b.Time != 20 || a.Version != b.Version {
		t.Fatalf("relinked: %+v, %+v", a, b)
	}
	unlink(t, s, back)
	if a, b := pair(t, s, there), pair(t, s, back); a != nil || b != nil {
		t.Fatalf("unlinked from the other end: %+v, %+v", a, b)
	}
	unlink(t, s, there, back) // missing is fine
	link(t, s, driver.Assoc{From: 1, Kind: note, To: 2})
	if a := pair(t, s, driver.Pair{From: 2, Kind: note, To: 1}); a != nil {
		t.Fatalf("a kind without inverse has one: %+v", a)
	}
}

func testInverseData(t *testing.T, s driver.Store) {
	there := driver.Pair{From: 1, Kind: follows, To: 2}
	back := driver.Pair{From: 2, Kind: followedBy, To: 1}
	check := func(step, wantThere, wantBack string) {
		t.Helper()
		if a, b := pair(t, s, there), pair(t, s, back); string(a.Data) != wantThere || string(b.Data) != wantBack {
			t.Fatalf("%s: data %q and %q, want %q and %q", step, a.Data, b.Data, wantThere, wantBack)
		}
	}
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2, Time: 1, Data: []byte("mine")})
	check("first link", "mine", "")
	link(t, s, driver.Assoc{From: 2, Kind: followedBy, To: 1, Time: 2, Data: []byte("yours")})
	check("link of the inverse", "mine", "yours")
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2, Time: 3})
	check("link without data", "", "yours")
}

// testOnce looks at inverses of which nobody knows when.
func testOnce(t *testing.T, s driver.Store) {
	for _, kind := range []driver.Kind{holds, has} {
		there := driver.Pair{From: 1, Kind: kind, To: 2}
		back := driver.Pair{From: 2, Kind: kind + 1, To: 1}
		link(t, s, driver.Assoc{From: 1, Kind: kind, To: 2, Time: 10, Data: []byte("x")})
		first := pair(t, s, back)
		if first == nil || first.Time != 0 || first.Data != nil {
			t.Fatalf("linked: %+v", first)
		}
		link(t, s, driver.Assoc{From: 1, Kind: kind, To: 2, Time: 20})
		if a, b := pair(t, s, there), pair(t, s, back); a.Time != 20 || b.Time != 0 || b.Version != first.Version {
			t.Fatalf("linked again: %+v, %+v", a, b)
		}
		if got := read(t, s, &driver.ReadSet{Ranges: []driver.Range{{From: 2, Kind: kind + 1, All: true, Limit: 9}}}).GotRanges[0]; len(got) != 1 || got[0].To != 1 {
			t.Fatalf("listed: %+v", got)
		}
		unlink(t, s, back)
		if a, b := pair(t, s, there), pair(t, s, back); a != nil || b != nil {
			t.Fatalf("unlinked from the other end: %+v, %+v", a, b)
		}
		update(t, s, func(ctx context.Context, w driver.Writer) error { // in one go
			as := []driver.Assoc{{From: 3, Kind: kind, To: 3, Time: 5}, {From: 3, Kind: kind, To: 4, Time: 5}}
			if err := w.Link(ctx, as); err != nil {
				return err
			}
			if err := w.Unlink(ctx, []driver.Pair{{From: 4, Kind: kind + 1, To: 3}}); err != nil {
				return err
			}
			return w.Link(ctx, as)
		})
		for _, p := range []driver.Pair{{From: 3, Kind: kind + 1, To: 3}, {From: 4, Kind: kind + 1, To: 3}} {
			if a := pair(t, s, p); a == nil || a.Time != 0 {
				t.Fatalf("linked in one go: %+v", a)
			}
		}
	}
	Verify(t, s, Registry())
}

func testSelfInverse(t *testing.T, s driver.Store) {
	link(t, s, driver.Assoc{From: 1, Kind: friend, To: 2, Time: 5})
	if b := pair(t, s, driver.Pair{From: 2, Kind: friend, To: 1}); b == nil || b.Time != 5 {
		t.Fatalf("friend back = %+v", b)
	}
	link(t, s, driver.Assoc{From: 2, Kind: friend, To: 1, Time: 6}, driver.Assoc{From: 3, Kind: friend, To: 3, Time: 7})
	if a, b, c := counted(t, s, 1, friend), counted(t, s, 2, friend), counted(t, s, 3, friend); a != 1 || b != 1 || c != 1 {
		t.Fatalf("counts = %d %d %d, want 1 1 1", a, b, c)
	}
	unlink(t, s, driver.Pair{From: 1, Kind: friend, To: 2}, driver.Pair{From: 3, Kind: friend, To: 3})
	if a, b, c := counted(t, s, 1, friend), counted(t, s, 2, friend), counted(t, s, 3, friend); a+b+c != 0 {
		t.Fatalf("counts = %d %d %d, want 0 0 0", a, b, c)
	}
}

func testCounts(t *testing.T, s driver.Store) {
	for to := driver.ID(100); to < 200; to++ {
		link(t, s, driver.Assoc{From: 1, Kind: fan, To: to, Time: int64(to % 3)})
	}
	link(t, s, driver.Assoc{From: 1, Kind: fan, To: 100, Time: 9}, driver.Assoc{From: 100, Kind: fanOf, To: 1},
		driver.Assoc{From: 100, Kind: fanOf, To: 2})
	for _, c := range []struct {
		from driver.ID
		kind driver.Kind
		want int64
	}{{1, fan, 100}, {100, fanOf, 2}, {2, fan, 1}, {101, fanOf, 1}, {1, fanOf, 0}} {
		if got := counted(t, s, c.from, c.kind); got != c.want {
			t.Errorf("count of %d from %d = %d, want %d", c.kind, c.from, got, c.want)
		}
	}
	unlink(t, s, driver.Pair{From: 1, Kind: fan, To: 100}, driver.Pair{From: 1, Kind: fan, To: 100},
		driver.Pair{From: 101, Kind: fanOf, To: 1})
	if a, b, c := counted(t, s, 1, fan), counted(t, s, 100, fanOf), counted(t, s, 101, fanOf); a != 98 || b != 1 || c != 0 {
		t.Errorf("counts after unlink = %d %d %d, want 98 1 0", a, b, c)
	}
	link(t, s, driver.Assoc{From: 1, Kind: follows, To: 2})
	if got := counted(t, s, 2, followedBy); got != 0 {
		t.Errorf("count of a kind that is not Counted = %d", got)
	}
}

// testCountsConcurrent links and unlinks the same few pairs from many
// goroutines; count and rows must agree at every moment and at the end.
func testCountsConcurrent(t *testing.T, s driver.Store) {
	ctx := context.Background()
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			for i := range 40 {
				to := driver.ID(2 + (g*7+i)%5)
				if (g+i)%3 == 0 {
					unlink(t, s, driver.Pair{From: 1, Kind: fan, To: to})
				} else {
					link(t, s, driver.Assoc{From: 1, Kind: fan, To: to, Time: int64(i + 1)})
				}
			}
		})
	}
	check := func() {
		rs := driver.ReadSet{
			Ranges: []driver.Range{{From: 1, Kind: fan, Limit: 100}, {From: 1, Kind: fan, All: true, Limit: 100}},
			Counts: []driver.Count{{From: 1, Kind: fan}},
		}
		if err := s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &rs) }); err != nil {
			t.Error(err)
			return
		}
		if n := int64(len(rs.GotRanges[0])); n != rs.GotCounts[0] || n != int64(len(rs.GotRanges[1])) {
			t.Errorf("%d by time, %d by id, count %d", n, len(rs.GotRanges[1]), rs.GotCounts[0])
		}
	}
	wg.Go(func() {
		for range 100 {
			check()
		}
	})
	wg.Wait()
	check()
}

func testPurge(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing}, driver.Object{ID: 2, Kind: kindThing})
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		as := make([]driver.Assoc, 0, 2200)
		for i := range driver.ID(2200) { // some pages of any backend
			as = append(as, driver.Assoc{From: 1, Kind: fan, To: 1000 + i, Time: int64(i % 7)})
		}
		return w.Link(ctx, as)
	})
	link(t, s, driver.Assoc{From: 1, Kind: friend, To: 1, Time: 1}, driver.Assoc{From: 2, Kind: friend, To: 1, Time: 1},
		driver.Assoc{From: 2, Kind: follows, To: 1}, driver.Assoc{From: 1, Kind: note, To: 2}, driver.Assoc{From: 2, Kind: note, To: 1})
	bind(t, s, binding(spaceName, "a", 1), binding(spaceNumber, "a", 1), binding(spaceName, "b", 2))
	update(t, s, func(ctx context.Context, w driver.Writer) error { return w.Purge(ctx, []driver.ID{1, 1, 77}) })

	want := newModel()
	want.objects[2] = driver.Object{ID: 2, Kind: kindThing}
	want.assocs[driver.Pair{From: 2, Kind: note, To: 1}] = driver.Assoc{} // has no inverse that would tell
	want.keys[driver.Key{Space: spaceName, Key: "b"}] = 2
	want.compare(t, s, false)
}
