package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
)

// columns describes every table and index of a database.
func columns(t *testing.T, c *sqlite.Conn) []string {
	t.Helper()
	stmt, _, err := c.PrepareTransient(`SELECT m.type, m.name, x.name, x.type, x."notnull", x.pk, m.sql LIKE '%WITHOUT ROWID%', m.sql LIKE '%STRICT%'
		FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x WHERE m.name NOT LIKE 'sqlite_%' ORDER BY m.name, x.cid`)
	must(t, err)
	defer stmt.Finalize()
	var got []string
	for {
		found, err := stmt.Step()
		must(t, err)
		if !found {
			return got
		}
		var row []string
		for i := range stmt.ColumnCount() {
			row = append(row, stmt.ColumnText(i))
		}
		got = append(got, strings.Join(row, " "))
	}
}

// The first schema came from a file; databases made from it are still about.
func TestFirstSchemaIsTheSame(t *testing.T) {
	text, err := os.ReadFile("testdata/schema1.sql")
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	old, err := sqlite.OpenConn(path)
	must(t, err)
	must(t, runScript(old, fmt.Sprintf("PRAGMA page_size = %d; PRAGMA application_id = %d;\n%s\nPRAGMA user_version = 1;",
		pageSize, applicationID, text)))
	want := columns(t, old)
	must(t, old.Close())

	s := openTemp(t)
	if got := columns(t, s.conn); len(want) < 15 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("new tables:\n%s\nold tables:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	was := openAt(t, path)
	must(t, was.Update(bg, putting(7, "x")))
	if got := getThing(t, was, 7); got == nil || string(got.Data) != "x" {
		t.Errorf("in a database of the first schema: %v", got)
	}
}
