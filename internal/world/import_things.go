package world

import (
	"context"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// stageOf orders the lines behind the header.
func stageOf(l *line) int {
	switch {
	case l.Thing != nil:
		return 1
	case l.Edge != nil:
		return 2
	case l.Audience != nil:
		return 3
	case l.Tombstone != nil:
		return 4
	case l.File != nil, l.Piece != nil:
		return 5
	}
	return 0
}

// thing notes what a thing claims and names.
func (c *checking) thing(n int, l *thingLine) error {
	c.key(n, store.SpaceNode, l.ID, "ID "+l.ID)
	if l.Handle != "" {
		c.key(n, store.SpaceHandle, thingKind+"/"+l.Handle, "thing "+l.Handle)
	}
	c.kinds = append(c.kinds, mark{kindHash(l.ID, l.Type), n})
	c.refs(n, c.b.opt.Catalogue.Node(l.Type).Field, l.Parts)
	names := namesIn(l.Parts)
	if l.Owner != "" {
		names = append(names, l.Owner)
	}
	return c.names(n, names)
}

func (c *checking) edge(n int, l *edgeLine) error {
	names := []string{l.Of}
	kind, _ := store.EdgeKind(l.Edge)
	targets := targetsOf(c.b.opt.Catalogue, kind, l.Of)
	for i := range l.Items {
		if len(targets) == 1 {
			c.typed(n, l.Items[i].To, targets[0])
		}
		names = append(append(names, l.Items[i].To), namesIn(l.Items[i].Parts)...)
	}
	return c.names(n, names)
}

// parts checks the plain fields of a Page, app or business.
func (c *checking) parts(n int, kind string, parts []partLine) error {
	if len(parts) == 0 {
		return nil
	}
	node := nodeOf(c.b.opt.Catalogue, kind)
	if node == nil {
		return fmt.Errorf("a %s has no plain fields", kind)
	}
	if err := checkParts(c.b.opt.Catalogue, node.Field, parts); err != nil {
		return err
	}
	c.refs(n, node.Field, parts)
	return c.names(n, namesIn(parts))
}

// refs notes of which types things must be that fields refer to.
func (c *checking) refs(n int, field func(string) *schema.Field, parts []partLine) {
	for i := range parts {
		for _, name := range namesIn(parts[i : i+1]) {
			c.typed(n, name, field(parts[i].Name).To)
		}
	}
}

// typed notes that a name must lead to a thing of a type.
func (c *checking) typed(n int, name, to string) {
	if id, thing := strings.CutPrefix(name, thingKind+" "); thing && to != schema.AnyNode {
		c.wanted = append(c.wanted, mark{kindHash(id, to), n})
	}
}

func kindHash(id, typ string) uint64 { return xxh3.HashString(typ + " " + id) }

func (c *checking) audience(n int, l *audienceLine) error {
	for i := range l.Sessions {
		// Whose numbers they are is known by name here, by ID in the store.
		c.session = sessionName(l.Account, l.Sessions[i].ID)
		c.unique = append(c.unique, mark{xxh3.HashString(c.session), n})
	}
	for i := range l.More {
		if sessionName(l.Account, l.More[i].Session) != c.session {
			return fmt.Errorf("more requests of session %d: they follow the line of their session", l.More[i].Session)
		}
	}
	return c.names(n, l.names())
}

// names looks up Pages, apps and businesses and notes the others.
func (c *checking) names(n int, list []string) error {
	for _, name := range list {
		kind, rest, _ := strings.Cut(name, " ")
		switch kind {
		case personKind:
			c.name(n, rest)
		case thingKind:
			c.mention(n, store.SpaceNode, rest)
		case pageKind, appKind, businessKind, instagramKind:
			if _, err := c.dir.find(kind, rest); err != nil || rest == "" {
				return fmt.Errorf("no %s %q", kind, rest)
			}
		default:
			return fmt.Errorf("%q names nothing: write person, page, app, business, instagram or thing before the name", name)
		}
	}
	return nil
}

// know finds in the store what is named, beside what is known already.
func (m *importing) know(ctx context.Context, tx *store.Tx, known nameIndex, names []string) error {
	var rs store.ReadSet
	var asked []string
	for _, name := range names {
		if known[name] != 0 {
			continue
		}
		switch kind, rest, _ := strings.Cut(name, " "); kind {
		case personKind:
			rs.Key(store.SpaceHandle, personKind+"/"+rest)
		case thingKind:
			rs.Key(store.SpaceNode, rest)
		default:
			known[name] = m.dir[kind+"/"+rest].id
			continue
		}
		asked = append(asked, name)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	for i, name := range asked {
		if id := rs.GotID(i); id != 0 {
			known[name] = id
		}
	}
	return nil
}

// life writes what has been collected of things and edges. What refers to a
// thing that is not there yet is written again at the end.
func (m *importing) life(ctx context.Context) error {
	if len(m.things)+len(m.edges)+len(m.lists) == 0 {
		return nil
	}
	sessions := 0
	for _, l := range m.lists {
		sessions += len(l.Sessions)
	}
	if err := m.b.opt.DB.ReserveIDs(ctx, len(m.things)+sessions); err != nil {
		return err
	}
	var later []*thingLine
	err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
		var out rows
		later = nil
		known := nameIndex{}
		for _, l := range m.things {
			known[thingKind+" "+l.ID] = tx.NewID()
		}
		if err := m.know(ctx, tx, known, m.lifeNames()); err != nil {
			return err
		}
		for _, l := range m.things {
			missing, err := m.thing(&out, l, known)
			if err != nil {
				return err
			}
			if missing {
				later = append(later, l)
			}
		}
		for _, l := range m.edges {
			if err := edgeRows(&out, l, known); err != nil {
				return err
			}
		}
		for _, l := range m.lists {
			if err := m.audience(ctx, &out, tx, l, known); err != nil {
				return err
			}
		}
		return out.write(ctx, tx, m.b.opt.Keys)
	})
	m.later = append(m.later, later...)
	m.things, m.edges, m.lists, m.items = m.things[:0], m.edges[:0], m.lists[:0], 0
	return err
}

func (m *importing) lifeNames() (names []string) {
	for _, l := range m.things {
		if names = append(names, namesIn(l.Parts)...); l.Owner != "" {
			names = append(names, l.Owner)
		}
	}
	for _, l := range m.edges {
		names = append(names, l.Of)
		for i := range l.Items {
			names = append(append(names, l.Items[i].To), namesIn(l.Items[i].Parts)...)
		}
	}
	for _, l := range m.lists {
		names = append(names, l.names()...)
	}
	return names
}

func (m *importing) thing(out *rows, l *thingLine, known nameIndex) (missing bool, err error) {
	t, err := unrest(l.Rest, func(data []byte) (*people.Thing, error) { return people.DecodeThing(0, 0, data) })
	if err != nil {
		return false, err
	}
	t.ID, t.Type, t.PublicID, t.Handle = known[thingKind+" "+l.ID], l.Type, l.ID, l.Handle
	t.Owner, t.Created = known[l.Owner], l.Created
	t.Parts, missing = known.partsOf(l.Parts)
	out.thing(t)
	taken := func() Problem { return Problem{Text: "thing " + l.ID + ": the ID or handle exists already"} }
	out.claim(store.SpaceNode, l.ID, t.ID, taken)
	if l.Handle != "" {
		out.claim(store.SpaceHandle, thingKind+"/"+l.Handle, t.ID, taken)
	}
	if t.Owner != 0 && l.At != 0 {
		out.link(ownLink(t, l.At))
	}
	return missing, nil
}

func edgeRows(out *rows, l *edgeLine, known nameIndex) error {
	kind, _ := store.EdgeKind(l.Edge)
	for i := range l.Items {
		line := &l.Items[i]
		a := store.Assoc{From: known[l.Of], Kind: kind, To: known[line.To], Time: line.At}
		if a.From == 0 || a.To == 0 {
			return Problems{{Text: l.Edge + " of " + l.Of + ": " + line.To + " is gone"}}
		}
		item, err := unrest(line.Rest, people.DecodeItem)
		if err != nil {
			return err
		}
		if item.Parts, _ = known.partsOf(line.Parts); len(line.Parts)+len(line.Rest) > 0 {
			a.Data = item.Encode()
		}
		out.link(a)
	}
	return nil
}

// refer writes again what referred to things that came later, and the plain
// fields of Pages, Instagram accounts, apps and businesses.
func (m *importing) refer(ctx context.Context, tx *store.Tx) error {
	type record struct {
		name  string
		parts []partLine
	}
	var list []record
	for _, l := range m.later {
		list = append(list, record{thingKind + " " + l.ID, l.Parts})
	}
	for _, l := range m.header.lines {
		switch {
		case l.Business != nil && l.Business.Parts != nil:
			list = append(list, record{businessKind + " " + l.Business.Handle, l.Business.Parts})
		case l.App != nil && l.App.Parts != nil:
			list = append(list, record{appKind + " " + l.App.Handle, l.App.Parts})
		case l.Page != nil && l.Page.Parts != nil:
			list = append(list, record{pageKind + " " + l.Page.Handle, l.Page.Parts})
		case l.Instagram != nil && l.Instagram.Parts != nil:
			list = append(list, record{instagramKind + " " + l.Instagram.Handle, l.Instagram.Parts})
		}
	}
	known := nameIndex{}
	var names []string
	for _, r := range list {
		names = append(append(names, r.name), namesIn(r.parts)...)
	}
	if err := m.know(ctx, tx, known, names); err != nil {
		return err
	}
	for _, r := range list {
		rec, err := tx.Get(ctx, known[r.name])
		if err != nil {
			return err
		}
		parts, _ := known.partsOf(r.parts)
		if err := m.b.putParts(ctx, tx, rec, parts); err != nil {
			return err
		}
	}
	return nil
}

// putParts writes an object again with other plain fields.
func (b *Builder) putParts(ctx context.Context, tx *store.Tx, rec *store.Record, parts people.Parts) error {
	if rec == nil {
		return nil
	}
	switch v := rec.Value.(type) {
	case *people.Thing:
		c := *v
		c.Parts = parts
		return tx.Put(ctx, thingObject(&c))
	case *people.Page:
		c := *v
		c.Parts = parts
		return tx.Put(ctx, pageObject(&c))
	case *people.Instagram:
		c := *v
		c.Parts = parts
		return tx.Put(ctx, store.Object{ID: c.ID, Kind: store.KindInstagram, Data: c.Encode()})
	case *people.App:
		c := *v
		c.Parts = parts
		return tx.Put(ctx, b.appObject(&c))
	case *people.Business:
		c := *v
		c.Parts = parts
		return tx.Put(ctx, store.Object{ID: c.ID, Kind: store.KindBusiness, Data: c.Encode()})
	}
	return nil
}
