package store

import "github.com/kithgraph/kith/internal/store/driver"

// A listed is a cached list: the keys that lead to an object, or the newest of
// what starts at it, as far as limit asked for.
type listed struct {
	owned []string
	recs  []Record
	limit int
}

// mostListed is the longest page that is cached.
const mostListed = 256

// cacheable reports whether a range is the first page of a list.
func cacheable(q *Range) bool {
	return q.After == nil && q.Before == nil && q.Since == 0 && q.Until == 0 && !q.Reverse && !q.All && q.Limit <= mostListed
}

// page is the first so many of a cached list, with false if it may have more
// than is known.
func (e *entry) page(limit int) (recs []Record, ok bool) {
	if e == nil || e.list == nil {
		return nil, false
	}
	l := e.list
	if limit > l.limit && len(l.recs) == l.limit {
		return nil, false
	}
	n := min(limit, len(l.recs))
	return l.recs[:n:n], true
}

// listEntry keeps an answer, nil where that is no use.
func (l *landing) listEntry(list listed, data int) *entry {
	if l.c == nil || l.db.shared != nil { // whom others write for is asked again
		return nil
	}
	return &entry{found: true, size: uint32(entryOverhead + data), list: &list}
}

// weighed is roughly what a page of records takes in memory.
func weighed(as []driver.Assoc) (size int) {
	const record = 128
	for i := range as {
		size += record + 2*len(as[i].Data)
	}
	return size
}
