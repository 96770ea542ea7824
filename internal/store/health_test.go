package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// Failing follows the writes that say something about the store.
func TestFailingFollowsWrites(t *testing.T) {
	db, h := openHooked(t)
	ctx := context.Background()
	put := func(tx *store.Tx) error {
		return tx.Put(ctx, store.Object{ID: 1, Kind: store.KindPerson, Data: []byte("x")})
	}
	steps := []struct {
		what    string
		outcome error
		write   func(*store.Tx) error
		failing bool
	}{
		{"a write", nil, put, false},
		{"a full disk", driver.ErrUnavailable, put, true},
		{"an update that writes nothing", nil, func(*store.Tx) error { return nil }, true},
		{"an update that gives up", nil, func(*store.Tx) error { return errors.New("no") }, true},
		{"a write again", nil, put, false},
		{"a commit whose outcome is unknown", driver.ErrAmbiguous, put, true},
		{"another write", nil, put, false},
	}
	for _, s := range steps {
		h.outcome = s.outcome
		_ = db.Update(ctx, s.write)
		if db.Failing() != s.failing {
			t.Errorf("after %s it is failing: %t", s.what, db.Failing())
		}
	}
}

// blind is a driver whose reads fail.
type blind struct{ driver.Store }

func (blind) View(context.Context, func(driver.Reader) error) error { return driver.ErrUnavailable }

// Warm records are served while the store cannot be read, others are not.
func TestWarmReadsOutliveTheStore(t *testing.T) {
	db, h := openHooked(t)
	putPerson(t, db, 1, "warm")
	putPerson(t, db, 2, "cold")
	fresh(t, db, 1)
	h.Store = blind{h.Store}
	err := db.Snapshot(context.Background(), func(r *store.Reader) error {
		rec, err := r.Get(context.Background(), 1)
		if err == nil && name(rec) != "warm" {
			t.Errorf("the warm record is %s", name(rec))
		}
		return err
	})
	if err != nil {
		t.Errorf("warm read: %v", err)
	}
	err = db.Snapshot(context.Background(), func(r *store.Reader) error {
		_, err := r.Get(context.Background(), 2)
		return err
	})
	if !errors.Is(err, driver.ErrUnavailable) {
		t.Errorf("cold read: %v", err)
	}
}
