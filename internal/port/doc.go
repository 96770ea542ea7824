// Package port takes connections in and carries calls to the Graph core and
// back.
//
// It owns what net/http leaves open: plain HTTP/1.1, TLS and HTTP/2 on one
// address, the limits on time and size of a connection, the names the server
// answers to, a self-signed certificate, the drain at the end, and the adapter
// between net/http and a core that knows no HTTP library. It refuses to know
// what a call means: paths, tokens and errors of the Graph are not read here.
package port
