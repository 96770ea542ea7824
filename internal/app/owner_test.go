package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A database is one key's: another is refused with path and remedy.
func TestDatabaseBelongsToOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	own := []byte(strings.Repeat("k", 32))
	open := func(server bool, master []byte) error {
		g, err := Open(t.Context(), Settings{Path: path, Server: server, Master: master})
		if err != nil {
			return err
		}
		return g.Close()
	}
	if err := open(true, own); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		server bool
		master []byte
		remedy string
	}{
		"emulator":    {false, nil, "add --mode server"},
		"another key": {true, []byte(strings.Repeat("x", 32)), "give the key it was made with"},
	} {
		err := open(tt.server, tt.master)
		if err == nil || !strings.Contains(err.Error(), tt.remedy) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := open(true, own); err != nil {
		t.Errorf("its own key: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file changed: %v", err)
	}
	path = filepath.Join(t.TempDir(), "kith.db")
	if err := open(false, nil); err != nil {
		t.Fatal(err)
	}
	if err := open(true, own); err == nil || !strings.Contains(err.Error(), "emulator mode") {
		t.Errorf("server on an emulator's database: %v", err)
	}
}
