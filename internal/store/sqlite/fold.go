package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

var (
	// errTurnBroken stands for a function that panicked or ended its goroutine.
	errTurnBroken = errors.New("sqlite: update did not return")
	// errLost: SQLite gave the whole transaction up, as it may on a full disk.
	errLost = errors.New("sqlite: transaction was rolled back")
)

// queued is how many updates wait without holding up those who call.
const queued = 256

// A job is one Update. Its function runs on the goroutine of the writer, which costs
// two changes of goroutine less than to hand the connection over, and may run again.
type job struct {
	ctx     context.Context
	f       func(driver.Writer) error
	taken   atomic.Bool // by the writer, or back by the caller
	failed  error       // the last run
	thrown  *thrown     // it panicked
	left    bool        // it ended its goroutine
	outcome chan error  // the commit is done
}

// A thrown is what the function of an Update panicked with, and where. Update panics
// with it in its turn.
type thrown struct {
	value any
	stack []byte
}

func (t *thrown) Error() string { return fmt.Sprintf("%v\n\n%s", t.value, t.stack) }

func (t *thrown) Unwrap() error {
	err, _ := t.value.(error)
	return err
}

// Update implements driver.Store. Waiting for the first turn can be cancelled; a
// commit cannot.
func (s *Store) Update(ctx context.Context, f func(driver.Writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{ctx: ctx, f: f, outcome: make(chan error, 1)}
	select {
	case s.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return driver.ErrClosed
	}
	select {
	case err := <-j.outcome:
		return j.end(err)
	case <-ctx.Done():
		if j.take() {
			return ctx.Err()
		}
	case <-s.quit:
		if j.take() {
			return driver.ErrClosed
		}
	}
	return j.end(<-j.outcome)
}

// take claims j, for the writer or for the caller who waits no longer.
func (j *job) take() bool { return j.taken.CompareAndSwap(false, true) }

// end is how Update ends: as the function did, if that is not how it should.
func (j *job) end(outcome error) error {
	switch {
	case j.thrown != nil:
		panic(j.thrown)
	case j.left:
		runtime.Goexit()
	case j.failed != nil:
		return j.failed
	}
	return outcome
}

// run is the writer goroutine: it folds until Close. If a function ends the
// goroutine, as FailNow of a test does, another one goes on.
func (s *Store) run() {
	closed := false
	defer func() {
		if closed {
			close(s.stopped)
		} else {
			go s.run()
		}
	}()
	if s.folding != nil {
		s.folding.goOn()
	}
	for {
		select {
		case j := <-s.queue:
			if j.take() {
				s.fold(j)
			}
		case c := <-s.chores:
			c.done <- s.reads.change(c.do)
		case <-s.quit:
			closed = true
			return
		}
	}
}

// fold runs first and everyone who waits by then and answers all of them after one
// commit. Who comes behind another has no savepoint at first: one costs a copy of
// every page that is written, and hardly anybody fails. If somebody does who has
// written, everything is undone, the others run again, and from then on each has one.
func (s *Store) fold(first *job) {
	s.folding = &folding{s: s, todo: []*job{first}, turns: 1}
	s.folding.all(s.folding.begin())
}

// A folding is a transaction that updates are put into.
type folding struct {
	s      *Store
	todo   []*job // before anybody who waits
	at     *job   // whose turn it is
	folded []*job // they wait for the commit
	turns  int
	// careful says that each turn has a savepoint.
	careful bool
}

// goOn is for after a function that did not come back.
func (f *folding) goOn() {
	f.at.refuse(nil)
	f.all(f.again())
}

// begin opens the transaction.
func (f *folding) begin() error {
	if err := execute(f.s.conn, sqlBeginWrite); err != nil {
		return broken("begin", err)
	}
	return nil
}

// again undoes everything and has it repeated with care.
func (f *folding) again() error {
	f.s.rollback()
	f.careful = true
	f.todo = append(f.folded, f.todo...)
	f.folded = nil
	return f.begin()
}

// all gives the turn to one after the other, until an error says that the whole
// transaction is lost, and ends it.
func (f *folding) all(err error) {
	for err == nil && f.next() {
		err = f.turn()
	}
	f.finish(err)
}

// next finds whose turn it is: nobody's if nobody waits, or the fold is full.
func (f *folding) next() bool {
	if len(f.todo) > 0 {
		f.at, f.todo = f.todo[0], f.todo[1:]
		return true
	}
	for yielded := false; f.turns < f.s.opt.MaxFold; {
		select {
		case j := <-f.s.queue:
			if !j.take() {
				continue
			}
			f.turns++
			f.at = j
			return true
		default:
			if yielded {
				return false
			}
			// Those who were answered last may be on their way here again, on this
			// processor.
			runtime.Gosched()
			yielded = true
		}
	}
	return false
}

// turn runs the function of whose turn it is.
func (f *folding) turn() error {
	s, j := f.s, f.at
	if f.careful {
		if err := execute(s.conn, sqlSave); err != nil {
			f.folded = append(f.folded, j)
			return broken("savepoint", err)
		}
	}
	before := s.version
	j.run(s)
	failed, lost := j.failed, s.conn.AutocommitEnabled()
	if failed == nil || lost {
		f.folded = append(f.folded, j)
	} else {
		defer j.refuse(nil) // Update returns its own error
	}
	switch {
	case lost:
		return broken("update", errLost)
	case f.careful:
		return s.release(failed != nil)
	case failed == nil || s.version == before:
		return nil // or has written nothing
	}
	return f.again()
}

// finish ends the transaction and answers everyone in it.
func (f *folding) finish(err error) {
	s := f.s
	if err != nil {
		s.rollback() // what was folded is lost with it
	} else if err = s.commit(); err == nil {
		s.updates.Add(uint64(len(f.folded)))
	}
	s.folding = nil
	answer(f.folded, err)
	answer(f.todo, err)
}

// run runs the function of j, which may not come back.
func (j *job) run(s *Store) {
	j.failed, j.left = errTurnBroken, true
	defer func() {
		if !j.left {
			return
		}
		if v := recover(); v != nil { // nothing if the goroutine ends
			j.thrown, j.left = &thrown{v, debug.Stack()}, false
		}
	}()
	err := j.ctx.Err()
	if err == nil {
		w := &writer{reader: reader{conn: s.conn, began: true}, store: s}
		if err = j.f(w); err == nil {
			err = w.failed
		}
	}
	j.failed, j.left = err, false
}

// release ends the savepoint, with or without undoing it.
func (s *Store) release(undo bool) error {
	if undo {
		if err := execute(s.conn, sqlUndo); err != nil {
			return broken("roll back", err)
		}
	}
	if err := execute(s.conn, sqlRelease); err != nil {
		return broken("release", err)
	}
	return nil
}

// commit makes the fold durable, with the version sequence it used.
func (s *Store) commit() error {
	if s.version == s.saved {
		s.rollback() // nothing was written
		return nil
	}
	version := s.version
	if err := s.mark.prepare(); err != nil {
		s.rollback()
		return broken("mark the log", err)
	}
	err := executeInt(s.conn, sqlSetVersion, version)
	if err == nil {
		err = s.reads.change(func() error { return execute(s.conn, sqlCommit) })
	}
	if err != nil {
		s.rollback()
		return commitFailed(err)
	}
	s.saved = version
	if err := s.mark.follow(); err != nil {
		return fmt.Errorf("mark the log: %w: %w: %w", driver.ErrUnavailable, driver.ErrAmbiguous, err)
	}
	s.commits.Add(1)
	return nil
}

func (s *Store) rollback() {
	if !s.conn.AutocommitEnabled() {
		// An error here means that SQLite has rolled back already.
		_ = execute(s.conn, sqlRollback)
	}
}

// refuse answers a job that waits for no commit.
func (j *job) refuse(err error) {
	j.outcome <- err
}

func answer(js []*job, err error) {
	for _, j := range js {
		j.outcome <- err
	}
}

// execute runs a statement without arguments and rows.
func execute(c *sqlite.Conn, sql string) error {
	stmt, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	_, err = stmt.Step()
	return errors.Join(err, stmt.Reset())
}

// executeInt runs a statement with one number.
func executeInt(c *sqlite.Conn, sql string, arg int64) error {
	stmt, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	stmt.BindInt64(1, arg)
	_, err = stmt.Step()
	return errors.Join(err, stmt.Reset())
}
