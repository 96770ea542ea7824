package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgproxy"
)

func beat(s *Store, wait time.Duration) error {
	return s.Pulse(bg, wait, func(w driver.Writer) error {
		if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{64}}); err != nil {
			return err
		}
		return w.Put(bg, []driver.Object{{ID: 64, Kind: thing, Data: []byte("beat")}})
	})
}

// A heartbeat waits for no Update: all turns may be taken for longer than a
// fence lasts.
func TestPulsePassesUpdates(t *testing.T) {
	s, _ := through(t, Options{WriteConns: 2, ReadConns: 1})
	release := make(chan struct{})
	ended := make(chan error, 2)
	inside := make(chan struct{}, 2)
	for id := range driver.ID(2) {
		go func() {
			ended <- s.Update(bg, func(w driver.Writer) error {
				if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{id + 1}}); err != nil {
					return err
				}
				inside <- struct{}{}
				<-release
				return w.Put(bg, []driver.Object{{ID: id + 1, Kind: thing}})
			})
		}()
	}
	<-inside
	<-inside
	for range 5 {
		if err := beat(s, 2*time.Second); err != nil {
			t.Errorf("beside long updates: %v", err)
		}
	}
	close(release)
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// A heartbeat is refused for nothing that others read or write: not even beside an
// Update that stands still with what it has read, while rows come that it looked for.
func TestPulseBesideAnUpdateThatStandsStill(t *testing.T) {
	s, _ := through(t, Options{})
	if err := beat(s, time.Minute); err != nil {
		t.Fatal(err)
	}
	inside, release, ended := make(chan struct{}, 100), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.Update(bg, func(w driver.Writer) error {
			if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{64}}); err != nil {
				return err
			}
			inside <- struct{}{}
			<-release
			return w.Put(bg, []driver.Object{{ID: 1, Kind: thing}})
		})
	}()
	<-inside
	runs := driver.ID(0)
	err := s.Pulse(bg, time.Minute, func(w driver.Writer) error {
		runs++
		if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{64}}); err != nil {
			return err
		}
		if err := s.Update(bg, func(w driver.Writer) error { // beside 64, in the same page of the index
			return w.Put(bg, []driver.Object{{ID: 100 + runs, Kind: thing}})
		}); err != nil {
			return err
		}
		return w.Put(bg, []driver.Object{{ID: 64, Kind: thing, Data: []byte("beat")}})
	})
	if err != nil || runs != 1 {
		t.Errorf("after %d runs: %v", runs, err)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// An Update that stands still for too long loses its transaction, and with it what it
// holds: others go on. It is run again.
func TestAnUpdateThatStandsStillHoldsUpNobody(t *testing.T) {
	s, _ := through(t, Options{StillWait: 200 * time.Millisecond})
	other := openAt(t, Options{DSN: s.opt.DSN, Schema: s.opt.Schema})
	inside, release, ended := make(chan struct{}, 100), make(chan struct{}), make(chan error, 1)
	runs := 0
	row := func(text string) []driver.Object { return []driver.Object{{ID: 1, Kind: thing, Data: []byte(text)}} }
	go func() {
		ended <- s.Update(bg, func(w driver.Writer) error {
			runs++
			if err := w.Put(bg, row("still")); err != nil {
				return err
			}
			if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{2}}); err != nil { // the row is locked
				return err
			}
			inside <- struct{}{}
			<-release
			return nil
		})
	}()
	<-inside
	if err := other.Update(bg, func(w driver.Writer) error { return w.Put(bg, row("other")) }); err != nil {
		t.Errorf("beside an Update that stands still: %v", err)
	}
	close(release)
	if err := <-ended; err != nil || runs < 2 {
		t.Errorf("after %d runs: %v", runs, err)
	}
	rs := driver.ReadSet{Objects: []driver.ID{1}}
	if err := other.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil || string(rs.GotObjects[0].Data) != "still" {
		t.Errorf("the row is %+v, %v", rs.GotObjects[0], err)
	}
}

// A heartbeat on a host that says nothing is over when it would not count any
// more, wherever it is by then, and leaves nothing to be settled.
func TestPulseOfASilentServerEnds(t *testing.T) {
	s, p := through(t, Options{})
	if err := beat(s, 2*time.Second); err != nil {
		t.Fatal(err)
	}
	const wait = 300 * time.Millisecond
	for _, at := range []pgproxy.Point{pgproxy.Statement, pgproxy.Commit, pgproxy.Committed} {
		p.Use(pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: at, Do: pgproxy.Stall}}))
		begin := time.Now()
		err := beat(s, wait)
		if took := time.Since(begin); err == nil || took > wait+10*time.Second {
			t.Errorf("silent at point %d: %v after %v", at, err, took)
		}
		p.Use(nil)
		p.Cut()
		for end := time.Now().Add(10 * time.Second); beat(s, 2*time.Second) != nil; {
			if time.Now().After(end) {
				t.Fatal("no heartbeat commits after the silence")
			}
		}
	}
	if st := s.Stats(); st.Settled+st.Ambiguous > 0 {
		t.Errorf("heartbeats were settled: %+v", st)
	}
}

// A heartbeat that comes to an end with its caller does so at once, unless its
// COMMIT is under way.
func TestPulseCancelled(t *testing.T) {
	s, p := through(t, Options{})
	p.Freeze()
	defer p.Thaw()
	ctx, cancel := context.WithTimeout(bg, 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err := s.Pulse(ctx, 10*time.Second, func(w driver.Writer) error { return w.Read(ctx, &driver.ReadSet{Objects: []driver.ID{64}}) })
	if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took > 8*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}
