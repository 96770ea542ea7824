package world

import (
	"context"
	"errors"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// finish writes what names people: roles, tasks, tokens of Pages and accounts,
// couples, friends and tombstones. With it the import is finished.
func (m *importing) finish(ctx context.Context, tx *store.Tx) error {
	if m.fresh {
		if err := ends(ctx, tx); err != nil {
			return err
		}
	}
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
	if err := out.write(ctx, tx, m.b.opt.Keys); err != nil {
		return err
	}
	return m.refer(ctx, tx)
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
	if t.Grave != "" {
		dead = append(dead, store.Key{Space: store.SpaceHandle, Key: "grave/" + t.Grave}, store.Key{Space: store.SpaceHandle, Key: gravesKey})
	}
	if len(dead) == 0 {
		return nil
	}
	_, err := bury(ctx, tx, dead)
	return err
}
