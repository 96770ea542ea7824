package world

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// sweep looks through all records for the people that the jobs erase: a partner
// and a token that somebody asked for name them, and nothing leads back. One
// walk serves all jobs.
func (b *Builder) sweep(ctx context.Context, list []*job) error {
	var ids []store.ID
	for _, j := range list {
		ids = append(ids, j.id)
	}
	var found []store.ID
	if err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		dead, err := erased(ctx, r, ids)
		if err != nil || len(dead) == 0 {
			return err
		}
		found, err = mentions(ctx, r, dead)
		return err
	}); err != nil {
		return err
	}
	for len(found) > 0 {
		n := min(len(found), b.opt.JobRows)
		if err := b.to.Update(ctx, func(tx *store.Tx) error { return b.unmention(ctx, tx, found[:n], ids) }); err != nil {
			return err
		}
		found = found[n:]
	}
	for _, id := range ids {
		if err := b.onJob(ctx, id, func(_ *store.Tx, j *job) error {
			if j.state == sweeping {
				j.state, j.person = scrubbing, 0
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// erased are the people whom those of the jobs erase that have come to sweeping.
func erased(ctx context.Context, r *store.Reader, ids []store.ID) (map[store.ID]bool, error) {
	var rs store.ReadSet
	for _, id := range ids {
		rs.Object(id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	dead := map[store.ID]bool{}
	for i := range ids {
		if j, ok := record[*job](rs.GotObject(i)); ok && j.state == sweeping {
			dead[j.person] = true
		}
	}
	return dead, nil
}

// mentions lists the objects whose record names one of the dead.
func mentions(ctx context.Context, r *store.Reader, dead map[store.ID]bool) (found []store.ID, err error) {
	var broken error
	var named []store.ID
	err = r.Scan(ctx, store.Objects, func(row *store.Row) bool {
		if named, broken = mentioned(&row.Object, named[:0]); broken != nil {
			return false
		}
		if slices.ContainsFunc(named, func(id store.ID) bool { return dead[id] }) {
			found = append(found, row.Object.ID)
		}
		return true
	})
	return found, errors.Join(broken, err)
}

// mentioned appends the people that an object's record names; other nodes and
// zeros may be among them. A kind that names people belongs here and in unmention.
func mentioned(o *store.Object, ids []store.ID) ([]store.ID, error) {
	switch o.Kind {
	case store.KindPerson:
		id, err := people.PartnerIn(o.Data)
		return append(ids, id), err
	case store.KindToken:
		v, err := access.DecodeToken(o.ID, o.Version, o.Data)
		if t, ok := v.(*access.Token); ok {
			ids = append(ids, t.Person)
		}
		return ids, err
	}
	parts, err := partsOf(o)
	return append(ids, refsIn(parts)...), err
}

// unmention takes the dead out of records. Who is dead is read again: a store
// may be exchanged at any time, and ids with it.
func (b *Builder) unmention(ctx context.Context, tx *store.Tx, ids, jobs []store.ID) error {
	dead, err := erased(ctx, &tx.Reader, jobs)
	if err != nil {
		return err
	}
	var rs store.ReadSet
	for _, id := range ids {
		rs.Object(id)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	for i, id := range ids {
		if p, ok := record[*people.Person](rs.GotObject(i)); ok && dead[p.Partner()] {
			c := p.Clone()
			c.Clear(people.SignificantOther)
			if err := tx.Put(ctx, personObject(c)); err != nil {
				return fmt.Errorf("put person: %w", err)
			}
		}
		if t, ok := record[*access.Token](rs.GotObject(i)); ok && dead[t.Person] {
			if err := disown(ctx, tx, id, t.Person); err != nil {
				return err
			}
		}
		if err := b.unrefer(ctx, tx, rs.GotObject(i), dead); err != nil {
			return err
		}
	}
	return nil
}
