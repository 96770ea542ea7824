// Package failover has the tests of several kith processes on one database that
// fails under them: PostgreSQL with Patroni and etcd, three of each, or a single
// server, all on loopback.
//
// They take minutes and stop processes, so KITH_FAILOVER=1 asks for them (make
// failover, which is part of make test); a plain go test skips them.
package failover
