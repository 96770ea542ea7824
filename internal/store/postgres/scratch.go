package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/kithgraph/kith/internal/store/sqltext"
)

// ScratchPrefix begins the name of every schema that Drop removes.
const ScratchPrefix = "kith_check_"

var errNotScratch = errors.New("postgres: only a scratch schema can be dropped")

// Accepts has the server parse and plan every statement this store uses, and
// returns those it refuses, with its reason.
func (s *Store) Accepts(ctx context.Context) (refused []error, err error) {
	c, err := s.pool.take(ctx)
	if err != nil {
		return nil, unless(false, "check statements", err)
	}
	defer c.give()
	for _, st := range s.sql.list {
		if _, err := c.pg.Prepare(ctx, "", st.text, st.oids); err != nil {
			if c.pg.IsClosed() || ctx.Err() != nil {
				return nil, unless(false, "check statements", err)
			}
			refused = append(refused, fmt.Errorf("%s: %w", strings.Join(strings.Fields(st.text), " "), err))
		}
	}
	return refused, nil
}

// Statements is how many statements this store uses.
func (s *Store) Statements() int { return len(s.sql.list) }

// Drop removes a scratch schema with everything in it.
func (s *Store) Drop(ctx context.Context) error {
	if !strings.HasPrefix(s.opt.Schema, ScratchPrefix) {
		return errNotScratch
	}
	return s.define(ctx, `DROP SCHEMA IF EXISTS `+sqltext.Quote(s.opt.Schema)+` CASCADE`)
}
