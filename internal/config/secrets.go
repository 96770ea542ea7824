package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kithgraph/kith/internal/access"
)

const (
	keyBytes   = 32
	adminBytes = 24
	// adminLeast is the shortest admin credential that is taken.
	adminLeast = 16
)

func (c *Config) checkSecrets(say func(key, text, remedy string)) {
	if c.Key != "" && c.KeyFile != "" {
		say("key", "key and key_file exclude each other", "give one of them")
	}
	if c.Key != "" {
		if err := c.usable(c.Key); err != nil {
			say("key", err.Error(), "make one with: openssl rand -hex 32")
		}
	}
	if c.Store != "" && c.IsServer() && c.Key == "" && c.KeyFile == "" {
		say("store", "servers that share a database need one master key", "give it with --key-file or KITH_KEY; make one with: openssl rand -hex 32")
	}
	if c.AdminToken != "" && (len(c.AdminToken) < adminLeast || strings.TrimSpace(c.AdminToken) != c.AdminToken) {
		say("admin_token", fmt.Sprintf("an admin credential has at least %d characters and no blanks around it", adminLeast), "make one with: openssl rand -hex 24")
	}
}

// usable says what is wrong with a master key in hexadecimal digits.
func (c *Config) usable(text string) error {
	_, err := c.decodeKey(text)
	return err
}

// decodeKey reads a master key; server mode refuses the one everybody knows.
func (c *Config) decodeKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	key, err := hex.DecodeString(text)
	if text == access.DemoKey {
		key, err = []byte(text), nil
	}
	if err != nil || len(key) != keyBytes {
		return nil, errors.New("a master key is 64 hexadecimal digits")
	}
	if c.IsServer() && string(key) == access.DemoKey {
		return nil, errors.New("the demo key is known to everyone, so server mode refuses it")
	}
	return key, nil
}

// MasterKey returns the key that IDs and tokens are derived from: the one given
// by key or key_file. Unless one is given, emulator mode has the demo key, and
// server mode one of its own, made from random at the first start and kept in
// the data folder for its owner's eyes only. A nil random makes none.
func (c *Config) MasterKey(random io.Reader) ([]byte, error) {
	path := c.KeyFile
	switch {
	case c.Key != "":
		return c.decodeKey(c.Key)
	case path != "":
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read master key: %w", err)
		}
		return c.fromFile(path, string(text))
	case !c.IsServer():
		return []byte(access.DemoKey), nil
	case c.Memory:
		text, err := randomHex(random, keyBytes)
		if err != nil {
			return nil, err
		}
		return c.decodeKey(text)
	}
	text, err := keep(c.KeyPath(), random, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return c.fromFile(c.KeyPath(), text)
}

func (c *Config) fromFile(path, text string) ([]byte, error) {
	key, err := c.decodeKey(text)
	if err != nil {
		return nil, Problems{{Key: "key_file", Origin: path, Text: err.Error(), Remedy: "make one with: openssl rand -hex 32"}}
	}
	return key, nil
}

// AdminCredential returns the credential of the control plane in server mode,
// and the file it lies in unless it was given: one is made at the first start.
// In emulator mode there is none.
func (c *Config) AdminCredential(random io.Reader) (credential, file string, err error) {
	if !c.IsServer() || c.AdminToken != "" {
		return c.AdminToken, "", nil
	}
	if c.Memory {
		return "", "", Problems{{Key: "admin_token", Text: "server mode in memory has no folder to keep an admin credential in",
			Remedy: "set KITH_ADMIN_TOKEN"}}
	}
	text, err := keep(c.AdminPath(), random, adminBytes)
	if err != nil {
		return "", "", fmt.Errorf("admin credential: %w", err)
	}
	if len(text) < adminLeast {
		return "", "", Problems{{Key: "admin_token", Origin: c.AdminPath(), Text: "the admin credential in the file is too short",
			Remedy: "remove the file, and a new one is made"}}
	}
	return text, c.AdminPath(), nil
}

// ClientCredential is what a client command shows the control plane: the
// credential given, else that of the data folder, else none.
func (c *Config) ClientCredential() string {
	if c.AdminToken != "" {
		return c.AdminToken
	}
	text, err := os.ReadFile(c.AdminPath())
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// keep returns the text of a secret file, or makes it with n random bytes in
// hexadecimal digits, readable by its owner only.
func keep(path string, random io.Reader, n int) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return strings.TrimSpace(string(text)), err
	}
	fresh, err := randomHex(random, n)
	if err != nil {
		return "", err
	}
	if err := MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	if err := writeNew(path, fresh+"\n"); err != nil {
		return "", err
	}
	return fresh, syncFolder(filepath.Dir(path))
}

// MakeFolder makes a folder, with those above it, for its owner only. A power
// cut does not take it away again.
func MakeFolder(path string) error {
	above := filepath.Dir(path)
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return nil
	} else if err == nil || above == path {
		return os.MkdirAll(path, 0o700) // which says what is wrong
	}
	if err := MakeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

// syncFolder makes the names in a folder durable. Where folders cannot be
// synced the system does without.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return nil //nolint:nilerr // one may be allowed to write into it and not to list it
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

// writeNew never replaces a file: two starts at once end with one secret, and
// the loser says so. What is half written is removed again.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

func randomHex(random io.Reader, n int) (string, error) {
	if random == nil {
		return "", errors.New("there is none yet: the server makes it at its first start")
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return hex.EncodeToString(raw), nil
}
