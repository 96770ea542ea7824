// Package sqlite keeps a database in one file, with SQLite in pure Go.
//
// One writer folds waiting updates into one commit; readers have connections
// of their own and never wait for it. Open touches nothing of a file that is
// not ours, newer than us, damaged or in use: it refuses, with a reason and a
// remedy. The package refuses to know what the records mean.
package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// Options of a Store. Useful zero values.
type Options struct {
	// ReadConns bounds the read connections, which are opened as needed; zero
	// means twice GOMAXPROCS, at most 8.
	ReadConns int
	// CacheKiB is the page cache of each connection, four times that of the writer's;
	// zero means 4096.
	CacheKiB int
	// MaxFold bounds how many updates share a commit; zero means 128.
	MaxFold int
	// Migrations are those of the schema; nil means this kith's.
	Migrations []sqltext.Migration

	next func() // called before each statement of a migration and after the last
}

func (o Options) withDefaults() Options {
	if o.ReadConns <= 0 {
		o.ReadConns = min(2*runtime.GOMAXPROCS(0), 8)
	}
	if o.CacheKiB <= 0 {
		o.CacheKiB = 4096
	}
	if o.MaxFold <= 0 {
		o.MaxFold = 128
	}
	o.Migrations = sqltext.Or(o.Migrations)
	if o.next == nil {
		o.next = func() {}
	}
	return o
}

// newest is the number of the newest schema.
func (o *Options) newest() int64 { return sqltext.SchemaNumber(o.Migrations) }

// A Store is a driver.Store in a file.
type Store struct {
	path  string
	reg   *driver.Registry
	opt   Options
	lock  *fileLock
	mark  *logMark
	reads *pool

	// Of the writer goroutine.
	conn    *sqlite.Conn
	version int64 // last number handed out
	saved   int64 // last number written
	folding *folding

	queue   chan *job
	chores  chan chore
	quit    chan struct{}
	stopped chan struct{}
	closing sync.Once

	updates, commits atomic.Uint64
}

var _ driver.Store = (*Store)(nil)

// Open opens the database at path, or creates it. A file it must not touch is
// left as it is and gives a *RefusedError.
func Open(ctx context.Context, path string, reg *driver.Registry, opt Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	opt = opt.withDefaults()
	// A foreign file does not even get a lock file beside it.
	if _, err := inspectHeader(path, opt.newest()); err != nil {
		return nil, err
	}
	lock, err := acquireLock(path)
	if err != nil {
		return nil, err
	}
	mark := &logMark{file: lock.f, path: path + "-wal"}
	if err := mark.check(path); err != nil {
		lock.release()
		return nil, err
	}
	if err := sweep(path); err != nil {
		lock.release()
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	s, err := openLocked(ctx, path, reg, mark, opt)
	if err != nil {
		lock.release()
		return nil, err
	}
	s.lock = lock
	go s.run()
	return s, nil
}

func openLocked(ctx context.Context, path string, reg *driver.Registry, mark *logMark, opt Options) (*Store, error) {
	if err := inspect(path, opt.newest()); err != nil {
		return nil, err
	}
	if err := create(path, opt); err != nil {
		return nil, fmt.Errorf("create database %q: %w", path, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	conn, err := connect(path, writerShare*opt.CacheKiB, false)
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	s := &Store{
		path: path, reg: reg, opt: opt, conn: conn, mark: mark,
		reads:   newPool(opt.ReadConns, func() (*readConn, error) { return connectReader(path, opt.CacheKiB) }),
		queue:   make(chan *job, queued),
		chores:  make(chan chore),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	if err := s.start(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	return s, nil
}

// start brings the schema up to date and reads where the versions stand.
func (s *Store) start() error {
	if err := migrate(s.conn, s.opt, s.mark.prepare); err != nil {
		return err
	}
	stmt, err := s.conn.Prepare(sqlGetVersion)
	if err != nil {
		return err
	}
	defer stmt.Reset()
	if found, err := stmt.Step(); err != nil || !found {
		return err
	}
	s.version = stmt.ColumnInt64(0)
	s.saved = s.version
	return nil
}

// View implements driver.Store. It waits for a read connection, not for
// writers.
func (s *Store) View(ctx context.Context, f func(driver.Reader) error) error {
	c, err := s.reads.take(ctx)
	if err != nil {
		return err
	}
	r := &reader{conn: c.Conn, began: c.open}
	failed := true
	defer func() {
		c.open = r.began && !c.AutocommitEnabled()
		var err error
		if failed { // or panicked: what is left of it is not for others
			err = c.end()
		}
		s.reads.give(c, err)
	}()
	err = f(r)
	failed = err != nil
	return err
}

// Close waits for the updates and views that run, refuses those that wait,
// and closes the file.
func (s *Store) Close() error {
	err := driver.ErrClosed
	s.closing.Do(func() {
		close(s.quit)
		<-s.stopped
		s.reads.close()
		// The last connection moves the log into the file and removes it. If
		// that could not be marked it is left open, so that the log stays.
		if err = s.mark.close(); err == nil {
			err = s.conn.Close()
		}
		s.lock.release()
	})
	return err
}

// Stats counts what the writer did.
type Stats struct {
	Updates uint64 // that were acknowledged
	Commits uint64 // they were folded into
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	return Stats{Updates: s.updates.Load(), Commits: s.commits.Load()}
}
