package pgproxy

import "sync/atomic"

// Counts are what has crossed the wire since Open.
type Counts struct {
	Connections int64 // that presented themselves
	Cancels     int64 // requests to cancel a statement
	Syncs       int64 // pipelines closed by Sync
	Queries     int64 // simple queries
	Statements  int64 // run, by either protocol; several in one simple query count once
	Prepares    int64 // Parse messages
	Commits     int64 // COMMITs that succeeded
	Faults      int64 // faults that took place
}

// Trips are round trips: what the client sent and waited for.
func (c Counts) Trips() int64 { return c.Syncs + c.Queries }

type counts struct {
	connections, cancels, syncs, queries, statements, prepares, commits, faults atomic.Int64
}

// Counts returns the counts so far.
func (p *Proxy) Counts() Counts {
	c := &p.counts
	return Counts{
		Connections: c.connections.Load(), Cancels: c.cancels.Load(), Syncs: c.syncs.Load(),
		Queries: c.queries.Load(), Statements: c.statements.Load(), Prepares: c.prepares.Load(),
		Commits: c.commits.Load(), Faults: c.faults.Load(),
	}
}
