package consent

// nearest finds the event whose name takes the fewest edits to reach, if that
// is few enough to be a slip of the pen.
func nearest(s string) string {
	const longest = 40
	if len(s) == 0 || len(s) > longest {
		return ""
	}
	best, name := len(s)/3+1, ""
	for e := NoEvent + 1; e < events; e++ {
		if d := edits(s, table[e].name); d <= best && (name == "" || d < best) {
			best, name = d, table[e].name
		}
	}
	return name
}

// edits is the Levenshtein distance, counted in bytes.
func edits(a, b string) int {
	line := make([]int, len(b)+1)
	for j := range line {
		line[j] = j
	}
	for i := range len(a) {
		diagonal := line[0]
		line[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = line[j+1]
			line[j+1] = min(cost, line[j]+1, line[j+1]+1)
		}
	}
	return line[len(b)]
}
