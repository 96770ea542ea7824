package world

import (
	"cmp"
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// importing is the second walk over the input: it writes.
type importing struct {
	b        *Builder
	dir      directory
	header   header
	body     int // the line of the first person
	progress func(int)
	done     int

	chunk      []*draft
	size       int          // of the lines of the chunk
	fresh      bool         // nobody was there before
	wants      []scopedWant // of people who are written
	partners   []pairOf     // whose other half was not there yet
	friends    []friendship
	tombstones []*tombstoneLine

	things []*thingLine // and edges: not written yet
	edges  []*edgeLine
	lists  []*audienceLine
	items  int
	later  []*thingLine  // that refer to things which were not there yet
	file   *importedFile // whose pieces come
	pieces [][]byte
}

type pairOf struct{ person, other string }

type friendship struct {
	pairOf
	at int64
}

func (m *importing) run(ctx context.Context, src *source) error {
	if err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return m.places(ctx, tx) }); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	parse := func(n int, data []byte) result { return m.dir.parse(m.b, n, data, nil) }
	err := src.parallel(ctx, m.body, parse, func(list []result) error { return m.take(ctx, list) })
	if err == nil {
		err = m.flush(ctx)
	}
	// Also after a failure: who is written has all their IDs.
	err = cmp.Or(err, m.settle(context.WithoutCancel(ctx)))
	if err == nil {
		err = m.life(ctx)
	}
	if err == nil {
		err = m.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return m.finish(ctx, tx) })
	}
	if err != nil {
		return fmt.Errorf("import: after %d people: %w", m.done, err)
	}
	return nil
}

func (m *importing) take(ctx context.Context, list []result) error {
	for _, r := range list {
		switch {
		case r.err != nil:
			return Problems{{Line: r.n, Text: r.err.Error()}}
		case r.l.Tombstone != nil:
			m.tombstones = append(m.tombstones, r.l.Tombstone)
			continue
		case r.l.File != nil, r.l.Piece != nil:
			if err := m.filed(ctx, r.l); err != nil {
				return err
			}
			continue
		case r.l.Thing != nil, r.l.Edge != nil, r.l.Audience != nil:
			if err := m.alive(ctx, r.l); err != nil {
				return err
			}
			continue
		}
		m.size += r.size
		if m.chunk = append(m.chunk, r.d); len(m.chunk) == importChunk || m.size >= importBytes {
			if err := m.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// alive collects a thing or an edge; things are all there before the first edge.
func (m *importing) alive(ctx context.Context, l *line) error {
	if err := m.flush(ctx); err != nil {
		return err
	}
	switch {
	case l.Thing != nil:
		m.things = append(m.things, l.Thing)
		m.items++
	case len(m.things) > 0:
		if err := m.life(ctx); err != nil {
			return err
		}
		return m.alive(ctx, l)
	case l.Edge != nil:
		m.edges = append(m.edges, l.Edge)
		m.items += len(l.Edge.Items)
	default:
		m.lists = append(m.lists, l.Audience)
		m.items += len(l.Audience.Rows) + len(l.Audience.Known) + len(l.Audience.Sessions)
		for i := range l.Audience.Sessions {
			m.items += len(l.Audience.Sessions[i].Batches)
		}
		for i := range l.Audience.More {
			m.items += len(l.Audience.More[i].Batches)
		}
	}
	if m.items >= importChunk {
		return m.life(ctx)
	}
	return nil
}

// places writes the header. IDs first, because the lines name each other.
func (m *importing) places(ctx context.Context, tx *store.Tx) error {
	// One into a store with people binds everybody's IDs with them, and needs no mark.
	if m.fresh {
		if err := begins(ctx, tx); err != nil {
			return err
		}
	}
	var out rows
	for _, l := range m.header.lines {
		kind, handle, public := l.name()
		id := tx.NewID()
		m.dir[kind+"/"+handle] = entryOf{id: id, public: public}
		taken := func() Problem { return Problem{Line: l.n, Text: kind + " " + handle + " exists already"} }
		out.claim(store.SpaceHandle, kind+"/"+handle, id, taken)
		out.claim(store.SpaceNode, public, id, taken)
		if p := l.Page; p != nil {
			if key := people.AliasKey(p.Username); key != "" {
				out.claim(store.SpaceAlias, key, id, taken)
			}
		}
	}
	accounts := map[store.ID]*people.Instagram{}
	for _, l := range m.header.lines {
		if l.Instagram == nil {
			continue
		}
		i, err := m.dir.instagram(l.Instagram)
		if err != nil {
			return err
		}
		i.ID = m.dir[instagramKind+"/"+i.Handle].id
		accounts[i.ID] = i
	}
	for _, l := range m.header.lines {
		if err := m.place(&out, l, accounts); err != nil {
			return err
		}
	}
	for _, l := range m.header.lines {
		if l.Instagram != nil {
			i := accounts[m.dir[instagramKind+"/"+l.Instagram.Handle].id]
			out.put(store.Object{ID: i.ID, Kind: store.KindInstagram, Data: i.Encode()})
		}
	}
	return out.write(ctx, tx, m.b.opt.Keys)
}

func (m *importing) place(out *rows, l numbered, accounts map[store.ID]*people.Instagram) error {
	switch {
	case l.Business != nil:
		b, err := m.dir.business(l.Business)
		if err != nil {
			return err
		}
		out.put(store.Object{ID: m.dir[businessKind+"/"+b.Handle].id, Kind: store.KindBusiness, Data: b.Encode()})
	case l.App != nil:
		a, err := m.dir.app(l.App)
		if err != nil {
			return err
		}
		a.ID = m.dir[appKind+"/"+a.Handle].id
		if a.Secret == "" {
			a.Secret = m.b.secret(a.Handle)
		}
		out.put(m.b.appObject(a))
	case l.Page != nil:
		p, err := m.dir.page(l.Page)
		if err != nil {
			return err
		}
		p.ID = m.dir[pageKind+"/"+p.Handle].id
		if i := accounts[p.Instagram]; i != nil {
			i.Page = p.ID
		}
		out.put(pageObject(p))
	}
	return nil
}
