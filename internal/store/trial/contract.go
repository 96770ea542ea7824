package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// What a trial stores.
const (
	thing   driver.Kind  = 1
	edge    driver.Kind  = 2 // counted, with an inverse
	edgeOf  driver.Kind  = 3
	plain   driver.Kind  = 4
	plainOf driver.Kind  = 5
	named   driver.Space = 1
)

// Registry is the registry of a database on trial.
func Registry() *driver.Registry {
	return &driver.Registry{
		Kinds: []driver.KindInfo{
			{Kind: thing, Name: "thing"},
			{Kind: edge, Name: "edge", Assoc: true, Inverse: edgeOf, Counted: true},
			{Kind: edgeOf, Name: "edge_of", Assoc: true, Inverse: edge, Counted: true},
			{Kind: plain, Name: "plain", Assoc: true, Inverse: plainOf},
			{Kind: plainOf, Name: "plain_of", Assoc: true, Inverse: plain},
		},
		Spaces: []driver.SpaceInfo{{Space: named, Name: "named"}},
	}
}

// A Step is one part of the contract and how it went.
type Step struct {
	Name  string `json:"step"`
	Error string `json:"error,omitempty"`
}

// Contract runs every kind of statement against s, which must be empty, and
// says of each step whether it did what it must. It leaves s empty. The error
// is for a context that ended.
func Contract(ctx context.Context, s driver.Store) ([]Step, error) {
	var steps []Step
	for _, p := range parts() {
		step := Step{Name: p.name}
		if err := p.run(ctx, s); err != nil {
			if ctx.Err() != nil {
				return steps, ctx.Err()
			}
			step.Error = err.Error()
		}
		steps = append(steps, step)
	}
	return steps, nil
}

type part struct {
	name string
	run  func(context.Context, driver.Store) error
}

// parts build on each other.
func parts() []part {
	return []part{
		{"write records, keys and associations in one transaction", fill},
		{"read any mix of them in one round trip", readBack},
		{"walk lists from both ends", walk},
		{"keep the first owner of a key", bindTwice},
		{"change a record and move an association without counting it again", change},
		{"see one snapshot while others write", snapshot},
		{"undo a transaction that fails", undo},
		{"walk the tables", scan},
		{"remove single rows", remove},
		{"remove a record with all that hangs on it", purge},
	}
}

// want is an error if a claim does not hold.
func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func fill(ctx context.Context, s driver.Store) error {
	return s.Update(ctx, func(w driver.Writer) error {
		var objs []driver.Object
		for id := driver.ID(1); id <= 5; id++ {
			objs = append(objs, driver.Object{ID: id, Kind: thing, Data: []byte{byte(id)}})
		}
		if err := w.Put(ctx, objs); err != nil {
			return err
		}
		var as []driver.Assoc
		for to := driver.ID(2); to <= 5; to++ {
			as = append(as, driver.Assoc{From: 1, Kind: edge, To: to, Time: int64(to) - 100, Data: []byte("e")},
				driver.Assoc{From: 1, Kind: plain, To: to})
		}
		if err := w.Link(ctx, as); err != nil {
			return err
		}
		_, err := w.Bind(ctx, []driver.Binding{
			{Key: driver.Key{Space: named, Key: "one"}, ID: 1}, {Key: driver.Key{Space: named, Key: "uno"}, ID: 1},
			{Key: driver.Key{Space: named, Key: "two"}, ID: 2}})
		return err
	})
}

// view reads a set in a snapshot of its own.
func view(ctx context.Context, s driver.Store, rs *driver.ReadSet) error {
	rs.Last = true
	return s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, rs) })
}

func readBack(ctx context.Context, s driver.Store) error {
	rs := driver.ReadSet{
		Objects: []driver.ID{1, 9, 5}, Keys: []driver.Key{{Space: named, Key: "two"}, {Space: named, Key: "ten"}},
		Pairs:  []driver.Pair{{From: 1, Kind: edge, To: 3}, {From: 3, Kind: edgeOf, To: 1}, {From: 3, Kind: edge, To: 1}},
		Ranges: []driver.Range{{From: 1, Kind: edge, Limit: 2}},
		Counts: []driver.Count{{From: 1, Kind: edge}, {From: 2, Kind: edgeOf}},
		Owned:  []driver.Owned{{ID: 1, Space: named}},
	}
	if err := view(ctx, s, &rs); err != nil {
		return err
	}
	a := rs.GotPairs[0]
	return errors.Join(
		want(rs.GotObjects[0] != nil && rs.GotObjects[1] == nil && rs.GotObjects[2] != nil && rs.GotObjects[2].Data[0] == 5, "records: %v", rs.GotObjects),
		want(rs.GotKeys[0] == 2 && rs.GotKeys[1] == 0, "keys: %v", rs.GotKeys),
		want(a != nil && a.Time == -97 && string(a.Data) == "e" && rs.GotPairs[1] != nil && rs.GotPairs[2] == nil, "associations: %v", rs.GotPairs),
		want(equal(rs.GotRanges[0], 5, 4), "the newest two: %v", rs.GotRanges[0]),
		want(rs.GotCounts[0] == 4 && rs.GotCounts[1] == 1, "counts: %v", rs.GotCounts),
		want(slices.Equal(rs.GotOwned[0], []string{"one", "uno"}), "keys of a record: %q", rs.GotOwned[0]))
}

func equal(as []driver.Assoc, to ...driver.ID) bool {
	return slices.EqualFunc(as, to, func(a driver.Assoc, id driver.ID) bool { return a.To == id })
}

func walk(ctx context.Context, s driver.Store) error {
	rs := driver.ReadSet{Ranges: []driver.Range{
		{From: 1, Kind: edge, Reverse: true, Limit: 2},
		{From: 1, Kind: edge, After: &driver.Pos{Time: -95, To: 5}, Before: &driver.Pos{Time: -98, To: 2}, Limit: 9},
		{From: 1, Kind: edge, Since: -97, Until: -96, Limit: 9},
		{From: 1, Kind: plain, All: true, After: &driver.Pos{To: 3}, Limit: 9},
		{From: 1, Kind: plain, All: true, Reverse: true, Limit: 1},
	}}
	if err := view(ctx, s, &rs); err != nil {
		return err
	}
	var errs []error
	for i, to := range [][]driver.ID{{2, 3}, {4, 3}, {4, 3}, {4, 5}, {5}} {
		errs = append(errs, want(equal(rs.GotRanges[i], to...), "list %d: %v, want %v", i, rs.GotRanges[i], to))
	}
	return errors.Join(errs...)
}

func bindTwice(ctx context.Context, s driver.Store) error {
	return s.Update(ctx, func(w driver.Writer) error {
		ids, err := w.Bind(ctx, []driver.Binding{{Key: driver.Key{Space: named, Key: "one"}, ID: 2}, {Key: driver.Key{Space: named, Key: "three"}, ID: 3}})
		if err != nil {
			return err
		}
		return want(len(ids) == 2 && ids[0] == 1 && ids[1] == 3, "owners: %v, want 1 and 3", ids)
	})
}

func change(ctx context.Context, s driver.Store) error {
	var before, after driver.ReadSet
	for _, rs := range []*driver.ReadSet{&before, &after} {
		rs.Objects = []driver.ID{1}
		rs.Pairs = []driver.Pair{{From: 1, Kind: edge, To: 2}, {From: 2, Kind: edgeOf, To: 1}}
		rs.Ranges = []driver.Range{{From: 1, Kind: edge, Limit: 1}}
		rs.Counts = []driver.Count{{From: 1, Kind: edge}}
	}
	if err := view(ctx, s, &before); err != nil {
		return err
	}
	err := s.Update(ctx, func(w driver.Writer) error {
		if err := w.Put(ctx, []driver.Object{{ID: 1, Kind: thing, Data: []byte("changed")}}); err != nil {
			return err
		}
		return w.Link(ctx, []driver.Assoc{{From: 1, Kind: edge, To: 2, Time: driver.TimeVersion, Data: []byte("moved")}})
	})
	if err != nil {
		return err
	}
	if err := view(ctx, s, &after); err != nil {
		return err
	}
	o, p := after.GotObjects[0], after.GotPairs[0]
	if o == nil || p == nil || after.GotPairs[1] == nil || before.GotObjects[0] == nil {
		return errors.New("something is gone")
	}
	return errors.Join(
		want(string(o.Data) == "changed" && o.Version > before.GotObjects[0].Version, "the record is %q in version %d after %d", o.Data, o.Version, before.GotObjects[0].Version),
		want(string(p.Data) == "moved" && p.Time == o.Version && after.GotPairs[1].Time == p.Time, "the association is %q at %d, its inverse at %d", p.Data, p.Time, after.GotPairs[1].Time),
		want(equal(after.GotRanges[0], 2), "it is not the newest: %v", after.GotRanges[0]),
		want(after.GotCounts[0] == before.GotCounts[0], "%d are counted, %d were", after.GotCounts[0], before.GotCounts[0]))
}

func snapshot(ctx context.Context, s driver.Store) error {
	return s.View(ctx, func(r driver.Reader) error {
		first := driver.ReadSet{Objects: []driver.ID{3}}
		if err := r.Read(ctx, &first); err != nil {
			return err
		}
		err := s.Update(ctx, func(w driver.Writer) error {
			return w.Put(ctx, []driver.Object{{ID: 3, Kind: thing, Data: []byte("later")}, {ID: 4, Kind: thing, Data: []byte("later")}})
		})
		if err != nil {
			return err
		}
		second := driver.ReadSet{Objects: []driver.ID{3, 4}, Last: true}
		if err := r.Read(ctx, &second); err != nil {
			return err
		}
		o, p := second.GotObjects[0], second.GotObjects[1]
		return want(o != nil && p != nil && o.Data[0] == 3 && p.Data[0] == 4, "a transaction sees what was committed after it began")
	})
}

var errWanted = errors.New("wanted")

func undo(ctx context.Context, s driver.Store) error {
	err := s.Update(ctx, func(w driver.Writer) error {
		if err := w.Delete(ctx, []driver.ID{5}); err != nil {
			return err
		}
		rs := driver.ReadSet{Objects: []driver.ID{5}}
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		if rs.GotObjects[0] != nil {
			return errors.New("a transaction does not see its own write")
		}
		return errWanted
	})
	if !errors.Is(err, errWanted) {
		return err
	}
	rs := driver.ReadSet{Objects: []driver.ID{5}}
	if err := view(ctx, s, &rs); err != nil {
		return err
	}
	return want(rs.GotObjects[0] != nil, "what failed was kept")
}

// census counts the rows of the tables.
func census(ctx context.Context, s driver.Store) (n [4]int, err error) {
	err = s.View(ctx, func(r driver.Reader) error {
		n = [4]int{}
		for _, t := range []driver.Table{driver.Objects, driver.Assocs, driver.Keys, driver.Counts} {
			if err := r.Scan(ctx, t, func(*driver.Row) bool { n[t]++; return true }); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func scan(ctx context.Context, s driver.Store) error {
	n, err := census(ctx, s)
	if err != nil {
		return err
	}
	return want(n[driver.Objects] == 5 && n[driver.Assocs] == 16 && n[driver.Keys] == 4 && n[driver.Counts] >= 5,
		"%d records, %d associations, %d keys, %d counts; want 5, 16, 4 and at least 5", n[0], n[1], n[2], n[3])
}

func remove(ctx context.Context, s driver.Store) error {
	err := s.Update(ctx, func(w driver.Writer) error {
		return errors.Join(
			w.Unlink(ctx, []driver.Pair{{From: 1, Kind: edge, To: 5}, {From: 5, Kind: plainOf, To: 1}}),
			w.Unbind(ctx, []driver.Key{{Space: named, Key: "uno"}}),
			w.Delete(ctx, []driver.ID{5}))
	})
	if err != nil {
		return err
	}
	rs := driver.ReadSet{Objects: []driver.ID{5}, Keys: []driver.Key{{Space: named, Key: "uno"}},
		Pairs:  []driver.Pair{{From: 5, Kind: edgeOf, To: 1}, {From: 1, Kind: plain, To: 5}},
		Counts: []driver.Count{{From: 1, Kind: edge}, {From: 5, Kind: edgeOf}}}
	if err := view(ctx, s, &rs); err != nil {
		return err
	}
	return errors.Join(
		want(rs.GotObjects[0] == nil && rs.GotKeys[0] == 0 && rs.GotPairs[0] == nil && rs.GotPairs[1] == nil, "something is left"),
		want(rs.GotCounts[0] == 3 && rs.GotCounts[1] == 0, "counts: %v", rs.GotCounts))
}

func purge(ctx context.Context, s driver.Store) error {
	err := s.Update(ctx, func(w driver.Writer) error { return w.Purge(ctx, []driver.ID{1, 2, 3, 4}) })
	if err != nil {
		return err
	}
	n, err := census(ctx, s)
	if err != nil {
		return err
	}
	return want(n == [4]int{}, "%d records, %d associations, %d keys, %d counts are left", n[0], n[1], n[2], n[3])
}
