package access

import (
	"bytes"
	"strings"
	"testing"
)

func TestSeal(t *testing.T) {
	k := demoKeys(t)
	sealed := k.Seal("1000000000000001", "s3cret-canary")
	if bytes.Contains(sealed, []byte("canary")) {
		t.Error("the secret is in clear")
	}
	if got, err := k.Open("1000000000000001", sealed); err != nil || got != "s3cret-canary" {
		t.Errorf("opened: %q, %v", got, err)
	}
	other, _ := NewKeys([]byte(strings.Repeat("x", 32)))
	for name, open := range map[string]func() (string, error){
		"another key":   func() (string, error) { return other.Open("1000000000000001", sealed) },
		"another owner": func() (string, error) { return k.Open("2", sealed) },
		"cut":           func() (string, error) { return k.Open("1000000000000001", sealed[:9]) },
		"changed":       func() (string, error) { b := bytes.Clone(sealed); b[20] ^= 1; return k.Open("1000000000000001", b) },
	} {
		if got, err := open(); err == nil || got != "" {
			t.Errorf("%s: opened %q", name, got)
		}
	}
	if !bytes.Equal(sealed, k.Seal("1000000000000001", "s3cret-canary")) {
		t.Error("not reproducible")
	}
}
