// Package bench measures kith against its budgets: what a read costs beside a
// bare net/http handler that writes the same body, what a write, an import and
// a start take, and how much memory and disk it needs.
//
// It owns the load, the client and the table of limits. It refuses to know how
// a Graph is wired: the command hands in a way to open one inside this process
// and the binary to start beside it. Shared machines are noisy, so speed is a
// ratio of processes measured in turns, and no figure of here is a test.
package bench
