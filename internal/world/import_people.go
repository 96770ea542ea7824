package world

import (
	"context"
	"strconv"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func (m *importing) flush(ctx context.Context) error {
	if len(m.chunk) == 0 {
		return nil
	}
	n := 0
	for _, d := range m.chunk {
		n += 2 + len(d.history) + len(d.tokens) + len(d.tickets)
	}
	if err := m.b.opt.DB.ReserveIDs(ctx, n); err != nil {
		return err
	}
	var later importing // what this run postpones
	if err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		later = importing{b: m.b, dir: m.dir, chunk: m.chunk, fresh: m.fresh}
		return later.people(ctx, tx)
	}); err != nil {
		return err
	}
	m.partners, m.friends = append(m.partners, later.partners...), append(m.friends, later.friends...)
	m.wants = append(m.wants, later.wants...)
	m.done += len(m.chunk)
	clear(m.chunk) // or the people would live on in its array
	m.chunk, m.size = m.chunk[:0], 0
	m.progress(m.done)
	if len(m.wants) >= wantsRun {
		return m.settle(ctx)
	}
	return nil
}

// people writes a chunk.
func (m *importing) people(ctx context.Context, tx *store.Tx) error {
	graves, err := anyGraves(ctx, &tx.Reader)
	if err != nil {
		return err
	}
	for _, d := range m.chunk {
		d.rec.ID = tx.NewID()
		if graves && !d.seeded {
			if err := m.reborn(ctx, tx, d); err != nil {
				return err
			}
		}
	}
	known, err := m.acquainted(ctx, tx)
	if err != nil {
		return err
	}
	var out rows
	for _, d := range m.chunk {
		m.write(&out, tx, d, known)
	}
	if m.fresh {
		m.wants, out.scoped = out.scoped, nil
	}
	return out.write(ctx, tx, m.b.opt.Keys)
}

// reborn gives somebody who was erased before the seed of another person.
func (m *importing) reborn(ctx context.Context, tx *store.Tx, d *draft) error {
	if err := m.b.rebirth(ctx, &tx.Reader, d.rec); err != nil {
		return err
	}
	for i := range d.scoped {
		d.scoped[i].seed = d.rec.Seed
	}
	return nil
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
	out.person(d.rec)
	handle := d.rec.Handle
	clash := func() Problem {
		return Problem{Text: "person " + handle + ": a handle, ID or token exists already"}
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
	out.tickets(tx, d.tickets, id, clash)
}
