package engine

import (
	"strings"
	"testing"
	"time"
)

func TestReadMoment(t *testing.T) {
	now := time.Date(2017, 3, 31, 15, 4, 5, 0, time.FixedZone("", 3600))
	tests := []struct{ in, want string }{
		{"1501588800", "2017-08-01 12:00:00"},
		{"2017-08-01", "2017-08-01 00:00:00"},
		{"2017-08-01 12:30", "2017-08-01 12:30:00"},
		{"2017-08-01 12:30:15", "2017-08-01 12:30:15"},
		{"2017-08-01T12:30", "2017-08-01 12:30:00"},
		{"2017-08-01T12:30:15", "2017-08-01 12:30:15"},
		{"2017-08-01T12:30:15Z", "2017-08-01 12:30:15"},
		{"2017-08-01T12:30:15+02:00", "2017-08-01 10:30:15"},
		{"2017-08-01T12:30:15-0700", "2017-08-01 19:30:15"},
		{"now", "2017-03-31 14:04:05"},
		{" Now ", "2017-03-31 14:04:05"},
		{"today", "2017-03-31 00:00:00"},
		{"midnight", "2017-03-31 00:00:00"},
		{"yesterday", "2017-03-30 00:00:00"},
		{"TOMORROW", "2017-04-01 00:00:00"},
		{"+1 week", "2017-04-07 14:04:05"},
		{" 1 week", "2017-04-07 14:04:05"},
		{"+1week", "2017-04-07 14:04:05"},
		{"-3 days", "2017-03-28 14:04:05"},
		{"-3days", "2017-03-28 14:04:05"},
		{"2 months ago", "2017-01-31 14:04:05"},
		{"1 month ago", "2017-03-03 14:04:05"}, // the 31st of February
		{"-2 days ago", "2017-04-02 14:04:05"},
		{"last week", "2017-03-24 14:04:05"},
		{"this week", "2017-03-31 14:04:05"},
		{"next year", "2018-03-31 14:04:05"},
		{"1 fortnight", "2017-04-14 14:04:05"},
		{"90 minutes ago", "2017-03-31 12:34:05"},
		{"10 secs", "2017-03-31 14:04:15"},
		{"-36 hours", "2017-03-30 02:04:05"},
		{"9999 years ago", "1970-01-01 00:00:00"},
		{"+9999 years", "12016-03-31 14:04:05"},
	}
	for _, tt := range tests {
		m, ok := readMoment(tt.in)
		if got := time.UnixMicro(m.from(now)).UTC().Format(time.DateTime); !ok || got != tt.want {
			t.Errorf("readMoment(%q) is %s, %v, want %s", tt.in, got, ok, tt.want)
		}
	}
	for _, in := range []string{
		"", " ", "0", "-1", "99999999999999", "soon", "week", "last", "ago", "1 ago", "last week ago now", "+-1 day", "--1 day", "+ 1 day",
		"10000 days", "1.5 days", "1 moon", "1 days ago ago", "yesterday ago", "now now", "2017-02-30", "2017-08-01 25:00", "01.08.2017",
		"1969-12-31", strings.Repeat("1", 30) + " days", "1 day" + strings.Repeat(" ", 40), "last weekss", "١ day",
	} {
		if m, ok := readMoment(in); ok {
			t.Errorf("readMoment(%q) is %+v", in, m)
		}
	}
}
