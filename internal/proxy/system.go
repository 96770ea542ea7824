package proxy

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// System is what the programs of a machine trust, as Debian and its kin keep it:
// certificates in a folder, and a command that makes a bundle of them. [doc
// update-ca-certificates]
type System struct {
	Root string // the machine's unless set
}

// updater is the command, and where it is when it is not on the path.
const updater, usualUpdater = "update-ca-certificates", "/usr/sbin/update-ca-certificates"

func (s System) at(path string) string {
	if s.Root == "" {
		return path
	}
	path = filepath.Join(s.Root, path)
	if whole, err := filepath.Abs(path); err == nil {
		return whole // the command goes to other folders
	}
	return path
}

// Anchor is where the certificate is put.
func (s System) Anchor() string { return s.at("/usr/local/share/ca-certificates/kith.crt") }

// Bundle is what programs read.
func (s System) Bundle() string { return s.at("/etc/ssl/certs/ca-certificates.crt") }

// Command is run after the certificate was put there, or with "--fresh" after it
// was taken away: else its links stay.
func (s System) Command(more ...string) []string {
	path, err := exec.LookPath(updater)
	if err != nil {
		path = usualUpdater
	}
	if s.Root == "" {
		return append([]string{path}, more...)
	}
	return append([]string{path, "--certsconf", s.at("/etc/ca-certificates.conf"), "--certsdir", s.at("/usr/share/ca-certificates"),
		"--localcertsdir", s.at("/usr/local/share/ca-certificates"), "--etccertsdir", s.at("/etc/ssl/certs"), "--hooksdir", s.at("/etc/ca-certificates/update.d")}, more...)
}

// Check says why certificates cannot be put here.
func (s System) Check() error {
	dir := filepath.Dir(s.Anchor())
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return fmt.Errorf("there is no folder %s: this system keeps what it trusts in another way than Debian", dir)
	}
	if st, err := os.Stat(s.Command()[0]); err != nil || st.IsDir() {
		return fmt.Errorf("there is no %s here: install ca-certificates", updater)
	}
	return nil
}

// Installed returns the certificate of a kith that is there, nil if none is.
func (s System) Installed() ([]byte, error) {
	text, err := os.ReadFile(s.Anchor())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// Trusts reports whether a certificate is in the bundle.
func (s System) Trusts(text []byte) bool {
	want, _ := pem.Decode(text)
	bundle, err := os.ReadFile(s.Bundle())
	if want == nil || err != nil {
		return false
	}
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		if bytes.Equal(block.Bytes, want.Bytes) {
			return true
		}
	}
	return false
}

// Install has the machine trust a certificate in the place of the one that is
// there. If it cannot, everything is as before.
func (s System) Install(ctx context.Context, text []byte) error {
	before, err := s.Installed()
	if err != nil {
		return err
	}
	if err := s.put(text); err != nil {
		return err
	}
	err = s.update(ctx)
	if err == nil && !s.Trusts(text) {
		err = fmt.Errorf("%s has not put the certificate into %s", updater, s.Bundle())
	}
	if err == nil {
		return nil
	}
	if before == nil {
		return errors.Join(err, os.Remove(s.Anchor()), s.update(context.WithoutCancel(ctx), fresh))
	}
	return errors.Join(err, s.put(before), s.update(context.WithoutCancel(ctx)))
}

// Remove has the machine forget the certificate that is there.
func (s System) Remove(ctx context.Context) error {
	before, err := s.Installed()
	if err != nil || before == nil {
		return err
	}
	if err := os.Remove(s.Anchor()); err != nil {
		return err
	}
	if err := s.update(ctx, fresh); err != nil {
		return errors.Join(err, s.put(before))
	}
	if s.Trusts(before) {
		return fmt.Errorf("%s has left the certificate in %s", updater, s.Bundle())
	}
	return nil
}

func (s System) put(text []byte) error {
	return place(s.Anchor(), text, func(temp string) error {
		if err := os.Chmod(temp, 0o644); err != nil {
			return err
		}
		return os.Rename(temp, s.Anchor())
	})
}

// fresh makes the command look for links that lead nowhere.
const fresh = "--fresh"

func (s System) update(ctx context.Context, more ...string) error {
	args := s.Command(more...)
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", updater, err, bytes.TrimSpace(out))
	}
	return nil
}
