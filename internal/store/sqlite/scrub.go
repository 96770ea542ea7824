package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

const (
	// scrubPages is how many pages are looked through between two folds.
	scrubPages = 256
	// scrubPatience is how long the writer stands still for readers.
	scrubPatience = 50 * time.Millisecond
	// scrubAgain is how soon it tries again at first, scrubSeldom at last.
	scrubAgain  = 100 * time.Millisecond
	scrubSeldom = 30 * time.Second
)

// errReaders: somebody still reads a state from before.
var errReaders = errors.New("sqlite: a reader is in the way")

// Scrub returns when no byte of a row that was deleted before is left in the
// file or its log. secure_delete overwrites a row with zeros where it is, but
// not copies from when it was moved, and the log has the pages as they were. So
// Scrub wipes what is unused of every page, moves the log into the file and
// empties it. Updates go on between; readers of an older state are waited for.
func (s *Store) Scrub(ctx context.Context) error {
	for from := int64(1); from != 0; {
		if err := s.onWriter(ctx, func() (err error) {
			from, err = s.wipePages(from)
			return err
		}); err != nil {
			return failure("scrub", err)
		}
	}
	for wait := scrubAgain; ; wait = min(2*wait, scrubSeldom) {
		if err := s.onWriter(ctx, s.emptyLog); !errors.Is(err, errReaders) {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		case <-s.quit:
			return driver.ErrClosed
		}
	}
}

// A chore is what the writer goroutine does between two folds.
type chore struct {
	do   func() error
	done chan error
}

// onWriter runs f on the writer goroutine and returns its error.
func (s *Store) onWriter(ctx context.Context, f func() error) error {
	c := chore{do: f, done: make(chan error, 1)}
	select {
	case s.chores <- c:
		return <-c.done
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return driver.ErrClosed
	}
}

// emptyLog moves the log into the file and makes it empty.
func (s *Store) emptyLog() error {
	s.conn.SetBusyTimeout(scrubPatience)
	defer s.conn.SetBusyTimeout(busyTimeout)
	busy, err := pragmaInt(s.conn, "wal_checkpoint(TRUNCATE)")
	switch {
	case err != nil:
		return failure("scrub", err)
	case busy != 0:
		return errReaders
	}
	return nil
}

// wipePages wipes a run of pages in one commit and returns the number of the
// next page, zero behind the last. The pages are written through SQLite, as any
// change is.
func (s *Store) wipePages(from int64) (next int64, err error) {
	if err := s.conn.SetDefensive(false); err != nil { // else pages are read-only
		return 0, err
	}
	defer func() { err = firstError(err, s.conn.SetDefensive(true)) }()
	if err := execute(s.conn, sqlBeginWrite); err != nil {
		return 0, err
	}
	defer s.rollback() // of what is not committed
	dirty, next, err := s.dirtyPages(from)
	if err != nil || len(dirty) == 0 {
		return next, err
	}
	for _, p := range dirty {
		if err := s.putPage(p); err != nil {
			return 0, err
		}
	}
	if err := s.mark.prepare(); err != nil {
		return 0, err
	}
	if err := execute(s.conn, sqlCommit); err != nil {
		return 0, err
	}
	return next, s.mark.follow()
}

type page struct {
	number int64
	data   []byte
}

// dirtyPages returns the pages of a run that held something unused, wiped.
func (s *Store) dirtyPages(from int64) (dirty []page, next int64, err error) {
	pages, err := pragmaInt(s.conn, "page_count")
	if err != nil {
		return nil, 0, err
	}
	end := min(from+scrubPages, pages+1)
	for n := from; n < end; n++ {
		p := page{number: n}
		if p.data, err = s.getPage(n); err != nil {
			return nil, 0, err
		}
		changed, err := wipe(p.data, n == 1)
		if err != nil {
			return nil, 0, fmt.Errorf("page %d: %w", n, err)
		}
		if changed {
			dirty = append(dirty, p)
		}
	}
	if end <= pages {
		next = end
	}
	return dirty, next, nil
}

func (s *Store) getPage(n int64) (data []byte, err error) {
	stmt, err := s.conn.Prepare(sqlGetPage)
	if err != nil {
		return nil, err
	}
	stmt.BindInt64(1, n)
	found, err := stmt.Step()
	if err != nil || !found {
		return nil, err
	}
	data = columnBytes(stmt, 0)
	return data, stmt.Reset()
}

func (s *Store) putPage(p page) error {
	stmt, err := s.conn.Prepare(sqlPutPage)
	if err != nil {
		return err
	}
	stmt.BindBytes(1, p.data)
	stmt.BindInt64(2, p.number)
	_, err = stmt.Step()
	return err
}
