// Package pgtest starts throw-away PostgreSQL clusters on loopback, for tests
// and benchmarks. A cluster lives in a temporary folder, listens on 127.0.0.1
// only, trusts whoever connects, and dies with the process that opened it.
//
// As root the server runs as user postgres, otherwise as the caller. Open
// returns ErrUnavailable where PostgreSQL cannot be had; DB skips the test then
// and says why.
//
// The package knows nothing about kith's tables.
package pgtest
