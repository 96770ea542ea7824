package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// While one update has the turn others wait; they share its commit.
func TestWaitingUpdatesShareACommit(t *testing.T) {
	s := openTemp(t)
	const n = 64
	before := s.Stats()
	var wg, waiting sync.WaitGroup
	waiting.Add(n)
	err := s.Update(bg, func(w driver.Writer) error {
		for i := range n {
			wg.Go(func() {
				waiting.Done()
				if err := s.Update(bg, putting(driver.ID(i+10), "x")); err != nil {
					t.Error(err)
				}
			})
		}
		waiting.Wait()
		return putting(1, "x")(w)
	})
	must(t, err)
	wg.Wait()
	after := s.Stats()
	if updates := after.Updates - before.Updates; updates != n+1 {
		t.Errorf("%d updates, want %d", updates, n+1)
	}
	if commits := after.Commits - before.Commits; commits > n/2 {
		t.Errorf("%d updates took %d commits", n+1, commits)
	}
	versions := map[int64]bool{}
	for i := range n {
		versions[getThing(t, s, driver.ID(i+10)).Version] = true
	}
	if len(versions) != n {
		t.Errorf("%d versions for %d updates", len(versions), n)
	}
}

// One of a fold that fails takes only its own writes with it; those who have written
// before it run a second time, for it leaves nothing of the transaction.
func TestFailureInAFold(t *testing.T) {
	s := openTemp(t)
	const n = 20
	var wg, waiting sync.WaitGroup
	waiting.Add(n)
	var runs [n]int
	var begun sync.Once
	before := s.Stats()
	err := s.Update(bg, func(w driver.Writer) error {
		begun.Do(func() {
			for i := range n {
				wg.Go(func() {
					waiting.Done()
					err := s.Update(bg, func(w driver.Writer) error {
						runs[i]++
						if err := putting(driver.ID(i+1), fmt.Sprint("run ", runs[i]))(w); err != nil {
							return err
						}
						if i%2 == 1 {
							return errors.New("odd")
						}
						return nil
					})
					if (err != nil) != (i%2 == 1) {
						t.Errorf("update %d = %v", i, err)
					}
				})
			}
			waiting.Wait()
		})
		return putting(100, "first")(w)
	})
	must(t, err)
	wg.Wait()
	for i := range n {
		got := getThing(t, s, driver.ID(i+1))
		if (got == nil) != (i%2 == 1) || got != nil && string(got.Data) != fmt.Sprint("run ", runs[i]) {
			t.Errorf("object of update %d, which ran %d times: %v", i, runs[i], got)
		}
		if runs[i] > 2 || i%2 == 1 && runs[i] != 1 {
			t.Errorf("update %d ran %d times", i, runs[i])
		}
	}
	if got := getThing(t, s, 100); got == nil || string(got.Data) != "first" {
		t.Errorf("object of the update before all others: %v", got)
	}
	if updates := s.Stats().Updates - before.Updates; updates != n/2+1 {
		t.Errorf("%d updates, want %d", updates, n/2+1)
	}
}

// An update that waits for its turn can be cancelled and leaves nothing.
func TestCancelWhileWaiting(t *testing.T) {
	s := openTemp(t)
	ctx, cancel := context.WithCancel(bg)
	done := make(chan error)
	err := s.Update(bg, func(driver.Writer) error {
		go func() { done <- s.Update(ctx, putting(1, "x")) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled update = %v", err)
		}
		return nil
	})
	must(t, err)
	if got := getThing(t, s, 1); got != nil {
		t.Errorf("a cancelled update wrote %v", got)
	}
}

// A full disk fails updates, not reads, and needs no restart once there is
// room again. SQLite's page limit gives the same error as the disk.
func TestFullDiskRecovers(t *testing.T) {
	s := openTemp(t)
	putThing(t, s, 1, "here")
	limit := func(pages int64) {
		must(t, s.Update(bg, func(w driver.Writer) error {
			_, err := pragmaInt(w.(*writer).conn, fmt.Sprintf("max_page_count = %d", pages))
			return err
		}))
	}
	limit(20)
	big := strings.Repeat("x", 3*pageSize)
	written := driver.ID(1)
	var err error
	for id := driver.ID(2); id < 40 && err == nil; id++ {
		if err = s.Update(bg, putting(id, big)); err == nil {
			written = id
		}
	}
	if !errors.Is(err, driver.ErrUnavailable) {
		t.Fatalf("update on a full disk = %v", err)
	}
	for id := driver.ID(1); id <= written+1; id++ {
		if got := getThing(t, s, id); (got != nil) != (id <= written) {
			t.Errorf("object %d of %d written is %t", id, written, got != nil)
		}
	}
	// One that swallows the error must not be acknowledged either.
	err = s.Update(bg, func(w driver.Writer) error {
		_ = putting(50, big)(w)
		return nil
	})
	if !errors.Is(err, driver.ErrUnavailable) || getThing(t, s, 50) != nil {
		t.Errorf("update that ignores a full disk = %v", err)
	}
	limit(1 << 30)
	putThing(t, s, written+1, big)
	if got := getThing(t, s, written+1); got == nil || len(got.Data) != len(big) {
		t.Error("no writes after there was room again")
	}
}

// An update whose write failed is not acknowledged, even if its function says
// that all is well.
func TestSwallowedErrorsCount(t *testing.T) {
	s := openTemp(t)
	err := s.Update(bg, func(w driver.Writer) error {
		if err := putting(1, "x")(w); err != nil {
			return err
		}
		_ = w.(*writer).fail("put", errors.New("wanted failure"))
		return nil
	})
	if err == nil || getThing(t, s, 1) != nil {
		t.Errorf("Update = %v", err)
	}
	putThing(t, s, 1, "x")
}

// A panic is the caller's, who learns where it was; the writer goes on.
func TestPanicInATurn(t *testing.T) {
	s := openTemp(t)
	func() {
		defer func() {
			err, _ := recover().(error)
			if err == nil || !strings.HasPrefix(err.Error(), "wanted\n") || !strings.Contains(err.Error(), "TestPanicInATurn") {
				t.Errorf("panicked with %v", err)
			}
		}()
		_ = s.Update(bg, func(w driver.Writer) error {
			_ = putting(1, "x")(w)
			panic("wanted")
		})
	}()
	putThing(t, s, 2, "x")
	if getThing(t, s, 1) != nil || getThing(t, s, 2) == nil {
		t.Error("a panic left its write, or took another's")
	}
}

// A function that ends its goroutine ends its caller's, and takes nobody with it: not
// those who were folded before it, nor those who come behind, nor the writer.
func TestGoexitInATurn(t *testing.T) {
	s := openTemp(t)
	const n = 30
	var wg, waiting sync.WaitGroup
	waiting.Add(n)
	var begun sync.Once
	var came [n]bool
	must(t, s.Update(bg, func(w driver.Writer) error {
		begun.Do(func() {
			for i := range n {
				wg.Go(func() {
					waiting.Done()
					err := s.Update(bg, func(w driver.Writer) error {
						if err := putting(driver.ID(i+1), "x")(w); err != nil {
							return err
						}
						if i%10 == 5 {
							runtime.Goexit()
						}
						return nil
					})
					came[i] = err == nil
				})
			}
			waiting.Wait()
		})
		return putting(100, "first")(w)
	}))
	wg.Wait()
	for i := range n {
		want := i%10 != 5
		if got := getThing(t, s, driver.ID(i+1)) != nil; got != want || came[i] != want {
			t.Errorf("update %d came back: %t, is there: %t; want %t", i, came[i], got, want)
		}
	}
	if getThing(t, s, 100) == nil {
		t.Error("the first update is lost")
	}
	putThing(t, s, 101, "x")
}

// More updates than the queue has room for wait, and some of them leave.
func TestMoreThanTheQueueHolds(t *testing.T) {
	s := openTemp(t)
	const n = queued + 100
	ctx, cancel := context.WithCancel(bg)
	var staying, leaving, waiting sync.WaitGroup
	waiting.Add(n)
	must(t, s.Update(bg, func(w driver.Writer) error {
		for i := range n {
			of, wg := bg, &staying
			if i%3 == 0 {
				of, wg = ctx, &leaving
			}
			wg.Go(func() {
				waiting.Done()
				err := s.Update(of, putting(driver.ID(i+10), "x"))
				if i%3 == 0 && !errors.Is(err, context.Canceled) || i%3 != 0 && err != nil {
					t.Errorf("update %d: %v", i, err)
				}
			})
		}
		waiting.Wait()
		cancel()
		leaving.Wait()
		return nil
	}))
	staying.Wait()
	for i := range n {
		if got := getThing(t, s, driver.ID(i+10)) != nil; got != (i%3 != 0) {
			t.Errorf("object of update %d is there: %t", i, got)
		}
	}
}

// Close lets the update that has the turn finish, and refuses those that wait.
func TestCloseRefusesWhoWaits(t *testing.T) {
	s := openTemp(t)
	const n = 40
	var wg sync.WaitGroup
	must(t, s.Update(bg, func(w driver.Writer) error {
		closing := make(chan error, 1)
		go func() { closing <- s.Close() }()
		<-s.quit
		for range n {
			wg.Go(func() {
				if err := s.Update(bg, putting(1, "x")); !errors.Is(err, driver.ErrClosed) {
					t.Errorf("update of a closed store = %v", err)
				}
			})
		}
		wg.Wait()
		return putting(2, "x")(w)
	}))
	<-s.stopped
}
