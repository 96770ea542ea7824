package engine

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// inPattern writes a datetime as a pattern of PHP's date() has it. A number alone,
// as "U" gives it, is no text. [default doc graph-api overview, the rest guess]
func inPattern(text []byte, pattern string) []byte {
	var s string
	if json.Unmarshal(text, &s) != nil {
		return text
	}
	t, err := time.Parse("2006-01-02T15:04:05-0700", s)
	if err != nil {
		return text
	}
	t = t.UTC()
	if pattern == "U" {
		return strconv.AppendInt(nil, t.Unix(), 10)
	}
	return graph.AppendString(nil, string(phpDate(nil, pattern, t)))
}

// layouts are the letters of PHP's date() that Go has a layout for. Times are in UTC.
var layouts = map[byte]string{
	'd': "02", 'D': "Mon", 'j': "2", 'l': "Monday", 'F': "January", 'm': "01", 'M': "Jan", 'n': "1", 'Y': "2006", 'y': "06",
	'a': "pm", 'A': "PM", 'g': "3", 'h': "03", 'H': "15", 'i': "04", 's': "05",
	'c': "2006-01-02T15:04:05+00:00", 'r': "Mon, 02 Jan 2006 15:04:05 +0000",
}

// literals are those that are the same for every time in UTC.
var literals = map[byte]string{'u': "000000", 'v': "000", 'e': "UTC", 'T': "UTC", 'I': "0", 'O': "+0000", 'P': "+00:00", 'p': "Z", 'Z': "0"}

func phpDate(b []byte, pattern string, t time.Time) []byte {
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		layout, ok := layouts[c]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b = append(b, pattern[i])
		case ok:
			b = t.AppendFormat(b, layout)
		case literals[c] != "":
			b = append(b, literals[c]...)
		default:
			b = phpNumber(b, c, t)
		}
	}
	return b
}

// phpNumber writes the letters that are reckoned; others stand for themselves.
func phpNumber(b []byte, c byte, t time.Time) []byte {
	year, week := t.ISOWeek()
	n := 0
	switch c {
	case 'U':
		return strconv.AppendInt(b, t.Unix(), 10)
	case 'S':
		return append(b, ordinal(t.Day())...)
	case 'N':
		n = (int(t.Weekday())+6)%7 + 1
	case 'w':
		n = int(t.Weekday())
	case 'z':
		n = t.YearDay() - 1
	case 'W':
		if week < 10 {
			b = append(b, '0')
		}
		n = week
	case 't':
		n = time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	case 'L':
		n = time.Date(t.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay() - 365
	case 'o':
		n = year
	case 'G':
		n = t.Hour()
	default:
		return append(b, c)
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func ordinal(day int) string {
	switch {
	case day%10 == 1 && day != 11:
		return "st"
	case day%10 == 2 && day != 12:
		return "nd"
	case day%10 == 3 && day != 13:
		return "rd"
	}
	return "th"
}
