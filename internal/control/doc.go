// Package control is the plane under /_/ from which people and tools look at a
// server and change its world: state, people, apps and Pages, tokens, clock,
// requests and why they were answered as they were, import and export, health
// and metrics.
//
// It owns paths, bodies and status codes, and refuses to hold any rule: what a
// change means is world's, and what is kept of a request journal's.
package control
