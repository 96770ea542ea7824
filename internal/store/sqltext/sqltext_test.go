package sqltext

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSQLite(t *testing.T) {
	tests := []struct{ in, want string }{
		{"SELECT 1 FROM keys WHERE space = $1 AND key = ANY($2)", "SELECT 1 FROM keys WHERE space = ?1 AND key IN (SELECT value FROM json_each(?2))"},
		{"VALUES ($10, $1)", "VALUES (?10, ?1)"},
		{"SELECT key FROM keys LIMIT $12", "SELECT key FROM keys LIMIT +?12"},
		{"CREATE INDEX i ON t (a) INCLUDE (b, c) WHERE a > 0", "CREATE INDEX i ON t (a) WHERE a > 0"},
		{"CREATE TABLE t (\n\tid BIGINT PRIMARY KEY,\n\tdata BYTEA NOT NULL\n)", "CREATE TABLE t (\n\tid INTEGER PRIMARY KEY,\n\tdata BLOB NOT NULL\n) STRICT"},
		{"CREATE TABLE t (a BIGINT, b BIGINT, PRIMARY KEY (a, b))", "CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT"},
		{"ALTER TABLE keys ADD COLUMN IF NOT EXISTS since BIGINT", "ALTER TABLE keys ADD COLUMN since INTEGER"},
		{"SELECT CAST(SUM(n) AS BIGINT)", "SELECT CAST(SUM(n) AS INTEGER)"},
	}
	for _, tt := range tests {
		if got := SQLite(tt.in); got != tt.want {
			t.Errorf("SQLite(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestInSchema(t *testing.T) {
	tests := []struct{ schema, in, want string }{
		{"", "SELECT 1 FROM keys", "SELECT 1 FROM keys"},
		{"kith", "SELECT key FROM keys WHERE key = $1", `SELECT key FROM "kith".keys WHERE key = $1`},
		{`a"$1`, "DELETE FROM keys", `DELETE FROM "a""$1".keys`},
		{"s", "INSERT INTO counts (n) VALUES ($1) ON CONFLICT (n) DO UPDATE SET n = counts.n", `INSERT INTO "s".counts (n) VALUES ($1) ON CONFLICT (n) DO UPDATE SET n = counts.n`},
		{"s", "CREATE INDEX IF NOT EXISTS keys_by_id ON keys (id)", `CREATE INDEX IF NOT EXISTS keys_by_id ON "s".keys (id)`},
		{"s", "ALTER TABLE keys ADD COLUMN IF NOT EXISTS since BIGINT", `ALTER TABLE "s".keys ADD COLUMN IF NOT EXISTS since BIGINT`},
		{"s", "CREATE TABLE IF NOT EXISTS objects (id BIGINT)", `CREATE TABLE IF NOT EXISTS "s".objects (id BIGINT)`},
	}
	for _, tt := range tests {
		if got := In(tt.schema, tt.in); got != tt.want {
			t.Errorf("In(%q, %q)\n got %s\nwant %s", tt.schema, tt.in, got, tt.want)
		}
	}
	// Every table of every statement gets its schema.
	bare := regexp.MustCompile(`(^|[^."\w])(objects|assocs|counts|keys|kith_schema)\b($|[^.'\w])`)
	for _, s := range Catalogue() {
		if got := bare.FindString(In("s", s.Text)); got != "" {
			t.Errorf("%s names a table without schema: %q in %s", s.Name, got, In("s", s.Text))
		}
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	for i, m := range Migrations() {
		if m.Number != int64(i+1) || len(m.Steps) == 0 {
			t.Errorf("migration %d has number %d and %d steps", i+1, m.Number, len(m.Steps))
		}
		for _, step := range m.Steps {
			if !strings.Contains(step, "IF NOT EXISTS") && !strings.HasSuffix(step, "DO NOTHING") {
				t.Errorf("migration %d has a step that cannot be run twice: %s", m.Number, step)
			}
		}
	}
}

// Parameters are numbered without a gap: both engines count on it.
func TestParameters(t *testing.T) {
	for _, s := range Catalogue() {
		seen := map[int]bool{}
		for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(s.Text, -1) {
			n, _ := strconv.Atoi(m[1])
			seen[n] = true
		}
		for n := range len(seen) {
			if !seen[n+1] {
				t.Errorf("%s skips $%d", s.Name, n+1)
			}
		}
	}
}

// The file is read by the grammar check, which is a module of its own. -update
// in the environment of this test is: remove the file and run it.
func TestStatementsFile(t *testing.T) {
	const name = "testdata/statements.sql"
	var b strings.Builder
	for _, s := range Catalogue() {
		b.WriteString("-- " + s.Name + "\n" + s.Text + ";\n\n")
	}
	got, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%s was not there: written anew, run again", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), b.String()); diff != "" {
		t.Errorf("%s is not the catalogue: remove it and run this test twice (-file +catalogue):\n%s", name, diff)
	}
}
