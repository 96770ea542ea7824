// Package postgres keeps a database at the end of the PostgreSQL wire, so that
// many processes share it. Replication, failover and sharding are the
// database's; only what PostgreSQL, CockroachDB, YugabyteDB and Citus have in
// common is asked of it.
//
// A View is one read-only snapshot, an Update one SERIALIZABLE transaction,
// replayed where the server says that it did not happen. Statements are sent
// ahead in one piece: one Read is one round trip, BEGIN rides with the first,
// and the buffered writes of an Update go with its COMMIT. A COMMIT is never
// cancelled; if its answer is lost, what became of it is settled by a row that
// the transaction carries. The package refuses to know what the records mean.
//
// Stored by this package, besides the content:
//
//	keys         space 0: operation -> minute it ended in, or hour it was refused in
//	kith_schema  number of the schema
package postgres
