package engine

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A moment is a time as a client writes it: a fixed one, or one that is counted
// from the world's clock, which a plan keeps for calls at other times.
type moment struct {
	at       int64 // microseconds since 1970, if it is fixed
	relative bool
	midnight bool // of the day that it leads to
	months   int
	days     int
	rest     time.Duration
}

// momentLayouts are those of dates. Graph takes whatever PHP's strtotime takes. These are in
// UTC where they name no zone. [doc graph-api paging; which, guess]
var momentLayouts = [...]string{
	time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
}

// readMoment reads a Unix timestamp, a date, or words like "yesterday" and "-3 days".
func readMoment(s string) (moment, bool) {
	const most = 1 << 42 // seconds; microseconds still fit
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return moment{at: n * 1e6}, n > 0 && n < most
	}
	for _, layout := range momentLayouts {
		if t, err := time.Parse(layout, s); err == nil && t.Unix() > 0 {
			return moment{at: t.UnixMicro()}, true
		}
	}
	return readWords(strings.ToLower(s))
}

// readWords reads a day, "+1 week", "2 months ago" or "last week". A plus that a URL
// turned into a space is the same as none.
func readWords(s string) (moment, bool) {
	const longest = 40
	if len(s) > longest {
		return moment{}, false
	}
	words := strings.Fields(s)
	if len(words) == 1 {
		switch words[0] {
		case "now":
			return moment{relative: true}, true
		case "today", "midnight":
			return moment{relative: true, midnight: true}, true
		case "yesterday":
			return moment{relative: true, midnight: true, days: -1}, true
		case "tomorrow":
			return moment{relative: true, midnight: true, days: 1}, true
		}
	}
	if len(words) > 0 { // "+1week" is "+1 week"
		if end := strings.IndexFunc(words[0], func(r rune) bool { return r >= 'a' && r <= 'z' }); end > 0 {
			words = slices.Insert(words, 1, words[0][end:])
			words[0] = words[0][:end]
		}
	}
	ago := len(words) == 3 && words[2] == "ago"
	if len(words) != 2 && !ago {
		return moment{}, false
	}
	n, ok := readCount(words[0])
	if ago {
		n = -n
	}
	m, known := inUnits(n, strings.TrimSuffix(words[1], "s"))
	return m, ok && known
}

// readCount reads how many units: four digits at most, with a sign or without.
func readCount(s string) (int, bool) {
	switch s {
	case "last":
		return -1, true
	case "this":
		return 0, true
	case "next":
		return 1, true
	}
	digits := strings.TrimLeft(s, "+-")
	n, err := strconv.Atoi(s)
	return n, err == nil && len(s)-len(digits) <= 1 && len(digits) <= 4
}

// inUnits is n of a unit from now on.
func inUnits(n int, unit string) (moment, bool) {
	m := moment{relative: true}
	switch unit {
	case "sec", "second":
		m.rest = time.Duration(n) * time.Second
	case "min", "minute":
		m.rest = time.Duration(n) * time.Minute
	case "hour":
		m.rest = time.Duration(n) * time.Hour
	case "day":
		m.days = n
	case "week":
		m.days = 7 * n
	case "fortnight":
		m.days = 14 * n
	case "month":
		m.months = n
	case "year":
		m.months = 12 * n
	default:
		return moment{}, false
	}
	return m, true
}

// from is the moment in microseconds since 1970, seen from now, zero for none. What
// lies before 1970 is its beginning.
func (m moment) from(now time.Time) int64 {
	if !m.relative {
		return m.at
	}
	t := now.UTC()
	if m.midnight {
		t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return max(1, t.AddDate(0, m.months, m.days).Add(m.rest).UnixMicro())
}
