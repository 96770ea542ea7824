package sqlite

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

var (
	// errTurnBroken stands for a function that panicked or left its goroutine.
	errTurnBroken = errors.New("sqlite: update did not return")
	// errLost: SQLite gave the whole transaction up, as it may on a full disk.
	errLost = errors.New("sqlite: transaction was rolled back")
)

// A job is one Update that the writer has taken on. The caller runs its own
// function, on the writer's connection, while it has the turn; so a panic is
// the caller's, not the writer's. A job may get the turn again.
type job struct {
	turn    chan struct{}
	ended   chan error // the function returned
	outcome chan error // the commit is done
}

// Update implements driver.Store. Waiting for the first turn can be cancelled; a
// commit cannot.
func (s *Store) Update(ctx context.Context, f func(driver.Writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{turn: make(chan struct{}, 1), ended: make(chan error, 1), outcome: make(chan error, 1)}
	select {
	case s.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return driver.ErrClosed
	}
	var failed error
	for {
		select {
		case <-j.turn: // comes at once: the queue has no room to wait in
			failed = s.take(ctx, j, f)
		case err := <-j.outcome: // the connection must be left before the caller goes on
			if failed != nil {
				return failed
			}
			return err
		}
	}
}

// take runs f in the turn of j.
func (s *Store) take(ctx context.Context, j *job, f func(driver.Writer) error) (err error) {
	err = errTurnBroken
	defer func() { j.ended <- err }()
	if err = ctx.Err(); err != nil {
		return err
	}
	err = errTurnBroken
	w := &writer{reader: reader{conn: s.conn, began: true}, store: s}
	if err = f(w); err == nil {
		err = w.failed
	}
	return err
}

// run is the writer goroutine: it folds until Close.
func (s *Store) run() {
	defer close(s.stopped)
	for {
		select {
		case j := <-s.queue:
			s.fold(j)
		case c := <-s.chores:
			c.done <- s.reads.change(c.do)
		case <-s.quit:
			return
		}
	}
}

// fold runs the turn of first and of everyone who waits by then and answers all
// of them after one commit. Who comes behind another has no savepoint at first: one
// costs a copy of every page that is written, and hardly anybody fails. If somebody
// does who has written, everything is undone, the others run again, and from then
// on each has one.
func (s *Store) fold(first *job) {
	if err := execute(s.conn, sqlBeginWrite); err != nil {
		first.refuse(broken("begin", err))
		return
	}
	f := &folding{s: s}
	turns := 0
	for j := first; j != nil; j = s.next(turns) {
		turns++
		if err := f.add(j); err != nil {
			// The transaction is lost, and what was folded into it.
			s.rollback()
			answer(f.folded, err)
			return
		}
	}
	err := s.commit()
	if err == nil {
		s.updates.Add(uint64(len(f.folded)))
	}
	answer(f.folded, err)
}

// A folding is a transaction that updates are put into.
type folding struct {
	s      *Store
	folded []*job // they wait for the commit
	// careful says that each turn has a savepoint.
	careful bool
}

// add gives the turn to j. An error says that the whole transaction is lost.
func (f *folding) add(j *job) error {
	if f.careful {
		return f.guarded(j)
	}
	before := f.s.version
	failed := j.run()
	switch {
	case f.s.conn.AutocommitEnabled():
		f.folded = append(f.folded, j)
		return broken("update", errLost)
	case failed == nil:
		f.folded = append(f.folded, j)
		return nil
	}
	defer j.refuse(nil) // Update returns its own error
	if f.s.version == before {
		return nil // and has written nothing
	}
	return f.again()
}

// again undoes everything and repeats it with care.
func (f *folding) again() error {
	f.s.rollback()
	if err := execute(f.s.conn, sqlBeginWrite); err != nil {
		return broken("begin", err)
	}
	f.careful = true
	rest := f.folded
	f.folded = nil
	for i, j := range rest {
		if err := f.guarded(j); err != nil {
			f.folded = append(f.folded, rest[i+1:]...)
			return err
		}
	}
	return nil
}

// guarded is add with a savepoint.
func (f *folding) guarded(j *job) error {
	if err := execute(f.s.conn, sqlSave); err != nil {
		f.folded = append(f.folded, j)
		return broken("savepoint", err)
	}
	failed := j.run()
	if failed == nil {
		f.folded = append(f.folded, j)
	} else {
		defer j.refuse(nil) // Update returns its own error
	}
	if f.s.conn.AutocommitEnabled() {
		return broken("update", errLost)
	}
	return f.s.release(failed != nil)
}

// run gives the turn to j and waits until its function has returned.
func (j *job) run() error {
	j.turn <- struct{}{}
	return <-j.ended
}

// next returns a job that waits, or nil if there is none or the fold is full.
func (s *Store) next(turns int) *job {
	if turns >= s.opt.MaxFold {
		return nil
	}
	select {
	case j := <-s.queue:
		return j
	default:
		return nil
	}
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
