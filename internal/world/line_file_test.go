package world

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/store"
)

// Files travel with their bytes, piece by piece, and only whole ones come in.
func TestFilesTravel(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	data := bytes.Repeat([]byte("0123456789abcdef"), 3*attachment.PieceSize/16)[:2*attachment.PieceSize+5]
	ana := personIDs(t, b)["ana"]
	var numbers []string
	if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		page, err := findPage(ctx, &tx.Reader, "bakery")
		if err != nil {
			return err
		}
		numbers = nil
		for i, person := range []store.ID{0, ana} {
			f := &attachment.File{Owner: page.ID, Person: person, Ref: attachment.Ref{Type: "file", Mime: "text/plain", Name: "a.txt"}, Made: 5, Until: int64(7 * (1 - i))}
			if err := attachment.Keep(ctx, tx, b.opt.Keys, f, data[:len(data)-i]); err != nil {
				return err
			}
			numbers = append(numbers, f.Number)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	export := func(b *Builder) string {
		var out bytes.Buffer
		if err := b.Export(ctx, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	text := export(b)
	c := testBuilder(t, openMemory(t))
	if err := c.Import(ctx, strings.NewReader(text), nil); err != nil {
		t.Fatal(err)
	}
	if again := export(c); again != text {
		t.Error("what was imported is exported otherwise")
	}
	for i, number := range numbers {
		if got := bytesOf(t, c, number); !bytes.Equal(got, data[:len(data)-i]) {
			t.Errorf("file %d has %d bytes of %d, or others", i, len(got), len(data)-i)
		}
	}
	lines := strings.SplitAfter(strings.TrimSpace(text), "\n")
	d := testBuilder(t, openMemory(t))
	if err := d.Import(ctx, strings.NewReader(strings.Join(lines[:len(lines)-1], "")), nil); err == nil || !strings.Contains(err.Error(), "has 1 more pieces") {
		t.Errorf("a file without its last piece: %v", err)
	}
}

// bytesOf are the bytes of a file.
func bytesOf(t *testing.T, b *Builder, number string) (data []byte) {
	t.Helper()
	if err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		f, err := attachment.Find(context.Background(), r, number)
		if err != nil || f == nil {
			return err
		}
		for n := range f.Pieces {
			piece, err := f.Piece(context.Background(), r, n)
			if err != nil {
				return err
			}
			data = append(data, piece...)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return data
}

// What somebody sent goes with them, piece by piece, in transactions of a bounded size.
func TestFilesGoWithThePerson(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	b.opt.JobRows = 5
	b.opt.FileURL = func(f *attachment.Ref, _ time.Time) string { return "https://files.example/" + f.Number }
	mustLoad(t, b, bakery)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Text: name, Files: []SentFile{{Type: "file", Name: name, Data: make([]byte, attachment.PieceSize+1)}}})
	}
	act(t, b, Action{Person: "ben", Page: "bakery", Event: "message", Files: []SentFile{{Type: "file", Name: "d.txt", Data: []byte("stays")}}})
	held := func() (files, pieces int) {
		if err := b.opt.DB.View(ctx, func(r *store.Reader) error {
			return r.Scan(ctx, store.Objects, func(row *store.Row) bool {
				switch row.Object.Kind {
				case store.KindFile:
					files++
				case store.KindPiece:
					pieces++
				}
				return true
			})
		}); err != nil {
			t.Fatal(err)
		}
		return files, pieces
	}
	if files, pieces := held(); files != 4 || pieces != 7 {
		t.Fatalf("%d files in %d pieces, want 4 in 7", files, pieces)
	}
	act(t, b, Action{Person: "ana", Event: "erase"})
	if err := b.Work(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if files, pieces := held(); files != 1 || pieces != 1 {
		t.Errorf("%d files in %d pieces are left, want the one of ben", files, pieces)
	}
}
