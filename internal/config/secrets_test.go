package config

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/access"
)

func random() *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte{7}, 64)) }

func server(t *testing.T, env ...string) *Config {
	t.Helper()
	c, err := Load(Sources{Environ: home(append(env, "KITH_MODE=server", "KITH_DATA="+filepath.Join(t.TempDir(), "d"))...)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMasterKey(t *testing.T) {
	c, err := Load(Sources{Environ: home()})
	if err != nil {
		t.Fatal(err)
	}
	if key, err := c.MasterKey(nil); err != nil || string(key) != access.DemoKey {
		t.Errorf("emulator: %q, %v", key, err)
	}

	c = server(t)
	key, err := c.MasterKey(random())
	if err != nil || len(key) != 32 || string(key) == access.DemoKey {
		t.Fatalf("server: %x, %v", key, err)
	}
	info, err := os.Stat(c.KeyPath())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	if again, err := c.MasterKey(nil); err != nil || !bytes.Equal(again, key) {
		t.Errorf("second start: %x, %v", again, err)
	}
}

func TestServerRefusesTheDemoKey(t *testing.T) {
	for _, text := range []string{access.DemoKey, hex.EncodeToString([]byte(access.DemoKey))} {
		if _, err := Load(Sources{Environ: home("KITH_MODE=server", "KITH_KEY="+text)}); err == nil || !strings.Contains(err.Error(), "demo key") {
			t.Errorf("variable: %v", err)
		}
		file := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := server(t, "KITH_KEY_FILE="+file).MasterKey(nil); err == nil || !strings.Contains(err.Error(), "demo key") {
			t.Errorf("file: %v", err)
		}
	}
}

func TestAdminCredential(t *testing.T) {
	c := server(t)
	text, file, err := c.AdminCredential(random())
	if err != nil || len(text) != 48 || file != c.AdminPath() {
		t.Fatalf("%q in %q, %v", text, file, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v, %v", info.Mode(), err)
	}
	if again, _, err := c.AdminCredential(nil); err != nil || again != text {
		t.Errorf("second start: %q, %v", again, err)
	}
	if got := c.ClientCredential(); got != text {
		t.Errorf("client has %q", got)
	}
	c.Memory = true
	if _, _, err := c.AdminCredential(random()); err == nil || !strings.Contains(err.Error(), "KITH_ADMIN_TOKEN") {
		t.Errorf("in memory: %v", err)
	}
	c.AdminToken = "given-by-the-owner"
	if text, file, err := c.AdminCredential(nil); err != nil || text != c.AdminToken || file != "" {
		t.Errorf("given: %q in %q, %v", text, file, err)
	}
}

func TestSecretFailsWithoutRandomness(t *testing.T) {
	c := server(t)
	if _, err := c.MasterKey(bytes.NewReader(nil)); err == nil {
		t.Error("made a key of nothing")
	}
	if _, err := os.Stat(c.KeyPath()); err == nil {
		t.Error("left a file behind")
	}
}
