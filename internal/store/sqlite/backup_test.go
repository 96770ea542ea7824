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
		if err := CheckFile(path); err != nil {
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
