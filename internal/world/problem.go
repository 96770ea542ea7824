package world

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Problem is one mistake in a world file, with where it stands. Line and
// Column count from one; zero means that the place is not known.
type Problem struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Text       string `json:"text"`
	Suggestion string `json:"suggestion,omitempty"`
}

// String is "world.yaml:14:9: unknown key ... (did you mean ...?)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		b.WriteString(lineMark(p))
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(p.Text)
	if p.Suggestion != "" {
		b.WriteString(" (" + p.Suggestion + ")")
	}
	return b.String()
}

// lineMark is ":14", or "line 14" where the file has no name.
func lineMark(p Problem) string {
	if p.File == "" {
		return "line " + strconv.Itoa(p.Line)
	}
	return ":" + strconv.Itoa(p.Line)
}

// Problems are all mistakes of a file, in the order of their lines. A world
// with any of them changes nothing.
type Problems []Problem

// Error has one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// didYouMean suggests the known name that takes the fewest edits to reach, if
// that is few enough to be a slip of the pen.
func didYouMean(s string, known []string) string {
	if near := nearest(s, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// didYouMeanOr falls back to a list of what is known when that is short.
func didYouMeanOr(s string, known []string) string {
	const few = 8
	if near := didYouMean(s, known); near != "" {
		return near
	}
	if len(known) == 0 || len(known) > few {
		return ""
	}
	return "use one of " + strings.Join(known, ", ")
}

func nearest(s string, known []string) string {
	const longest = 64
	if len(s) == 0 || len(s) > longest {
		return ""
	}
	best, name := len(s)/3+1, ""
	for _, k := range known {
		if len(k) > longest {
			continue
		}
		if d := edits(s, k); d <= best && (name == "" || d < best) && d < len(k) {
			best, name = d, k
		}
	}
	return name
}

// edits is how many bytes to insert, delete or replace between a and b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 0; i < len(a); i++ {
		corner := row[0]
		row[0] = i + 1
		for j := 0; j < len(b); j++ {
			step := corner
			if a[i] != b[j] {
				step++
			}
			corner = row[j+1]
			row[j+1] = min(step, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
