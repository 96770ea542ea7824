package story

import (
	"slices"
	"strings"
)

// A piece is a stretch of text, or a placeholder by its words.
type piece struct {
	text  string
	words []string
}

// takes says how many words follow the name of a placeholder, at least and at
// most. Names that are not here stand for what was kept under them.
func takes(name string) (least, most int) {
	switch name {
	case "psid", "asid", "igsid", "id", "repeat", "signed":
		return 2, 2
	case "token", "proof":
		return 2, 3
	case "secret", "capture", "receiver":
		return 1, 1
	}
	return 0, 0
}

// placeholder reads one at the beginning of s and says how long it is; zero if
// there is none.
func placeholder(s string) (words []string, size int) {
	if !strings.HasPrefix(s, "{") {
		return nil, 0
	}
	end := strings.IndexAny(s[1:], "{}\"\n,()")
	if end < 1 || s[1+end] != '}' {
		return nil, 0
	}
	words = strings.Split(s[1:1+end], " ")
	least, most := takes(words[0])
	if n := len(words) - 1; n < least || n > most || slices.Contains(words, "") {
		return nil, 0
	}
	return words, end + 2
}

// cut takes a text apart. Whether a lone word in braces is a placeholder or
// part of a fields expression is known only when it is looked up.
func cut(s string) []piece {
	var ps []piece
	start := 0
	for i := 0; i < len(s); {
		words, size := placeholder(s[i:])
		if size == 0 {
			i++
			continue
		}
		if i > start {
			ps = append(ps, piece{text: s[start:i]})
		}
		ps = append(ps, piece{text: s[i : i+size], words: words})
		i += size
		start = i
	}
	if start < len(s) {
		ps = append(ps, piece{text: s[start:]})
	}
	return ps
}

// split takes a line apart at blanks that are not inside a placeholder, nor
// inside double quotes where those count. A line without words gives one empty
// word.
func split(line string, quotes bool) []string {
	words := []string{}
	start, in := 0, false
	for i := 0; i < len(line); {
		_, size := placeholder(line[i:])
		switch c := line[i]; {
		case size > 0:
			i += size
			continue
		case quotes && c == '\\' && in:
			i++
		case quotes && c == '"':
			in = !in
		case (c == ' ' || c == '\t') && !in:
			if i > start {
				words = append(words, line[start:i])
			}
			start = i + 1
		}
		i++
	}
	if start < len(line) {
		words = append(words, line[start:])
	}
	if len(words) == 0 {
		words = append(words, "")
	}
	return words
}
