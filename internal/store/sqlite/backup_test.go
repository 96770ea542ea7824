package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// upTo is every object of a store that was written at a version or before, and
// the highest version there is.
func upTo(t *testing.T, s *Store, version int64) (rows string, highest int64) {
	t.Helper()
	var b strings.Builder
	if err := s.View(t.Context(), func(r driver.Reader) error {
		return r.Scan(t.Context(), driver.Objects, func(row *driver.Row) bool {
			if highest = max(highest, row.Object.Version); row.Object.Version <= version {
				fmt.Fprintf(&b, "%v\n", row.Object)
			}
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return b.String(), highest
}

// A backup under load is the state of one commit: everything acknowledged
// before it began is there, and nothing of a later commit.
func TestBackupUnderLoadIsOneState(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "kith.db"))
	var next, acked atomic.Int64
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				id := driver.ID(2 * next.Add(1)) // two objects, together or not at all
				if err := s.Update(context.Background(), func(w driver.Writer) error {
					return w.Put(context.Background(), []driver.Object{{ID: id, Kind: 1, Data: make([]byte, 300)}, {ID: id + 1, Kind: 1, Data: fmt.Append(nil, id)}})
				}); err != nil {
					t.Error(err)
					return
				}
				acked.Add(1)
			}
		})
	}
	for round := range 3 {
		for floor := acked.Load() + 100; acked.Load() < floor; {
			if t.Failed() {
				break
			}
		}
		before := acked.Load()
		path := filepath.Join(dir, fmt.Sprint("copy", round, ".db"))
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := CheckFile(path, nil); err != nil {
			t.Fatal(err)
		}
		backup := openAt(t, path)
		got, version := upTo(t, backup, 1<<62)
		want, now := upTo(t, s, version)
		if got != want {
			t.Errorf("round %d: the backup is not the state of commit %d", round, version)
		}
		if n := int64(strings.Count(got, "\n")); n < 2*before || n%2 != 0 {
			t.Errorf("round %d: %d objects in the backup, %d updates were acknowledged before it", round, n, before)
		}
		t.Logf("backup at commit %d, the database is at %d", version, now)
	}
	close(stop)
	writers.Wait()
}

func TestBackupLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "kith.db"))
	fillAndDelete(t, s, "word")
	path := filepath.Join(dir, "copy.db")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(gone, path); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled backup: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a cancelled backup left a file")
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup over a file")
	}
	if err := Place(filepath.Join(dir, "kith.db"), path); err == nil {
		t.Error("placed over a file")
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "precious" {
		t.Errorf("the file that was there: %q, %v", data, err)
	}
}

func TestReplaceKeepsTheOldAside(t *testing.T) {
	dir := t.TempDir()
	path, fresh := filepath.Join(dir, "kith.db"), filepath.Join(dir, "fresh.db")
	s := openAt(t, path)
	fillAndDelete(t, s, "word")
	if err := s.Backup(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	if _, err := Replace(path, fresh); err == nil {
		t.Fatal("replaced a database in use")
	}
	want := dump(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	aside, err := Replace(path, fresh)
	if err != nil || aside != path+".old-1" {
		t.Fatalf("Replace: %q, %v", aside, err)
	}
	for _, p := range []string{path, aside} {
		if dump(t, openAt(t, p)) != want {
			t.Errorf("%s is not what it was", p)
		}
	}
}

// A Replace that is killed between any two of its steps, over a database that was
// killed too and has its latest commits in the log: nobody opens what is there, no
// commit is lost, and called again it comes to its end.
func TestReplaceCutShort(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "kith.db"))
	fillAndDelete(t, s, "word")
	want := dump(t, s)
	backup := filepath.Join(t.TempDir(), "backup.db")
	empty := openAt(t, filepath.Join(t.TempDir(), "kith.db"))
	if err := empty.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	killed := errors.New("killed")
	for at, done := 0, false; !done; at++ {
		here := t.TempDir()
		if err := os.CopyFS(here, os.DirFS(dir)); err != nil { // as a kill leaves it
			t.Fatal(err)
		}
		path := filepath.Join(here, "kith.db")
		if st, err := os.Stat(path + "-wal"); err != nil || st.Size() == 0 {
			t.Fatalf("there is no log to lose: %v", err)
		}
		fresh := func(name string) string {
			to := filepath.Join(here, name)
			data, err := os.ReadFile(backup)
			if err == nil {
				err = os.WriteFile(to, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			return to
		}
		left := at
		_, err := replace(path, fresh("one.db"), func() error {
			if left--; left < 0 {
				return killed
			}
			return nil
		})
		if done = err == nil; err != nil && !errors.Is(err, killed) {
			t.Fatal(err)
		}
		if !done && at > 0 {
			got, err := Open(t.Context(), path, drivertest.Registry(), Options{})
			if err == nil {
				if dump(t, got) != dump(t, empty) { // the note is gone, and the old one aside
					t.Errorf("killed before step %d, what is there is neither", at)
				}
				if err := got.Close(); err != nil {
					t.Fatal(err)
				}
			} else if _, refused := errors.AsType[*RefusedError](err); !refused || !strings.Contains(err.Error(), "cut short") {
				t.Errorf("killed before step %d: %v", at, err)
			}
		}
		if !done {
			if _, err := Replace(path, fresh("two.db")); err != nil {
				t.Fatalf("killed before step %d, it does not go on: %v", at, err)
			}
		}
		if got := dump(t, openAt(t, path+".old-1")); got != want {
			t.Errorf("killed before step %d, the old database lost something", at)
		}
		if dump(t, openAt(t, path)) != dump(t, empty) {
			t.Errorf("killed before step %d, the new database is not the backup", at)
		}
	}
}

// A start removes the copies that a killed process left half made, and nothing else.
func TestOpenSweepsUnfinishedCopies(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kith.db")
	if err := openAt(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	gone := []string{"kith.db.12.partial", "kith.db.12.partial-wal", "kith.db.3.sending", "kith.db.3.sending.44.partial", "kith.db.3.sending.lock"}
	stay := []string{"kith.db.backup-1", "kith.db.old-1", "kith.db.old-1-wal", "kith.db.x.12.partial", "kith.db.partial", "other.db.12.partial", "kith.dbx.12.partial"}
	for _, name := range append(gone, stay...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("somebody"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openAt(t, path)
	for _, name := range gone {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	for _, name := range stay {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
}
