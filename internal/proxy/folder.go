package proxy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Files of a CA in its folder.
const (
	keyFile  = "ca.key" // certificate and key, for the owner's eyes only
	certFile = "ca.pem" // the certificate, for those who are to trust it
)

// CertFile is where the certificate of the CA in a folder lies.
func CertFile(dir string) string { return filepath.Join(dir, certFile) }

// OpenCA returns the CA of a folder that exists. It makes one if there is none,
// and another one in the place of one that ran out or is for other hosts; then
// note says so. One that is damaged, is not kith's or can be read by others is
// refused and left as it is.
func OpenCA(dir string, now func() time.Time, rand io.Reader) (ca *CA, note string, err error) {
	ca, err = ReadCA(dir, now, rand)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return nil, "", err
	}
	if !fresh {
		why := stale(ca.Cert, now())
		if why == "" {
			return ca, "", ca.publish(dir)
		}
		note = "the local CA was made anew, because " + why + "; who trusts the old one does not trust it"
	}
	if ca, err = NewCA(now, rand); err != nil {
		return nil, "", err
	}
	if err := ca.keep(dir, fresh); err != nil {
		return nil, "", fmt.Errorf("keep the local CA: %w", err)
	}
	// Another process may have been first: there is one CA in a folder.
	if ca, err = ReadCA(dir, now, rand); err != nil {
		return nil, "", err
	}
	return ca, note, ca.publish(dir)
}

// ReadCA returns the CA of a folder, also one that ran out. The error is
// fs.ErrNotExist if there is none.
func ReadCA(dir string, now func() time.Time, rand io.Reader) (*CA, error) {
	path := filepath.Join(dir, keyFile)
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the local CA: %w", err)
	}
	if runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read the key of the local CA, %s; if nobody did: chmod 600 %s; if in doubt remove it, and a new one is made", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the local CA: %w", err)
	}
	cert, key, err := parseCA(text)
	if err != nil {
		return nil, fmt.Errorf("the local CA in %s cannot be used: %w; remove the file, and a new one is made", path, err)
	}
	return newCA(cert, key, now, rand), nil
}

// keep writes the CA with its key, whole or not at all. A fresh one never
// replaces another.
func (ca *CA) keep(dir string, fresh bool) error {
	text, err := ca.marshal()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, keyFile)
	return place(path, text, func(temp string) error {
		if !fresh {
			return os.Rename(temp, path)
		}
		if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// publish writes the certificate beside the key, if it is not there.
func (ca *CA) publish(dir string) error {
	path := CertFile(dir)
	if text, err := os.ReadFile(path); err == nil && string(text) == string(ca.PEM()) {
		return nil
	}
	err := place(path, ca.PEM(), func(temp string) error {
		if err := os.Chmod(temp, 0o644); err != nil {
			return err
		}
		return os.Rename(temp, path)
	})
	if err != nil {
		return fmt.Errorf("write the certificate of the local CA: %w", err)
	}
	return nil
}

// place writes a file beside its place, readable by its owner, and has move
// bring it there. Nothing half written is ever seen or left.
func place(path string, text []byte, move func(temp string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return move(f.Name())
}
