package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T, dir string, at time.Time) (*CA, string) {
	t.Helper()
	ca, note, err := OpenCA(dir, func() time.Time { return at }, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return ca, note
}

func TestMadeOnce(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	if _, err := ReadCA(dir, time.Now, rand.Reader); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadCA of an empty folder: %v", err)
	}
	first, note := open(t, dir, now)
	again, noteAgain := open(t, dir, now.Add(caLife/2))
	if first.Fingerprint() != again.Fingerprint() || note+noteAgain != "" {
		t.Errorf("made twice: %q %q", note, noteAgain)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("files left: %v, %v", files, err)
	}
	for name, want := range map[string]fs.FileMode{keyFile: 0o600, certFile: 0o644} {
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, st, err)
		}
	}
	text, err := os.ReadFile(CertFile(dir))
	if err != nil || string(text) != string(first.PEM()) || strings.Contains(string(text), "PRIVATE") {
		t.Errorf("%s: %s, %v", certFile, text, err)
	}
	write(t, CertFile(dir), []byte("something else"), 0o644)
	open(t, dir, now)
	if text, _ := os.ReadFile(CertFile(dir)); string(text) != string(first.PEM()) {
		t.Errorf("%s stays damaged", certFile)
	}
}

func TestMadeAnew(t *testing.T) {
	for name, at := range map[string]func(*CA) time.Time{
		"ran out":  func(ca *CA) time.Time { return ca.Cert.NotAfter.Add(time.Second) },
		"runs out": func(ca *CA) time.Time { return ca.Cert.NotAfter.Add(-time.Hour) },
		"only":     func(ca *CA) time.Time { return ca.Cert.NotBefore.Add(-time.Hour) },
	} {
		dir := t.TempDir()
		old, _ := open(t, dir, time.Now())
		now := at(old)
		ca, note := open(t, dir, now)
		if ca.Fingerprint() == old.Fingerprint() || !strings.Contains(note, name) {
			t.Errorf("%s: note %q", name, note)
		}
		if again, note := open(t, dir, now); again.Fingerprint() != ca.Fingerprint() || note != "" {
			t.Errorf("%s: made again: %q", name, note)
		}
	}
}

// Programs that start at once end up with one CA.
func TestMadeAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	prints := make([]string, 16)
	for i := range prints {
		wg.Go(func() {
			ca, _, err := OpenCA(dir, time.Now, rand.Reader)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = ca.Fingerprint()
		})
	}
	wg.Wait()
	if len(slices.Compact(prints)) != 1 {
		t.Errorf("they have %v", prints)
	}
}

func TestDamaged(t *testing.T) {
	good := newTestCA(t)
	whole, err := good.marshal()
	if err != nil {
		t.Fatal(err)
	}
	other, err := newTestCA(t).marshal()
	if err != nil {
		t.Fatal(err)
	}
	key := whole[len(good.PEM()):]
	for name, text := range map[string][]byte{
		"empty":                     nil,
		"cut":                       whole[:len(whole)/2],
		"cut in the key":            whole[:len(whole)-60],
		"without a key":             good.PEM(),
		"the key first":             append(slices.Clone(key), good.PEM()...),
		"the key of another":        append(slices.Clone(good.PEM()), other[len(good.PEM()):]...),
		"more behind":               append(slices.Clone(whole), "x"...),
		"no certificate":            append(pemOf("CERTIFICATE", []byte("x")), key...),
		"no key":                    append(slices.Clone(good.PEM()), pemOf("PRIVATE KEY", []byte("x"))...),
		"noise":                     []byte(strings.Repeat("\x00\xff", 4096)),
		"a CA without constraints":  boundless(t, true),
		"a certificate of one host": boundless(t, false),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, keyFile)
		write(t, path, text, 0o600)
		_, _, err := OpenCA(dir, time.Now, rand.Reader)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove the file") {
			t.Errorf("%s: %v", name, err)
		}
		if kept, _ := os.ReadFile(path); string(kept) != string(text) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// boundless is a certificate of somebody else's, with its key.
func boundless(t *testing.T, isCA bool) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{owner}}, IsCA: isCA, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(caLife), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return append(pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", private)...)
}

func TestReadByOthers(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, time.Now())
	path := filepath.Join(dir, keyFile)
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, _, err := OpenCA(dir, time.Now, rand.Reader); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
}
