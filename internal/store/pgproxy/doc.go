// Package pgproxy stands between a client and PostgreSQL on loopback. It counts
// what crosses the wire and breaks things by a plan: errors at a statement or at
// COMMIT, connections cut before and after a COMMIT, silence, refusals.
//
// It understands as much of the protocol as that takes, and leaves both sides in
// a state a real failure would leave them in: a statement that fails by plan
// fails at the server too, a COMMIT that fails rolls back there.
//
// It is for tests and benchmarks: no TLS, no passwords of its own, loopback only.
// It does not know who its client is or what the statements mean.
package pgproxy
