package driver

// Reset drops questions and answers and keeps the memory for the next use.
func (rs *ReadSet) Reset() {
	clear(rs.Keys) // drop the strings
	rs.Objects, rs.Keys, rs.Pairs = rs.Objects[:0], rs.Keys[:0], rs.Pairs[:0]
	rs.Ranges, rs.Counts, rs.Owned = rs.Ranges[:0], rs.Counts[:0], rs.Owned[:0]
	rs.Last = false
	rs.Prepare()
}

// Prepare gives every answer slice the length of its question slice, with all
// answers empty. A backend calls it first in Read.
func (rs *ReadSet) Prepare() {
	rs.GotObjects = blank(rs.GotObjects, len(rs.Objects))
	rs.GotKeys = blank(rs.GotKeys, len(rs.Keys))
	rs.GotPairs = blank(rs.GotPairs, len(rs.Pairs))
	rs.GotRanges = blank(rs.GotRanges, len(rs.Ranges))
	rs.GotCounts = blank(rs.GotCounts, len(rs.Counts))
	rs.GotOwned = blank(rs.GotOwned, len(rs.Owned))
}

// Points is the number of single-row look-ups the set asks for.
func (rs *ReadSet) Points() int {
	return len(rs.Objects) + len(rs.Keys) + len(rs.Pairs)
}

// Len is the number of questions.
func (rs *ReadSet) Len() int {
	return rs.Points() + len(rs.Ranges) + len(rs.Counts) + len(rs.Owned)
}

// blank returns s with length n and only zero values, reusing its memory.
func blank[T any](s []T, n int) []T {
	clear(s)
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
