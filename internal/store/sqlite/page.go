package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// The parts of a B-tree page that matter here. [doc sqlite fileformat2 1.6]
const (
	firstHeader  = 100 // bytes of the file's own header, before that of page 1
	atFreeblock  = 1
	atCells      = 3
	atContent    = 5
	leafHeader   = 8
	innerHeader  = 12
	minFreeblock = 4
)

var errPage = errors.New("a page is damaged")

// wipe zeroes the bytes of a page that hold nothing: the gap between the cell
// pointers and the cells, and the free blocks among these. When rows move to
// another page SQLite leaves copies there, also with secure_delete. It reports
// whether the page changed; pages that are no B-tree are left as they are,
// because those are zeroed whole when they are freed.
func wipe(page []byte, first bool) (changed bool, err error) {
	if len(page) == 0 {
		return false, nil // the lock-byte page of a large file has none
	}
	h := 0
	if first {
		h = firstHeader
	}
	if len(page) < h+innerHeader {
		return false, errPage
	}
	header := leafHeader
	switch page[h] {
	case 2, 5:
		header = innerHeader
	case 10, 13:
	default:
		return false, nil
	}
	be := binary.BigEndian
	cells, content := int(be.Uint16(page[h+atCells:])), int(be.Uint16(page[h+atContent:]))
	if content == 0 {
		content = 65536
	}
	gap := h + header + 2*cells
	if gap > content || content > len(page) {
		return false, errPage
	}
	for i := range cells {
		if int(be.Uint16(page[h+header+2*i:])) < content {
			return false, errPage
		}
	}
	changed = zero(page[gap:content])
	for at, last := int(be.Uint16(page[h+atFreeblock:])), content-1; at != 0; {
		if at <= last || at+minFreeblock > len(page) {
			return false, errPage
		}
		size := int(be.Uint16(page[at+2:]))
		if size < minFreeblock || at+size > len(page) {
			return false, errPage
		}
		changed = zero(page[at+minFreeblock:at+size]) || changed
		at, last = int(be.Uint16(page[at:])), at
	}
	return changed, nil
}

// zero clears b and reports whether anything was there.
func zero(b []byte) bool {
	if len(bytes.TrimLeft(b, "\x00")) == 0 {
		return false
	}
	clear(b)
	return true
}
