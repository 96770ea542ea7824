package config

import (
	"fmt"
	"strings"
)

// A Problem is one setting that cannot stand.
type Problem struct {
	Key    string `json:"key"`    // the key, or the unknown name
	Origin string `json:"origin"` // where it was given
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// String is one line.
func (p Problem) String() string {
	line := p.Text
	if p.Origin != "" {
		line = p.Origin + ": " + line
	}
	if p.Remedy != "" {
		line += " (" + p.Remedy + ")"
	}
	return line
}

// Problems are all that is wrong with the settings, not the first only.
type Problems []Problem

// Error is one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// nearest proposes the name that was meant, "" when none is near.
func nearest(name string, all []string) string {
	best, least := "", 1+len(name)/3
	for _, other := range all {
		if d := distance(name, other); d <= least {
			best, least = other, d-1
		}
	}
	return best
}

// meant is a remedy from the nearest name.
func meant(name string, all []string) string {
	if n := nearest(name, all); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return ""
}

// distance counts the single-byte edits between a and b, a swap of neighbours
// being one.
func distance(a, b string) int {
	var before, prev []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, prev, row = prev, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, prev[j+1]+1, prev[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
