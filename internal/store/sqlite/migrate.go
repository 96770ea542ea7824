package sqlite

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"
)

// Scripts are only ever appended. Each is named number_words.sql and runs once,
// in a transaction that also writes its number into user_version.
//
//go:embed migrations/*.sql
var scripts embed.FS

// A migration is one script.
type migration struct {
	number int64
	sql    string
}

// migrations returns the scripts in order; their numbers are 1, 2, 3...
func migrations() ([]migration, error) {
	entries, err := fs.ReadDir(scripts, "migrations")
	if err != nil {
		return nil, err
	}
	var ms []migration
	for i, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 32)
		if err != nil || n != int64(i+1) {
			return nil, fmt.Errorf("migration %q is not number %d", e.Name(), i+1)
		}
		text, err := fs.ReadFile(scripts, "migrations/"+e.Name())
		if err != nil {
			return nil, err
		}
		ms = append(ms, migration{number: n, sql: string(text)})
	}
	return ms, nil
}

// schemaNumber is the newest schema this program knows.
func schemaNumber() (int64, error) {
	ms, err := migrations()
	return int64(len(ms)), err
}

// migrate brings the schema of c up to date.
func migrate(c *sqlite.Conn) error {
	ms, err := migrations()
	if err != nil {
		return err
	}
	have, err := pragmaInt(c, "user_version")
	if err != nil {
		return err
	}
	for _, m := range ms {
		if m.number <= have {
			continue
		}
		script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", m.sql, m.number)
		if err := runScript(c, script); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", m.number, err)
		}
	}
	return nil
}

// runScript runs statements one after the other and rolls back what a failed
// one leaves open.
func runScript(c *sqlite.Conn, script string) error {
	for script = strings.TrimSpace(script); script != ""; {
		stmt, rest, err := c.PrepareTransient(script)
		if err == nil {
			_, err = stmt.Step()
			err = firstError(err, stmt.Finalize())
		}
		if err != nil {
			if !c.AutocommitEnabled() {
				_ = execute(c, sqlRollback)
			}
			return err
		}
		script = strings.TrimSpace(script[len(script)-rest:])
	}
	return nil
}

// pragmaInt reads a pragma that is a number.
func pragmaInt(c *sqlite.Conn, name string) (int64, error) {
	stmt, _, err := c.PrepareTransient("PRAGMA " + name)
	if err != nil {
		return 0, err
	}
	_, err = stmt.Step()
	n := stmt.ColumnInt64(0)
	return n, firstError(err, stmt.Finalize())
}
