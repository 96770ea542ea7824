package engine

import (
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/store"
)

// openPlace reads where a page of items begins that are worked out from the row. A
// place is the number of an item and what it says, so that a list which grows in
// front is walked on from the same item.
func (s *state) openPlace(l *list) (err error) {
	if text, _ := l.args.cursor(); text != "" && l.edge.Paged {
		l.place, err = s.openCursor(l, text)
	}
	return err
}

// cutOut leaves of a list of such items, which begins at start, those of one page.
func (l *list) cutOut(b []byte, start int) []byte {
	items, ok := listOf(b[start:])
	if !ok {
		return b
	}
	a, text := &l.args, make([]int64, len(items))
	for i := range items {
		text[i] = int64(xxh3.Hash(items[i]) >> 1)
	}
	from, to := min(a.offset, len(items)), len(items)
	if l.place != nil {
		at := slices.Index(text, int64(l.place.To))
		if at < 0 { // it is gone: where it was
			at = min(int(l.place.Time), len(items)) - 1
		}
		if _, back := a.cursor(); back {
			to = max(at, 0)
			from = max(0, to-a.limit)
		} else {
			from = min(at+1+a.offset, len(items))
		}
	}
	to = min(to, from+a.limit)
	if from < to {
		l.first = &store.Pos{Time: int64(from), To: store.ID(text[from])}
		l.last = &store.Pos{Time: int64(to - 1), To: store.ID(text[to-1])}
		l.more, l.earlier = to < len(items), from > 0
	}
	page := []byte{'['}
	for i, one := range items[from:to] {
		if i > 0 {
			page = append(page, ',')
		}
		page = append(page, one...)
	}
	return append(append(b[:start], page...), ']')
}
