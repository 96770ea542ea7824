package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// machine is a machine's clock that tests move. Sleeping moves it too.
type machine struct {
	at    atomic.Int64
	slept atomic.Int64
}

func (m *machine) Now() time.Duration      { return time.Duration(m.at.Load()) }
func (m *machine) pass(d time.Duration)    { m.at.Add(int64(d)) }
func (m *machine) Sleep(d time.Duration)   { m.slept.Add(int64(d)); m.pass(d) }
func (m *machine) napped() time.Duration   { return time.Duration(m.slept.Swap(0)) }
func newMachine(at time.Duration) *machine { m := &machine{}; m.at.Store(int64(at)); return m }

const lease = time.Second

// openShared opens one more process on a database.
func openShared(t testing.TB, d driver.Store) (*store.DB, *machine) {
	t.Helper()
	m := newMachine(time.Hour)
	return store.Open(d, store.Options{Shared: true, Lease: lease, Machine: m,
		Decode: map[store.Kind]store.Decoder{store.KindPerson: decodeText, store.KindPage: decodeText}}), m
}

func putPage(t testing.TB, db *store.DB, id store.ID, text string) {
	t.Helper()
	update(t, db, func(ctx context.Context, tx *store.Tx) error {
		return tx.Put(ctx, store.Object{ID: id, Kind: store.KindPage, Data: []byte(text)})
	})
}

// look reads objects in one call and says how many of them the store was
// asked for.
func look(t testing.TB, db *store.DB, ids ...store.ID) (names []string, points int) {
	t.Helper()
	err := db.Snapshot(context.Background(), func(r *store.Reader) error {
		names = nil
		for _, id := range ids {
			names = append(names, get(t, r, id))
		}
		_, points = r.Points()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, points
}

func TestSharedServesLeasedRecordsForALease(t *testing.T) {
	mem := memory.Open(store.Registry())
	one, _ := openShared(t, mem)
	two, clock := openShared(t, mem)
	putPage(t, one, 7, "old")
	putPerson(t, one, 8, "ana")
	steps := []struct {
		pass   time.Duration
		write  string
		want   string
		points int // page and person, or the person alone
	}{
		{0, "", "old", 2},
		{0, "", "old", 1},
		{lease - 1, "new", "old", 1}, // one waits all that time
		{1, "", "new", 2},
		{lease - 1, "", "new", 1},
		{1, "", "new", 2},
	}
	for i, s := range steps {
		clock.pass(s.pass)
		if s.write != "" {
			putPage(t, one, 7, s.write)
		}
		if got, points := look(t, two, 7, 8); got[0] != s.want || got[1] != "ana" || points != s.points {
			t.Errorf("step %d: %v with %d points, want %s with %d", i, got, points, s.want, s.points)
		}
	}
	if hits, fills := two.Stats().Hits.Load(), two.Stats().Fills.Load(); hits != 3 || fills != 3 {
		t.Errorf("%d hits and %d fills were counted, want 3 and 3", hits, fills)
	}
}

// The lease counts from when the transaction began, not from the answer.
func TestLeaseCountsFromTheBegin(t *testing.T) {
	h := &hooked{Store: memory.Open(store.Registry())}
	db, clock := openShared(t, h)
	putPage(t, db, 7, "p")
	err := db.Snapshot(context.Background(), func(r *store.Reader) error {
		clock.pass(lease / 2) // before the first Read of this View
		get(t, r, 7)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(lease/2 - 1)
	if _, points := look(t, db, 7); points != 0 {
		t.Error("not kept for the rest of the lease")
	}
	clock.pass(1)
	if _, points := look(t, db, 7); points != 1 {
		t.Error("kept beyond the lease")
	}
}

// What is missing, and what is live, is asked for each time; so is what is
// leased when there is no lease.
func TestSharedKeepsNothingElse(t *testing.T) {
	mem := memory.Open(store.Registry())
	none := store.Open(mem, store.Options{Shared: true})
	db, _ := openShared(t, mem)
	putPerson(t, db, 8, "ana")
	putPage(t, db, 7, "p")
	tests := []struct {
		name string
		db   *store.DB
		id   store.ID
	}{{"missing", db, 99}, {"live", db, 8}, {"leased without a lease", none, 7}}
	for _, tt := range tests {
		for range 2 {
			err := tt.db.Snapshot(context.Background(), func(r *store.Reader) error {
				_, err := r.Get(context.Background(), tt.id)
				if _, points := r.Points(); points != 1 {
					t.Errorf("%s: %d points", tt.name, points)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 {
		if id, points := resolve(t, db, "nobody"); id != 0 || points != 1 {
			t.Errorf("a free key led to %d with %d points", id, points)
		}
	}
}

func resolve(t testing.TB, db *store.DB, key string) (id store.ID, points int) {
	t.Helper()
	err := db.Snapshot(context.Background(), func(r *store.Reader) (err error) {
		if id, err = r.Resolve(context.Background(), store.SpacePSID, key); err == nil && id != 0 {
			_, err = r.Get(context.Background(), id)
		}
		_, points = r.Points()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, points
}

// A binding is asked for once, unless it leads to what is gone.
func TestSharedKeepsBindings(t *testing.T) {
	mem := memory.Open(store.Registry())
	one, _ := openShared(t, mem)
	two, _ := openShared(t, mem)
	bind := func(id store.ID) {
		update(t, one, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Put(ctx, store.Object{ID: id, Kind: store.KindPerson, Data: []byte("x")}); err != nil {
				return err
			}
			_, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpacePSID, Key: "k"}, ID: id})
			return err
		})
	}
	known := func() (id store.ID) {
		_ = two.Snapshot(context.Background(), func(r *store.Reader) error { id = r.Known(store.SpacePSID, "k"); return nil })
		return id
	}
	bind(5)
	if known() != 0 {
		t.Error("known before anybody asked")
	}
	for i, points := range []int{2, 1, 1} {
		if id, got := resolve(t, two, "k"); id != 5 || got != points {
			t.Errorf("call %d: %d with %d points, want %d", i, id, got, points)
		}
	}
	if known() != 5 {
		t.Error("not known after it was asked for")
	}
	update(t, one, func(ctx context.Context, tx *store.Tx) error { return tx.Purge(ctx, 5) })
	bind(6)
	if id, _ := resolve(t, two, "k"); id != 6 {
		t.Errorf("bound anew it leads to %d, want 6", id)
	}
	if view := viewKnown(t, two); view != 0 {
		t.Errorf("a View knows %d without asking", view)
	}
}

func viewKnown(t testing.TB, db *store.DB) (id store.ID) {
	t.Helper()
	if err := db.View(context.Background(), func(r *store.Reader) error { id = r.Known(store.SpacePSID, "k"); return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

// Two Loads of one call see one state, whatever is written in between.
func TestSharedCallIsOneSnapshot(t *testing.T) {
	mem := memory.Open(store.Registry())
	one, _ := openShared(t, mem)
	two, _ := openShared(t, mem)
	putPerson(t, one, 1, "old")
	putPerson(t, one, 2, "old")
	runs := 0
	err := two.Snapshot(context.Background(), func(r *store.Reader) error {
		runs++
		a := get(t, r, 1)
		putPerson(t, one, 1, "new")
		putPerson(t, one, 2, "new")
		if b := get(t, r, 2); a != "old" || b != "old" || r.Stale() {
			t.Errorf("%s and then %s, stale %t", a, b, r.Stale())
		}
		return nil
	})
	if err != nil || runs != 1 {
		t.Errorf("Snapshot = %v after %d runs", err, runs)
	}
}

// A write waits until no lease given before it can contradict it.
func TestWritesWaitOutTheLease(t *testing.T) {
	const long = lease + lease/4
	tests := []struct {
		name string
		do   func(ctx context.Context, tx *store.Tx) error
		want time.Duration
	}{
		{"a leased record", func(ctx context.Context, tx *store.Tx) error {
			return tx.Put(ctx, store.Object{ID: 7, Kind: store.KindPage})
		}, long},
		{"a leased record among others", func(ctx context.Context, tx *store.Tx) error {
			return tx.Put(ctx, store.Object{ID: 8, Kind: store.KindPerson}, store.Object{ID: 7, Kind: store.KindPage})
		}, long},
		{"a leased record goes", func(ctx context.Context, tx *store.Tx) error { return tx.Delete(ctx, 7) }, long},
		{"a leased record is purged", func(ctx context.Context, tx *store.Tx) error { return tx.Purge(ctx, 7) }, long},
		{"what may have gone a moment ago", func(ctx context.Context, tx *store.Tx) error { return tx.Delete(ctx, 99) }, long},
		{"nothing is to change", func(ctx context.Context, tx *store.Tx) error { _, err := tx.Get(ctx, 7); return err }, long},
		{"nothing is there", func(ctx context.Context, tx *store.Tx) error { _, err := tx.Get(ctx, 99); return err }, long},
		{"no such key", func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Resolve(ctx, store.SpaceNode, "99")
			return err
		}, long},
		{"a new leased record", func(ctx context.Context, tx *store.Tx) error {
			return tx.Put(ctx, store.Object{ID: tx.NewID(), Kind: store.KindPage})
		}, 0},
		{"a live record", func(ctx context.Context, tx *store.Tx) error {
			return tx.Put(ctx, store.Object{ID: 8, Kind: store.KindPerson})
		}, 0},
		{"a live record beside a leased one that was read", func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Get(ctx, 7); err != nil {
				return err
			}
			return tx.Link(ctx, store.Assoc{From: 7, Kind: store.AssocContact, To: 8, Time: 1})
		}, 0},
		{"a live record goes", func(ctx context.Context, tx *store.Tx) error { return tx.Delete(ctx, 8) }, 0},
		{"a person is purged", func(ctx context.Context, tx *store.Tx) error { return tx.Purge(ctx, 8) }, 0},
		{"a live record is as wanted", func(ctx context.Context, tx *store.Tx) error { _, err := tx.Get(ctx, 8); return err }, 0},
		{"a leased record is as wanted, and a live one is written", func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Want(ctx, store.Object{ID: 7, Kind: store.KindPage, Data: []byte("p")}); err != nil {
				return err
			}
			return tx.Put(ctx, store.Object{ID: 8, Kind: store.KindPerson, Data: []byte("bea")})
		}, long},
		{"a leased record is to be something else", func(ctx context.Context, tx *store.Tx) error {
			return tx.Want(ctx, store.Object{ID: 7, Kind: store.KindPage, Data: []byte("q")})
		}, long},
		{"a live record is as wanted, and another is written", func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Want(ctx, store.Object{ID: 8, Kind: store.KindPerson, Data: []byte("ana")}); err != nil {
				return err
			}
			return tx.Put(ctx, store.Object{ID: 9, Kind: store.KindPerson})
		}, 0},
		{"a leased record becomes a live one", func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Get(ctx, 7); err != nil {
				return err
			}
			return tx.Put(ctx, store.Object{ID: 7, Kind: store.KindPerson, Data: []byte("p")})
		}, long},
		{"a leased record is read for a live one", func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Get(ctx, 7); err != nil {
				return err
			}
			return tx.Put(ctx, store.Object{ID: 8, Kind: store.KindPerson, Data: []byte("p")})
		}, 0},
		{"it fails", func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(errWanted, tx.Put(ctx, store.Object{ID: 7, Kind: store.KindPage}))
		}, 0},
	}
	for _, tt := range tests {
		db, clock := openShared(t, memory.Open(store.Registry()))
		putPage(t, db, 7, "p")
		putPerson(t, db, 8, "ana")
		clock.napped()
		before := db.Stats().Waits.Load()
		err := db.Update(context.Background(), func(tx *store.Tx) error { return tt.do(context.Background(), tx) })
		if err != nil && !errors.Is(err, errWanted) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := clock.napped(); got != tt.want || (tt.want > 0) != (db.Stats().Waits.Load() > before) {
			t.Errorf("%s: waited %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Nobody who gives up cuts the wait short.
func TestTheWaitIsNotCancelled(t *testing.T) {
	h := &hooked{Store: memory.Open(store.Registry())}
	db, clock := openShared(t, h)
	ctx, cancel := context.WithCancel(context.Background())
	h.afterCommit = cancel
	err := db.Update(ctx, func(tx *store.Tx) error {
		return tx.Put(context.Background(), store.Object{ID: 7, Kind: store.KindPage})
	})
	if err != nil || clock.napped() < lease {
		t.Errorf("Update = %v", err)
	}
}
