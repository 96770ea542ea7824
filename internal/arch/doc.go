// Package arch holds the rules of the source tree that the compiler does not
// know: who may import whom, where the clock, randomness, HTTP and SQL may be
// touched, how long a file may be. Its test reads the files of the module itself
// and fails on any of them that breaks a rule. It refuses to shell out: the
// answer of another program would be served stale from the test cache.
package arch
