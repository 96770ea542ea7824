package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A logMark remembers, in the lock file, which write-ahead log belongs to the
// database, so that a start finds out when the log was deleted or exchanged:
// SQLite would take the database without its latest commits, or write another
// database's pages into it. A log is named by its salts, two numbers in its
// header; the first rises by one and the second changes each time the log
// begins anew.
//
// The mark is written before the first commit after a start, again when a
// commit has begun a new log, before it is acknowledged, and at Close. A start
// itself writes nothing, so that it works on a full disk. No mark is fine: then
// files are taken as they are.
type logMark struct {
	file  *os.File // the lock file
	path  string   // of the log
	log   *os.File // opened at the first commit; SQLite keeps its locks elsewhere
	state byte     // what the file says, zero if nothing of this session
	salts salts
}

type salts [2]uint32

// States of a mark.
const (
	markOpen   = 'o' // a log may be there or not, any
	markLog    = 'l' // this log holds commits
	markClosed = 'c' // all is in the database; this log may still be there
)

const (
	markFormat = "kith log 1 %c %08x %08x\n"
	atSalts    = 16
	walHeader  = 32
	// restarts is how many times a log may have begun anew since the mark.
	restarts = 1000
)

// read returns what the file says; state zero means nothing.
func (m *logMark) read() (state byte, s salts) {
	b := make([]byte, 64)
	n, _ := m.file.ReadAt(b, 0)
	if _, err := fmt.Sscanf(string(b[:n]), markFormat, &state, &s[0], &s[1]); err != nil {
		return 0, salts{}
	}
	return state, s
}

// write makes the file say something, durably.
func (m *logMark) write(state byte, s salts) error {
	if _, err := m.file.WriteAt(fmt.Appendf(nil, markFormat, state, s[0], s[1]), 0); err != nil {
		return err
	}
	if err := m.file.Sync(); err != nil {
		return err
	}
	m.state, m.salts = state, s
	return nil
}

// forget takes the mark away, for a database that gets another's place.
func (m *logMark) forget() error {
	if err := m.file.Truncate(0); err != nil {
		return err
	}
	m.state = 0
	return m.file.Sync()
}

// check refuses a database whose log is not the one that was marked. Nothing
// was opened yet.
func (m *logMark) check(database string) error {
	state, want := m.read()
	if state != markLog && state != markClosed {
		return nil
	}
	st, err := os.Stat(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		if state == markClosed {
			return nil
		}
		return &RefusedError{database, "its write-ahead log is gone, and with it the latest changes",
			fmt.Sprintf("put %q back, or remove %q to go on without them", m.path, m.file.Name())}
	}
	if err != nil || st.Size() == 0 { // emptied: all is in the database
		return err
	}
	if have, err := readSalts(m.path); err != nil || !have.follow(want, state) {
		return &RefusedError{database, "the write-ahead log beside it is not its own",
			fmt.Sprintf("put its own log back as %q; if there is none, move that file away and remove %q", m.path, m.file.Name())}
	}
	return nil
}

// follow reports whether a log with these salts may come after one that was
// marked.
func (s salts) follow(marked salts, state byte) bool {
	ahead := s[0] - marked[0]
	return s == marked || state == markLog && ahead > 0 && ahead < restarts
}

func readSalts(path string) (s salts, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	return saltsOf(f)
}

func saltsOf(f *os.File) (s salts, err error) {
	var b [8]byte
	_, err = f.ReadAt(b[:], atSalts)
	return salts{binary.BigEndian.Uint32(b[:4]), binary.BigEndian.Uint32(b[4:])}, err
}

// prepare is called before a commit: the first of a session takes an old mark
// away.
func (m *logMark) prepare() error {
	if m.state == markOpen || m.state == markLog {
		return nil
	}
	s, err := readSalts(m.path)
	switch {
	case err == nil:
		return m.write(markLog, s)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, io.EOF):
		return m.write(markOpen, salts{})
	}
	return err
}

// follow is called after a commit and before it is acknowledged: the mark names
// the log the commit went to. The first time it makes the name of the log
// durable: SQLite syncs the folder too, and goes on if that fails.
func (m *logMark) follow() error {
	if m.log == nil {
		f, err := os.Open(m.path)
		if err != nil {
			return err
		}
		if err := syncDir(filepath.Dir(m.path)); err != nil {
			return errors.Join(err, f.Close())
		}
		m.log = f
	}
	s, err := saltsOf(m.log)
	if err != nil || m.state == markLog && s == m.salts {
		return err
	}
	return m.write(markLog, s)
}

// close is called before the last connection moves the log into the database
// and removes it, also after a session that has written nothing.
func (m *logMark) close() error {
	if m.log != nil {
		_ = m.log.Close()
	}
	state, s := m.read()
	if state != markLog {
		return nil
	}
	have, err := readSalts(m.path)
	switch {
	case err == nil:
		s = have
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, io.EOF):
		return err
	}
	return m.write(markClosed, s)
}
