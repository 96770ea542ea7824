package sqlite

import (
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/sqltext"
)

// script is a migration in SQLite's words: a transaction that also writes the
// number into user_version.
func script(m sqltext.Migration) []string {
	all := []string{"BEGIN IMMEDIATE"}
	for _, step := range m.Steps {
		all = append(all, sqltext.SQLite(step))
	}
	return append(all, fmt.Sprintf("PRAGMA user_version = %d", m.Number), sqlCommit)
}

// migrate brings the schema of c up to date, after prepare if there is
// anything to do. A migration that fails leaves the schema at the number before.
func migrate(c *sqlite.Conn, opt Options, prepare func() error) error {
	have, err := pragmaInt(c, "user_version")
	if err != nil {
		return err
	}
	for _, m := range opt.Migrations {
		if m.Number <= have {
			continue
		}
		if err := prepare(); err != nil {
			return err
		}
		for _, text := range script(m) {
			opt.next()
			if err := runScript(c, text); err != nil {
				return fmt.Errorf("migrate to schema %d: %w", m.Number, err)
			}
		}
		opt.next()
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
