package fields

// Limits bound one expression. Zero means the default of each.
type Limits struct {
	Names int // names in all, at every level; default 500
	Depth int // levels of names, "a{b}" has two; default 8, at most 64
	// Repeat lets a field be named again, as was possible before v2.1: what is
	// asked of it is taken from the first. [seen for the refusal; the rest guess]
	Repeat bool
}

// The User node of v2.10 has fewer than 150 fields and edges, and published
// examples nest three deep; Graph itself names no bound. [guess]
const (
	defaultNames = 500
	defaultDepth = 8
	maxDepth     = 64 // the parser recurses once per level
	maxModifiers = 16 // of one field
	maxBrackets  = 64 // open at once inside one modifier
)

func (l Limits) orDefault() Limits {
	if l.Names <= 0 {
		l.Names = defaultNames
	}
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	l.Depth = min(l.Depth, maxDepth)
	return l
}

// Count reads the number of a .limit(...) or .offset(...): ASCII digits only,
// clamped to most however long it is. A sign, blank or foreign digit is
// refused, zero is a number. [guess]
func Count(value string, most int) (n int, ok bool) {
	if value == "" {
		return 0, false
	}
	for i := range len(value) {
		c := value[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		d := int(c - '0')
		if n > (most-d)/10 {
			n = most // stays: the next digit overshoots again
			continue
		}
		n = n*10 + d
	}
	return min(n, most), true
}
