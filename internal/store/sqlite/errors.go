package sqlite

import (
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A RefusedError says why Open left a file alone and what can be done.
type RefusedError struct {
	Path   string
	Reason string
	Remedy string
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("open database %q: %s; %s; nothing was changed", e.Path, e.Reason, e.Remedy)
}

// broken wraps a failure of the file or the disk, after which the caller may
// try again.
func broken(op string, err error) error {
	return fmt.Errorf("%s: %w: %w", op, driver.ErrUnavailable, err)
}

// commitFailed wraps a failed COMMIT. It was rolled back, but if a write or
// sync failed the log may still hold it whole, and a crash before the next
// commit would bring it back: then the outcome is unknown, too.
func commitFailed(err error) error {
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultIOErr {
		return fmt.Errorf("commit: %w: %w: %w", driver.ErrUnavailable, driver.ErrAmbiguous, err)
	}
	return broken("commit", err)
}

// failure names the operation; trouble of file, disk or memory is marked as
// such.
func failure(op string, err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull, sqlite.ResultIOErr, sqlite.ResultNoMem, sqlite.ResultBusy,
		sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return broken(op, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}
