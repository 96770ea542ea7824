package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// Variables that make this test binary open a database under a later schema, and
// kill itself at a statement of the upgrade.
const (
	upgradePath = "KITH_TEST_UPGRADE"
	upgradeAt   = "KITH_TEST_UPGRADE_AT"
)

// later is a schema of tomorrow: a table, a column and an index more, filled from
// the rows that are there, and rows rewritten.
func later() []sqltext.Migration {
	return append(sqltext.Migrations(),
		sqltext.Migration{Number: 3, Steps: []string{
			`CREATE TABLE IF NOT EXISTS extras (id BIGINT PRIMARY KEY, note BYTEA NOT NULL)`,
			`ALTER TABLE objects ADD COLUMN IF NOT EXISTS extra BIGINT`,
			`UPDATE objects SET extra = kind + 1 WHERE extra IS NULL`,
			`INSERT INTO extras (id, note) SELECT id, data FROM objects WHERE id <> 0 ON CONFLICT (id) DO NOTHING`,
			`CREATE INDEX IF NOT EXISTS objects_by_extra ON objects (extra, id)`,
		}},
		sqltext.Migration{Number: 4, Steps: []string{`UPDATE objects SET extra = extra * 10 WHERE extra < 10`}})
}

// upgradeAndDie opens a database under the later schema. It is killed before the
// statement whose number is given; zero is the first.
func upgradeAndDie(path string) error {
	at, err := strconv.Atoi(os.Getenv(upgradeAt))
	if err != nil {
		return err
	}
	s, err := Open(bg, path, drivertest.Registry(), Options{Migrations: later(), next: func() {
		if at--; at < 0 {
			me, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = me.Kill()
			}
			fmt.Fprintln(os.Stderr, "not killed:", err)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	return s.Close()
}

// killUpgrade has a child upgrade a database and reports whether it was killed.
func killUpgrade(t *testing.T, path string, at int) (killed bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), upgradePath+"="+path, upgradeAt+"="+strconv.Itoa(at))
	out, err := child.CombinedOutput()
	if err != nil && len(out) > 0 {
		t.Fatalf("statement %d: %v: %s", at, err, out)
	}
	return err != nil
}

// upgraded are the numbers of rows that have come to the schema of later.
func (s *Store) upgraded(t *testing.T) (version, objects, behind, extras, index int64) {
	t.Helper()
	must(t, s.onWriter(bg, func() error {
		for into, sql := range map[*int64]string{
			&objects: "SELECT count(*) FROM objects WHERE id <> 0",
			&behind:  "SELECT count(*) FROM objects WHERE extra IS NOT (kind + 1) * 10",
			&extras:  "SELECT count(*) FROM objects JOIN extras ON extras.id = objects.id AND note = data",
			&index:   "SELECT count(*) FROM sqlite_schema WHERE name = 'objects_by_extra'",
		} {
			stmt, _, err := s.conn.PrepareTransient(sql)
			if err != nil {
				return err
			}
			_, err = stmt.Step()
			*into = stmt.ColumnInt64(0)
			if err = errors.Join(err, stmt.Finalize()); err != nil {
				return err
			}
		}
		var err error
		version, err = pragmaInt(s.conn, "user_version")
		return err
	}))
	return version, objects, behind, extras, index
}

// checkUpgraded opens a database under the later schema: it has come there with
// all its rows, and is a database like any other.
func checkUpgraded(t *testing.T, path string, rows int) {
	t.Helper()
	s, err := Open(bg, path, drivertest.Registry(), Options{Migrations: later()})
	must(t, err)
	defer s.Close()
	version, objects, behind, extras, index := s.upgraded(t)
	if version != 4 || objects != int64(rows) || behind != 0 || extras != int64(rows) || index != 1 {
		t.Errorf("schema %d, %d objects, want %d; %d rows behind, %d noted, %d indexes", version, objects, rows, behind, extras, index)
	}
	for id := range rows {
		if got := getThing(t, s, driver.ID(id+1)); got == nil || string(got.Data) != fmt.Sprint("row ", id+1) {
			t.Errorf("object %d is %v", id+1, got)
		}
	}
	drivertest.Verify(t, s, drivertest.Registry())
	putThing(t, s, driver.ID(rows+1), "new")
}

// copyTo copies a database and what lies beside it.
func copyTo(t *testing.T, dir, path string) string {
	t.Helper()
	for _, part := range [...]string{"", "-wal", ".lock"} {
		data, err := os.ReadFile(path + part)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "kith.db"+part), data, 0o600))
	}
	return filepath.Join(dir, "kith.db")
}

// openByOlder opens a database as the kith of before: what has got further is
// refused untouched, all else is as it was.
func openByOlder(t *testing.T, path string, rows int, tables []string) (refused bool) {
	t.Helper()
	before := snapshot(t, filepath.Dir(path))
	s, err := Open(bg, path, drivertest.Registry(), Options{})
	if err == nil {
		defer s.Close()
		version, err := pragmaInt(s.conn, "user_version")
		must(t, err)
		if got := getThing(t, s, driver.ID(rows)); version != 2 || got == nil {
			t.Errorf("the older one finds schema %d and object %v", version, got)
		}
		if diff := cmp.Diff(tables, columns(t, s.conn)); diff != "" {
			t.Errorf("the older one finds other tables (-before +after): %s", diff)
		}
		return false
	}
	if _, ok := errors.AsType[*RefusedError](err); !ok || !strings.Contains(err.Error(), "written by a newer kith") {
		t.Errorf("the older one gives %v", err)
	}
	if diff := cmp.Diff(before, snapshot(t, filepath.Dir(path))); diff != "" {
		t.Errorf("the older one changed files (-before +after): %.300s", diff)
	}
	return true
}

// T-MIG-05 and T-MIG-06: an upgrade is killed before each of its statements and
// after the last. Each migration is there whole or not at all, the older kith
// takes the database or refuses it untouched, and the newer one goes on.
func TestUpgradeKilledAtEachStatement(t *testing.T) {
	const rows = 50
	was := filepath.Join(t.TempDir(), "was.db")
	s := openAt(t, was)
	for id := range rows {
		putThing(t, s, driver.ID(id+1), fmt.Sprint("row ", id+1))
	}
	tables := columns(t, s.conn)
	must(t, s.Close())
	for at, refusals := 0, 0; ; at++ {
		path := copyTo(t, t.TempDir(), was)
		killed := killUpgrade(t, path, at)
		if openByOlder(t, copyTo(t, t.TempDir(), path), rows, tables) {
			refusals++
		}
		checkUpgraded(t, path, rows)
		if t.Failed() {
			t.Fatalf("killed before statement %d", at)
		}
		if !killed {
			// BEGIN, the steps, the number and COMMIT, and the end, of each migration.
			if want := 5 + 1 + 2*4; at != want || refusals < 5 || refusals > at-5 {
				t.Errorf("%d statements, want %d; the older one refused %d times", at, want, refusals)
			}
			return
		}
	}
}

// A database that is made by several migrations, and killed at each of their
// statements, is made anew.
func TestCreationKilledAtEachStatement(t *testing.T) {
	for at := 0; ; at++ {
		path := filepath.Join(t.TempDir(), "kith.db")
		killed := killUpgrade(t, path, at)
		if _, err := os.Stat(path); killed && !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("killed before statement %d, and there is a database: %v", at, err)
		}
		checkUpgraded(t, path, 0)
		if t.Failed() {
			t.Fatalf("killed before statement %d", at)
		}
		if !killed {
			if want := 6 + 3 + 5 + 1 + 4*4; at != want {
				t.Errorf("%d statements, want %d", at, want)
			}
			return
		}
	}
}

// A migration that fails says which, and leaves the database to the older kith.
func TestUpgradeThatFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := openAt(t, path)
	putThing(t, s, 1, "row 1")
	tables := columns(t, s.conn)
	must(t, s.Close())
	broken := later()
	broken[2].Steps[4] = `CREATE INDEX objects_by_extra ON objects (nothing)`
	if _, err := Open(bg, path, drivertest.Registry(), Options{Migrations: broken}); err == nil || !strings.Contains(err.Error(), "migrate to schema 3: ") {
		t.Fatalf("a step that cannot be taken: %v", err)
	}
	if openByOlder(t, copyTo(t, t.TempDir(), path), 1, tables) {
		t.Error("the older one refuses what was rolled back")
	}
	checkUpgraded(t, path, 1)
	c, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	must(t, err)
	defer c.Close()
	if what := quickCheck(c); what != "" {
		t.Error(what)
	}
}
