package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
// *RefusedError; one that is not there gives no File. Migrations are those of
// Options.
func Look(path string, migrations []sqltext.Migration) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	newest := sqltext.SchemaNumber(migrations)
	h, err := inspectHeader(path, newest)
	if err != nil || h.size == 0 {
		return nil, err
	}
	return &File{Path: path, Schema: h.version, Newest: newest, Bytes: h.size, Log: logSize(path)}, nil
}

// CheckFile reads every page of a file that nobody uses, and refuses what is
// foreign, newer or damaged. The file is left as it is. Migrations are those of
// Options.
func CheckFile(path string, migrations []sqltext.Migration) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	newest := sqltext.SchemaNumber(migrations)
	if err := inspect(path, newest); err != nil {
		return err
	}
	return inspectContent(path, newest, logSize(path) == 0, true)
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
// one the name is empty. While files are moved a note lies beside them: cut short,
// the database is refused until Replace is called again, which goes on.
func Replace(path, with string) (aside string, err error) {
	return replace(path, with, func() error { return nil })
}

// replace calls next between its steps; the error of one ends it there.
func replace(path, with string, next func() error) (aside string, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return "", err
	}
	lock, err := acquireLock(path)
	if err != nil {
		return "", err
	}
	defer lock.release()
	note, dir := path+noteSuffix, filepath.Dir(path)
	if aside, err = asideOf(path); err != nil {
		return "", err
	}
	mark := &logMark{file: lock.f, path: path + "-wal"}
	for _, step := range []func() error{
		func() error { return writeSynced(note, []byte(aside)) },
		func() error { return syncDir(dir) },
		func() error { return setAside(path, aside, "-wal") }, // the log first: alone it is refused, not deleted
		func() error { return setAside(path, aside, "") },
		func() error { return os.Rename(with, path) },
		func() error { return syncDir(dir) },
		mark.forget,
		func() error { return os.Remove(note) },
		func() error { return syncDir(dir) },
	} {
		if err := next(); err != nil {
			return "", err
		}
		if err := step(); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(aside); err != nil {
		return "", nil
	}
	return aside, nil
}

// noteSuffix names the note of a Replace that goes on. It says where the old
// database goes.
const noteSuffix = ".replacing"

// refuseHalf refuses a database that a Replace was cut short over.
func refuseHalf(path string) error {
	aside, err := os.ReadFile(path + noteSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return noAccess(path, err)
	}
	return &RefusedError{path, "a restore over it was cut short",
		fmt.Sprintf("run \"kith db restore --replace\" again; what was there before goes to %q", aside)}
}

// asideOf is where the old database goes: the name that an earlier Replace had
// begun with, as long as the database itself is not there, or the first free one.
func asideOf(path string) (string, error) {
	if begun, err := os.ReadFile(path + noteSuffix); err == nil && len(begun) > 0 {
		if _, err := os.Stat(string(begun)); errors.Is(err, fs.ErrNotExist) {
			return string(begun), nil
		}
	}
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.old-%d", path, n)
		free := true
		for _, suffix := range [...]string{"", "-wal"} {
			if _, err := os.Stat(aside + suffix); err == nil {
				free = false
			} else if !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
		if free {
			return aside, nil
		}
	}
}

// setAside renames a database or, with its suffix, the log, if it is there.
func setAside(path, aside, suffix string) error {
	if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_ = os.Remove(path + "-shm") // an index of the log, made anew
	return nil
}

// writeSynced writes a file whole and makes its content durable.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return firstError(err, f.Sync(), f.Close())
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
