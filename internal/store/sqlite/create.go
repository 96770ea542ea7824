package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
)

// create makes a database where there is none (or an empty file). It is built
// under another name and moved into place whole, so that a crash leaves either
// nothing or a complete database.
func create(path string, opt Options) error {
	if st, err := os.Stat(path); err == nil && st.Size() > 0 {
		return nil
	}
	fresh := path + ".new"
	for _, name := range [...]string{fresh, fresh + "-journal", fresh + "-wal", fresh + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := build(fresh, opt); err != nil {
		_ = os.Remove(fresh)
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// build writes a complete, empty database.
func build(path string, opt Options) error {
	// Nobody else reads what people tell a Page.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	err = runScript(c, fmt.Sprintf(`PRAGMA page_size = %d; PRAGMA synchronous = FULL; PRAGMA application_id = %d;`,
		pageSize, applicationID))
	if err == nil {
		err = migrate(c, opt, func() error { return nil })
	}
	return closeAfter(c, err)
}

// syncDir makes a rename durable. Where folders cannot be synced the system
// does without.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
