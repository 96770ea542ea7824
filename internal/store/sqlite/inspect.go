package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"zombiezen.com/go/sqlite"
)

// fullCheckBelow is the file size up to which Open reads every page. A larger
// file has its header, length and schema checked only, so that a start does
// not take minutes; `PRAGMA quick_check` by hand does the rest.
const fullCheckBelow = 16 << 20

// What the first 100 bytes of a database say, at fixed places.
const (
	headerSize      = 100
	headerMagic     = "SQLite format 3\x00"
	atPageSize      = 16
	atChangeCounter = 24
	atPageCount     = 28
	atUserVersion   = 60
	atApplicationID = 68
	atValidFor      = 92
)

// A header is what matters of the first page.
type header struct {
	size    int64 // of the file; zero if there is none
	pages   int64 // as the header counts them; zero if it does not say
	page    int64
	version int64
}

// inspectHeader reads the first bytes of the file, without SQLite, and refuses
// what is not ours or of a newer schema than the one that is known.
func inspectHeader(path string, known int64) (header, error) {
	if err := refuseHalf(path); err != nil {
		return header{}, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return header{}, refuseOrphan(path)
	}
	if err != nil {
		return header{}, noAccess(path, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return header{}, fmt.Errorf("open database %q: %w", path, err)
	}
	if st.IsDir() {
		return header{}, &RefusedError{path, "it is a folder", "name a file"}
	}
	if st.Size() == 0 {
		return header{}, refuseOrphan(path)
	}
	b := make([]byte, headerSize)
	if _, err := io.ReadFull(f, b); err != nil || !bytes.HasPrefix(b, []byte(headerMagic)) {
		return header{}, &RefusedError{path, "not a kith database", "use another --data folder or move the file away"}
	}
	return parseHeader(path, known, st.Size(), b)
}

func parseHeader(path string, known, size int64, b []byte) (header, error) {
	be := binary.BigEndian
	if be.Uint32(b[atApplicationID:]) != applicationID {
		return header{}, &RefusedError{path, "a SQLite database of another program",
			"use another --data folder or move the file away"}
	}
	h := header{size: size, version: int64(int32(be.Uint32(b[atUserVersion:])))}
	if h.page = int64(be.Uint16(b[atPageSize:])); h.page == 1 {
		h.page = 65536
	}
	// The count holds if the version that wrote it was the last to write.
	if be.Uint32(b[atChangeCounter:]) == be.Uint32(b[atValidFor:]) {
		h.pages = int64(be.Uint32(b[atPageCount:]))
	}
	return h, refuseNewer(path, known, h.version)
}

// refuseOrphan refuses a log without its database: SQLite would delete it.
func refuseOrphan(path string) error {
	if logSize(path) > 0 {
		return &RefusedError{path, "its write-ahead log is there but the database is gone",
			"put the database back beside it, or move the log away"}
	}
	return nil
}

func refuseNewer(path string, known, version int64) error {
	if version > known {
		return &RefusedError{path, fmt.Sprintf("written by a newer kith (schema %d, this one knows %d)", version, known),
			"use the newer kith or another --data folder"}
	}
	return nil
}

func refuseDamaged(path, what string) error {
	return &RefusedError{path, "damaged (" + what + ")", "restore the latest backup"}
}

func logSize(path string) int64 {
	st, err := os.Stat(path + "-wal")
	if err != nil {
		return 0
	}
	return st.Size()
}

// inspect looks at the file through SQLite, read-only, and refuses what is
// newer or damaged. Without a log it opens the file as immutable, so that not
// even a lock is taken.
func inspect(path string, known int64) error {
	h, err := inspectHeader(path, known)
	if err != nil || h.size == 0 {
		return err
	}
	crashed := logSize(path) > 0
	if !crashed && (h.page == 0 || h.size%h.page != 0 || h.pages > h.size/h.page) {
		return refuseDamaged(path, "shorter than its header says")
	}
	if crashed {
		if broken, err := damagedLog(path+"-wal", h.page); err != nil {
			return fmt.Errorf("open database %q: read its log: %w", path, err)
		} else if broken {
			return refuseDamaged(path, "its write-ahead log is broken before its end")
		}
	}
	_, err = os.Stat(path + "-shm")
	foundIndex := err == nil
	if err = inspectContent(path, known, !crashed, h.size < fullCheckBelow); err != nil && !foundIndex {
		_ = os.Remove(path + "-shm") // reading a log makes one
	}
	return err
}

func inspectContent(path string, known int64, immutable, full bool) error {
	c, err := sqlite.OpenConn(readOnlyURI(path, immutable), sqlite.OpenReadOnly, sqlite.OpenURI)
	if err != nil {
		return fmt.Errorf("open database %q: %w", path, err)
	}
	defer c.Close()
	c.SetBusyTimeout(busyTimeout)
	version, err := pragmaInt(c, "user_version")
	if err != nil {
		return refuseDamaged(path, err.Error())
	}
	if err := refuseNewer(path, known, version); err != nil {
		return err
	}
	if what := damage(c, full); what != "" {
		return refuseDamaged(path, what)
	}
	return nil
}

// damage says what is wrong with the content, if anything.
func damage(c *sqlite.Conn, full bool) string {
	stmt, _, err := c.PrepareTransient(`SELECT count(*) FROM sqlite_schema
		WHERE type = 'table' AND name IN ('objects', 'assocs', 'counts', 'keys')`)
	if err != nil {
		return err.Error()
	}
	defer stmt.Finalize()
	if _, err := stmt.Step(); err != nil {
		return err.Error()
	}
	if stmt.ColumnInt64(0) != 4 {
		return "tables are missing"
	}
	if !full {
		return ""
	}
	return quickCheck(c)
}

func quickCheck(c *sqlite.Conn) string {
	stmt, _, err := c.PrepareTransient("PRAGMA quick_check(1)")
	if err != nil {
		return err.Error()
	}
	defer stmt.Finalize()
	if _, err := stmt.Step(); err != nil {
		return err.Error()
	}
	if got := stmt.ColumnText(0); got != "ok" {
		return got
	}
	return ""
}
