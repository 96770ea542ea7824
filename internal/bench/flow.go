package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// A Flow is the export of a crowd in JSON Lines, made while it is read, because
// that of millions of people fits no memory. It is what Export writes of a
// store filled by Populate with the same keys and size.
type Flow struct {
	crowd  *Crowd
	keys   *access.Keys
	people int
	header []byte
	// progress hears how many people were read, and how often before that the
	// reading had begun; nil is fine.
	progress func(pass, n int)

	pass int
	next int // person
	rest []byte
	line []byte
}

var errSeek = errors.New("a flow goes back to its beginning only")

// NewFlow is the flow of a crowd of any size; g is an empty Graph, of which only
// its keys are used afterwards. The PSIDs of the crowd are made as they are read.
func NewFlow(ctx context.Context, g *Graph, size Size) (*Flow, error) {
	c, err := Populate(ctx, g.DB, g.Keys, Size{Pages: size.Pages}, nil)
	if err != nil {
		return nil, err
	}
	var header bytes.Buffer
	if err := g.Export(ctx, &header); err != nil {
		return nil, err
	}
	c.PSIDs = make([]uint64, size.People)
	return &Flow{crowd: c, keys: g.Keys, people: size.People, header: header.Bytes(), rest: header.Bytes()}, nil
}

// Crowd is whose export it is; its PSIDs are there once all was read.
func (f *Flow) Crowd() *Crowd { return f.crowd }

// Read implements io.Reader.
func (f *Flow) Read(b []byte) (n int, err error) {
	for n < len(b) {
		if len(f.rest) == 0 {
			if f.next == f.people {
				break
			}
			if err := f.person(f.next); err != nil {
				return n, err
			}
			f.next++
			f.rest = f.line
		}
		k := copy(b[n:], f.rest)
		n, f.rest = n+k, f.rest[k:]
	}
	if f.progress != nil {
		f.progress(f.pass, f.next)
	}
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Seek implements io.Seeker as far as Import needs it.
func (f *Flow) Seek(offset int64, whence int) (int64, error) {
	switch {
	case offset == 0 && whence == io.SeekStart:
		if f.next > 0 {
			f.pass++
		}
		f.next, f.rest = 0, f.header
		return 0, nil
	case offset == 0 && whence == io.SeekCurrent && f.next == 0 && len(f.rest) == len(f.header):
		return 0, nil
	}
	return 0, errSeek
}

// person writes the line of person i.
func (f *Flow) person(i int) error {
	p := profile(f.keys, 0, i)
	page := i % len(f.crowd.PageIDs)
	if f.crowd.PSIDs[i] == 0 {
		digits := scopedid.Candidate(f.keys, store.SpacePSID, f.crowd.PageIDs[page], p.Seed, 0)
		psid, err := strconv.ParseUint(digits, 10, 64)
		if err != nil {
			return fmt.Errorf("scoped id %q: %w", digits, err)
		}
		f.crowd.PSIDs[i] = psid
	}
	given, family := names(i)
	const at, until = began * 1_000_000, (began + 24*60*60) * 1_000_000
	f.line = fmt.Appendf(f.line[:0], `{"person":{"handle":"%s","updated":%d,"fields":{"first_name":"%s","gender":"female","last_name":"%s","locale":"en_US","timezone":"-7"},`+
		`"ids":[{"page":"%s","id":"%d"}],"contacts":[{"page":"%[5]s","time":%[7]d,"known":true,"thread":true,"seq":1,"window_until":%[8]d,`+
		`"origin":{"event":"message","at":%[9]d,"seq":1},"grants":[{"app":"bench","by":[{"editions":["2016","2018","2026"],"event":"message","at":%[9]d,"seq":1}]}]}]}}`+"\n",
		p.Handle, began, given, family, handle("page", page), f.crowd.PSIDs[i], at+int64(i), int64(until), int64(at))
	return nil
}
