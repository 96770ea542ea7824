package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// importChunk is how many people are written in one transaction, at most, and
// importBytes how much of the input: people with long histories are fewer.
const (
	importChunk = 2000
	importBytes = 2 << 20
)

// Import adds what Export wrote: businesses, apps, Pages and Instagram accounts
// first, then people, then tombstones. The whole input is checked before
// anything is written; mistakes are Problems with line numbers. Handles, IDs
// and tokens that the store has already are among them: no ID moves to another
// person. r is read twice if it can be, otherwise it may have 64 MiB. progress
// is called with the number of people written so far; it may be nil. A store that
// was empty has UnfinishedID until everything is written.
func (b *Builder) Import(ctx context.Context, r io.Reader, progress func(n int)) error {
	src, err := newSource(r)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if err := b.Finished(ctx); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	base, err := b.directory(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	empty, err := b.Empty(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	c := &checking{b: b, dir: base.clone(), known: !empty, zones: newZoneSet()}
	if err := c.run(ctx, src); err != nil {
		return err
	}
	if progress == nil {
		progress = func(int) {}
	}
	im := &importing{b: b, dir: base, header: c.header, body: c.body, fresh: empty, progress: progress}
	if err := im.run(ctx, src); err != nil {
		return err
	}
	b.Begun() // what was left for later waited for the end
	return nil
}

// directory has everything of the store but people.
func (b *Builder) directory(ctx context.Context) (directory, error) {
	dir := directory{}
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		const all = 1 << 62
		list, err := handles(ctx, r, all, appKind, businessKind, instagramKind, pageKind)
		if err != nil {
			return err
		}
		var rs store.ReadSet
		for _, h := range list {
			rs.Object(h.id)
		}
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		for i, h := range list {
			dir[h.kind+"/"+h.handle] = entryOf{id: h.id, public: publicOf(rs.GotObject(i))}
		}
		return nil
	})
	return dir, err
}

func (d directory) clone() directory {
	c := make(directory, len(d))
	for k, v := range d {
		c[k] = v
	}
	return c
}

// A header is everything that comes before the first person.
type header struct {
	lines []numbered
}

type numbered struct {
	n int
	*line
}

// name is the kind, handle and ID of a header's line.
func (l *line) name() (kind, handle, id string) {
	switch {
	case l.Business != nil:
		return businessKind, l.Business.Handle, l.Business.ID
	case l.App != nil:
		return appKind, l.App.Handle, l.App.ID
	case l.Page != nil:
		return pageKind, l.Page.Handle, l.Page.ID
	case l.Instagram != nil:
		return instagramKind, l.Instagram.Handle, l.Instagram.ID
	}
	return "", "", ""
}

// errEnough stops a walk over lines that has seen what it wanted.
var errEnough = errors.New("enough")

// parse reads one line of the body: a person or a tombstone. With zones nil the
// line is known to be right, and its fields are not checked again.
func (d directory) parse(b *Builder, n int, data []byte, zones *zoneSet) result {
	l, err := parseLine(data)
	if err != nil {
		return result{n: n, size: len(data), err: err}
	}
	if kind, handle, _ := l.name(); kind != "" {
		return result{n: n, size: len(data), err: fmt.Errorf("%s %q after the first person: people come last", kind, handle)}
	}
	r := result{n: n, size: len(data), l: l}
	switch {
	case l.Person != nil:
		r.d, r.err = d.person(b, l.Person, zones)
	case zones == nil: // it was checked
	case l.Thing != nil:
		r.err = d.checkThing(b.opt.Catalogue, l.Thing)
	case l.Edge != nil:
		r.err = d.checkEdge(b.opt.Catalogue, l.Edge)
	case l.Audience != nil:
		r.err = l.Audience.check()
	}
	return r
}

// A zoneSet remembers which time zones are right, because looking one up costs
// more than all other checks of a person. It is safe for concurrent use.
type zoneSet struct {
	mu    sync.Mutex
	known map[string]bool
}

func newZoneSet() *zoneSet { return &zoneSet{known: map[string]bool{}} }

// check is a.Check with a memory for zones.
func (z *zoneSet) check(a people.Attr, text string) error {
	if a.Type() != people.Zone {
		return a.Check(text)
	}
	z.mu.Lock()
	known := z.known[text]
	z.mu.Unlock()
	if known {
		return nil
	}
	const most = 10_000
	err := a.Check(text)
	z.mu.Lock()
	defer z.mu.Unlock()
	if err == nil && len(z.known) < most {
		z.known[text] = true
	}
	return err
}
