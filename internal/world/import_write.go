package world

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// importing is the second walk over the input: it writes.
type importing struct {
	b        *Builder
	dir      directory
	header   header
	progress func(int)
	done     int

	chunk      []*draft
	partners   []pairOf // whose other half was not there yet
	friends    []friendship
	tombstones []*tombstoneLine
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
	err := src.each(func(n int, data []byte) error {
		l, err := parseLine(data)
		if err != nil {
			return Problems{{Line: n, Text: err.Error()}}
		}
		switch {
		case l.Tombstone != nil:
			m.tombstones = append(m.tombstones, l.Tombstone)
			return nil
		case l.Person == nil:
			return nil
		}
		d, err := m.dir.person(m.b, l.Person)
		if err != nil {
			return Problems{{Line: n, Text: err.Error()}}
		}
		if m.chunk = append(m.chunk, d); len(m.chunk) == importChunk {
			return m.flush(ctx)
		}
		return nil
	})
	if err == nil {
		err = m.flush(ctx)
	}
	if err == nil {
		err = m.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return m.finish(ctx, tx) })
	}
	if err != nil {
		return fmt.Errorf("import: after %d people: %w", m.done, err)
	}
	return nil
}

// places writes the header. IDs first, because the lines name each other.
func (m *importing) places(ctx context.Context, tx *store.Tx) error {
	var out rows
	for _, l := range m.header.lines {
		kind, handle, public := l.name()
		id := tx.NewID()
		m.dir[kind+"/"+handle] = entryOf{id: id, public: public}
		taken := func() Problem { return Problem{Line: l.n, Text: kind + " " + handle + " exists already"} }
		out.claim(store.SpaceHandle, kind+"/"+handle, id, taken)
		out.claim(store.SpaceNode, public, id, taken)
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
		out.put(appObject(a))
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

func (m *importing) flush(ctx context.Context) error {
	if len(m.chunk) == 0 {
		return nil
	}
	n := 0
	for _, d := range m.chunk {
		n += 2 + len(d.history) + len(d.tokens)
	}
	if err := m.b.opt.DB.ReserveIDs(ctx, n); err != nil {
		return err
	}
	var later importing // what this run postpones
	if err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		later = importing{b: m.b, dir: m.dir, chunk: m.chunk}
		return later.people(ctx, tx)
	}); err != nil {
		return err
	}
	m.partners, m.friends = append(m.partners, later.partners...), append(m.friends, later.friends...)
	m.done += len(m.chunk)
	m.chunk = m.chunk[:0]
	m.progress(m.done)
	return nil
}

// people writes a chunk.
func (m *importing) people(ctx context.Context, tx *store.Tx) error {
	for _, d := range m.chunk {
		d.rec.ID = tx.NewID()
	}
	known, err := m.acquainted(ctx, tx)
	if err != nil {
		return err
	}
	var out rows
	for _, d := range m.chunk {
		m.write(&out, tx, d, known)
	}
	return out.write(ctx, tx, m.b.opt.Keys)
}

// acquainted finds the people that the chunk names, as far as they are there.
func (m *importing) acquainted(ctx context.Context, tx *store.Tx) (map[string]store.ID, error) {
	known := map[string]store.ID{}
	var names []string
	for _, d := range m.chunk {
		if d.partner != "" {
			names = append(names, d.partner)
		}
		for _, f := range d.friends {
			names = append(names, f.Person)
		}
	}
	if len(names) == 0 {
		return known, nil
	}
	if err := lookUp(ctx, tx, names, known); err != nil {
		return nil, err
	}
	for _, d := range m.chunk {
		known[d.rec.Handle] = d.rec.ID
	}
	return known, nil
}

func lookUp(ctx context.Context, tx *store.Tx, names []string, known map[string]store.ID) error {
	var rs store.ReadSet
	for _, n := range names {
		rs.Key(store.SpaceHandle, personKind+"/"+n)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	for i, n := range names {
		if id := rs.GotID(i); id != 0 {
			known[n] = id
		}
	}
	return nil
}

func (m *importing) write(out *rows, tx *store.Tx, d *draft, known map[string]store.ID) {
	id := d.rec.ID
	if len(d.jpeg) > 0 {
		d.rec.PictureID = tx.NewID()
		out.put(store.Object{ID: d.rec.PictureID, Kind: store.KindPicture, Data: d.jpeg})
	}
	if d.partner != "" {
		other, ok := known[d.partner]
		if !ok {
			m.partners = append(m.partners, pairOf{d.rec.Handle, d.partner})
		}
		d.rec.Set(people.SignificantOther, strconv.FormatInt(int64(other), 10), d.rec.Audience(people.SignificantOther))
	}
	out.put(personObject(d.rec))
	clash := func() Problem {
		return Problem{Text: "person " + d.rec.Handle + ": a handle, ID or token exists already"}
	}
	out.claim(store.SpaceHandle, personKind+"/"+d.rec.Handle, id, clash)
	for _, s := range d.scoped {
		s.person, s.taken = id, clash
		out.scoped = append(out.scoped, s)
	}
	for _, a := range d.links {
		a.To = id
		out.link(a)
	}
	for _, a := range d.follows {
		a.From = id
		out.link(a)
	}
	for _, f := range d.friends {
		if other, ok := known[f.Person]; ok {
			out.link(store.Assoc{From: id, Kind: store.AssocFriend, To: other, Time: f.At})
		} else {
			m.friends = append(m.friends, friendship{pairOf{d.rec.Handle, f.Person}, f.At})
		}
	}
	for _, h := range d.history { // newest first: IDs ascend, so the order stays
		event := tx.NewID()
		out.put(store.Object{ID: event, Kind: store.KindEvent, Data: h.encode()})
		out.link(store.Assoc{From: id, Kind: store.AssocHistory, To: event, Time: store.TimeVersion})
	}
	for _, t := range d.tokens {
		rec := *t.rec
		rec.Subject, rec.Person = id, id
		out.tokenHash(tx, t.hash, &rec, clash)
	}
}

// tokenHash collects a token of which only the hash is known.
func (r *rows) tokenHash(tx *store.Tx, hash string, t *access.Token, taken func() Problem) {
	t.ID = tx.NewID()
	r.put(tokenObject(t))
	r.claim(store.SpaceToken, hash, t.ID, taken)
	r.link(store.Assoc{From: t.Subject, Kind: store.AssocToken, To: t.ID, Time: max(t.Issued, 1)})
}

// finish writes what names people: roles, tasks, tokens of Pages and accounts,
// couples, friends and tombstones.
func (m *importing) finish(ctx context.Context, tx *store.Tx) error {
	known := map[string]store.ID{}
	if err := lookUp(ctx, tx, m.names(), known); err != nil {
		return err
	}
	var out rows
	for _, l := range m.header.lines {
		if err := m.staff(&out, tx, l, known); err != nil {
			return err
		}
	}
	for _, f := range m.friends {
		out.link(store.Assoc{From: known[f.person], Kind: store.AssocFriend, To: known[f.other], Time: f.at})
	}
	for _, p := range m.partners {
		rec, err := get[*people.Person](ctx, &tx.Reader, known[p.person], "person "+p.person)
		if err != nil {
			return err
		}
		c := rec.Clone()
		c.Set(people.SignificantOther, strconv.FormatInt(int64(known[p.other]), 10), c.Audience(people.SignificantOther))
		out.put(personObject(c))
	}
	for _, t := range m.tombstones {
		if err := m.bury(ctx, tx, t); err != nil {
			return err
		}
	}
	return out.write(ctx, tx, m.b.opt.Keys)
}

// names are all people that finish needs.
func (m *importing) names() []string {
	var list []string
	for _, l := range m.header.lines {
		switch {
		case l.App != nil:
			for _, r := range l.App.Roles {
				list = append(list, r.Person)
			}
		case l.Page != nil:
			for _, t := range l.Page.Tasks {
				list = append(list, t.Person)
			}
			for i := range l.Page.Tokens {
				list = append(list, l.Page.Tokens[i].Person)
			}
		case l.Instagram != nil:
			for i := range l.Instagram.Tokens {
				list = append(list, l.Instagram.Tokens[i].Person)
			}
		}
	}
	for _, p := range m.partners {
		list = append(list, p.person, p.other)
	}
	for _, f := range m.friends {
		list = append(list, f.person, f.other)
	}
	return list
}

func (m *importing) staff(out *rows, tx *store.Tx, l numbered, known map[string]store.ID) error {
	kind, handle, _ := l.name()
	id := m.dir[kind+"/"+handle].id
	var tokens []tokenLine
	of := access.PageToken
	switch {
	case l.App != nil:
		for _, r := range l.App.Roles {
			role, err := roleOf(r)
			if err != nil {
				return err
			}
			out.link(roleLink(id, known[r.Person], role, r.At))
		}
	case l.Page != nil:
		tokens = l.Page.Tokens
		for _, t := range l.Page.Tasks {
			set, err := tasksOf(t)
			if err != nil {
				return err
			}
			out.link(taskLink(id, known[t.Person], set, t.At))
		}
	case l.Instagram != nil:
		tokens, of = l.Instagram.Tokens, access.InstagramToken
	}
	for i := range tokens {
		t, hash, err := m.dir.token(&tokens[i], of)
		if err != nil {
			return err
		}
		t.Subject, t.Person = id, known[tokens[i].Person]
		out.tokenHash(tx, hash, t, func() Problem { return Problem{Line: l.n, Text: "a token exists already"} })
	}
	return nil
}

func roleOf(l roleLine) (graph.Role, error) { return graph.ParseRole(l.Role) }

func tasksOf(l tasksLine) (set graph.Tasks, err error) {
	for _, name := range l.Tasks {
		t, err := graph.ParseTask(name)
		if err != nil {
			return set, err
		}
		set = set.With(t)
	}
	return set, nil
}

// bury binds dead IDs to a tombstone; one that somebody has is not taken away.
func (m *importing) bury(ctx context.Context, tx *store.Tx, t *tombstoneLine) error {
	var dead []store.Key
	for _, i := range t.IDs {
		space, owner, err := m.dir.scope(i)
		if err != nil {
			return err
		}
		k := scopedid.Key(space, owner.id, i.ID)
		id, err := tx.Resolve(ctx, k.Space, k.Key)
		if err != nil {
			return err
		}
		if id != 0 {
			return errors.New("a dead ID is somebody's")
		}
		dead = append(dead, k)
	}
	return bury(ctx, tx, dead)
}
