package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// insist refuses a database that may forget what it acknowledged.
func (s *Store) insist(ctx context.Context) error {
	if s.opt.Unsafe {
		return nil
	}
	switch reason, remedy, err := s.forgets(ctx); {
	case err != nil:
		return err
	case reason != "":
		return s.refuse(reason, remedy+"; a database that may lose everything is taken with "+unsafe+"=allow in its URL")
	}
	return nil
}

// Forgets says why the database may lose what it acknowledges, empty if none of
// its settings says so. Settings that cannot be read say nothing.
func (s *Store) Forgets(ctx context.Context) (reason string, err error) {
	reason, _, err = s.forgets(ctx)
	return reason, err
}

func (s *Store) forgets(ctx context.Context) (reason, remedy string, err error) {
	set := map[string]string{}
	err = s.call(ctx, s.sql.durability, func(r *row) { set[string(r.cols[0])] = string(r.cols[1]) })
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(pe.Code, "42") {
		return "", "", nil // no such table there, or not for this role
	}
	reason, remedy = forgetful(set)
	return reason, remedy, err
}

// forgetful judges the settings of a session. [doc PostgreSQL, write ahead log]
func forgetful(set map[string]string) (reason, remedy string) {
	const on = "set it to on, for the server, the database and the role"
	switch commit := set["synchronous_commit"]; {
	case commit == "off":
		return "synchronous_commit is off: a crash takes back commits that were acknowledged", on
	case commit == "local" && set["synchronous_standby_names"] != "":
		return "synchronous_commit is local: a failover takes back commits that were acknowledged", on
	}
	// YugabyteDB keeps its rows elsewhere, with settings of its own. [guess]
	if set["fsync"] == "off" && !strings.Contains(set["version"], "-YB-") {
		return "fsync is off: a power cut destroys the database", "set it to on in postgresql.conf"
	}
	return "", ""
}
