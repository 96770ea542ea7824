package sqlite

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/sqltext"
)

// Backup writes a copy of one state of the database to a new file, while it is
// in use, and syncs it. The copy has no unused pages and needs no log. What is
// half written when ctx ends or something fails is removed.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	// A file of its own, so that nothing is ever overwritten.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() {
		err = firstError(err, f.Close())
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	c, err := sqlite.OpenConn(s.path, sqlite.OpenReadWrite)
	if err != nil {
		return failure("back up", err)
	}
	defer func() { err = firstError(err, c.Close()) }()
	c.SetBusyTimeout(busyTimeout)
	c.SetInterrupt(ctx.Done())
	if err := vacuumInto(c, path); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return failure("back up", err)
	}
	return failureOf("sync the backup", f.Sync())
}

func vacuumInto(c *sqlite.Conn, path string) error {
	stmt, _, err := c.PrepareTransient(`VACUUM INTO ?1`)
	if err != nil {
		return err
	}
	stmt.BindText(1, path)
	_, err = stmt.Step()
	return firstError(err, stmt.Finalize())
}

func failureOf(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}

// A File says what a database file is, without opening it for use.
type File struct {
	Path   string `json:"path"`
	Schema int64  `json:"schema"` // of the file
	Newest int64  `json:"newest"` // that this kith knows
	Bytes  int64  `json:"bytes"`
	Log    int64  `json:"log_bytes"`
}

// Look reads the header of a file. A file that is not ours or newer gives a
// *RefusedError; one that is not there gives no File.
func Look(path string) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	h, err := inspectHeader(path)
	if err != nil || h.size == 0 {
		return nil, err
	}
	return &File{Path: path, Schema: h.version, Newest: sqltext.SchemaNumber(), Bytes: h.size, Log: logSize(path)}, nil
}

// CheckFile reads every page of a file that nobody uses, and refuses what is
// foreign, newer or damaged. The file is left as it is.
func CheckFile(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := inspect(path); err != nil {
		return err
	}
	return inspectContent(path, logSize(path) == 0, true)
}

// readOnlyURI names a file that is opened without being changed.
func readOnlyURI(path string, immutable bool) string {
	query := "mode=ro"
	if immutable {
		query += "&immutable=1"
	}
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query}
	return uri.String()
}

// Replace puts a database file in place of another, which nobody may use. The
// old one is kept aside with its log, under the name that is returned; without
// one the name is empty. A crash leaves the old or the new one, never half.
func Replace(path, with string) (aside string, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return "", err
	}
	lock, err := acquireLock(path)
	if err != nil {
		return "", err
	}
	defer lock.release()
	mark := &logMark{file: lock.f, path: path + "-wal"}
	if err := mark.forget(); err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		if aside, err = setAside(path); err != nil {
			return "", err
		}
	}
	if err := os.Rename(with, path); err != nil {
		return aside, err
	}
	return aside, syncDir(filepath.Dir(path))
}

// setAside renames a database and its log to the first free name.
func setAside(path string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.old-%d", path, n)
		if _, err := os.Stat(aside); err == nil {
			continue
		}
		for _, suffix := range [...]string{"-wal", ""} { // the log first: alone it is refused, not deleted
			if _, err := os.Stat(path + suffix); err != nil {
				continue
			}
			if err := os.Rename(path+suffix, aside+suffix); err != nil {
				return "", err
			}
		}
		_ = os.Remove(path + "-shm") // an index of the log, made anew
		return aside, nil
	}
}

// Place gives a finished file its name, unless there is a file of that name,
// and makes that durable.
func Place(partial, path string) error {
	f, err := os.Open(partial)
	if err != nil {
		return err
	}
	if err := firstError(f.Sync(), f.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces anything.
	if err := os.Link(partial, path); err != nil {
		return err
	}
	if err := os.Remove(partial); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// Discard removes a database that was opened to look at it, with everything
// beside it.
func Discard(path string) {
	for _, suffix := range [...]string{"", "-wal", "-shm", ".lock"} {
		_ = os.Remove(path + suffix)
	}
}

// Newest is the number of the newest schema.
func Newest() int64 { return sqltext.SchemaNumber() }
