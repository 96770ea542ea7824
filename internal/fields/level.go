package fields

// wide is the number of names from which a level looks them up in a map.
const wide = 24

// A level finds names repeated within one list. Narrow lists, which is nearly
// all of them, are compared one by one.
type level struct {
	start int // of this list on the item stack
	seen  map[string]struct{}
}

func (l *level) has(items []Item, key string) bool {
	if l.seen != nil {
		_, ok := l.seen[key]
		return ok
	}
	for i := l.start; i < len(items); i++ {
		if items[i].Key() == key {
			return true
		}
	}
	return false
}

// add takes note of the last item of the stack.
func (l *level) add(items []Item) {
	switch n := len(items) - l.start; {
	case l.seen != nil:
		l.seen[items[len(items)-1].Key()] = struct{}{}
	case n == wide:
		l.seen = make(map[string]struct{}, 2*wide)
		for i := l.start; i < len(items); i++ {
			l.seen[items[i].Key()] = struct{}{}
		}
	}
}
