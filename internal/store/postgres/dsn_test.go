package postgres

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		dsn, schema string
		simple      bool
		reads       int
		address     string
	}{
		{"postgres://u:s3cret@h/db", "public", false, 0, "postgres://h:5432/db"},
		{"postgres://u:s3cret@a:1,b:2/db?sslmode=disable", "public", false, 0, "postgres://a:1,b:2/db"},
		{"postgres://h/db?search_path=kith,public", "kith", false, 0, "postgres://h:5432/db"},
		{"postgres://h/db?default_query_exec_mode=exec&pool_max_conns=20", "public", true, 7, "postgres://h:5432/db"},
		{"postgres://h/db?default_query_exec_mode=simple_protocol", "public", true, 0, "postgres://h:5432/db"},
	}
	for _, tt := range tests {
		o := Options{DSN: tt.dsn}
		cfg, err := parse(&o)
		if err != nil {
			t.Errorf("%s: %v", tt.dsn, err)
			continue
		}
		if o.Schema != tt.schema || o.Simple != tt.simple || o.ReadConns != tt.reads {
			t.Errorf("%s: schema %s, simple %t, %d readers", tt.dsn, o.Schema, o.Simple, o.ReadConns)
		}
		if cfg.ConnConfig.RuntimeParams["search_path"] != "" {
			t.Errorf("%s: the schema is a parameter of the session", tt.dsn)
		}
		if got := Address(tt.dsn); got != tt.address {
			t.Errorf("Address(%q) = %s, want %s", tt.dsn, got, tt.address)
		}
	}
	for _, dsn := range []string{"postgres://u:s3cret@h:port/db", "postgres://u:s3cret@[h/db", "host=h password=s3cret sslmode=none"} {
		if _, err := parse(&Options{DSN: dsn}); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("parse(%q) = %v", dsn, err)
		}
	}
}
