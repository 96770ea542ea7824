package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

const prefix = "kith-pg-"

// NewFolder makes a folder that the server may write to, with a lock in it that
// lasts as long as this process or until it is closed. The caller removes both.
// Folders whose process was killed are removed on the way.
func NewFolder() (dir string, lock *os.File, err error) {
	if dir, err = os.MkdirTemp("", prefix); err != nil {
		return "", nil, err
	}
	if lock, err = lockFolder(dir); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	if who, err := Credential(); err == nil && who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return "", nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	sweep(dir)
	return dir, lock, nil
}

func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sweep removes the folders beside dir that nobody holds. One younger than a
// minute may just be being made.
func sweep(dir string) {
	own, err := os.Stat(dir)
	if err != nil {
		return
	}
	others, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), prefix+"*"))
	for _, other := range others {
		info, err := os.Stat(other)
		if err != nil || own.ModTime().Sub(info.ModTime()) < time.Minute {
			continue
		}
		if f, err := lockFolder(other); err == nil {
			_ = os.RemoveAll(other)
			_ = f.Close()
		}
	}
}

func (c *Cluster) data() string    { return filepath.Join(c.dir, "data") }
func (c *Cluster) logFile() string { return filepath.Join(c.dir, "log") }

// logTail is what the server said last.
func (c *Cluster) logTail() string {
	text, err := os.ReadFile(c.logFile())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}
