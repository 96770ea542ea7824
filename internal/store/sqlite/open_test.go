package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

var bg = context.Background()

// thing is the object kind of drivertest.Registry.
const thing driver.Kind = 1

func putThing(t testing.TB, s *Store, id driver.ID, data string) {
	t.Helper()
	if err := s.Update(bg, putting(id, data)); err != nil {
		t.Fatal(err)
	}
}

func putting(id driver.ID, data string) func(driver.Writer) error {
	return func(w driver.Writer) error {
		return w.Put(bg, []driver.Object{{ID: id, Kind: thing, Data: []byte(data)}})
	}
}

func getThing(t testing.TB, s *Store, id driver.ID) *driver.Object {
	t.Helper()
	rs := driver.ReadSet{Objects: []driver.ID{id}}
	if err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil {
		t.Fatal(err)
	}
	return rs.GotObjects[0]
}

func TestReopenKeepsAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#%41.db") // a name that is no plain URI
	last := int64(0)
	for i := range 3 {
		s := openAt(t, path)
		for id := range driver.ID(i) {
			if got := getThing(t, s, id+1); got == nil || string(got.Data) != "x" {
				t.Fatalf("object %d after reopening: %v", id+1, got)
			}
		}
		putThing(t, s, driver.ID(i+1), "x")
		if v := getThing(t, s, driver.ID(i+1)).Version; v <= last {
			t.Errorf("version %d after %d: the sequence did not survive", v, last)
		} else {
			last = v
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); err == nil {
			t.Error("a closed database has a log")
		}
	}
}

func TestFileIsAsPromised(t *testing.T) {
	s := openTemp(t)
	for pragma, want := range map[string]int64{
		"application_id": applicationID, "user_version": 2, "page_size": 8192, "synchronous": 2, "secure_delete": 1,
	} {
		if got, err := pragmaInt(s.conn, pragma); err != nil || got != want {
			t.Errorf("%s = %d, %v, want %d", pragma, got, err, want)
		}
	}
	c, err := s.reads.take(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.reads.give(c, nil)
	if err := execute(c.Conn, "DELETE FROM objects"); err == nil {
		t.Error("a read connection can write")
	}
}

// Lists must walk the index in order, without sorting.
func TestRangesUseTheIndex(t *testing.T) {
	s := openTemp(t)
	for _, sql := range []string{sqlNewest, sqlOldest, sqlAll, sqlAllReverse, sqlGetOwned} {
		stmt, _, err := s.conn.PrepareTransient("EXPLAIN QUERY PLAN " + sql)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for {
			found, err := stmt.Step()
			if err != nil {
				t.Fatal(err)
			}
			if !found {
				break
			}
			plan = append(plan, stmt.ColumnText(3))
		}
		_ = stmt.Finalize()
		if got := strings.Join(plan, "; "); strings.Contains(got, "SCAN") || strings.Contains(got, "TEMP B-TREE") ||
			len(plan) != 1 || !strings.HasPrefix(got, "SEARCH") {
			t.Errorf("plan of %s\nis %s", sql, got)
		} else {
			t.Log(got)
		}
	}
}

// snapshot reads every file of a folder, except locks.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".lock") || e.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

// closed makes a closed database with some rows and changes its bytes.
func closed(t *testing.T, path string, change func(b []byte) []byte) {
	t.Helper()
	s := openAt(t, path)
	for i := range driver.ID(200) {
		putThing(t, s, i+1, strings.Repeat("data", 100))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

// crashed copies an open database, log and all, as a crash leaves it.
func crashed(t *testing.T, path, script string) {
	t.Helper()
	from := filepath.Join(t.TempDir(), "from.db")
	s := openAt(t, from)
	putThing(t, s, 1, "x")
	if err := runScript(s.conn, script); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-wal"} {
		b, err := os.ReadFile(from + part)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+part, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefusalsTouchNothing(t *testing.T) {
	tests := []struct {
		name, want string
		make       func(t *testing.T, path string)
	}{
		{"text", "not a kith database", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("hello world\n", 50)), 0o600))
		}},
		{"a few bytes", "not a kith database", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte("SQLite format 3\x00"), 0o600))
		}},
		{"foreign", "another program", func(t *testing.T, path string) {
			c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
			must(t, err)
			must(t, runScript(c, "CREATE TABLE t (x); INSERT INTO t VALUES (1)"))
			must(t, c.Close())
		}},
		{"newer", "written by a newer kith (schema 9, this one knows 2)", func(t *testing.T, path string) {
			closed(t, path, func(b []byte) []byte { binary.BigEndian.PutUint32(b[atUserVersion:], 9); return b })
		}},
		{"newer in the log", "written by a newer kith (schema 9, this one knows 2)", func(t *testing.T, path string) {
			crashed(t, path, "PRAGMA user_version = 9")
		}},
		{"cut", "shorter than its header says", func(t *testing.T, path string) {
			closed(t, path, func(b []byte) []byte { return b[:len(b)-pageSize] })
		}},
		{"cut in a page", "shorter than its header says", func(t *testing.T, path string) {
			closed(t, path, func(b []byte) []byte { return b[:len(b)-512] })
		}},
		{"zeros in the middle", "damaged", func(t *testing.T, path string) {
			closed(t, path, func(b []byte) []byte { clear(b[2*pageSize : 3*pageSize]); return b })
		}},
		{"no tables", "tables are missing", func(t *testing.T, path string) {
			closed(t, path, func(b []byte) []byte { return b })
			c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
			must(t, err)
			must(t, runScript(c, "DROP TABLE counts"))
			must(t, c.Close())
		}},
		{"a log alone", "the database is gone", func(t *testing.T, path string) {
			crashed(t, path, "SELECT 1")
			must(t, os.Remove(path))
		}},
		{"a folder", "it is a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "kith.db")
			tt.make(t, path)
			before := snapshot(t, dir)
			s, err := Open(bg, path, drivertest.Registry(), Options{})
			if err == nil {
				_ = s.Close()
			}
			checkRefused(t, err, tt.want)
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("files changed (-before +after): %.300s", diff)
			}
		})
	}
}

func checkRefused(t *testing.T, err error, want string) {
	t.Helper()
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || !strings.Contains(refused.Reason, want) {
		t.Fatalf("Open = %v, want a refusal with %q", err, want)
	}
	if got := err.Error(); refused.Remedy == "" || !strings.HasSuffix(got, "; nothing was changed") {
		t.Errorf("text of the refusal: %s", got)
	}
}

func TestSecondOwnerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := openAt(t, path)
	_, err := Open(bg, path, drivertest.Registry(), Options{})
	checkRefused(t, err, "in use")
	putThing(t, s, 1, "still works")
	must(t, s.Close())
	putThing(t, openAt(t, path), 2, "now it is mine")
}

// An empty file, and what a crash while creating leaves, become a database.
func TestCreateOverLeftovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	must(t, os.WriteFile(path, nil, 0o600))
	must(t, os.WriteFile(path+".new", []byte("half"), 0o600))
	must(t, os.WriteFile(path+".new-journal", []byte("half"), 0o600))
	putThing(t, openAt(t, path), 1, "x")
	st, err := os.Stat(path)
	must(t, err)
	if st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", st.Mode())
	}
}

// A crash leaves a log; its commits are there afterwards.
func TestLogIsReplayed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	crashed(t, path, "SELECT 1")
	if got := getThing(t, openAt(t, path), 1); got == nil || string(got.Data) != "x" {
		t.Errorf("object 1 = %v", got)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
