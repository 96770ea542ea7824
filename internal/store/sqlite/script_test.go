package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// Variables that make this test binary a child process instead.
const (
	scriptPath   = "KITH_TEST_SCRIPT"        // the database of the script
	scriptSync   = "KITH_TEST_SCRIPT_SYNC"   // PRAGMA synchronous of it, as planted
	scriptWrites = "KITH_TEST_SCRIPT_WRITES" // numbers each of its writers writes
	scriptLies   = "KITH_TEST_SCRIPT_LIES"   // planted: a write that failed is acknowledged
)

func TestMain(m *testing.M) {
	var err error
	switch {
	case os.Getenv(killPath) != "":
		err = writeForEver(os.Getenv(killPath))
	case os.Getenv(upgradePath) != "":
		err = upgradeAndDie(os.Getenv(upgradePath))
	case os.Getenv(scriptPath) != "":
		err = runScriptChild(os.Getenv(scriptPath))
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The script tells what happens in lines of a sign and a number:
//
//	+n  n was written, acknowledged       ?n  n is about to be removed
//	!n  n was not written                 -n  n was removed, acknowledged
//	~n  nobody knows whether n was        >n  n was not removed
//
// A line that begins with "wrong" is a wrong answer.
func say(sign string, n driver.ID) { fmt.Fprintf(os.Stdout, "%s%d\n", sign, int64(n)) }

const (
	scriptWriters  = 3
	scriptSessions = 2
)

// runScriptChild writes and removes numbers in a database that is opened and
// closed twice. Its log is moved into the file every few commits.
func runScriptChild(path string) error {
	writes, err := strconv.Atoi(os.Getenv(scriptWrites))
	if err != nil {
		return err
	}
	for session := range scriptSessions {
		s, err := Open(bg, path, drivertest.Registry(), Options{})
		if err != nil {
			return err
		}
		_ = s.Update(bg, func(w driver.Writer) error { // fails with the disk: then the defaults hold
			c := w.(*writer).conn
			_, err := pragmaInt(c, "wal_autocheckpoint = 100")
			return err
		})
		if level := os.Getenv(scriptSync); level != "" {
			// Between two transactions, where this pragma works.
			if err := execute(s.conn, "PRAGMA synchronous = "+level); err != nil {
				return err
			}
		}
		var wg sync.WaitGroup
		for g := range scriptWriters {
			first := driver.ID(1 + session*writes*scriptWriters + g)
			wg.Go(func() { scriptWriter(s, first, writes) })
		}
		wg.Wait()
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

// scriptWriter writes every third number from first and removes some of them.
func scriptWriter(s *Store, first driver.ID, writes int) {
	for i := range writes {
		n := first + driver.ID(i*scriptWriters)
		err := s.Update(bg, func(w driver.Writer) error { return writeNumber(w, n) })
		tell(err, "+", "!", n)
		look(s, n, err)
		if i%4 == 3 {
			old := n - 2*scriptWriters
			say("?", old)
			err := s.Update(bg, func(w driver.Writer) error { return w.Purge(bg, []driver.ID{old}) })
			tell(err, "-", ">", old)
		}
	}
}

// tell says how an update ended.
func tell(err error, done, failed string, n driver.ID) {
	switch {
	case err == nil || os.Getenv(scriptLies) != "":
		say(done, n)
	case errors.Is(err, driver.ErrAmbiguous):
		say("~", n)
	case errors.Is(err, driver.ErrUnavailable):
		say(failed, n)
	default:
		fmt.Printf("wrong: write of %d: %v\n", int64(n), err)
	}
}

// look reads a number after its write; the answer is right or none.
func look(s *Store, n driver.ID, written error) {
	rs := driver.ReadSet{Objects: []driver.ID{n}, Keys: []driver.Key{numberKey(n)}}
	err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) })
	switch {
	case errors.Is(err, driver.ErrUnavailable):
	case err != nil:
		fmt.Printf("wrong: read of %d: %v\n", int64(n), err)
	case (rs.GotObjects[0] != nil) != (rs.GotKeys[0] == n),
		(rs.GotObjects[0] != nil) != (written == nil) && !errors.Is(written, driver.ErrAmbiguous):
		fmt.Printf("wrong: %d reads as %t, %d, and its write ended with %v\n", int64(n), rs.GotObjects[0] != nil, int64(rs.GotKeys[0]), written)
	}
}

// A ledger is what must be in a database after what was told.
type ledger struct {
	state map[driver.ID]byte // the last sign of a number: there (+), gone (- !) or either (~ ?)
	was   map[driver.ID]byte // the one before it was to be removed
	wrong []string
	acked int
}

func newLedger() *ledger { return &ledger{state: map[driver.ID]byte{}, was: map[driver.ID]byte{}} }

// hear takes one line.
func (l *ledger) hear(line string) {
	number, err := strconv.ParseInt(strings.TrimSpace(line[min(1, len(line)):]), 10, 64)
	if err != nil {
		l.wrong = append(l.wrong, line)
		return
	}
	n := driver.ID(number)
	switch sign := line[0]; sign {
	case '?':
		if l.was[n] = l.state[n]; l.was[n] == '+' {
			l.state[n] = sign
		}
	case '>':
		l.state[n] = l.was[n]
	case '+', '-':
		l.acked++
		l.state[n] = sign
	default:
		l.state[n] = sign
	}
}

// check compares a database with the ledger and says what does not fit.
func (l *ledger) check(s *Store) (problems []string) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	rows := map[driver.ID]int{}
	err := s.View(bg, func(r driver.Reader) error {
		if err := driver.Verify(bg, r, drivertest.Registry(), func(what string) { bad("%s", what) }); err != nil {
			return err
		}
		return countRows(r, rows)
	})
	if err != nil {
		bad("scan: %v", err)
		return problems
	}
	for n, sign := range l.state {
		switch there := rows[n] > 0; {
		case sign == '+' && !there:
			bad("acknowledged %d is lost", int64(n))
		case (sign == '-' || sign == '!') && there:
			bad("%d is there, and it was removed or never written (%c)", int64(n), sign)
		}
	}
	for n, have := range rows {
		if have != rowsOfNumber {
			bad("%d has %d of its %d rows", int64(n), have, rowsOfNumber)
		}
	}
	return problems
}

// rowsOfNumber is what writeNumber writes: an object, a key, an association
// and its inverse.
const rowsOfNumber = 4

func countRows(r driver.Reader, rows map[driver.ID]int) error {
	for table, of := range map[driver.Table]func(*driver.Row) driver.ID{
		driver.Objects: func(row *driver.Row) driver.ID { return row.Object.ID },
		driver.Keys:    func(row *driver.Row) driver.ID { return row.Key.ID },
		driver.Assocs: func(row *driver.Row) driver.ID {
			if row.Assoc.Kind == 20 {
				return row.Assoc.To
			}
			return row.Assoc.From
		},
	} {
		if err := r.Scan(bg, table, func(row *driver.Row) bool { rows[of(row)]++; return true }); err != nil {
			return err
		}
	}
	return nil
}
