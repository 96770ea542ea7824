package world

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/store"
)

// A fileLine is what was sent along with a message; so many lines with its pieces follow
// it. Times are unix microseconds.
type fileLine struct {
	attachment.Ref
	Owner  string `json:"owner"`            // a Page or an account
	Person string `json:"person,omitempty"` // with whose conversation it goes
	Made   int64  `json:"made"`
	Until  int64  `json:"until,omitempty"`
	Once   bool   `json:"once,omitempty"`
	Pieces int    `json:"pieces"`
	Rest   []byte `json:"rest,omitempty"`
}

// A pieceLine is the next piece of the file above.
type pieceLine struct {
	Of   string `json:"of"`
	Data []byte `json:"data"`
}

// filesHeld writes files in the order of their numbers, each with its pieces.
func (x *exporter) filesHeld(ctx context.Context) error {
	var list []*attachment.File
	for _, id := range x.files {
		rec, err := x.r.Get(ctx, id)
		if err != nil {
			return err
		}
		if f, ok := record[*attachment.File](rec); ok {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *attachment.File) int { return strings.Compare(a.Number, b.Number) })
	for _, f := range list {
		if err := x.file(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// file writes a file; one that goes with somebody who is gone is left out.
func (x *exporter) file(ctx context.Context, f *attachment.File) error {
	if err := x.learn(ctx, []store.ID{f.Person}); err != nil {
		return err
	}
	owner, person := x.name(f.Owner), x.persons[f.Person]
	if owner == "" || f.Person != 0 && person == "" {
		return nil
	}
	out := &fileLine{Ref: f.Ref, Owner: owner, Person: person, Made: f.Made, Until: f.Until, Once: f.Once, Pieces: len(f.Pieces), Rest: rest(*f, (*attachment.File).Encode)}
	if err := x.enc.Encode(line{File: out}); err != nil {
		return err
	}
	for n := range f.Pieces {
		data, err := f.Piece(ctx, x.r, n)
		if err != nil {
			return err
		}
		if err := x.enc.Encode(line{Piece: &pieceLine{Of: f.Number, Data: data}}); err != nil {
			return err
		}
	}
	return nil
}

// An openFile is a file whose pieces come.
type openFile struct {
	number       string
	pieces, left int
	bytes, size  int64
}

func (o *openFile) begin(l *fileLine) error {
	switch {
	case o.left > 0:
		return fmt.Errorf("file %s has %d more pieces", o.number, o.left)
	case l.Pieces < 0 || l.Size < 0 || int64(l.Pieces) != (l.Size+attachment.PieceSize-1)/attachment.PieceSize:
		return fmt.Errorf("a file of %d bytes has no %d pieces", l.Size, l.Pieces)
	}
	*o = openFile{number: l.Number, pieces: l.Pieces, left: l.Pieces, size: l.Size}
	return nil
}

func (o *openFile) next(l *pieceLine) error {
	if o.left == 0 || l.Of != o.number {
		return errors.New("a piece follows the line of its file")
	}
	o.left--
	o.bytes += int64(len(l.Data))
	if want := min(attachment.PieceSize, o.size-o.bytes+int64(len(l.Data))); int64(len(l.Data)) != want {
		return fmt.Errorf("a piece of %d bytes where %d belong", len(l.Data), want)
	}
	return nil
}

// file checks the line of a file.
func (c *checking) file(n int, l *fileLine) error {
	kind, _, _ := strings.Cut(l.Owner, " ")
	switch {
	case kind != pageKind && kind != instagramKind:
		return errors.New("a file belongs to a page or an instagram account")
	case len(l.Number) != 16 || strings.Trim(l.Number, "0123456789") != "":
		return fmt.Errorf("%q is no number of a file", l.Number)
	case !slices.Contains(attachment.Types(), l.Type):
		return fmt.Errorf("unknown type %q of a file", l.Type)
	case strings.ContainsAny(l.Mime+l.Name, "\r\n\x00"):
		return errors.New("type and name of a file are one line")
	}
	c.key(n, store.SpaceFile, l.Number, "file "+l.Number)
	c.name(n, l.Person)
	if err := c.open.begin(l); err != nil {
		return err
	}
	return c.names(n, []string{l.Owner})
}

func (c *checking) piece(l *pieceLine) error { return c.open.next(l) }

// piecesAtOnce is how many pieces an import writes in one transaction.
const piecesAtOnce = 8

// filed collects a file, which is written once all of it is there.
func (m *importing) filed(ctx context.Context, l *line) error {
	if l.File != nil {
		if err := m.flush(ctx); err != nil {
			return err
		}
		if err := m.life(ctx); err != nil {
			return err
		}
		m.file = &importedFile{line: l.File}
	} else {
		m.pieces = append(m.pieces, l.Piece.Data)
		m.file.come++
	}
	if len(m.pieces) < piecesAtOnce && m.file.come < m.file.line.Pieces {
		return nil
	}
	var next attachment.File
	err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		next = attachment.File{Pieces: slices.Clone(m.file.pieces)}
		for _, data := range m.pieces {
			if err := next.Add(ctx, tx, data); err != nil {
				return err
			}
		}
		if m.file.come < m.file.line.Pieces {
			return nil
		}
		return m.wholeFile(ctx, tx, next.Pieces)
	})
	m.file.pieces, m.pieces = next.Pieces, m.pieces[:0]
	return err
}

// An importedFile is one of which some pieces are written.
type importedFile struct {
	line   *fileLine
	come   int
	pieces []store.ID
}

// wholeFile writes the record of a file whose pieces are there.
func (m *importing) wholeFile(ctx context.Context, tx *store.Tx, pieces []store.ID) error {
	l, known := m.file.line, nameIndex{}
	names := []string{l.Owner}
	if l.Person != "" {
		names = append(names, personKind+" "+l.Person)
	}
	if err := m.know(ctx, tx, known, names); err != nil {
		return err
	}
	f, err := unrest(l.Rest, func(data []byte) (*attachment.File, error) { return attachment.Decode(0, data) })
	if err != nil {
		return err
	}
	f.Ref, f.Owner, f.Made, f.Until, f.Once, f.Pieces = l.Ref, known[l.Owner], l.Made, l.Until, l.Once, pieces
	if l.Person != "" {
		f.Person = known[personKind+" "+l.Person]
	}
	free, err := f.Restore(ctx, tx)
	if err == nil && !free {
		err = Problems{{Text: "file " + l.Number + " exists already"}}
	}
	return err
}
