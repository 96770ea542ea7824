// Package attachment keeps what is sent along with messages: files in pieces, and the
// signed addresses that lead to them. It refuses to know who may send a file, in which
// conversation it is, and where one that is named by its address is fetched from.
//
// Stored by this package:
//
//	object  file               File: whose it is, type, name, size, and its pieces
//	object  piece              up to PieceSize bytes of it
//	key     file/ + number     -> file
//	assoc   page|instagram -own-> file
package attachment
