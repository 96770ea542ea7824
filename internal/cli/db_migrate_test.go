package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// later is a schema with two steps more than this kith has.
func later() []sqltext.Migration {
	return append(sqltext.Migrations(),
		sqltext.Migration{Number: 3, Steps: []string{"ALTER TABLE keys ADD COLUMN IF NOT EXISTS since BIGINT"}},
		sqltext.Migration{Number: 4, Steps: []string{"UPDATE keys SET since = 1 WHERE since IS NULL"}})
}

// A migrating runs "kith db" on one database as two versions of kith.
type migrating struct {
	*testing.T
	home, store string
}

func (m *migrating) db(migrations []sqltext.Migration, args ...string) (code int, text string) {
	m.Helper()
	var out, errs bytes.Buffer
	args = append(append([]string{"db"}, args...), "--data", m.home)
	r := &Run{Args: args, In: strings.NewReader(""), Out: &out, Err: &errs, Migrations: migrations,
		Environ: []string{"HOME=" + m.home, "KITH_STORE=" + m.store}}
	code = r.Exec(m.Context())
	return code, out.String() + errs.String()
}

// says fails the test unless the answer is successful and has the lines.
func (m *migrating) says(migrations []sqltext.Migration, want []string, args ...string) {
	m.Helper()
	code, text := m.db(migrations, args...)
	missing := slices.DeleteFunc(slices.Clone(want), func(w string) bool { return strings.Contains(text, w) })
	if code != exitOK || len(missing) > 0 {
		m.Errorf("kith db %s: exit %d, without %q:\n%s", strings.Join(args, " "), code, missing, text)
	}
}

// upgrade goes from the schema of this kith to a later one.
func (m *migrating) upgrade() {
	m.Helper()
	steps := []string{"has schema 2, this kith knows 4\n", "step 1: to schema 3\n", "step 2: to schema 4\n"}
	m.says(nil, []string{"has schema 2, this kith knows 2\n", "nothing to do\n"}, "migrate")
	m.says(later(), steps, "migrate", "--dry-run")
	m.says(nil, []string{"ok: "}, "verify") // nothing has changed yet
	m.says(later(), append(steps, "done\n"), "migrate")
	m.says(later(), []string{"has schema 4, this kith knows 4\n", "nothing to do\n"}, "migrate")
	m.says(later(), []string{"ok: "}, "verify")
	code, text := m.db(later(), "migrate", "--json")
	var got struct {
		Schema, Newest int64
		Migrated       bool
	}
	if err := json.Unmarshal([]byte(text), &got); code != exitOK || err != nil || got.Schema != 4 || got.Newest != 4 || got.Migrated {
		m.Errorf("as JSON: exit %d, %s, %v", code, text, err)
	}
	for _, command := range []string{"migrate", "verify"} {
		if code, text := m.db(nil, command); code == exitOK || !strings.Contains(text, "written by a newer kith (schema 4, this one knows 2)") {
			m.Errorf("%s by the older one: exit %d: %s", command, code, text)
		}
	}
}

// T-MIG-05 and T-MIG-06: kith db migrate shows the steps of an upgrade, takes
// them, and says so; an older kith refuses what it has left.
func TestMigrateFile(t *testing.T) {
	m := &migrating{T: t, home: t.TempDir()}
	if code, text := m.db(nil, "migrate"); code == exitOK || !strings.Contains(text, "no database in") {
		t.Errorf("without a database: exit %d: %s", code, text)
	}
	var errs bytes.Buffer
	r := &Run{Args: []string{"world", "import", "-", "--data", m.home}, In: strings.NewReader("people: {ana: {first_name: Ana}}\n"), Out: &errs, Err: &errs,
		Environ: []string{"HOME=" + m.home}}
	if code := r.Exec(t.Context()); code != exitOK {
		t.Fatalf("import: exit %d: %s", code, errs.String())
	}
	m.upgrade()
	backup := filepath.Join(m.home, "backup.db")
	if code, text := m.db(nil, "backup", backup); code == exitOK || !strings.Contains(text, "written by a newer kith") {
		t.Errorf("backup by the older one: exit %d: %s", code, text)
	}
}

// The same on a shared database; looking makes no tables.
func TestMigrateShared(t *testing.T) {
	c, err := pgtest.Open(t.Context(), pgtest.Options{})
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dsn, err := c.CreateDB(t.Context(), "shared")
	if err != nil {
		t.Fatal(err)
	}
	m := &migrating{T: t, home: t.TempDir(), store: dsn}
	m.says(nil, []string{"has schema 0, this kith knows 2\n", "step 1: to schema 1\n", "step 2: to schema 2\n"}, "migrate", "--dry-run")
	if pgtest.Exec(t, dsn)("SELECT 1 FROM kith_schema") == nil {
		t.Fatal("--dry-run made a schema")
	}
	m.says(nil, []string{"step 2: to schema 2\n", "done\n"}, "migrate")
	m.upgrade()
}
