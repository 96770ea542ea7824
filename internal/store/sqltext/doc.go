// Package sqltext is the one catalogue of SQL that kith speaks: the four tables
// and every statement over them, as PostgreSQL text.
//
// Only what PostgreSQL, CockroachDB, YugabyteDB and Citus have in common is
// used: primary-key access, keyset pages, upserts; no sequence, trigger,
// foreign key, advisory lock, OFFSET or clock of the server. SQLite derives the
// text it needs from this one. The package runs nothing and knows no driver.
//
// The four tables:
//
//	objects  (id, kind, version, data)                      by id; id 0 is the embedded store's version
//	assocs   (from_id, kind, to_id, inv_t, version, data)   by pair; by inv_t where it is not null
//	counts   (from_id, kind, slot, n)                       64 slots, summed on read
//	keys     (space, key, id)                               by key; by id; space 0 holds operations
package sqltext

// A Statement is one row of the catalogue.
type Statement struct {
	Name string
	Text string
}
