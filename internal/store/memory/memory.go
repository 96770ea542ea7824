// Package memory is a store that lives and dies with the process: the emulator
// with a throw-away world, and tests.
//
// It keeps everything in copy-on-write trees. A View holds a root and never
// waits; Updates run one after the other and publish a new root; Fork is a
// pointer copy. It refuses to know what the records mean.
package memory

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Store is a driver.Store in memory.
type Store struct {
	reg    *driver.Registry
	closed atomic.Bool
	now    atomic.Pointer[state]
	write  sync.Mutex
}

var _ driver.Store = (*Store)(nil)

// Open returns an empty store.
func Open(reg *driver.Registry) *Store {
	s := &Store{reg: reg}
	s.now.Store(newState())
	return s
}

// Fork returns an independent store with the same content, in constant time.
func (s *Store) Fork() *Store {
	f := &Store{reg: s.reg}
	f.now.Store(s.now.Load())
	return f
}

// Restore replaces the content by that of from, in one step. Versions go on
// rising across it.
func (s *Store) Restore(from *Store) {
	s.write.Lock()
	defer s.write.Unlock()
	next := *from.now.Load()
	next.version = max(next.version, s.now.Load().version)
	s.now.Store(&next)
}

// View implements driver.Store. It never waits for a writer.
func (s *Store) View(ctx context.Context, f func(driver.Reader) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return f(&reader{s.now.Load()})
}

// Update implements driver.Store.
func (s *Store) Update(ctx context.Context, f func(driver.Writer) error) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	next := *s.now.Load()
	next.version++
	if err := f(&writer{reader: reader{&next}, reg: s.reg, edit: &edit{}}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.now.Store(&next)
	return nil
}

// Close implements driver.Store; the content is gone.
func (s *Store) Close() error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.closed.Swap(true) {
		return driver.ErrClosed
	}
	s.now.Store(newState())
	return nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return driver.ErrClosed
	}
	return ctx.Err()
}
