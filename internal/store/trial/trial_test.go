package trial

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

var bg = context.Background()

func TestContractHolds(t *testing.T) {
	steps, err := Contract(bg, memory.Open(Registry()))
	if err != nil || len(steps) != len(parts()) {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	for _, s := range steps {
		if s.Error != "" {
			t.Errorf("%s: %s", s.Name, s.Error)
		}
	}
}

// A broken is a store with one fault.
type broken struct {
	driver.Store
	n      atomic.Int64
	update func(n int64, do func() error) error         // around an Update
	write  func(n int64, w driver.Writer) driver.Writer // the writer it gets
	view   driver.Store                                 // reads go there
}

func (b *broken) Update(ctx context.Context, f func(driver.Writer) error) error {
	n := b.n.Add(1)
	do := func() error {
		return b.Store.Update(ctx, func(w driver.Writer) error {
			if b.write != nil {
				w = b.write(n, w)
			}
			return f(w)
		})
	}
	if b.update != nil {
		return b.update(n, do)
	}
	return do()
}

func (b *broken) View(ctx context.Context, f func(driver.Reader) error) error {
	if b.view != nil {
		return b.view.View(ctx, f)
	}
	return b.Store.View(ctx, f)
}

// unlinked is a writer that loses associations.
type unlinked struct{ driver.Writer }

func (unlinked) Link(context.Context, []driver.Assoc) error { return nil }

var errDown = errors.New("down")

func (b *broken) try(t *testing.T, writes int64) *Verdict {
	t.Helper()
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	begin := time.Now()
	l := &Load{Store: b, Clients: 3, For: time.Minute, Now: func() time.Time { return begin.Add(time.Duration(b.n.Load()) * time.Millisecond) },
		Progress: func(good, bad int64) {
			if good+bad >= writes {
				cancel()
			}
		}}
	v, err := l.Run(ctx).Verify(bg, b.Store)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerdicts(t *testing.T) {
	every := func(k int64, do func(func() error) error) func(int64, func() error) error {
		return func(n int64, run func() error) error {
			if n%k == 0 {
				return do(run)
			}
			return run()
		}
	}
	tests := []struct {
		name  string
		store broken
		ok    func(*Verdict) bool
	}{
		{"nothing happens", broken{}, func(v *Verdict) bool {
			return v.OK() && v.Acknowledged >= 300 && v.Refused+v.Ambiguous <= 3 && v.PauseMS > 0
		}},
		{"refuses", broken{update: every(5, func(func() error) error { return errDown })}, func(v *Verdict) bool {
			return v.OK() && v.Refused > 20 && v.LastError == "down"
		}},
		{"loses what it acknowledged", broken{update: every(50, func(func() error) error { return nil })}, func(v *Verdict) bool {
			return !v.OK() && v.Lost >= 5
		}},
		{"tears", broken{write: func(n int64, w driver.Writer) driver.Writer {
			if n%50 == 0 {
				return unlinked{w}
			}
			return w
		}}, func(v *Verdict) bool { return !v.OK() && v.Torn >= 5 }},
		{"does what it refused", broken{update: every(50, func(run func() error) error { return errors.Join(run(), errDown) })}, func(v *Verdict) bool {
			return !v.OK() && v.Phantoms >= 5
		}},
		{"loses answers", broken{update: every(10, func(run func() error) error { return errors.Join(run(), driver.ErrAmbiguous) })}, func(v *Verdict) bool {
			return v.OK() && v.Ambiguous >= 20 && v.Applied == v.Ambiguous
		}},
		{"reads from behind", broken{view: memory.Open(Registry())}, func(v *Verdict) bool { return !v.OK() && v.Stale >= 300 }},
	}
	for i := range tests {
		tt := &tests[i]
		t.Run(tt.name, func(t *testing.T) {
			tt.store.Store = memory.Open(Registry())
			if v := tt.store.try(t, 400); !tt.ok(v) {
				t.Errorf("the verdict is %+v", *v)
			}
		})
	}
}

// Each step of the contract fails on a store that cannot do it.
func TestContractCatches(t *testing.T) {
	for name, b := range map[string]*broken{
		"no links":  {write: func(_ int64, w driver.Writer) driver.Writer { return unlinked{w} }},
		"no writes": {update: func(int64, func() error) error { return nil }},
		"old reads": {view: memory.Open(Registry())},
	} {
		b.Store = memory.Open(Registry())
		steps, err := Contract(bg, b)
		failed := 0
		for _, s := range steps {
			if s.Error != "" {
				failed++
			}
		}
		if err != nil || failed == 0 {
			t.Errorf("%s: %d of %d steps fail, %v", name, failed, len(steps), err)
		}
	}
}
