package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// oldest is the first major version kith supports.
const oldest = 15

// Binaries returns the folder of the newest PostgreSQL server that Debian's
// packages installed, or of the one on PATH.
func Binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	best, dir := 0, ""
	for _, f := range found {
		bin := filepath.Dir(f)
		if v, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && v >= oldest && v > best {
			best, dir = v, bin
		}
	}
	if dir != "" {
		return dir, nil
	}
	if f, err := exec.LookPath("initdb"); err == nil {
		if f, err = filepath.EvalSymlinks(f); err == nil {
			return filepath.Dir(f), nil
		}
	}
	return "", fmt.Errorf("%w: no initdb of PostgreSQL %d or later under /usr/lib/postgresql or on PATH (apt-get install postgresql)", ErrUnavailable, oldest)
}

// An Owner is a user of this machine.
type Owner struct{ Uid, Gid uint32 }

// Credential is who the server runs as: nil for the caller, postgres when the
// caller is root, because PostgreSQL refuses root.
func Credential() (*Owner, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: root may not run it and there is no user postgres: %w", ErrUnavailable, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &Owner{uint32(uid), uint32(gid)}, nil
}

func usable() error {
	if errUnusable != nil {
		return errUnusable
	}
	_, err := Credential()
	return err
}

// FreePort returns a port of 127.0.0.1 nobody listens on just now.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
