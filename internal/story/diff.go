package story

import (
	"bytes"
	"encoding/json"
	"strings"
)

// wide is where a JSON text is put on several lines.
const wide = 100

// pretty spreads a JSON text over lines when it is long. Numbers, order and
// escapes stay as they are; what is no JSON stays altogether.
func pretty(s string) string {
	if len(s) <= wide {
		return s
	}
	var b bytes.Buffer
	if json.Indent(&b, []byte(s), "", "  ") != nil {
		return s
	}
	return b.String()
}

// diff tells want from got: one line each when they are short, else the lines
// that differ among their neighbours.
func diff(want, got string) string {
	w, g := strings.Split(pretty(want), "\n"), strings.Split(pretty(got), "\n")
	if len(w) == 1 && len(g) == 1 || len(w)*len(g) > 1<<20 {
		return "want " + want + "\n got " + got
	}
	var b strings.Builder
	common := lcs(w, g)
	i, j := 0, 0
	put := func(sign string, lines []string) {
		for _, l := range lines {
			b.WriteString(sign + l + "\n")
		}
	}
	for _, c := range common {
		put("-want ", w[i:c[0]])
		put("+got  ", g[j:c[1]])
		put("      ", w[c[0]:c[0]+1])
		i, j = c[0]+1, c[1]+1
	}
	put("-want ", w[i:])
	put("+got  ", g[j:])
	return b.String()
}

// lcs pairs the lines of the longest common subsequence.
func lcs(a, b []string) [][2]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if n[i][j] = max(n[i+1][j], n[i][j+1]); a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case n[i+1][j] >= n[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}
