package sqlite

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
)

// killPath names the database to the child of TestKill.
const killPath = "KITH_TEST_KILL_PATH"

// writeForEver writes from four goroutines, each number as an object, a key
// and an association, and prints the number once it is acknowledged.
func writeForEver(path string) error {
	s, err := Open(bg, path, drivertest.Registry(), Options{})
	if err != nil {
		return err
	}
	first, err := strconv.Atoi(os.Getenv(killPath + "_FIRST"))
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := driver.ID(first + g); ; n += 4 {
				if err := s.Update(bg, func(w driver.Writer) error { return writeNumber(w, n) }); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Println(int64(n))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return nil
}

func numberKey(n driver.ID) driver.Key {
	return driver.Key{Space: 1, Key: strconv.FormatInt(int64(n), 10)}
}

func writeNumber(w driver.Writer, n driver.ID) error {
	if err := w.Put(bg, []driver.Object{{ID: n, Kind: thing, Data: make([]byte, 500)}}); err != nil {
		return err
	}
	if _, err := w.Bind(bg, []driver.Binding{{Key: numberKey(n), ID: n}}); err != nil {
		return err
	}
	return w.Link(bg, []driver.Assoc{{From: 1 << 40, Kind: 20, To: n, Time: driver.TimeVersion}})
}

// TestKill kills a writing process again and again: what it acknowledged must
// be there, and nothing half done.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	path := filepath.Join(t.TempDir(), "kith.db")
	next, acked := 1, map[driver.ID]bool{}
	for round := range 10 {
		last := killRound(t, path, next, 1+round*round*3, acked)
		next = last + 100
		s := openAt(t, path)
		checkNumbers(t, s, acked)
		must(t, s.Close())
	}
	if len(acked) < 10 {
		t.Errorf("only %d writes were acknowledged", len(acked))
	}
}

// killRound lets a child acknowledge some numbers and kills it at once.
func killRound(t *testing.T, path string, first, after int, acked map[driver.ID]bool) (last int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killPath+"="+path, killPath+"_FIRST="+strconv.Itoa(first))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	last = first
	for n := 0; lines.Scan(); n++ {
		if n == after {
			must(t, child.Process.Kill())
		}
		id, err := strconv.Atoi(lines.Text())
		if err != nil {
			break // cut by the kill
		}
		acked[driver.ID(id)] = true
		last = max(last, id)
	}
	_ = child.Wait() // it was killed
	return last
}

func checkNumbers(t *testing.T, s *Store, acked map[driver.ID]bool) {
	t.Helper()
	l := newLedger()
	for id := range acked {
		l.state[id] = '+'
	}
	for _, p := range l.check(s) {
		t.Error(p)
	}
}
