package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// traces counts the places in the files of a database that have a word.
func traces(t *testing.T, path, word string) int {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(word))
	}
	return n
}

// fillAndDelete writes rows in no order and of many sizes, so that pages split
// and rows move, and deletes those with the word.
func fillAndDelete(t *testing.T, s *Store, word string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	order := rng.Perm(4000)
	var doomed []driver.ID
	for len(order) > 0 {
		var objs []driver.Object
		for _, n := range order[:100] {
			text := "harmless"
			if n%3 != 0 {
				text = word
				doomed = append(doomed, driver.ID(n+1))
			}
			objs = append(objs, driver.Object{ID: driver.ID(n + 1), Kind: 1, Data: fmt.Appendf(nil, "%s %d %s", text, n, strings.Repeat(".", rng.IntN(900)))})
		}
		order = order[100:]
		if err := s.Update(t.Context(), func(w driver.Writer) error { return w.Put(t.Context(), objs) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Update(t.Context(), func(w driver.Writer) error { return w.Delete(t.Context(), doomed) }); err != nil {
		t.Fatal(err)
	}
}

func TestScrubLeavesNothingOfDeletedRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := openAt(t, path)
	const word = "secretword"
	fillAndDelete(t, s, word)
	if traces(t, path, word) == 0 {
		t.Error("the log has no trace of a deleted row: the search finds nothing")
	}
	if err := s.onWriter(t.Context(), s.emptyLog); err != nil {
		t.Fatal(err)
	}
	// Copies of rows that moved outlive secure_delete and an empty log.
	if traces(t, path, word) == 0 {
		t.Error("no copy was left behind: this test no longer shows what wiping is for")
	}
	before := dump(t, s)
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, path, word); n != 0 {
		t.Errorf("%d traces after Scrub", n)
	}
	if after := dump(t, s); after != before || !strings.Contains(after, "harmless 0 ") {
		t.Error("Scrub changed what the store holds")
	}
	if what := quickCheck(s.conn); what != "" {
		t.Error(what)
	}
}

// dump is all objects as text.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	if err := s.View(t.Context(), func(r driver.Reader) error {
		return r.Scan(t.Context(), driver.Objects, func(row *driver.Row) bool {
			fmt.Fprintf(&b, "%d %s\n", row.Object.ID, row.Object.Data)
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A reader of the old state holds Scrub up, not the writers.
func TestScrubWaitsForReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := openAt(t, path)
	const word = "secretword"
	fillAndDelete(t, s, word)
	reading, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- s.View(t.Context(), func(r driver.Reader) error {
			err := r.Read(t.Context(), &driver.ReadSet{Objects: []driver.ID{1}})
			close(reading)
			<-release
			return err
		})
	}()
	<-reading
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	// A commit after the reader began, so that its snapshot is an old one.
	put := func(w driver.Writer) error {
		return w.Put(t.Context(), []driver.Object{{ID: 9999, Kind: 1, Data: []byte("new")}})
	}
	if err := s.Update(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	if err := s.Scrub(short); err != context.DeadlineExceeded {
		t.Errorf("Scrub beside a reader: %v", err)
	}
	if err := s.Update(t.Context(), put); err != nil {
		t.Errorf("an update beside a reader and after a Scrub that waited: %v", err)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, path, word); n != 0 {
		t.Errorf("%d traces", n)
	}
}

func TestWipeRefusesDamagedPages(t *testing.T) {
	good := make([]byte, pageSize)
	copy(good, []byte{13, 0, 0, 0, 1, 0x1f, 0x00, 0, 0x1f, 0x00}) // a leaf with one cell at 0x1f00
	tests := []struct {
		name    string
		change  func(p []byte)
		changed bool
		damaged bool
	}{
		{"a clean leaf stays", func([]byte) {}, false, false},
		{"the gap is wiped", func(p []byte) { p[0x100] = 'x' }, true, false},
		{"cells stay", func(p []byte) { p[0x1f10] = 'x' }, false, false},
		{"what is no B-tree stays", func(p []byte) { p[0], p[0x100] = 0, 'x' }, false, false},
		{"a free block is wiped behind its header", func(p []byte) { p[1], p[2] = 0x1f, 0x80; copy(p[0x1f80:], []byte{0, 0, 0, 40, 'x'}) }, true, false},
		{"more cells than room", func(p []byte) { p[3], p[4] = 0xff, 0xff }, false, true},
		{"a cell in the gap", func(p []byte) { p[8], p[9] = 0, 200 }, false, true},
		{"a free block in the gap", func(p []byte) { p[1], p[2] = 0, 200 }, false, true},
		{"a free block beyond the page", func(p []byte) { p[1], p[2] = 0x1f, 0xf0; copy(p[0x1ff0:], []byte{0, 0, 1, 0}) }, false, true},
		{"free blocks in a circle", func(p []byte) { p[1], p[2] = 0x1f, 0x80; copy(p[0x1f80:], []byte{0x1f, 0x80, 0, 8}) }, false, true},
	}
	for _, tt := range tests {
		p := bytes.Clone(good)
		tt.change(p)
		changed, err := wipe(p, false)
		if changed != tt.changed && !tt.damaged || (err != nil) != tt.damaged {
			t.Errorf("%s: changed %v, %v", tt.name, changed, err)
		}
	}
}
