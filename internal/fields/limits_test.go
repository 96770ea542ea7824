package fields

import (
	"strconv"
	"strings"
	"testing"
)

// names is "f0,f1,..." with n names.
func names(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('f')
		b.WriteString(strconv.Itoa(i))
	}
	return b.String()
}

// nested is "f{f{f}}" with n levels of names.
func nested(n int) string {
	return strings.Repeat("f{", n-1) + "f" + strings.Repeat("}", n-1)
}

func kindOf(text string, lim Limits) string {
	_, err := Parse(text, lim)
	if err == nil {
		return "ok"
	}
	return [...]string{"syntax", "empty", "duplicate", "too many", "too deep"}[err.Kind]
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, text string
		lim        Limits
		want       string
	}{
		{"500 names", names(500), Limits{}, "ok"},
		{"501 names", names(501), Limits{}, "too many"},
		{"names count at every level", "a{" + names(499) + "},b", Limits{}, "too many"},
		{"own bound of names", names(3), Limits{Names: 2}, "too many"},
		{"8 levels", nested(8), Limits{}, "ok"},
		{"9 levels", nested(9), Limits{}, "too deep"},
		{"legacy levels count", "a.fields(b.fields(c))", Limits{Depth: 2}, "too deep"},
		{"no more than 64 levels whoever asks", nested(65), Limits{Depth: 1 << 20, Names: 1 << 20}, "too deep"},
		{"a wide list finds its duplicate", names(100) + ",f7", Limits{}, "duplicate"},
		{"the 25th name repeated", names(24) + ",f23", Limits{}, "duplicate"},
	}
	for _, tt := range tests {
		if got := kindOf(tt.text, tt.lim); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestHostile gives the long inputs of T-EXP-02: each is refused early, which
// shows as few bytes allocated whatever the length.
func TestHostile(t *testing.T) {
	const mega = 1 << 20
	inputs := []string{
		strings.Repeat("{", mega), strings.Repeat("(", mega), strings.Repeat(",", mega),
		strings.Repeat("a{", mega/2), "a." + strings.Repeat("b(", mega/2), strings.Repeat("[", mega),
		"a" + strings.Repeat(".b()", mega/4), names(100_000), strings.Repeat("same,", 100_000),
		"a.q(" + strings.Repeat("x", mega), `["` + strings.Repeat(`\u0061,`, mega/8), `a.q("` + strings.Repeat(`\`, mega),
		strings.Repeat("a.fields(", mega/9), `["` + strings.Repeat(" ", mega), "a" + strings.Repeat(" ", mega) + "?",
	}
	for _, in := range inputs {
		if _, err := Parse(in, Limits{}); err == nil {
			t.Errorf("Parse(%.20q...) succeeded", in)
		}
		if n := testing.AllocsPerRun(1, func() { _, _ = Parse(in, Limits{}) }); n > 40 {
			t.Errorf("Parse(%.20q...) makes %v allocations, want at most 40", in, n)
		}
	}
}

func TestAllocations(t *testing.T) {
	const text = "first_name,last_name,profile_pic,albums.limit(5){name,photos{id}}"
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse(text, Limits{}) }); n > 10 {
		t.Errorf("%v allocations, want at most 10", n)
	}
}

// TestCount covers the limits of T-EXP-03.
func TestCount(t *testing.T) {
	tests := []struct {
		in   string
		want int
		ok   bool
	}{
		{"0", 0, true}, {"25", 25, true}, {"5000", 5000, true}, {"5001", 5000, true}, {"2147483648", 5000, true},
		{"99999999999999999999999999", 5000, true}, {"007", 7, true},
		{"", 0, false}, {"-1", 0, false}, {"+1", 0, false}, {"1e9", 0, false}, {"٣", 0, false}, {"1 ", 0, false}, {"5.0", 0, false},
	}
	for _, tt := range tests {
		if got, ok := Count(tt.in, 5000); got != tt.want || ok != tt.ok {
			t.Errorf("Count(%q) = %d, %v, want %d, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
	if got, _ := Count("9", 3); got != 3 {
		t.Errorf("Count(9) of at most 3 = %d", got)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		_, _ = Parse("first_name,last_name,profile_pic,locale,timezone,gender", Limits{})
	}
}
