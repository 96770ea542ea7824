package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Sending names the n-th copy of a database that is made to be sent away.
func Sending(path string, n int64) string { return path + "." + strconv.FormatInt(n, 10) + ".sending" }

// unfinished are what stands behind the name of a database in those of copies that
// are sent or being made, and of what lies beside them.
var unfinished = regexp.MustCompile(`^\.\d+\.(sending|sending\.\d+\.partial|partial)(-wal|-shm|\.lock)?$`)

// sweep removes copies of the database that a process which was killed left: they
// hold people who may have been erased since. Finished backups have other names.
func sweep(path string) error {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), base)
		if !ours || !unfinished.MatchString(rest) {
			continue
		}
		if err := os.Remove(dir + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
