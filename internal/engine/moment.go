package engine

import (
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

// mostTerms is how many terms words may have. [own]
const mostTerms = 4

// readWords reads a day, a time of it, "+1 week", "2 months ago" or "last week", or
// several of them: "yesterday 10:00". A plus that a URL turned into a space is the
// same as none.
func readWords(s string) (moment, bool) {
	const longest = 40
	words := strings.Fields(s)
	if len(s) > longest || len(words) == 0 {
		return moment{}, false
	}
	m := moment{relative: true}
	var day, clock bool
	for n := 0; len(words) > 0; n++ {
		if n == mostTerms {
			return moment{}, false
		}
		if days, midnight, ok := readDay(words[0]); ok {
			if day {
				return moment{}, false
			}
			day, m.midnight, words = true, m.midnight || midnight, words[1:]
			m.days += days
			continue
		}
		if at, ok := readClock(words[0]); ok {
			if clock {
				return moment{}, false
			}
			clock, m.midnight, words = true, true, words[1:]
			m.rest += at
			continue
		}
		step, rest, ok := readStep(words)
		if !ok {
			return moment{}, false
		}
		m.months, m.days, m.rest, words = m.months+step.months, m.days+step.days, m.rest+step.rest, rest
	}
	return m, true
}

// readDay reads a word for a day.
func readDay(word string) (days int, midnight, ok bool) {
	switch word {
	case "now":
		return 0, false, true
	case "today", "midnight":
		return 0, true, true
	case "yesterday":
		return -1, true, true
	case "tomorrow":
		return 1, true, true
	}
	return 0, false, false
}

// readClock reads a time of the day.
func readClock(word string) (time.Duration, bool) {
	if word == "noon" {
		return 12 * time.Hour, true
	}
	for _, layout := range [...]string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, word); err == nil {
			return t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)), true
		}
	}
	return 0, false
}

// readStep reads how far to go: "+1 week", "+1week", "2 months ago".
func readStep(words []string) (m moment, rest []string, ok bool) {
	count, unit := words[0], ""
	rest = words[1:]
	if end := strings.IndexFunc(count, func(r rune) bool { return r >= 'a' && r <= 'z' }); end > 0 {
		count, unit = count[:end], count[end:]
	} else if len(rest) > 0 {
		unit, rest = rest[0], rest[1:]
	}
	n, ok := readCount(count)
	if len(rest) > 0 && rest[0] == "ago" {
		n, rest = -n, rest[1:]
	}
	m, known := inUnits(n, strings.TrimSuffix(unit, "s"))
	return m, rest, ok && known
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
