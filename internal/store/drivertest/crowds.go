package drivertest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// testScanUnderWrites walks a table while others change it, and asks meanwhile:
// the walk and the answers are of one snapshot.
func testScanUnderWrites(t *testing.T, s driver.Store) {
	const n = 2300 // some pages of any backend
	update(t, s, func(ctx context.Context, w driver.Writer) error {
		objs := make([]driver.Object, n)
		for i := range objs {
			objs[i] = driver.Object{ID: driver.ID(i + 1), Kind: kindThing, Data: []byte("old")}
		}
		return w.Put(ctx, objs)
	})
	ctx := context.Background()
	err := s.View(ctx, func(r driver.Reader) error {
		seen, failed := driver.ID(0), error(nil)
		err := r.Scan(ctx, driver.Objects, func(x *driver.Row) bool {
			seen++
			if x.Object.ID != seen || string(x.Object.Data) != "old" {
				failed = errors.New("the walk sees what was written behind its back")
			}
			if seen%500 == 1 {
				update(t, s, func(ctx context.Context, w driver.Writer) error {
					later := []driver.Object{{ID: seen + 700, Kind: kindThing, Data: []byte("new")}, {ID: n + seen, Kind: kindThing}}
					return errors.Join(w.Put(ctx, later), w.Delete(ctx, []driver.ID{seen + 900}))
				})
				rs := driver.ReadSet{Objects: []driver.ID{seen + 700}}
				if err := r.Read(ctx, &rs); err != nil || rs.GotObjects[0] != nil && string(rs.GotObjects[0].Data) != "old" {
					failed = errors.Join(errors.New("an answer between two rows is of another snapshot"), err)
				}
			}
			return failed == nil
		})
		if seen != n && failed == nil {
			t.Errorf("the walk has %d rows, want %d", seen, n)
		}
		return errors.Join(err, failed)
	})
	if err != nil {
		t.Error(err)
	}
}

// testRetried has functions that keep what they read outside: when Update
// returns, it is what the run that was committed read.
func testRetried(t *testing.T, s driver.Store) {
	put(t, s, driver.Object{ID: 1, Kind: kindThing, Data: []byte{0, 0}})
	const workers, each = 6, 15
	var taken [workers * each]atomic.Int32
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				var mine int
				update(t, s, func(ctx context.Context, w driver.Writer) error {
					rs := driver.ReadSet{Objects: []driver.ID{1}}
					if err := w.Read(ctx, &rs); err != nil {
						return err
					}
					d := rs.GotObjects[0].Data
					mine = int(d[0])<<8 | int(d[1])
					next := mine + 1
					return w.Put(ctx, []driver.Object{{ID: 1, Kind: kindThing, Data: []byte{byte(next >> 8), byte(next)}}})
				})
				taken[mine].Add(1)
			}
		})
	}
	wg.Wait()
	for n := range taken {
		if got := taken[n].Load(); got != 1 {
			t.Errorf("number %d was given %d times", n, got)
		}
	}
}

// testFolded lets updates that panic, are cancelled or fail wait together with others that succeed: each takes only its own
// writes with it.
func testFolded(t *testing.T, s driver.Store) {
	const n = 25
	var wg, waiting sync.WaitGroup
	waiting.Add(n)
	for i := range n {
		wg.Go(func() {
			defer func() {
				if got := recover(); (got != nil) != (i%5 == 1) {
					t.Errorf("update %d: recovered %v", i, got)
				}
			}()
			waiting.Done()
			if err := unlucky(s, i); (err != nil) != (i%5 != 0) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	update(t, s, func(context.Context, driver.Writer) error {
		waiting.Wait() // for the others, so that they meet
		return nil
	})
	wg.Wait()
	want := newModel()
	for i := range driver.ID(n) {
		if i%5 == 0 {
			want.objects[i+1] = driver.Object{ID: i + 1, Kind: kindThing}
			want.link(driver.Assoc{From: 100, Kind: fan, To: i + 1, Time: 1})
		}
	}
	want.compare(t, s, true)
	update(t, s, scribble)
}

// unlucky is an update that writes and then, unless i says otherwise, ends
// badly.
func unlucky(s driver.Store, i int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return s.Update(ctx, func(w driver.Writer) error {
		id := driver.ID(i + 1)
		if err := w.Put(ctx, []driver.Object{{ID: id, Kind: kindThing}}); err != nil {
			return err
		}
		if err := w.Link(ctx, []driver.Assoc{{From: 100, Kind: fan, To: id, Time: 1}}); err != nil {
			return err
		}
		switch i % 5 {
		case 1:
			panic(errWanted)
		case 2:
			cancel()
			return ctx.Err()
		case 3:
			rs := driver.ReadSet{Objects: []driver.ID{id}}
			return errors.Join(w.Read(ctx, &rs), errWanted)
		case 4:
			cancel()
			rs := driver.ReadSet{Objects: []driver.ID{id}}
			return w.Read(ctx, &rs)
		}
		return nil
	})
}
