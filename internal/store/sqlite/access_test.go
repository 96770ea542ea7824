//go:build unix

package sqlite

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user that owns nothing.
const nobody = 65534

// T-DUR-06: a folder or a file that belongs to somebody else is refused with
// path and remedy, and nothing changes. Root may do everything, so that the
// script runs as nobody.
func TestDamageNoAccess(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: running a process as another user takes root")
	}
	home := t.TempDir()
	must(t, os.Chmod(filepath.Dir(home), 0o755))
	must(t, os.Chmod(home, 0o755))
	self := copyOf(t, os.Args[0], filepath.Join(home, "self"))
	tests := []struct {
		name, want string
		make       func(t *testing.T, dir, path string)
	}{
		{"an empty folder of somebody else", "may not write", func(*testing.T, string, string) {}},
		{"a database of somebody else", "may not write", func(t *testing.T, dir, path string) {
			must(t, openAt(t, path).Close())
			must(t, os.Chmod(dir, 0o777))
		}},
		{"a database one may read, in a folder of somebody else", "may not write", func(t *testing.T, _, path string) {
			must(t, openAt(t, path).Close())
			must(t, os.Chmod(path, 0o644))
		}},
	}
	for _, tt := range tests {
		dir, err := os.MkdirTemp(home, "")
		must(t, err)
		must(t, os.Chmod(dir, 0o755))
		path := filepath.Join(dir, "kith.db")
		tt.make(t, dir, path)
		before := snapshot(t, dir)
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), scriptPath+"="+path, scriptWrites+"=2")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), tt.want) || !strings.Contains(string(out), path) || !strings.Contains(string(out), "nothing was changed") {
			t.Errorf("%s: %v %s", tt.name, err, out)
		}
		if after := snapshot(t, dir); len(after) != len(before) || after["kith.db"] != before["kith.db"] {
			t.Errorf("%s: files changed", tt.name)
		}
	}
}

func copyOf(t *testing.T, from, to string) string {
	t.Helper()
	in, err := os.Open(from)
	must(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, err)
	must(t, out.Close())
	return to
}

// A file system that is read-only, the same.
func TestDamageReadOnlyDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "kith", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: a disk cannot be mounted here, which takes root: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	path := filepath.Join(dir, "kith.db")
	s := openAt(t, path)
	putThing(t, s, 1, "x")
	must(t, s.Close())
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: a disk cannot be made read-only here: %v %s", err, out)
	}
	r := relic{}
	if got, err := r.start(t, path); got != refusedIt || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a read-only disk: %d, %v", got, err)
	}
}
