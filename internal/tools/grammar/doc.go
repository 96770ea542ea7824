// Package grammar checks that every SQL statement of kith is one that the
// engines it may run on have in common: CockroachDB's own parser reads it, and
// nothing of a list that others lack is in it. It is a module of its own, for
// tests only, because that parser is heavy.
package grammar
