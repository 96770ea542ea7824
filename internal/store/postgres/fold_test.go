package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// single asks everything a set can hold, in a View of its own.
func single(ctx context.Context, s *Store, id driver.ID) (*driver.ReadSet, error) {
	rs := &driver.ReadSet{
		Objects: []driver.ID{id, 999_999, id},
		Keys:    []driver.Key{{Space: 1, Key: fmt.Sprint(id)}, {Space: 1, Key: "none"}},
		Pairs:   []driver.Pair{{From: 1, Kind: follows, To: id}},
		Ranges:  []driver.Range{{From: id, Kind: note, Limit: 2, After: &driver.Pos{Time: 1 << 40}}},
		Counts:  []driver.Count{{From: id, Kind: follows}},
		Owned:   []driver.Owned{{ID: id, Space: 1}},
		Last:    true,
	}
	return rs, s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, rs) })
}

func checkSingle(rs *driver.ReadSet, id driver.ID, want string) error {
	o := rs.GotObjects
	if o[0] == nil || o[2] == nil || o[1] != nil || o[0] == o[2] || o[0].ID != id || string(o[0].Data) != want || string(o[2].Data) != want {
		return fmt.Errorf("objects of %d: %+v, want %s", id, o, want)
	}
	if rs.GotKeys[0] != id || rs.GotKeys[1] != 0 || rs.GotPairs[0] == nil || string(rs.GotPairs[0].Data) != want ||
		len(rs.GotRanges[0]) != 1 || rs.GotCounts[0] != 1 || len(rs.GotOwned[0]) != 1 {
		return fmt.Errorf("answers of %d: %+v", id, rs)
	}
	return nil
}

// Reads that wait share round trips, and each gets its own answers, of a moment
// behind whatever its caller has written.
func TestReadsShareRoundTrips(t *testing.T) {
	proxy, dsn, err := pgproxy.OpenDSN(pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	s := openAt(t, Options{DSN: dsn})
	const clients, rounds = 48, 12
	var ready, wg sync.WaitGroup
	ready.Add(clients)
	for c := range clients {
		id := driver.ID(100 + c)
		wg.Go(func() {
			write := func(text string) error {
				return s.Update(bg, func(w driver.Writer) error {
					if _, err := w.Bind(bg, []driver.Binding{{Key: driver.Key{Space: 1, Key: fmt.Sprint(id)}, ID: id}}); err != nil {
						return err
					}
					return errors.Join(w.Put(bg, []driver.Object{{ID: id, Kind: thing, Data: []byte(text)}}),
						w.Link(bg, []driver.Assoc{{From: 1, Kind: follows, To: id, Time: 1, Data: []byte(text)},
							{From: id, Kind: note, To: 7, Time: 1}, {From: id, Kind: follows, To: 8}}))
				})
			}
			if err := write("first"); err != nil {
				t.Error(err)
			}
			ready.Done()
			ready.Wait()
			for round := range rounds {
				text := "first"
				if round == rounds/2 && c%4 == 0 {
					text = "second"
					if err := write(text); err != nil {
						t.Error(err)
					}
				} else if round > rounds/2 && c%4 == 0 {
					text = "second"
				}
				rs, err := single(bg, s, id)
				if err == nil {
					err = checkSingle(rs, id, text)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	ready.Wait()
	before := proxy.Counts().Syncs
	wg.Wait()
	if trips := proxy.Counts().Syncs - before; trips > clients*rounds*2/3 {
		t.Errorf("%d Reads took %d round trips", clients*rounds, trips)
	}
}

// A caller that leaves takes nobody with it, whether it leads or waits, and
// every lane is given back.
func TestCallersLeaveTheirBatch(t *testing.T) {
	s := openTemp(t)
	err := s.Update(bg, func(w driver.Writer) error {
		return w.Put(bg, []driver.Object{{ID: 1, Kind: thing, Data: []byte("x")}})
	})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for c := range 40 {
		wg.Go(func() {
			for i := range 30 {
				ctx, cancel := context.WithCancel(bg)
				if hasty := (c+i)%3 == 0; hasty {
					go cancel()
				}
				rs := driver.ReadSet{Objects: []driver.ID{1}, Last: true}
				err := s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &rs) })
				if err != nil && ctx.Err() == nil || err == nil && rs.GotObjects[0] == nil {
					t.Errorf("a patient caller: %v", err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	s.folds.mu.Lock()
	defer s.folds.mu.Unlock()
	if s.folds.under != 0 || len(s.folds.waiting) != 0 {
		t.Errorf("%d lanes are taken, %d wait", s.folds.under, len(s.folds.waiting))
	}
}

// Alone a Read of a View is one round trip, whatever it asks, also when its
// statements are new to the connection.
func TestOneReadIsOneRoundTrip(t *testing.T) {
	for _, simple := range []bool{false, true} {
		proxy, dsn, err := pgproxy.OpenDSN(pgtest.DB(t))
		if err != nil {
			t.Fatal(err)
		}
		s := openAt(t, Options{DSN: dsn, Simple: simple})
		for i := range 3 {
			before := proxy.Counts().Trips()
			if _, err := single(bg, s, driver.ID(100+i)); err != nil {
				t.Fatal(err)
			}
			if got := proxy.Counts().Trips() - before; got != 1 {
				t.Errorf("simple %t: a Read took %d round trips", simple, got)
			}
		}
		before := proxy.Counts().Trips()
		err = s.Update(bg, func(w driver.Writer) error {
			return w.Put(bg, []driver.Object{{ID: 1, Kind: thing}, {ID: 2, Kind: thing}})
		})
		if got := proxy.Counts().Trips() - before; err != nil || got != 1 {
			t.Errorf("simple %t: a blind Update took %d round trips, %v", simple, got, err)
		}
		if err := errors.Join(s.Close(), proxy.Close()); err != nil {
			t.Error(err)
		}
	}
}
