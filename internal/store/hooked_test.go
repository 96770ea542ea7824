package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// hooked stops a store at the moments where races are decided. A hook runs
// once.
type hooked struct {
	driver.Store
	afterRead    func() // a View has read, nothing is installed yet
	beforeCommit func() // the keys are marked, nothing is committed yet
	afterCommit  func() // committed, but the DB does not know yet
	outcome      error  // what Update says after it has committed
}

func once(f *func()) {
	if run := *f; run != nil {
		*f = nil
		run()
	}
}

func (h *hooked) View(ctx context.Context, f func(driver.Reader) error) error {
	err := h.Store.View(ctx, f)
	once(&h.afterRead)
	return err
}

func (h *hooked) Update(ctx context.Context, f func(driver.Writer) error) error {
	err := h.Store.Update(ctx, func(w driver.Writer) error {
		err := f(w)
		once(&h.beforeCommit)
		return err
	})
	once(&h.afterCommit)
	return errors.Join(err, h.outcome)
}

func openHooked(t testing.TB) (*store.DB, *hooked) {
	t.Helper()
	h := &hooked{Store: memory.Open(store.Registry())}
	db := store.Open(h, store.Options{Decode: map[store.Kind]store.Decoder{store.KindPerson: decodeText}})
	t.Cleanup(func() { _ = db.Close() })
	return db, h
}

// get reads one person through r.
func get(t testing.TB, r *store.Reader, id store.ID) string {
	t.Helper()
	rec, err := r.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return name(rec)
}

// fresh reads one person with a Reader of its own.
func fresh(t testing.TB, db *store.DB, id store.ID) string {
	t.Helper()
	r := db.Begin()
	return get(t, &r, id)
}

func TestFillThatACommitOvertakesIsDropped(t *testing.T) {
	db, h := openHooked(t)
	putPerson(t, db, 1, "old")
	h.afterRead = func() { putPerson(t, db, 1, "new") }
	r := db.Begin()
	if got := get(t, &r, 1); got != "old" || !r.Stale() {
		t.Errorf("overtaken fill: %s, stale %t", got, r.Stale())
	}
	if got := fresh(t, db, 1); got != "new" {
		t.Errorf("after it: %s, the old record was installed", got)
	}
}

func TestFillBesideAPendingCommitIsDropped(t *testing.T) {
	db, h := openHooked(t)
	putPerson(t, db, 1, "old")
	if got := fresh(t, db, 1); got != "old" {
		t.Fatal(got)
	}
	h.beforeCommit = func() {
		// The key is marked: its entry is gone and none takes its place.
		r := db.Begin()
		if got := get(t, &r, 1); got != "old" || !r.Stale() {
			t.Errorf("beside a pending commit: %s, stale %t", got, r.Stale())
		}
		if reads, _ := r.Points(); reads != 1 {
			t.Errorf("beside a pending commit: %d reads, want 1", reads)
		}
	}
	putPerson(t, db, 1, "new")
	if got := fresh(t, db, 1); got != "new" {
		t.Errorf("after the commit: %s", got)
	}
}

// A reader that hit an old record and reads a new one, committed but not yet
// counted, must find itself stale.
func TestMixOfTwoStatesIsStale(t *testing.T) {
	db, h := openHooked(t)
	both := func(v string) {
		update(t, db, func(ctx context.Context, tx *store.Tx) error {
			return tx.Put(ctx, store.Object{ID: 1, Kind: store.KindPerson, Data: []byte(v)},
				store.Object{ID: 2, Kind: store.KindPerson, Data: []byte(v)})
		})
	}
	both("old")
	fresh(t, db, 1) // warm
	r := db.Begin()
	if got := get(t, &r, 1); got != "old" {
		t.Fatal(got)
	}
	h.afterCommit = func() {
		if got := get(t, &r, 2); got != "new" || !r.Stale() {
			t.Errorf("second record: %s, stale %t", got, r.Stale())
		}
	}
	both("new")
}

// The same for what is never cached.
func TestListsBesideAPendingCommitAreStale(t *testing.T) {
	db, h := openHooked(t)
	seed(t, db)
	asks := map[string]func(*store.ReadSet){
		"range":  func(rs *store.ReadSet) { rs.Range(store.Range{From: 3, Kind: store.AssocContact, Limit: 2}) },
		"count":  func(rs *store.ReadSet) { rs.Count(store.Count{From: 3, Kind: store.AssocContact}) },
		"owned":  func(rs *store.ReadSet) { rs.Owned(store.Owned{ID: 5, Space: store.SpacePSID}) },
		"back":   func(rs *store.ReadSet) { rs.Pair(5, store.AssocContactOf, 3) },
		"key":    func(rs *store.ReadSet) { rs.Key(store.SpacePSID, psid) },
		"object": func(rs *store.ReadSet) { rs.Object(5) },
	}
	for what, ask := range asks {
		h.beforeCommit = func() {
			var rs store.ReadSet
			ask(&rs)
			r := db.Begin()
			if err := r.Load(context.Background(), &rs); err != nil || !r.Stale() {
				t.Errorf("%s beside a pending purge: stale %t, %v", what, r.Stale(), err)
			}
		}
		err := db.Update(context.Background(), func(tx *store.Tx) error {
			return tx.Purge(context.Background(), 5)
		})
		if err != nil {
			t.Fatal(err)
		}
		seed(t, db)
	}
}

func TestSnapshotRunsAgainAfterACommit(t *testing.T) {
	db, _ := openHooked(t)
	putPerson(t, db, 1, "old")
	runs := 0
	var got []string
	err := db.Snapshot(context.Background(), func(r *store.Reader) error {
		runs++
		got = append(got, get(t, r, 1))
		if runs == 1 {
			putPerson(t, db, 1, "new")
			return errWanted // an error of a stale run counts for nothing
		}
		return nil
	})
	if err != nil || runs != 2 || got[0] != "old" || got[1] != "new" {
		t.Errorf("Snapshot = %v after %d runs that saw %v", err, runs, got)
	}
}

// Whatever the outcome of a commit, the cache must not keep an opinion.
func TestUnknownOutcomeInvalidates(t *testing.T) {
	for _, outcome := range []error{driver.ErrAmbiguous, driver.ErrUnavailable} {
		db, h := openHooked(t)
		putPerson(t, db, 1, "old")
		fresh(t, db, 1)
		before := db.Seq()
		h.outcome = outcome
		err := db.Update(context.Background(), func(tx *store.Tx) error {
			return tx.Put(context.Background(), store.Object{ID: 1, Kind: store.KindPerson, Data: []byte("new")})
		})
		if !errors.Is(err, outcome) || db.Seq() == before {
			t.Errorf("Update = %v, sequence rose by %d", err, db.Seq()-before)
		}
		if got := fresh(t, db, 1); got != "new" {
			t.Errorf("after %v: %s", outcome, got)
		}
		if got := fresh(t, db, 1); got != "new" {
			t.Errorf("warm after %v: %s", outcome, got)
		}
	}
}

// A driver may run the function again; every run's keys are unmarked.
func TestUpdateThatRunsTwice(t *testing.T) {
	mem := memory.Open(store.Registry())
	db := store.Open(&twice{mem}, store.Options{Decode: map[store.Kind]store.Decoder{store.KindPerson: decodeText}})
	runs := store.ID(0)
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		runs++
		return tx.Put(ctx, store.Object{ID: runs, Kind: store.KindPerson, Data: []byte("x")})
	})
	for id := range store.ID(3) {
		fresh(t, db, id)
		r := db.Begin()
		get(t, &r, id)
		if reads, _ := r.Points(); reads != 0 {
			t.Errorf("object %d cannot be cached any more", id)
		}
	}
	if fresh(t, db, 1) != "-" || fresh(t, db, 2) != "x" {
		t.Error("the first run left something")
	}
}

type twice struct{ *memory.Store }

func (s *twice) Update(ctx context.Context, f func(driver.Writer) error) error {
	_ = s.Store.Update(ctx, func(w driver.Writer) error {
		if err := f(w); err != nil {
			return err
		}
		return errWanted
	})
	return s.Store.Update(ctx, f)
}
