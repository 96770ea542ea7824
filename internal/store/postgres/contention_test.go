package postgres

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// What loses against a rival is counted, and what gave up.
func TestContentionIsCounted(t *testing.T) {
	s := openTemp(t)
	s.trimmed.Store(math.MaxInt64) // nobody else writes here
	put := func(w driver.Writer) error { return w.Put(bg, []driver.Object{{ID: 1, Kind: 1, Data: []byte("x")}}) }
	// contest is an Update that a rival is ahead of in its first runs.
	contest := func(ctx context.Context, rivals int, each func(run int)) (runs int, err error) {
		err = s.Update(ctx, func(w driver.Writer) error {
			runs++
			each(runs)
			if err := w.Read(ctx, &driver.ReadSet{Objects: []driver.ID{1}}); err != nil {
				return err
			}
			if runs <= rivals {
				if err := s.Update(bg, put); err != nil {
					t.Error(err)
				}
			}
			return put(w)
		})
		return runs, err
	}
	check := func(when string, wantLost, wantGaveUp uint64) {
		t.Helper()
		if lost, gaveUp := s.Contention(); lost != wantLost || gaveUp != wantGaveUp {
			t.Errorf("%s: %d lost and %d gave up, want %d and %d", when, lost, gaveUp, wantLost, wantGaveUp)
		}
	}

	if err := s.Update(bg, put); err != nil {
		t.Fatal(err)
	}
	check("alone", 0, 0)

	if runs, err := contest(bg, 2, func(int) {}); err != nil || runs != 3 {
		t.Errorf("against two rivals: %d runs, %v", runs, err)
	}
	check("against two rivals", 2, 0)

	ctx, cancel := context.WithCancel(bg)
	if _, err := contest(ctx, 1, func(run int) {
		if run == 2 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in the second run: %v", err)
	}
	check("cancelled in the second run", 3, 1)

	own := errors.New("its own")
	tries := 0
	if err := s.Update(bg, func(w driver.Writer) error {
		if tries++; tries == 2 {
			return own
		}
		if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{1}}); err != nil {
			return err
		}
		return errors.Join(s.Update(bg, put), put(w))
	}); !errors.Is(err, own) {
		t.Errorf("ended by its own error: %v", err)
	}
	check("ended by its own error", 4, 1)

	patience := s.opt.Patience
	s.opt.Patience = time.Nanosecond // of waits between runs; the runs have what they need
	if _, err := contest(bg, 1000, func(int) { s.opt.Patience = patience }); !errors.Is(err, driver.ErrUnavailable) {
		t.Errorf("without patience: %v", err)
	}
	if lost, gaveUp := s.Contention(); lost < 5 || gaveUp != 2 {
		t.Errorf("without patience: %d lost and %d gave up", lost, gaveUp)
	}
}
