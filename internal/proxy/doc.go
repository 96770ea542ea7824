// Package proxy leads programs that know the Graph by its own names to a kith
// that runs on this machine: a certificate authority that can vouch for those
// names alone, a proxy that answers them, and the variables by which a program
// finds both.
//
// It knows nothing of the Graph beyond the names of its hosts. What it is sent
// for them it passes on byte by byte, and what comes back too.
package proxy
