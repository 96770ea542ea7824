package store

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// hosts is a store that says which host it runs on.
type hosts struct {
	*memory.Store
	name  string
	late  bool         // the host is known after the first Read only
	dials func()       // an Update waits for a connection
	after func()       // a Read has been answered
	done  func()       // an Update has committed and nobody knows yet
	reads atomic.Int64 // Reads of Views
}

type hostedReader struct {
	driver.Reader
	h    *hosts
	read bool
}

func (r *hostedReader) Host() string {
	if r.h.late && !r.read {
		return ""
	}
	return r.h.name
}

func (r *hostedReader) Read(ctx context.Context, rs *driver.ReadSet) error {
	err := r.Reader.Read(ctx, rs)
	r.read = true
	r.h.reads.Add(1)
	if f := r.h.after; f != nil {
		r.h.after = nil
		f()
	}
	return err
}

type hostedWriter struct {
	driver.Writer
	hostedReader
}

func (w *hostedWriter) Read(ctx context.Context, rs *driver.ReadSet) error {
	return w.hostedReader.Read(ctx, rs)
}

func (w *hostedWriter) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	return w.Writer.Scan(ctx, t, f)
}

func (h *hosts) View(ctx context.Context, f func(driver.Reader) error) error {
	return h.Store.View(ctx, func(r driver.Reader) error { return f(&hostedReader{Reader: r, h: h}) })
}

func (h *hosts) Update(ctx context.Context, f func(driver.Writer) error) error {
	if dials := h.dials; dials != nil {
		h.dials = nil
		dials()
	}
	err := h.Store.Update(ctx, func(w driver.Writer) error {
		return f(&hostedWriter{Writer: w, hostedReader: hostedReader{Reader: w, h: h}})
	})
	if done := h.done; done != nil && err == nil {
		h.done = nil
		done()
	}
	return err
}

// handClock is moved by hand.
type handClock struct{ at time.Duration }

func (c *handClock) Now() time.Duration    { return c.at }
func (c *handClock) Sleep(d time.Duration) { c.at += d }

const (
	span = 4 * time.Second
	wait = span + span/slack
)

func openFenced(t *testing.T) (*DB, *hosts, *handClock) {
	t.Helper()
	c := &handClock{at: time.Hour}
	h := &hosts{Store: memory.Open(Registry()), name: "a"}
	return Open(h, Options{Shared: true, Fence: span, Machine: c, Node: 7}), h, c
}

func mustBeat(t *testing.T, db *DB) {
	t.Helper()
	if err := db.beat(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A heartbeat that waits for a connection says nothing of the time before it had
// one: the host may have been replaced then, and be primary again.
func TestHeartbeatCountsFromWhereItReachedItsHost(t *testing.T) {
	db, h, c := openFenced(t)
	for range 4 {
		mustBeat(t, db)
		c.at += span / 2
	}
	if !tryAll(t, db) {
		t.Fatal("the host may not be used")
	}
	h.dials = func() { c.at += 3 * span / 4 }
	mustBeat(t, db)
	if tryAll(t, db) {
		t.Error("the chain holds over a time in which nothing reached the host")
	}
	for range 3 {
		c.at += span / 2
		mustBeat(t, db)
	}
	if !tryAll(t, db) {
		t.Error("the host may not be used again")
	}
}

// tryAll reads, writes and finds nothing to write, and reports whether the
// store let that happen.
func tryAll(t *testing.T, db *DB) bool {
	t.Helper()
	ctx := context.Background()
	get := func(r *Reader) error { _, err := r.Get(ctx, 5000); return err }
	begin := db.Begin()
	errs := map[string]error{
		"view":   db.View(ctx, get),
		"call":   db.Snapshot(ctx, get),
		"begin":  get(&begin),
		"write":  db.Update(ctx, func(tx *Tx) error { return tx.Put(ctx, Object{ID: 6000, Kind: KindPerson}) }),
		"no-op":  db.Update(ctx, func(tx *Tx) error { return get(&tx.Reader) }),
		"lookup": db.Update(ctx, func(tx *Tx) error { return errors.Join(get(&tx.Reader), errNone) }),
		"scan":   db.View(ctx, func(r *Reader) error { return r.Scan(ctx, Keys, func(*Row) bool { return true }) }),
		"ids":    db.ReserveIDs(ctx, 1<<16),
	}
	db.ids.forget()
	open := 0
	for name, err := range errs {
		switch {
		case err == nil, errors.Is(err, errNone) && !errors.Is(err, driver.ErrUnavailable):
			open++
		case !errors.Is(err, driver.ErrUnavailable):
			t.Errorf("%s: %v", name, err)
		}
	}
	if open != 0 && open != len(errs) {
		t.Errorf("some calls are refused and some are not: %v", errs)
	}
	return open > 0
}

var errNone = errors.New("no such thing")

func TestFence(t *testing.T) {
	type step struct {
		pass time.Duration
		host string // heartbeat on, none if empty
		on   string // the calls run on
		open bool
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"nothing at the start", []step{{0, "", "a", false}, {wait, "", "a", false}}},
		{"after the wait", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {wait - span, "a", "a", false}, {1, "", "a", true}}},
		{"while heartbeats go on", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true},
			{span - 1, "", "a", true}, {1, "", "a", false}}},
		{"a chain that broke begins anew", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true},
			{span, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true}}},
		{"only the host that is written to", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "b", false}, {0, "", "a", true}}},
		{"a new host waits, the old one runs out", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true},
			{0, "b", "b", false}, {0, "", "a", true}, {span - 1, "b", "a", true}, {1, "b", "a", false}, {wait - span, "b", "b", true}}},
		{"there and back", []step{{0, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true},
			{1, "b", "a", true}, {wait, "a", "a", false}, {span - 1, "a", "a", false}, {span - 1, "a", "a", true}}},
	}
	for _, tt := range tests {
		db, h, c := openFenced(t)
		for i, s := range tt.steps {
			c.at += s.pass
			if s.host != "" {
				h.name = s.host
				mustBeat(t, db)
			}
			for _, h.late = range []bool{false, true} {
				h.name = s.on
				if got := tryAll(t, db); got != s.open {
					t.Errorf("%s, step %d: open %t, want %t", tt.name, i, got, s.open)
				}
			}
		}
	}
}

// A commit that was acknowledged too late, or by a host on probation, may be one
// that nobody else has.
func TestLateCommitsAreNotBelieved(t *testing.T) {
	tests := []struct {
		name string
		done func(h *hosts, c *handClock)
		ok   bool
	}{
		{"at once", func(*hosts, *handClock) {}, true},
		{"in time", func(_ *hosts, c *handClock) { c.at += span - 2 }, true},
		{"after the host ran out", func(_ *hosts, c *handClock) { c.at += span }, false},
		{"settled on a host that is new", func(h *hosts, _ *handClock) { h.name = "b" }, false},
	}
	for _, tt := range tests {
		db, h, c := openFenced(t)
		for range 3 {
			mustBeat(t, db)
			c.at += span - 1
		}
		mustBeat(t, db)
		h.done = func() { tt.done(h, c) }
		err := db.Update(context.Background(), func(tx *Tx) error { return tx.Put(context.Background(), Object{ID: 6000, Kind: KindPerson}) })
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, driver.ErrAmbiguous) {
			t.Errorf("%s: %v, want ok %t", tt.name, err, tt.ok)
		}
	}
}

// What was read on a host that ran out meanwhile is not believed, nor kept.
func TestAnswersOfAFencedHostAreNotBelieved(t *testing.T) {
	db, h, c := openFenced(t)
	ctx := context.Background()
	open := func() {
		for range 3 {
			mustBeat(t, db)
			c.at += span - 1
		}
		mustBeat(t, db)
	}
	open()
	if err := db.Update(ctx, func(tx *Tx) error {
		_, err := tx.Bind(ctx, Binding{Key: Key{Space: SpacePSID, Key: "k"}, ID: 6000})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.after = func() { c.at += span }
	err := db.Snapshot(ctx, func(r *Reader) error { _, err := r.Resolve(ctx, SpacePSID, "k"); return err })
	if !errors.Is(err, driver.ErrFenced) {
		t.Errorf("Snapshot = %v", err)
	}
	open()
	_ = db.Snapshot(ctx, func(r *Reader) error {
		if r.Known(SpacePSID, "k") != 0 {
			t.Error("the answer was kept")
		}
		return nil
	})
	if _, rejected := db.Fence(); rejected != 1 {
		t.Errorf("%d calls were counted as refused, want 1", rejected)
	}
}

// A host whose chain began while a call was under way had not proved itself
// when the call asked it.
func TestACallIsNotOlderThanTheChain(t *testing.T) {
	f := newFence(&handClock{at: 100 * time.Hour}, span)
	f.beaten("a", 0, 0)
	f.hosts["a"].beat = 100 * time.Hour
	if err := f.check("a", wait-1); !errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrFenced) {
		t.Errorf("a call that began before the chain counted: %v", err)
	}
	if err := f.check("b", wait); !errors.Is(err, driver.ErrFenced) {
		t.Errorf("a call on another host: %v", err)
	}
	if err := f.check("a", wait); err != nil {
		t.Errorf("a call that began after it: %v", err)
	}
}

func TestRunKeepsTheFenceOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosts{Store: memory.Open(Registry()), name: "a"}
		db := Open(h, Options{Shared: true, Fence: span, Machine: goClock{time.Now()}, Node: 9})
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { db.Run(ctx); close(over) }()
		began := time.Now()
		if err := db.Await(ctx); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < wait || took > wait+2*awaitStep {
			t.Errorf("open after %v, want %v", took, wait)
		}
		for range 20 {
			time.Sleep(span / 3)
			if !tryAll(t, db) {
				t.Fatal("closed while heartbeats go on")
			}
		}
		beats := db.Stats().Beats.Load()
		if cancel(); beats < 20 {
			t.Errorf("%d heartbeats", beats)
		}
		<-over
		time.Sleep(span)
		if tryAll(t, db) {
			t.Error("open without heartbeats")
		}
		if err := db.Await(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Await = %v", err)
		}
	})
}

// goClock is the clock of the standard library, which synctest moves.
type goClock struct{ start time.Time }

func (c goClock) Now() time.Duration    { return time.Since(c.start) + 1 }
func (c goClock) Sleep(d time.Duration) { time.Sleep(d) }

var _ clock.Machine = goClock{}
