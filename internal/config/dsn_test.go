package config

import (
	"strings"
	"testing"
)

func TestDSNKeepsItsPassword(t *testing.T) {
	tests := []struct{ in, want string }{
		{"postgres://h/db", "postgres://h/db"},
		{"postgres://u@h:5432/db", "postgres://u@h:5432/db"},
		{"postgres://u:s3cret@h:5432,h2:5433/db?sslmode=require", "postgres://u@h:5432,h2:5433/db?sslmode=require"},
		{"postgresql://u:s3cret%2F@h/db?search_path=kith&sslpassword=s3cret", "postgresql://u@h/db?search_path=kith"},
		{"postgres://u:s3cret/with?odd@signs@h/db", "postgres://u@h/db"},
		{"postgres://h/db?user=u&password=s3cret", "postgres://h/db"},
	}
	for _, tt := range tests {
		d, err := ParseDSN(tt.in)
		if got := d.String(); err != nil || got != tt.want || strings.Contains(got, "s3cret") {
			t.Errorf("ParseDSN(%q)\n got %s, %v\nwant %s", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "s3cret", "mysql://u:s3cret@h/db", "postgres://", "host=h password=s3cret"} {
		if _, err := ParseDSN(in); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("ParseDSN(%q) = %v", in, err)
		}
	}
}

// The password is in no view of the settings, wherever it came from.
func TestStoreSettingIsShownWithoutPassword(t *testing.T) {
	c, err := Load(Sources{Environ: []string{"HOME=/nowhere", "KITH_STORE=postgres://u:s3cret@h/db"}})
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Store) != "postgres://u:s3cret@h/db" {
		t.Error("the setting lost its password")
	}
	for _, s := range c.Show() {
		if strings.Contains(s.Value, "s3cret") {
			t.Errorf("config show prints %s = %s", s.Key, s.Value)
		}
		if s.Key == "store" && s.Value != "postgres://u@h/db" {
			t.Errorf("config show prints %s", s.Value)
		}
	}
	_, err = Load(Sources{Environ: []string{"HOME=/nowhere", "KITH_STORE=mysql://u:s3cret@h/db"}})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a wrong store gives %v", err)
	}
}

func TestSharedStoreNeedsItsKey(t *testing.T) {
	server := []string{"HOME=/nowhere", "KITH_MODE=server", "KITH_STORE=postgres://h/db"}
	if _, err := Load(Sources{Environ: server}); err == nil || !strings.Contains(err.Error(), "master key") {
		t.Errorf("server mode on a shared store without a key: %v", err)
	}
	if _, err := Load(Sources{Environ: append(server, "KITH_KEY="+strings.Repeat("ab", 32))}); err != nil {
		t.Errorf("with a key: %v", err)
	}
	if _, err := Load(Sources{Environ: []string{"HOME=/nowhere", "KITH_STORE=postgres://h/db", "KITH_MEMORY=true"}}); err == nil {
		t.Error("memory and store go together")
	}
}
