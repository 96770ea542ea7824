package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

var options = Options{Meta: store.KindMeta, ByVersion: []driver.Kind{store.AssocHistory, store.AssocHistoryOf}, Batch: 3}

// town is a small database with every table and a history.
func town(t *testing.T) *memory.Store {
	t.Helper()
	s := memory.Open(store.Registry())
	ctx := context.Background()
	for round := range 4 {
		if err := s.Update(ctx, func(w driver.Writer) error {
			page, person, event := driver.ID(100), driver.ID(200+round), driver.ID(300+round)
			if err := w.Put(ctx, []driver.Object{{ID: page, Kind: store.KindPage, Data: []byte("page")}, {ID: person, Kind: store.KindPerson, Data: fmt.Appendf(nil, "person %d", round)}, {ID: event, Kind: store.KindEvent}}); err != nil {
				return err
			}
			if err := w.Link(ctx, []driver.Assoc{
				{From: page, Kind: store.AssocContact, To: person, Time: int64(10 - round), Data: []byte("contact")},
				{From: 200, Kind: store.AssocHistory, To: event, Time: driver.TimeVersion},
				{From: person, Kind: store.AssocFriend, To: 203, Time: 7},
			}); err != nil {
				return err
			}
			_, err := w.Bind(ctx, []driver.Binding{{Key: driver.Key{Space: store.SpacePSID, Key: fmt.Sprintf("k\x00%d", round)}, ID: person}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// picture is all rows, without versions and without the times of histories, of
// which only the order counts.
func picture(t *testing.T, s driver.Store) string {
	t.Helper()
	var out strings.Builder
	ctx := context.Background()
	if err := s.View(ctx, func(r driver.Reader) error {
		for _, table := range []driver.Table{driver.Objects, driver.Assocs, driver.Keys, driver.Counts} {
			if err := r.Scan(ctx, table, func(row *driver.Row) bool {
				c := *row
				c.Object.Version, c.Assoc.Version = 0, 0
				if slices.Contains(options.ByVersion, c.Assoc.Kind) {
					c.Assoc.Time = 0
				}
				fmt.Fprintf(&out, "%d %v\n", table, c)
				return true
			}); err != nil {
				return err
			}
		}
		rs := driver.ReadSet{Ranges: []driver.Range{{From: 200, Kind: store.AssocHistory, Limit: 100}, {From: 100, Kind: store.AssocContact, Limit: 100}}}
		if err := r.Read(ctx, &rs); err != nil {
			return err
		}
		for _, list := range rs.GotRanges {
			for _, a := range list {
				fmt.Fprint(&out, a.To, " ")
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// broken fails one Update, as a kill would that comes before its commit.
type broken struct {
	driver.Store
	left int
}

var errKilled = errors.New("killed")

func (b *broken) Update(ctx context.Context, f func(driver.Writer) error) error {
	if b.left--; b.left == 0 {
		return errKilled
	}
	return b.Store.Update(ctx, f)
}

func TestCopyGoesOnAfterAKillAnywhere(t *testing.T) {
	ctx := context.Background()
	from := town(t)
	want := picture(t, from)
	for n := 1; ; n++ {
		to := &broken{Store: memory.Open(store.Registry()), left: n}
		_, err := Copy(ctx, from, to, store.Registry(), options)
		if err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		killed := err != nil
		to.left = 0
		for range 2 { // again after all is done changes nothing
			if _, err := Copy(ctx, from, to, store.Registry(), options); err != nil {
				t.Fatalf("after a kill before commit %d: %v", n, err)
			}
		}
		if err := Forget(ctx, to); err != nil {
			t.Fatal(err)
		}
		if got := picture(t, to); got != want {
			t.Fatalf("after a kill before commit %d the copy has\n%s\nwant\n%s", n, got, want)
		}
		if !killed {
			if n < 8 {
				t.Errorf("only %d commits: the test kills nowhere", n)
			}
			return
		}
	}
}

// What is linked in the target comes before what was moved there, on the way
// and on the way back.
func TestHistoryGoesOnInTheTarget(t *testing.T) {
	ctx := context.Background()
	here := driver.Store(town(t))
	want := []driver.ID{303, 302, 301, 300}
	for move := range 3 {
		there := memory.Open(store.Registry())
		if _, err := Copy(ctx, here, there, store.Registry(), options); err != nil {
			t.Fatal(err)
		}
		if err := Forget(ctx, there); err != nil {
			t.Fatal(err)
		}
		next := driver.ID(400 + move)
		if err := there.Update(ctx, func(w driver.Writer) error {
			return w.Link(ctx, []driver.Assoc{{From: 200, Kind: store.AssocHistory, To: next, Time: driver.TimeVersion}})
		}); err != nil {
			t.Fatal(err)
		}
		want = append([]driver.ID{next}, want...)
		var got []driver.ID
		if err := there.View(ctx, func(r driver.Reader) error {
			rs := driver.ReadSet{Ranges: []driver.Range{{From: 200, Kind: store.AssocHistory, Limit: 100}}}
			err := r.Read(ctx, &rs)
			for _, a := range rs.GotRanges[0] {
				got = append(got, a.To)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("history after move %d: %v, want %v", move, got, want)
		}
		here = there
	}
}

func TestCopyRefuses(t *testing.T) {
	ctx := context.Background()
	from := town(t)
	if _, err := Copy(ctx, from, town(t), store.Registry(), options); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a database with people: %v", err)
	}
	to := &broken{Store: memory.Open(store.Registry()), left: 8} // in the middle of the associations
	if _, err := Copy(ctx, from, to, store.Registry(), options); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if err := from.Update(ctx, func(w driver.Writer) error {
		return w.Link(ctx, []driver.Assoc{{From: 100, Kind: store.AssocContact, To: 200, Time: 10, Data: []byte("changed")}})
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(ctx, from, to, store.Registry(), options); !errors.Is(err, ErrChanged) {
		t.Errorf("from a source that changed: %v", err)
	}
}
