package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// schemaTable is there before the four tables are.
const schemaTable = "kith_schema"

// prepare looks at the database and makes or migrates the tables. Several
// processes may do so at once: every step may be run twice.
func (s *Store) prepare(ctx context.Context) error {
	have, err := s.inspect(ctx)
	if err != nil {
		return s.opening(err)
	}
	if err := s.insist(ctx); err != nil {
		return s.opening(err)
	}
	if have == sqltext.SchemaNumber(s.opt.Migrations) {
		return nil
	}
	if err := s.migrate(ctx, have); err != nil {
		return s.opening(err)
	}
	return nil
}

func (s *Store) opening(err error) error {
	if _, refused := errors.AsType[*RefusedError](err); refused {
		return err
	}
	return fmt.Errorf("open database %s: %w", Address(s.opt.DSN), err)
}

// inspect returns the number of the schema that is there, zero for none, and
// refuses what is not ours or newer.
func (s *Store) inspect(ctx context.Context) (have int64, err error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(tables, schemaTable) {
		if len(tables) > 0 {
			return 0, s.refuse(fmt.Sprintf("schema %q has a table %s of another program", s.opt.Schema, tables[0]),
				"name another database, or another schema with search_path")
		}
		return 0, nil
	}
	if err := s.call(ctx, s.sql.getSchema, func(r *row) { have = r.int(0) }); err != nil {
		if pe, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(pe.Code, "42") {
			return 0, s.refuse("table "+schemaTable+" cannot be read ("+pe.Message+")", "give the role of the DSN its rights, or name another schema with search_path")
		}
		return 0, err
	}
	if known := sqltext.SchemaNumber(s.opt.Migrations); have > known {
		return 0, s.refuse(fmt.Sprintf("written by a newer kith (schema %d, this one knows %d)", have, known),
			"use the newer kith, or another database")
	}
	if have > 0 && len(tables) < len(sqltext.Tables())+1 {
		// Another process may have made the rest before it set the number, and behind the first look.
		if tables, err = s.tables(ctx); err != nil {
			return 0, err
		}
	}
	if missing := len(sqltext.Tables()) + 1 - len(tables); have > 0 && missing > 0 {
		return 0, s.refuse(fmt.Sprintf("damaged (%d tables are missing)", missing), "restore the latest backup")
	}
	return have, nil
}

// tables names those of our tables that are there.
func (s *Store) tables(ctx context.Context) (names []string, err error) {
	err = s.call(ctx, s.sql.haveTables, func(r *row) { names = append(names, string(r.cols[0])) }, []byte(s.opt.Schema))
	return names, err
}

func (s *Store) refuse(reason, remedy string) error {
	return &RefusedError{Address(s.opt.DSN), reason, remedy}
}

// migrate runs the steps behind have.
func (s *Store) migrate(ctx context.Context, have int64) error {
	there := false
	if err := s.call(ctx, s.sql.haveNamespace, func(*row) { there = true }, []byte(s.opt.Schema)); err != nil {
		return err
	}
	if !there {
		if err := s.define(ctx, `CREATE SCHEMA IF NOT EXISTS `+sqltext.Quote(s.opt.Schema)); err != nil {
			return err
		}
	}
	if err := s.define(ctx, s.sql.createSchema.text); err != nil {
		return err
	}
	for _, m := range s.opt.Migrations {
		if m.Number <= have {
			continue
		}
		for _, step := range m.Steps {
			if err := s.define(ctx, sqltext.In(s.opt.Schema, step)); err != nil {
				return fmt.Errorf("migrate to schema %d: %w", m.Number, err)
			}
		}
		var a arena
		if err := s.call(ctx, s.sql.setSchema, nil, a.int(m.Number)); err != nil {
			return err
		}
	}
	return nil
}

// define runs one definition. Two processes that do the same at once meet as a
// duplicate in the server's own tables; the second time it is there. [seen]
func (s *Store) define(ctx context.Context, text string) error {
	st := newStatement(text, "")
	pace := s.pace()
	for {
		err := s.callFor(ctx, s.opt.CommitWait, st, nil)
		pe, ok := errors.AsType[*pgconn.PgError](err)
		again := ok && slices.Contains([]string{codeUnique, "42P07", "42P06", "XX000", "42710"}, pe.Code)
		if !again || !pace.wait(ctx) {
			return err
		}
	}
}

// call runs one statement that may be run twice, outside any transaction.
func (s *Store) call(ctx context.Context, st *statement, each func(*row), args ...[]byte) error {
	return s.callFor(ctx, s.opt.ReadWait, st, each, args...)
}

// callFor is call with a bound for each attempt.
func (s *Store) callFor(ctx context.Context, wait time.Duration, st *statement, each func(*row), args ...[]byte) error {
	pace := s.pace()
	for {
		v, err := s.callOnce(ctx, wait, st, each, args)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case v.ends() || !pace.wait(ctx):
			if v == final {
				return err
			}
			return fmt.Errorf("%w: %w", driver.ErrUnavailable, err)
		}
	}
}

func (s *Store) callOnce(ctx context.Context, wait time.Duration, st *statement, each func(*row), args [][]byte) (verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	c, err := s.pool.take(ctx)
	if err != nil {
		return takeVerdict(err), err
	}
	var b batch
	b.add(st, each, args...)
	if _, err := c.run(ctx, &b); err != nil {
		v := judge(err, false)
		s.part(ctx, c, v)
		return v, err
	}
	c.give()
	return final, nil
}
