package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// errLocked: somebody else holds the lock.
var errLocked = errors.New("locked")

// A fileLock says that this Store is the only one on its file. The system
// drops it when the process dies. It lies beside the database, so that tools
// which only read the database are not in the way.
type fileLock struct{ f *os.File }

func acquireLock(path string) (*fileLock, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, noAccess(path, err)
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		if errors.Is(err, errLocked) {
			return nil, &RefusedError{path, "in use by another kith",
				"stop that one or use another --data folder"}
		}
		return nil, fmt.Errorf("lock database %q: %w", path, err)
	}
	return &fileLock{f}, nil
}

// noAccess explains why a file cannot be opened.
func noAccess(path string, err error) error {
	switch {
	case errors.Is(err, syscall.EROFS):
		return &RefusedError{path, "its file system is read-only", "make it writable or use another --data folder"}
	case errors.Is(err, fs.ErrPermission):
		return &RefusedError{path, "this user may not write to it or its folder", "run kith as its owner, give it to this user or use another --data folder"}
	}
	return fmt.Errorf("open database %q: %w", path, err)
}

// release lets go. The file stays: removing it would race with the next owner.
func (l *fileLock) release() {
	_ = l.f.Close()
}
