package postgres

import (
	"io"
	"log/slog"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// Options of a Store. DSN, Registry, Now and Rand must be given.
type Options struct {
	// DSN is a PostgreSQL URL or key=value text, with any number of hosts.
	// The one that takes writes is used, for reads, too. Its search_path names
	// the schema.
	DSN string
	// Schema holds the tables; empty means the search_path of the DSN, or
	// "public".
	Schema string
	// ReadConns and WriteConns bound the connections; zero means 8 each. Five
	// more are for Reads that share one, for heartbeats and for settling. A
	// pool_max_conns of the DSN, from 7 on, bounds all of them instead.
	ReadConns, WriteConns int
	// Unsafe takes a database that forgets what it acknowledged, for tests and
	// benchmarks. kith.unsafe=allow in the DSN turns it on.
	Unsafe bool
	// Simple sends no prepared statements, for a pooler that lends a session
	// for one transaction only. It is turned on by itself when such a pooler
	// shows.
	Simple bool
	// CommitWait is how long the answer to a COMMIT is waited for before its
	// outcome counts as unknown; zero means a minute.
	CommitWait time.Duration
	// SettleWait bounds the attempts to find out what became of a COMMIT; zero
	// means ten seconds.
	SettleWait time.Duration
	// Patience bounds how long something that did not happen is tried again;
	// zero means ten seconds.
	Patience time.Duration
	// StillWait is how long a transaction that writes may stand still between two
	// statements, which a process that is stopped does: the server ends it then, so
	// that what it holds is in nobody's way. Zero means ten seconds.
	StillWait time.Duration
	// ReadWait bounds one Read, with the wait for a connection and all attempts;
	// zero means five seconds.
	ReadWait time.Duration

	// Migrations are those of the schema; nil means this kith's.
	Migrations []sqltext.Migration

	Registry *driver.Registry
	Now      func() time.Time
	Rand     io.Reader
	Log      *slog.Logger
}

func (o Options) withDefaults() Options {
	for _, n := range []*int{&o.ReadConns, &o.WriteConns} {
		if *n <= 0 {
			*n = 8
		}
	}
	for _, d := range []struct {
		at   *time.Duration
		wait time.Duration
	}{{&o.CommitWait, time.Minute}, {&o.SettleWait, 10 * time.Second}, {&o.ReadWait, 5 * time.Second}, {&o.Patience, 10 * time.Second}, {&o.StillWait, 10 * time.Second}} {
		if *d.at <= 0 {
			*d.at = d.wait
		}
	}
	o.Migrations = sqltext.Or(o.Migrations)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
