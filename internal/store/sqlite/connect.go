package sqlite

import (
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
)

const (
	// applicationID marks our files: "kith".
	applicationID = 0x6b697468
	pageSize      = 8192
	// busyTimeout only matters while another program looks at the file.
	busyTimeout = 5 * time.Second
	// writerShare is how many times the page cache of a reader the writer has: room for
	// what a full fold writes, which would go to the log twice otherwise.
	writerShare = 4
	// logPages is how long the log gets before it is moved into the database, where a
	// page that was written often goes once. Its index has room for 4062 in one part.
	logPages = 4000
)

// connect opens a connection to a database that is there.
func connect(path string, cacheKiB int, readOnly bool) (*sqlite.Conn, error) {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	c.SetBusyTimeout(busyTimeout)
	if err := c.SetDefensive(true); err != nil {
		return nil, closeAfter(c, err)
	}
	script := fmt.Sprintf(`
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA secure_delete = ON;
		PRAGMA trusted_schema = OFF;
		PRAGMA cell_size_check = ON;
		PRAGMA temp_store = MEMORY;
		PRAGMA journal_size_limit = 67108864;
		PRAGMA wal_autocheckpoint = %d;
		PRAGMA cache_size = -%d;`, logPages, cacheKiB)
	if readOnly {
		script += `PRAGMA query_only = ON;`
	}
	if err := runScript(c, script); err != nil {
		return nil, closeAfter(c, err)
	}
	return c, nil
}

// connectReader opens a connection of the pool.
func connectReader(path string, cacheKiB int) (*readConn, error) {
	c, err := connect(path, cacheKiB, true)
	if err != nil {
		return nil, err
	}
	return &readConn{Conn: c, trim: fmt.Sprintf("PRAGMA cache_size = -%d; PRAGMA cache_size = -%d;", cacheKiB/2, cacheKiB)}, nil
}

// closeAfter closes c and returns why.
func closeAfter(c *sqlite.Conn, err error) error {
	return firstError(err, c.Close())
}
