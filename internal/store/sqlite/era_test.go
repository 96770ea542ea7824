package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// sees returns what a View has of object 7.
func sees(t *testing.T, s *Store) (data string) {
	t.Helper()
	if err := viewing(s, func(rs *driver.ReadSet) error {
		if o := rs.GotObjects[0]; o != nil {
			data = string(o.Data)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	return data
}

// keepTwo leaves two idle connections that keep snapshots.
func keepTwo(t *testing.T, s *Store) {
	t.Helper()
	var met, wg sync.WaitGroup
	met.Add(2)
	for range 2 {
		wg.Go(func() {
			if err := viewing(s, func(*driver.ReadSet) error { met.Done(); met.Wait(); return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.reads.kept(); n != 2 {
		t.Fatalf("%d snapshots are kept, want 2", n)
	}
}

// beforeCommits has the writer call f each time it is about to commit, when
// nothing of the commit can be seen yet.
func beforeCommits(t *testing.T, s *Store, f func()) {
	t.Helper()
	must(t, s.onWriter(bg, func() error {
		return s.conn.SetAuthorizer(sqlite.AuthorizeFunc(func(a sqlite.Action) sqlite.AuthResult {
			if a.Type() == sqlite.OpTransaction && a.Operation() == "COMMIT" {
				f()
			}
			return sqlite.AuthResultOK
		}))
	}))
}

// The last moment in which a View can see the state from before: its snapshot
// is kept for nobody, and no other is kept either.
func TestSnapshotMadeDuringACommitIsNotKept(t *testing.T) {
	s := openTemp(t)
	must(t, s.Update(bg, putting(7, "old")))
	keepTwo(t, s)
	asked := 0
	beforeCommits(t, s, func() {
		asked++
		if n := s.reads.kept(); n != 0 {
			t.Errorf("while a commit begins %d snapshots are kept", n)
		}
		if got := sees(t, s); got != "old" {
			t.Errorf("before the commit a View has %q", got)
		}
		if n := s.reads.kept(); n != 0 {
			t.Errorf("after a View during a commit %d snapshots are kept", n)
		}
	})
	must(t, s.Update(bg, putting(7, "new")))
	if asked != 1 {
		t.Fatalf("the writer was asked %d times before it committed", asked)
	}
	if got := sees(t, s); got != "new" {
		t.Errorf("a View after the acknowledgement has %q", got)
	}
}

// Between COMMIT and the acknowledgement Views see the new state, and once one
// has seen it none that begins later sees the old one: not with a snapshot that
// was kept before, nor with that of a View which began before the commit.
func TestViewsOfACommitThatIsNotAcknowledged(t *testing.T) {
	s := openTemp(t)
	must(t, s.Update(bg, putting(7, "old")))
	keepTwo(t, s)
	before := held(t, s) // begins in the era before
	after := func(when string) {
		if got := sees(t, s); got != "new" {
			t.Errorf("a View %s has %q", when, got)
		}
	}
	must(t, s.onWriter(bg, func() error {
		during := held(t, s) // begins when the commit has, before it can be seen
		w := &writer{reader: reader{conn: s.conn, began: true}, store: s}
		if err := errors.Join(execute(s.conn, sqlBeginWrite), putting(7, "new")(w), execute(s.conn, sqlCommit)); err != nil {
			return err
		}
		after("of the commit")
		before()
		after("after one from before the commit ended")
		during()
		after("after one from during the commit ended")
		return nil
	}))
	after("after the acknowledgement")
}

// A View that outlives a commit leaves no old snapshot to an idle connection.
func TestViewThatOutlivesACommitKeepsNothing(t *testing.T) {
	s := openTemp(t)
	must(t, s.Update(bg, putting(7, "old")))
	end := held(t, s)
	must(t, s.Update(bg, putting(7, "new")))
	end()
	if n := s.reads.kept(); n != 0 {
		t.Errorf("%d snapshots of before the commit are kept", n)
	}
}

// held begins a View that has made its snapshot of the old state, and returns
// what lets it end.
func held(t *testing.T, s *Store) (end func()) {
	t.Helper()
	began, hold, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- viewing(s, func(rs *driver.ReadSet) error {
			if o := rs.GotObjects[0]; o == nil || string(o.Data) != "old" {
				t.Errorf("a View before the commit has %v", o)
			}
			close(began)
			<-hold
			return nil
		})
	}()
	<-began
	return func() {
		close(hold)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// A View that ends in no ordinary way leaves its connection to others without
// a snapshot, also from the middle of a scan.
func TestViewThatBreaksOffKeepsNothing(t *testing.T) {
	type view = func(driver.Reader) error
	amid := func(f func()) view {
		return func(r driver.Reader) error {
			return r.Scan(bg, driver.Objects, func(*driver.Row) bool { f(); return false })
		}
	}
	dead, cancel := context.WithCancel(bg)
	cancel()
	tests := []struct {
		name string
		f    view
		kept int
	}{
		{"scan that stops", amid(func() {}), 1},
		{"panic", func(driver.Reader) error { panic("wanted") }, 0},
		{"panic in a scan", amid(func() { panic("wanted") }), 0},
		{"goexit in a scan", amid(runtime.Goexit), 0},
		{"cancelled read", func(r driver.Reader) error { return r.Read(dead, &driver.ReadSet{Objects: []driver.ID{7}}) }, 0},
	}
	s, err := Open(bg, filepath.Join(t.TempDir(), "kith.db"), openTemp(t).reg, Options{ReadConns: 1})
	must(t, err)
	defer s.Close()
	must(t, s.Update(bg, putting(7, "0")))
	for _, tt := range tests {
		sees(t, s) // so that there is a snapshot to go on from
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { _ = recover() }()
			_ = s.View(bg, tt.f)
		}()
		<-done
		if got := s.reads.kept(); got != tt.kept {
			t.Errorf("after a %s %d snapshots are kept, want %d", tt.name, got, tt.kept)
		}
		must(t, s.onWriter(bg, s.emptyLog)) // nobody is in the way
		must(t, s.Update(bg, putting(7, tt.name)))
		if got := sees(t, s); got != tt.name {
			t.Errorf("after a %s a View has %q", tt.name, got)
		}
	}
}

// A context that has ended ends a View too that would find a snapshot.
func TestKeptSnapshotIsNotForTheCancelled(t *testing.T) {
	s := openTemp(t)
	ctx, cancel := context.WithCancel(bg)
	sees(t, s)
	err := s.View(ctx, func(r driver.Reader) error {
		cancel()
		return r.Read(ctx, &driver.ReadSet{Objects: []driver.ID{7}})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a read with a cancelled context: %v", err)
	}
	if err := s.View(ctx, func(driver.Reader) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a View with a cancelled context: %v", err)
	}
}

// What was erased is in no kept snapshot, and none is in the way of removing
// its last trace.
func TestKeptSnapshotsDoNotKeepTheErased(t *testing.T) {
	s := openTemp(t)
	const word = "secretword"
	must(t, s.Update(bg, putting(7, strings.Repeat(word, 100))))
	keepTwo(t, s)
	must(t, s.Update(bg, func(w driver.Writer) error { return w.Delete(bg, []driver.ID{7}) }))
	keepTwo(t, s)
	must(t, s.onWriter(bg, s.emptyLog)) // at the first attempt
	must(t, s.Scrub(bg))
	if got := sees(t, s); got != "" {
		t.Errorf("a View after the erasure has %q", got)
	}
	if n := traces(t, s.path, word); n != 0 {
		t.Errorf("%d traces are left", n)
	}
}

// Close moves the whole log into the file although snapshots are kept, and a
// backup has what was acknowledged.
func TestKeptSnapshotsAtBackupAndClose(t *testing.T) {
	s := openTemp(t)
	must(t, s.Update(bg, putting(7, "old")))
	keepTwo(t, s)
	must(t, s.Update(bg, putting(7, "new")))
	keepTwo(t, s)
	backup := filepath.Join(t.TempDir(), "backup.db")
	must(t, s.Backup(bg, backup))
	if n := s.reads.kept(); n != 2 {
		t.Errorf("a backup left %d snapshots, want 2", n)
	}
	must(t, s.Close())
	if _, err := os.Stat(s.path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Close the log is left: %v", err)
	}
	if err := viewing(s, func(*driver.ReadSet) error { return nil }); !errors.Is(err, driver.ErrClosed) {
		t.Errorf("a View after Close: %v", err)
	}
	for _, path := range []string{backup, s.path} {
		if got := sees(t, openAt(t, path)); got != "new" {
			t.Errorf("%s has %q", filepath.Base(path), got)
		}
	}
}

// Readers that never pause let the log begin anew: it does not grow with what
// is written.
func TestLogIsBoundedUnderSteadyReads(t *testing.T) {
	s := openTemp(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := viewing(s, func(*driver.ReadSet) error { return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	big := strings.Repeat("x", 300_000)
	var most int64
	for i := range 120 { // 36 MB, and more
		must(t, s.Update(bg, putting(driver.ID(10+i%50), big)))
		info, err := os.Stat(s.path + "-wal")
		must(t, err)
		most = max(most, info.Size())
	}
	close(stop)
	wg.Wait()
	if most > 20<<20 {
		t.Errorf("the log had %d bytes", most)
	}
}
