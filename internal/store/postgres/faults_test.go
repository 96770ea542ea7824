package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// Kinds of drivertest's registry.
const (
	thing   driver.Kind = 1
	follows driver.Kind = 20 // Counted, with an inverse
	note    driver.Kind = 23
)

// through opens a store behind a fault proxy.
func through(t *testing.T, opt Options) (*Store, *pgproxy.Proxy) {
	t.Helper()
	p, dsn, err := pgproxy.OpenDSN(pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	opt.DSN = dsn
	return openAt(t, opt), p
}

// fault is a rule that takes its share of the events at a point.
func fault(at pgproxy.Point, do pgproxy.Action, code string, rate float64) pgproxy.Rule {
	return pgproxy.Rule{Fault: pgproxy.Fault{At: at, Do: do, Code: code, For: 20 * time.Millisecond}, Rate: rate}
}

// refusals are failures after which nothing has happened, losses those after
// which nobody knows.
func refusals(rate float64) []pgproxy.Rule {
	return []pgproxy.Rule{
		fault(pgproxy.Connect, pgproxy.Fatal, "53300", rate),
		fault(pgproxy.Connect, pgproxy.Cut, "", rate),
		fault(pgproxy.Prepare, pgproxy.Cut, "", rate),
		fault(pgproxy.Prepare, pgproxy.Error, codeSerialization, rate),
		fault(pgproxy.Statement, pgproxy.Error, codeSerialization, rate),
		fault(pgproxy.Statement, pgproxy.Error, codeDeadlock, rate/2),
		fault(pgproxy.Statement, pgproxy.Error, codeReadOnly, rate/4),
		fault(pgproxy.Statement, pgproxy.Fatal, codeAdminShutdown, rate/4),
		fault(pgproxy.Statement, pgproxy.Cut, "", rate/4),
		fault(pgproxy.Commit, pgproxy.Error, codeSerialization, 2*rate),
		fault(pgproxy.Commit, pgproxy.Fatal, codeAdminShutdown, rate),
		fault(pgproxy.Commit, pgproxy.Stall, "", rate),
	}
}

func losses(rate float64) []pgproxy.Rule {
	return []pgproxy.Rule{
		fault(pgproxy.Commit, pgproxy.Cut, "", rate),
		fault(pgproxy.Commit, pgproxy.Late, "", rate),
		fault(pgproxy.Committed, pgproxy.Cut, "", rate),
		fault(pgproxy.Committed, pgproxy.Error, codeUnknown, rate),
		fault(pgproxy.Committed, pgproxy.Error, "08006", rate), // a cluster behind one address
		fault(pgproxy.Committed, pgproxy.Fatal, codeAdminShutdown, rate),
		fault(pgproxy.Committed, pgproxy.Warn, "", rate),
		fault(pgproxy.Committed, pgproxy.Stall, "", rate),
	}
}

// The whole contract holds while the wire fails.
func TestDriverUnderFaults(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	drivertest.Run(t, func(t *testing.T) driver.Store {
		s, p := through(t, Options{})
		rules := append(refusals(0.005), losses(0.01)...)
		for i := range rules {
			// A View that has begun to answer cannot begin again, and a batch of
			// thousands of statements has to get through at last.
			if r := &rules[i]; r.At == pgproxy.Statement || r.At == pgproxy.Prepare {
				r.Match, r.Rest = "insert", 20_000
			}
		}
		p.Use(pgproxy.Rules(seed, rules...))
		t.Cleanup(func() { p.Use(nil) })
		return s
	})
}

// A ledger is a few counters that are only ever raised by Updates which also
// leave a mark, so that what happened can be told from what was said.
type ledger struct {
	s         *Store
	said      sync.Map // mark -> error or nil
	ambiguous atomic.Int64
	runs      atomic.Int64 // of the functions
}

const counters = 4

// raise reads a counter, writes it one higher, links a mark and binds a key.
func (l *ledger) raise(ctx context.Context, counter, mark driver.ID) error {
	err := l.s.Update(ctx, func(w driver.Writer) error {
		l.runs.Add(1)
		rs := driver.ReadSet{Objects: []driver.ID{counter}}
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		n := number(rs.GotObjects[0]) + 1
		if err := w.Put(ctx, []driver.Object{{ID: counter, Kind: thing, Data: binary.BigEndian.AppendUint64(nil, n)}}); err != nil {
			return err
		}
		key := driver.Binding{Key: driver.Key{Space: 1, Key: fmt.Sprint(mark)}, ID: mark}
		if _, err := w.Bind(ctx, []driver.Binding{key}); err != nil {
			return err
		}
		return w.Link(ctx, []driver.Assoc{{From: counter, Kind: follows, To: mark, Time: driver.TimeVersion}})
	})
	l.said.Store(mark, &err)
	return err
}

func number(o *driver.Object) uint64 {
	if o == nil {
		return 0
	}
	return binary.BigEndian.Uint64(o.Data)
}

// work raises counters at random and looks at them in between: a snapshot shows
// a counter, its marks and their count as of one moment.
func (l *ledger) work(t *testing.T, first driver.ID, n int, rng *rand.Rand) {
	ctx := t.Context()
	for i := range n {
		counter := driver.ID(1 + rng.IntN(counters))
		if err := l.raise(ctx, counter, first+driver.ID(i)); errors.Is(err, driver.ErrAmbiguous) {
			l.ambiguous.Add(1)
		}
		err := l.s.View(ctx, func(r driver.Reader) error {
			rs := driver.ReadSet{Objects: []driver.ID{counter}, Counts: []driver.Count{{From: counter, Kind: follows}}}
			if err := r.Read(ctx, &rs); err != nil {
				return err
			}
			value := number(rs.GotObjects[0])
			rs = driver.ReadSet{Ranges: []driver.Range{{From: counter, Kind: follows, Limit: 20_000}}, Counts: rs.Counts}
			if err := r.Read(ctx, &rs); err != nil {
				return err
			}
			if marks := len(rs.GotRanges[0]); marks != int(value) || rs.GotCounts[0] != int64(marks) {
				t.Errorf("one snapshot has counter %d, %d marks and a count of %d", value, marks, rs.GotCounts[0])
			}
			return nil
		})
		if err != nil && !errors.Is(err, driver.ErrUnavailable) {
			t.Errorf("view: %v", err)
		}
	}
}

// there reads what has happened: the sum of the counters, and the marks.
func (l *ledger) there(t *testing.T) (total uint64, marks map[driver.ID]bool) {
	t.Helper()
	marks = map[driver.ID]bool{}
	rs := driver.ReadSet{}
	for c := range driver.ID(counters) {
		rs.Objects = append(rs.Objects, c+1)
		rs.Ranges = append(rs.Ranges, driver.Range{From: c + 1, Kind: follows, Limit: 20_000})
	}
	if err := l.s.View(t.Context(), func(r driver.Reader) error { return r.Read(t.Context(), &rs) }); err != nil {
		t.Fatal(err)
	}
	for i, o := range rs.GotObjects {
		total += number(o)
		for _, a := range rs.GotRanges[i] {
			marks[a.To] = true
		}
	}
	return total, marks
}

// settle compares what was said with what is there.
func (l *ledger) settle(t *testing.T) (wrong []string) {
	t.Helper()
	total, marks := l.there(t)
	if total != uint64(len(marks)) {
		wrong = append(wrong, fmt.Sprintf("the counters say %d, there are %d marks", total, len(marks)))
	}
	failed := 0
	l.said.Range(func(mark, said any) bool {
		err, happened := *said.(*error), marks[mark.(driver.ID)]
		unknown := errors.Is(err, driver.ErrAmbiguous)
		if err != nil {
			failed++
		}
		switch {
		case err == nil && !happened:
			wrong = append(wrong, fmt.Sprintf("update %d was acknowledged and is lost", mark))
		case err != nil && happened && !unknown:
			wrong = append(wrong, fmt.Sprintf("update %d failed with %v and happened", mark, err))
		case err != nil && !unknown && !errors.Is(err, driver.ErrUnavailable):
			wrong = append(wrong, fmt.Sprintf("update %d: %v", mark, err))
		}
		return true
	})
	t.Logf("%d updates happened in %d runs, %d failed, %d of them with unknown outcome, %+v", len(marks), l.runs.Load(), failed, l.ambiguous.Load(), l.s.Stats())
	return wrong
}

// T-AVL-05 and more: no update happens twice, none that was acknowledged is
// lost, none that failed has happened, and lost answers are found out.
func TestUpdatesUnderFaults(t *testing.T) { testUpdates(t, 12) }

// TestSoakUpdatesUnderFaults is the long form.
func TestSoakUpdatesUnderFaults(t *testing.T) {
	if os.Getenv("KITH_SOAK") == "" {
		t.Skip("KITH_SOAK=1 runs it")
	}
	testUpdates(t, 400)
}

// testUpdates has eight workers raise counters, each so many times.
func testUpdates(t *testing.T, each int) {
	const workers = 8
	tests := map[string][]pgproxy.Rule{
		"refusals":       refusals(0.01),
		"losses":         losses(0.05),
		"5 % of commits": {fault(pgproxy.Commit, pgproxy.Error, codeSerialization, 0.05)},
	}
	for name, rules := range tests {
		t.Run(name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			s, p := through(t, Options{})
			l := &ledger{s: s}
			p.Use(pgproxy.Rules(seed, rules...))
			var group sync.WaitGroup
			for id := range workers {
				group.Go(func() { l.work(t, driver.ID(1000*(id+1)), each, rand.New(rand.NewPCG(seed, uint64(id)))) })
			}
			group.Wait()
			p.Use(nil)
			for _, w := range l.settle(t) {
				t.Error(w)
			}
			c := p.Counts()
			t.Logf("%d faults on %d statements and %d commits", c.Faults, c.Statements, c.Commits)
			if n := l.ambiguous.Load(); n > 0 {
				t.Errorf("%d outcomes stay unknown with the database there", n)
			}
			if c.Faults == 0 || c.Cancels > 0 && name == "5 % of commits" {
				t.Errorf("%d faults, %d requests to cancel", c.Faults, c.Cancels)
			}
		})
	}
}

// What an Update sends before COMMIT and what it sends with it makes no
// difference to what becomes of a lost answer: it happened once.
func TestLostAnswersOfEveryShape(t *testing.T) {
	s, p := through(t, Options{})
	read := func(w driver.Writer) error {
		return w.Read(t.Context(), &driver.ReadSet{Objects: []driver.ID{900}})
	}
	shapes := map[string]func(driver.Writer) error{
		"writes with the commit":     func(driver.Writer) error { return nil },
		"a question behind":          read,
		"a question behind and more": func(w driver.Writer) error { return errors.Join(read(w), w.Delete(t.Context(), []driver.ID{900})) },
		"a purge behind":             func(w driver.Writer) error { return w.Purge(t.Context(), []driver.ID{900}) },
	}
	counter := driver.ID(0)
	for name, rest := range shapes {
		for _, do := range []pgproxy.Action{pgproxy.Cut, pgproxy.Warn, pgproxy.Fatal} {
			counter++
			rs := driver.ReadSet{Objects: []driver.ID{counter}}
			p.Use(pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: pgproxy.Committed, Do: do, Code: codeAdminShutdown}, Times: 1}))
			if err := s.Update(t.Context(), func(w driver.Writer) error {
				if err := w.Read(t.Context(), &rs); err != nil {
					return err
				}
				n := binary.BigEndian.AppendUint64(nil, number(rs.GotObjects[0])+1)
				if err := w.Put(t.Context(), []driver.Object{{ID: counter, Kind: thing, Data: n}}); err != nil {
					return err
				}
				return rest(w)
			}); err != nil {
				t.Errorf("%s, action %d: %v", name, do, err)
			}
			p.Use(nil)
			if err := s.View(t.Context(), func(r driver.Reader) error { return r.Read(t.Context(), &rs) }); err != nil {
				t.Fatal(err)
			}
			if n, settled := number(rs.GotObjects[0]), s.Stats().Settled; n != 1 || settled != int64(counter) {
				t.Errorf("%s, action %d: happened %d times, %d of %d settled", name, do, n, settled, counter)
			}
		}
	}
}

// The ledger finds what is planted: an update lost, one that happened twice,
// one that happened though it failed.
func TestLedgerFindsWhatIsPlanted(t *testing.T) {
	var fine error
	refused := error(driver.ErrUnavailable)
	planted := map[string]func(*ledger){
		"nothing": func(*ledger) {},
		"lost":    func(l *ledger) { l.said.Store(driver.ID(1002), &fine) },
		"twice": func(l *ledger) {
			if err := l.raise(t.Context(), 1, 1001); err != nil {
				t.Error(err)
			}
		},
		"happened though it failed": func(l *ledger) { l.said.Store(driver.ID(1000), &refused) },
	}
	for name, plant := range planted {
		l := &ledger{s: openTemp(t)}
		for _, mark := range []driver.ID{1000, 1001} {
			if err := l.raise(t.Context(), 1, mark); err != nil {
				t.Fatal(err)
			}
		}
		plant(l)
		if wrong := l.settle(t); (len(wrong) > 0) != (name != "nothing") {
			t.Errorf("%s: the ledger says %v", name, wrong)
		}
	}
}

// A pool heals by itself once the database is back.
func TestPoolHeals(t *testing.T) {
	s, p := through(t, Options{Patience: 500 * time.Millisecond})
	l := &ledger{s: s}
	for round := range 2 {
		if err := l.raise(t.Context(), 1, driver.ID(1000+10*round)); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := p.Down(); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if err := l.raise(t.Context(), 1, driver.ID(1001+10*round)); !errors.Is(err, driver.ErrUnavailable) {
			t.Errorf("update without a database: %v", err)
		}
		if err := s.View(t.Context(), func(r driver.Reader) error {
			return r.Read(t.Context(), &driver.ReadSet{Objects: []driver.ID{1}})
		}); !errors.Is(err, driver.ErrUnavailable) {
			t.Errorf("view without a database: %v", err)
		}
		t.Logf("two calls know after %v that there is no database", time.Since(begin).Round(time.Millisecond))
		if err := p.Up(); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range l.settle(t) {
		t.Error(w)
	}
}

// T-AVL-06: a server that says nothing any more. Deadlines hold, a COMMIT is
// waited for as long as the options say, goroutines stay bounded.
func TestSilentServer(t *testing.T) {
	s, p := through(t, Options{CommitWait: 300 * time.Millisecond, SettleWait: 300 * time.Millisecond, Patience: time.Second})
	l := &ledger{s: s}
	if err := l.raise(t.Context(), 1, 1000); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	p.Freeze()
	var group sync.WaitGroup
	for range 40 {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			begin := time.Now()
			err := s.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &driver.ReadSet{Objects: []driver.ID{1}}) })
			if took := time.Since(begin); err == nil || took > 10*time.Second {
				t.Errorf("view of a silent server: %v after %v", err, took)
			}
		})
	}
	group.Wait()
	begin := time.Now()
	err := s.Update(t.Context(), func(w driver.Writer) error {
		return w.Put(t.Context(), []driver.Object{{ID: 9, Kind: thing, Data: []byte("late")}})
	})
	if took := time.Since(begin); !errors.Is(err, driver.ErrAmbiguous) && !errors.Is(err, driver.ErrUnavailable) || took > time.Minute {
		t.Errorf("update of a silent server: %v after %v", err, took)
	}
	if now := runtime.NumGoroutine(); now > before+64 {
		t.Errorf("%d goroutines, %d before", now, before)
	}
	p.Thaw()
	if err := l.raise(t.Context(), 1, 1001); err != nil {
		t.Errorf("after the silence: %v", err)
	}
	for _, w := range l.settle(t) {
		t.Error(w)
	}
}

// A View whose caller sets no deadline ends all the same, as unavailable, the
// wait for a connection and further attempts included.
func TestReadsOfASilentServerEnd(t *testing.T) {
	s, p := through(t, Options{ReadConns: 2, ReadWait: 2 * time.Second})
	view := func() error {
		return s.View(t.Context(), func(r driver.Reader) error {
			return r.Read(t.Context(), &driver.ReadSet{Objects: []driver.ID{1}})
		})
	}
	if err := view(); err != nil {
		t.Fatal(err)
	}
	p.Freeze()
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			begin := time.Now()
			if err := view(); !errors.Is(err, driver.ErrUnavailable) {
				t.Errorf("view of a silent server: %v", err)
			}
			if took := time.Since(begin); took > 40*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	group.Wait()
	p.Thaw()
	if err := view(); err != nil {
		t.Errorf("after the silence: %v", err)
	}
}
