package sqlite

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// A relic is what a kill left of a database, as bytes, and what it holds.
type relic struct {
	files   map[string][]byte // by suffix: "", "-wal", ".lock"
	numbers int
}

// makeRelic writes numbers and copies the files while the store is open, or
// after it was closed.
func makeRelic(t *testing.T, numbers int, closed bool) relic {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kith.db")
	s := openAt(t, path)
	write := func(from, to int) {
		for n := from; n <= to; n++ {
			must(t, s.Update(bg, func(w driver.Writer) error { return writeNumber(w, driver.ID(n)) }))
		}
	}
	write(1, numbers*2/3) // of these most are in the file
	must(t, s.Close())
	s = openAt(t, path)
	write(numbers*2/3+1, numbers)
	if closed {
		must(t, s.Close())
	}
	r := relic{files: map[string][]byte{}, numbers: numbers}
	for _, part := range []string{"", "-wal", ".lock"} {
		if b, err := os.ReadFile(path + part); err == nil {
			r.files[part] = b
		}
	}
	return r
}

// lay puts the files into a folder, changed, and returns the database's path.
func (r relic) lay(t *testing.T, change func(files map[string][]byte)) string {
	t.Helper()
	files := map[string][]byte{}
	for part, b := range r.files {
		files[part] = append([]byte(nil), b...)
	}
	change(files)
	path := filepath.Join(t.TempDir(), "kith.db")
	for part, b := range files {
		must(t, os.WriteFile(path+part, b, 0o600))
	}
	return path
}

// An outcome is what a start makes of a damaged database.
type outcome int

const (
	refusedIt outcome = iota
	wholeIt           // everything is there
	shortIt           // the latest commits are not, and all before them is
	wrongIt           // anything else
)

// start opens a damaged database. A refusal names the path and a remedy and
// changes nothing.
func (r relic) start(t *testing.T, path string) (outcome, error) {
	t.Helper()
	before := snapshot(t, filepath.Dir(path))
	s, err := Open(bg, path, drivertest.Registry(), Options{ReadConns: 1})
	if err != nil {
		refused, ok := errors.AsType[*RefusedError](err)
		if !ok || refused.Remedy == "" || !strings.Contains(err.Error(), path) {
			t.Errorf("Open = %v, which is no refusal with path and remedy", err)
		}
		if diff := cmp.Diff(before, snapshot(t, filepath.Dir(path))); diff != "" {
			t.Errorf("refused with %v, but files changed: %.300s", err, diff)
		}
		return refusedIt, err
	}
	defer func() { _ = s.Close() }()
	return r.judge(s)
}

func (r relic) judge(s *Store) (outcome, error) {
	rows, l := map[driver.ID]int{}, newLedger()
	if problems := l.check(s); len(problems) > 0 {
		return wrongIt, errors.New(problems[0])
	}
	if err := s.View(bg, func(rd driver.Reader) error { return countRows(rd, rows) }); err != nil {
		return wrongIt, err
	}
	for n := 1; n <= len(rows); n++ {
		if rows[driver.ID(n)] == 0 {
			return wrongIt, fmt.Errorf("%d is missing, and later ones are there", n)
		}
	}
	if len(rows) == r.numbers {
		return wholeIt, nil
	}
	return shortIt, nil
}

// T-DUR-05: the database ends anywhere in its last 64 KiB.
func TestDamageTruncatedDatabase(t *testing.T) {
	r := makeRelic(t, 200, true)
	size := len(r.files[""])
	for cut := max(0, size-64<<10); cut < size; cut += sector {
		path := r.lay(t, func(files map[string][]byte) { files[""] = files[""][:cut] })
		if got, err := r.start(t, path); got != refusedIt && cut > 0 {
			t.Errorf("cut at %d of %d: %d, %v", cut, size, got, err)
		}
	}
}

// The log ends anywhere in its last 64 KiB: all before the end is there. What
// is behind it cannot be told from a commit that a crash has cut.
func TestDamageTruncatedLog(t *testing.T) {
	r := makeRelic(t, 60, false)
	size, short := len(r.files["-wal"]), 0
	for cut := max(0, size-64<<10); cut < size; cut += sector {
		path := r.lay(t, func(files map[string][]byte) { files["-wal"] = files["-wal"][:cut] })
		switch got, err := r.start(t, path); got {
		case shortIt:
			short++
		case wholeIt, refusedIt:
		default:
			t.Errorf("cut at %d of %d: %v", cut, size, err)
		}
	}
	t.Logf("%d cuts of a log of %d bytes, after %d of them the latest commits are gone", min(size, 64<<10)/sector, size, short)
}

// One bit of every sector of the log is wrong: a start refuses, unless that is
// in the last commit.
func TestDamageFlippedLog(t *testing.T) {
	r := makeRelic(t, 60, false)
	log := r.files["-wal"]
	lastCommit := 0 // where the last commit but one ends
	var ends []int
	for at := walHeader; at+walFrameHeader+pageSize <= len(log); at += walFrameHeader + pageSize {
		if isCommit(log[at:]) {
			ends = append(ends, at+walFrameHeader+pageSize)
		}
	}
	lastCommit = ends[len(ends)-2]
	rng := rand.New(rand.NewPCG(5, 5))
	flips := []int{0, 5, 9, 17, 21, 25, 30, 33, 36, 40, 45, 50, 54} // in the header of the log and of a frame
	for at := sector; at < len(log); at += sector * 12 {
		flips = append(flips, at+rng.IntN(sector))
	}
	refused := 0
	for _, at := range flips {
		if at >= len(log) {
			continue
		}
		bit := byte(1) << rng.IntN(8)
		path := r.lay(t, func(files map[string][]byte) { files["-wal"][at] ^= bit })
		got, err := r.start(t, path)
		if got == refusedIt {
			refused++
			continue
		}
		if at < lastCommit && got != wholeIt || got == wrongIt {
			t.Errorf("bit %#x at %d of %d, the last commit begins at %d: %d, %v", bit, at, len(log), lastCommit, got, err)
		}
	}
	t.Logf("%d flips, %d refused", len(flips), refused)
}

// One bit is wrong in the head of each page, in the place of a row or in the
// row itself. The first two are found at the start; what is wrong inside the
// data of a row is not, see docs/durability.md.
func TestDamageFlippedPages(t *testing.T) {
	r := makeRelic(t, 400, true)
	rng := rand.New(rand.NewPCG(6, 6))
	count := map[outcome]int{}
	for page := 0; page < len(r.files[""])/pageSize; page++ {
		head := page * pageSize
		if page == 0 {
			head = 100 // behind the header of the file
		}
		for _, at := range []int{head, head + 3, head + 8 + rng.IntN(4)} { // type, cells, first cells
			path := r.lay(t, func(files map[string][]byte) { files[""][at] ^= byte(1) << rng.IntN(8) })
			got, err := r.start(t, path)
			if count[got]++; got == wrongIt || got == shortIt {
				t.Errorf("page %d, byte %d: %d, %v", page+1, at-page*pageSize, got, err)
			}
		}
	}
	t.Logf("%d refused, %d harmless", count[refusedIt], count[wholeIt])
	if count[refusedIt] < count[wholeIt] {
		t.Error("hardly any damage is found")
	}
}

// T-DUR-06: the log is gone, or another database's.
func TestDamageExchangedLog(t *testing.T) {
	r, other := makeRelic(t, 60, false), makeRelic(t, 30, false)
	calm := makeRelic(t, 60, true)
	tests := []struct {
		name, want string
		relic      relic
		change     func(files map[string][]byte)
	}{
		{"deleted", "its write-ahead log is gone", r, func(files map[string][]byte) { delete(files, "-wal") }},
		{"of another database", "is not its own", r, func(files map[string][]byte) { files["-wal"] = other.files["-wal"] }},
		{"of another database, after a clean end", "is not its own", calm, func(files map[string][]byte) { files["-wal"] = other.files["-wal"] }},
		{"cut in its header", "is not its own", r, func(files map[string][]byte) { files["-wal"] = files["-wal"][:20] }},
		{"as it was", "", r, func(map[string][]byte) {}},
		{"as it was, without a mark", "", r, func(files map[string][]byte) { delete(files, ".lock") }},
		{"none, after a clean end", "", calm, func(map[string][]byte) {}},
	}
	for _, tt := range tests {
		got, err := tt.relic.start(t, tt.relic.lay(t, tt.change))
		if tt.want == "" && got != wholeIt || tt.want != "" && (got != refusedIt || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("log %s: %d, %v", tt.name, got, err)
		}
	}
}

// A start that the remedy asks for works.
func TestDamageRemedy(t *testing.T) {
	r := makeRelic(t, 60, false)
	path := r.lay(t, func(files map[string][]byte) { delete(files, "-wal") })
	if got, _ := r.start(t, path); got != refusedIt {
		t.Fatalf("a start without its log: %d", got)
	}
	must(t, os.Remove(path+".lock"))
	if got, err := r.start(t, path); got != shortIt {
		t.Errorf("after the lock file was removed: %d, %v", got, err)
	}
}

// A database that takes the place of one that crashed is not asked for the log
// of that one; and a crash after a scrub, which commits and empties the log by
// itself, leaves a database that starts.
func TestDamageMarkFollowsTheFile(t *testing.T) {
	r, fresh := makeRelic(t, 60, false), makeRelic(t, 30, true)
	path := r.lay(t, func(map[string][]byte) {})
	with := fresh.lay(t, func(files map[string][]byte) { delete(files, ".lock") })
	if _, err := Replace(path, with); err != nil {
		t.Fatal(err)
	}
	if got, err := fresh.start(t, path); got != wholeIt {
		t.Errorf("after Replace: %d, %v", got, err)
	}
	s := openAt(t, path)
	must(t, s.Update(bg, func(w driver.Writer) error { return w.Purge(bg, []driver.ID{30}) }))
	must(t, s.Close())
	s = openAt(t, path) // a session whose first commit is the scrub's
	for range 3 {
		must(t, s.Scrub(bg))
		crashedCopy(t, path)
		must(t, s.Update(bg, func(w driver.Writer) error { return writeNumber(w, 31) }))
		crashedCopy(t, path)
		must(t, s.Update(bg, func(w driver.Writer) error { return w.Purge(bg, []driver.ID{31}) }))
	}
}

// crashedCopy opens a copy of the files of an open database.
func crashedCopy(t *testing.T, path string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "kith.db")
	for _, part := range []string{"", "-wal", ".lock"} {
		if b, err := os.ReadFile(path + part); err == nil {
			must(t, os.WriteFile(to+part, b, 0o600))
		}
	}
	s, err := Open(bg, to, drivertest.Registry(), Options{ReadConns: 1})
	if err != nil {
		t.Error(err)
		return
	}
	drivertest.Verify(t, s, drivertest.Registry())
	must(t, s.Close())
}
