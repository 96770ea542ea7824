package world

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A moment is a time as world files write it: an instant, or so long before or
// after the moment the world is loaded. The zero moment is that moment.
type moment struct {
	instant time.Time
	offset  time.Duration
	set     bool
}

// in is the moment in a world that is loaded at now.
func (m moment) in(now time.Time) time.Time {
	if !m.instant.IsZero() {
		return m.instant
	}
	return now.Add(m.offset)
}

const momentForms = "time such as 2026-03-01T09:00:00Z, or -2h, +3d"

// maxOffset is about 100 years.
const maxOffset = 36525 * 24 * time.Hour

// parseMoment reads one.
func parseMoment(s string) (moment, error) {
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		d, err := ParseDuration(s[1:])
		if err != nil {
			return moment{}, err
		}
		if s[0] == '-' {
			d = -d
		}
		return moment{offset: d, set: true}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return moment{}, fmt.Errorf("%q is no %s", s, momentForms)
	}
	return moment{instant: t.UTC(), set: true}, nil
}

// ParseDuration reads a duration such as "90m", "2h30m" or "3d": what
// time.ParseDuration reads, and whole days and weeks in front.
func ParseDuration(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	for _, unit := range []struct {
		letter byte
		size   time.Duration
	}{{'w', 7 * 24 * time.Hour}, {'d', 24 * time.Hour}} {
		i := strings.IndexByte(rest, unit.letter)
		if i < 0 {
			continue
		}
		n, err := strconv.ParseUint(rest[:i], 10, 16)
		if err != nil || time.Duration(n) > maxOffset/unit.size {
			return 0, fmt.Errorf("%q is no duration such as 90m, 2h30m or 3d", s)
		}
		total += time.Duration(n) * unit.size
		rest = rest[i+1:]
	}
	if rest != "" || s == "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || strings.HasPrefix(rest, "+") || d > maxOffset {
			return 0, fmt.Errorf("%q is no duration such as 90m, 2h30m or 3d", s)
		}
		total += d
	}
	return min(total, maxOffset), nil
}

func (r *reader) momentTo(what string, to *moment) func(_, v *node) {
	return func(_, v *node) {
		s, ok := r.text(v, what)
		if !ok {
			return
		}
		m, err := parseMoment(s)
		if err != nil {
			r.wrong(v, "", "%s %v", what, err)
			return
		}
		*to = m
	}
}
