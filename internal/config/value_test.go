package config

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"26h", 26 * time.Hour, true},
		{"3d", 72 * time.Hour, true},
		{"1d12h30m", 36*time.Hour + 30*time.Minute, true},
		{"-2d", -48 * time.Hour, true},
		{"-1d12h", -36 * time.Hour, true},
		{"90s", 90 * time.Second, true},
		{"", 0, false},
		{"d", 0, false},
		{"1d-2h", 0, false},
		{"2h1d", 0, false},
		{"999999999d", 0, false},
		{"106751d999999h", 0, false},
		{"1d1d", 0, false},
		{"3", 0, false},
	}
	for _, tt := range tests {
		got, err := ParseDuration(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseDuration(%q)\n got %v, %v\nwant %v, ok %v", tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestParseSize(t *testing.T) {
	tests := []struct {
		in    string
		want  Size
		shown string
		ok    bool
	}{
		{"1MiB", 1 << 20, "1MiB", true},
		{"512 KiB", 512 << 10, "512KiB", true},
		{"1536KiB", 1536 << 10, "1536KiB", true},
		{"2MB", 2e6, "2000000", true},
		{"100", 100, "100", true},
		{"7B", 7, "7", true},
		{"1XB", 0, "0", false},
		{"-1MiB", 0, "0", false},
		{"99999999999GiB", 0, "0", false},
		{"", 0, "0", false},
	}
	for _, tt := range tests {
		got, err := ParseSize(tt.in)
		if got != tt.want || (err == nil) != tt.ok || got.String() != tt.shown {
			t.Errorf("ParseSize(%q)\n got %v, %v\nwant %s, ok %v", tt.in, got, err, tt.shown, tt.ok)
		}
	}
}

func TestNearest(t *testing.T) {
	all := []string{"listen", "limits.max_body", "mode"}
	for in, want := range map[string]string{"lisetn": "listen", "mdoe": "mode", "zebra": "", "limits.maxbody": "limits.max_body"} {
		if got := nearest(in, all); got != want {
			t.Errorf("nearest(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

// FuzzFile holds that no file makes the reader panic, and that what it took
// has a place and belongs to a setting.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{"", "mode: server", "limits: {max_body: 1MiB}", "hosts: [a, b]", "a: &x [*x]", "a:\n- b: |\n   c\n", "? a\n: b", "%YAML 1.2\n---\n<<: {}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &fileReader{name: "kith.yaml", settings: settings()}
		r.read([]byte(text))
		for key := range r.values {
			if find(r.settings, (*setting).name, key) == nil || r.places[key] == "" {
				t.Errorf("took %q", key)
			}
		}
	})
}

// FuzzDuration holds that every duration read is one that is shown and read
// again as the same.
func FuzzDuration(f *testing.F) {
	for _, seed := range []string{"3d", "1d2h", "-1d", "5m", "1h0m0s", "0.5h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if again, err := ParseDuration(shortDuration(d)); err != nil || again != d {
			t.Errorf("%q is %v, shown as %q, read as %v, %v", text, d, shortDuration(d), again, err)
		}
	})
}
