package config

import (
	"os"
	"strings"
	"testing"
)

// Every limit is a setting with a default, and is written down with it.
func TestEveryLimitIsWrittenDown(t *testing.T) {
	page, err := os.ReadFile("../../docs/fidelity.md")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(Sources{Environ: home()})
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for _, s := range c.Show() {
		given[s.Key] = s.Value
		name, limit := strings.CutPrefix(s.Key, "limits.")
		if limit && !strings.Contains(string(page), "`"+s.Key+"`") {
			t.Errorf("docs/fidelity.md does not have limits.%s", name)
		}
	}
	for what, tt := range map[string]struct{ key, value string }{
		"request line":                    {"limits.target", "16KiB"},
		"headers":                         {"limits.headers", "32KiB"},
		"JSON and form body":              {"limits.max_body", "1MiB"},
		"batch body":                      {"limits.batch", "4MiB"},
		"multipart body":                  {"limits.upload", "25MiB"},
		"JSON depth":                      {"limits.json_depth", "32"},
		"names of fields":                 {"limits.fields", "500"},
		"depth of fields":                 {"limits.depth", "8"},
		"objects of a call":               {"limits.objects", "5000"},
		"bytes of an answer":              {"limits.answer", "4MiB"},
		"time for headers":                {"limits.header_timeout", "5s"},
		"time for a body":                 {"limits.read_timeout", "30s"},
		"time for writing":                {"limits.write_timeout", "1m"},
		"time between calls":              {"limits.idle_timeout", "2m"},
		"time for an answer":              {"limits.handler_timeout", "20s"},
		"connections":                     {"limits.max_conns", "8192"},
		"connections of one address":      {"limits.address_conns", "512"},
		"streams of HTTP/2":               {"limits.streams", "100"},
		"window of a stream":              {"limits.stream_window", "64KiB"},
		"window of a connection":          {"limits.connection_window", "1MiB"},
		"address that is listened on":     {"listen", "127.0.0.1:8080"},
		"other addresses only when asked": {"insecure_listen", "false"},
		"hosts beside those of the Graph": {"hosts", ""},
		"targets of webhooks":             {"webhooks.targets", "loopback"},
	} {
		if given[tt.key] != tt.value {
			t.Errorf("%s: %s is %q, want %q", what, tt.key, given[tt.key], tt.value)
		}
		if !strings.Contains(string(page), "`"+tt.key+"`") {
			t.Errorf("%s: docs/fidelity.md does not have %s", what, tt.key)
		}
	}
}
