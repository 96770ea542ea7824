package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

const (
	ttl     = 4 * time.Second
	dutyEnd = ttl + ttl/slack
)

func newDuty(mem driver.Store, node uint64) (*Duty, *handClock) {
	c := &handClock{at: time.Duration(node) * time.Hour} // no two clocks agree
	return &Duty{N: 1, TTL: ttl, Clock: c, DB: Open(mem, Options{Shared: true, Node: node << 32})}, c
}

func holds(t *testing.T, d *Duty) bool {
	t.Helper()
	has, err := d.Hold(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return has
}

// work writes under the duty.
func work(d *Duty) error {
	return d.Update(context.Background(), func(tx *Tx) error {
		return tx.Put(context.Background(), Object{ID: 5000, Kind: KindPerson})
	})
}

func TestDuty(t *testing.T) {
	type step struct {
		who  int
		pass time.Duration // on both clocks
		has  bool
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"the first takes it at once", []step{{0, 0, true}, {1, 0, false}}},
		{"while it is renewed nobody else gets it", []step{{0, 0, true}, {1, 0, false}, {0, ttl, true}, {1, ttl, false}, {0, ttl, true}, {1, dutyEnd, false}}},
		{"a silent holder loses it after the ttl", []step{{0, 0, true}, {1, ttl, false}, {1, dutyEnd - 1, false}, {1, 1, true}, {0, 0, false}}},
		{"watching begins anew after each renewal", []step{{0, 0, true}, {1, 0, false}, {0, dutyEnd - 1, true}, {1, 1, false}, {1, dutyEnd - 1, false}, {1, 1, true}}},
		{"who lost it gets it back the same way", []step{{0, 0, true}, {1, 0, false}, {1, dutyEnd, true}, {0, 0, false}, {0, dutyEnd, true}, {1, 0, false}}},
	}
	for _, tt := range tests {
		mem := memory.Open(Registry())
		var duties [2]*Duty
		var clocks [2]*handClock
		for i := range duties {
			duties[i], clocks[i] = newDuty(mem, uint64(i+1))
		}
		for i, s := range tt.steps {
			clocks[0].at += s.pass
			clocks[1].at += s.pass
			if got := holds(t, duties[s.who]); got != s.has {
				t.Errorf("%s, step %d: %d has it: %t", tt.name, i, s.who, got)
			}
			if err := work(duties[s.who]); (err == nil) != s.has || err != nil && !errors.Is(err, ErrDutyLost) {
				t.Errorf("%s, step %d: writing says %v", tt.name, i, err)
			}
		}
	}
}

// Who stood still and believes it has the duty writes nothing under it.
func TestAStaleHolderWritesNothing(t *testing.T) {
	mem := memory.Open(Registry())
	old, _ := newDuty(mem, 1)
	next, c := newDuty(mem, 2)
	if !holds(t, old) || holds(t, next) {
		t.Fatal("the duty is not where it should be")
	}
	c.at += dutyEnd
	if !holds(t, next) {
		t.Fatal("not taken over")
	}
	if err := work(old); !errors.Is(err, ErrDutyLost) {
		t.Errorf("the old holder writes: %v", err)
	}
	if err := work(next); err != nil {
		t.Error(err)
	}
	if err := old.Release(context.Background()); err != nil {
		t.Error(err)
	}
	if err := work(next); err != nil {
		t.Errorf("after the old holder gave up what it does not have: %v", err)
	}
	if err := next.Release(context.Background()); err != nil {
		t.Error(err)
	}
	if !holds(t, old) {
		t.Error("a duty that was given up is not free")
	}
}

// A take whose answer is lost is noticed: the row is the holder's own.
func TestADutyOfUnknownOutcome(t *testing.T) {
	mem := &lostReply{Store: memory.Open(Registry()), lose: true}
	d, c := newDuty(mem, 1)
	if _, err := d.Hold(context.Background()); !errors.Is(err, driver.ErrAmbiguous) {
		t.Fatalf("Hold = %v", err)
	}
	if err := work(d); !errors.Is(err, ErrDutyLost) {
		t.Errorf("writing under it says %v", err)
	}
	if holds(t, d) {
		t.Error("taken without the wait")
	}
	if c.at += dutyEnd; !holds(t, d) {
		t.Error("not taken after the wait")
	}
}

type lostReply struct {
	*memory.Store
	lose bool
}

func (s *lostReply) Update(ctx context.Context, f func(driver.Writer) error) error {
	err := s.Store.Update(ctx, f)
	if s.lose {
		s.lose = false
		return errors.Join(err, driver.ErrAmbiguous)
	}
	return err
}

// bubble is a machine's clock inside a synctest bubble.
type bubble struct{ began time.Time }

func (b bubble) Now() time.Duration    { return time.Since(b.began) }
func (b bubble) Sleep(d time.Duration) { time.Sleep(d) }

// Work that takes longer than the ttl keeps its duty while it is kept, and only
// then: without that, two processes would take it from each other for ever.
func TestKeepADuty(t *testing.T) {
	for _, kept := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			mem := memory.Open(Registry())
			one, _ := newDuty(mem, 1)
			two, _ := newDuty(mem, 2)
			one.Clock, two.Clock = bubble{time.Now()}, bubble{time.Now()}
			if !holds(t, one) {
				t.Fatal("a free duty is not taken")
			}
			walk := func(context.Context) error {
				time.Sleep(20 * ttl)
				return nil
			}
			ended := make(chan error, 1)
			go func() {
				var err error
				if kept {
					err = one.Keep(context.Background(), walk)
				} else {
					err = walk(context.Background())
				}
				ended <- errors.Join(err, work(one))
			}()
			taken := 0
			for range 19 * renewals {
				time.Sleep(ttl / renewals)
				if holds(t, two) {
					taken++
				}
			}
			err := <-ended
			if kept && (taken > 0 || err != nil) {
				t.Errorf("a duty that was kept: taken %d times, %v", taken, err)
			}
			if !kept && (taken == 0 || !errors.Is(err, ErrDutyLost)) {
				t.Errorf("a duty nobody renewed: taken %d times, %v", taken, err)
			}
		})
	}
}

// Who lost the duty all the same is told while the work is under way.
func TestKeepOfALostDuty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := memory.Open(Registry())
		one, _ := newDuty(mem, 1)
		two, fast := newDuty(mem, 2) // a clock that nobody may have
		one.Clock = bubble{time.Now()}
		if !holds(t, one) || holds(t, two) {
			t.Fatal("the duty is not where it should be")
		}
		err := one.Keep(context.Background(), func(ctx context.Context) error {
			if fast.at += dutyEnd; !holds(t, two) {
				t.Error("not taken over")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		if !errors.Is(err, ErrDutyLost) {
			t.Errorf("Keep = %v", err)
		}
		want := errors.New("the work failed")
		if err := two.Keep(context.Background(), func(context.Context) error { return want }); !errors.Is(err, want) {
			t.Errorf("Keep = %v", err)
		}
	})
}
