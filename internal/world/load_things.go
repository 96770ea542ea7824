package world

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// putThings collects things and the plain fields of Pages, apps and businesses.
// They name each other, so all have their IDs first.
func (l *loading) putThings(ctx context.Context, tx *store.Tx, out *rows) error {
	l.things = make(map[string]store.ID, len(l.w.things))
	for _, d := range l.w.things {
		l.things[d.name] = tx.NewID()
	}
	public, err := l.publicIDs(ctx, tx)
	if err != nil {
		return err
	}
	for i, d := range l.w.things {
		at := d.at.in(l.now)
		values, err := l.keepFiles(ctx, tx, d)
		if err != nil {
			return err
		}
		rec := people.Thing{ID: l.things[d.name], Type: d.node.Name, PublicID: public[i], Handle: d.name,
			Owner: l.idOf(d.owned()), Created: at.Unix(), Parts: l.parts(values)}
		out.thing(&rec)
		out.claim(store.SpaceHandle, thingKind+"/"+d.name, rec.ID, func() Problem {
			return l.problem(d.ref, "thing %s exists already", d.name)
		})
		if rec.Owner != 0 {
			out.link(ownLink(&rec, at.UnixMicro()))
		}
	}
	l.plainFields(out)
	return nil
}

// publicIDs binds the ID of every thing: the given one, or the first free one of
// those that follow from its handle.
func (l *loading) publicIDs(ctx context.Context, tx *store.Tx) ([]string, error) {
	const attempts = 64
	public := make([]string, len(l.w.things))
	open := make([]int, len(public))
	for i := range open {
		open[i] = i
	}
	for n := 0; len(open) > 0; n++ {
		if n == attempts {
			return nil, fmt.Errorf("no free ID for thing %s in %d attempts", l.w.things[open[0]].name, attempts)
		}
		bs := make([]store.Binding, len(open))
		for i, at := range open {
			d := l.w.things[at]
			if public[at] = d.id.name; public[at] == "" {
				public[at] = d.node.IDPrefix + l.b.publicID(thingKind, d.name, n)
			}
			bs[i] = store.Binding{Key: store.Key{Space: store.SpaceNode, Key: public[at]}, ID: l.things[d.name]}
		}
		got, err := tx.Bind(ctx, bs...)
		if err != nil {
			return nil, fmt.Errorf("bind ids: %w", err)
		}
		var later []int
		for i, at := range open {
			switch d := l.w.things[at]; {
			case got[i] == bs[i].ID:
			case d.id.name != "":
				return nil, Problems{l.problem(d.id, "ID %s exists already", d.id.name)}
			default:
				later = append(later, at)
			}
		}
		open = later
	}
	return public, nil
}

// plainFields writes Pages, Instagram accounts, apps and businesses again where the file says more
// of them than kith decides by.
func (l *loading) plainFields(out *rows) {
	for _, d := range l.w.businesses {
		if rec := l.businesses[d.name]; len(d.values) > 0 {
			rec.Parts = l.parts(d.values)
			out.put(store.Object{ID: rec.ID, Kind: store.KindBusiness, Data: rec.Encode()})
		}
	}
	for _, d := range l.w.apps {
		if rec := l.apps[d.name]; len(d.values) > 0 {
			rec.Parts = l.parts(d.values)
			out.put(l.b.appObject(rec))
		}
	}
	for _, d := range l.w.pages {
		if rec := l.pages[d.name]; len(d.values) > 0 {
			rec.Parts = l.parts(d.values)
			out.put(pageObject(rec))
		}
	}
	for _, d := range l.w.instagrams {
		if rec := l.instagrams[d.name]; len(d.values) > 0 {
			rec.Parts = l.parts(d.values)
			out.put(store.Object{ID: rec.ID, Kind: store.KindInstagram, Data: rec.Encode()})
		}
	}
}

// parts are values as records keep them: times in whole seconds.
func (l *loading) parts(values []valueDecl) (ps people.Parts) {
	for _, v := range values {
		p := people.Part{Name: v.field.Name, Text: v.text}
		switch {
		case len(v.refs) > 0:
			p.List = v.list()
			for _, t := range v.refs {
				p.Refs = append(p.Refs, l.idOf(t))
			}
		case v.at.set:
			p.Text = strconv.FormatInt(v.at.in(l.now).Unix(), 10)
		}
		ps = append(ps, p)
	}
	return ps
}

// idOf is the object that a checked target names, zero for nobody.
func (l *loading) idOf(t target) store.ID {
	if id := l.known[t.kind+" "+t.name]; id != 0 {
		return id
	}
	switch t.kind {
	case personKind:
		if p := l.people[t.name]; p != nil {
			return p.ID
		}
	case pageKind:
		if p := l.pages[t.name]; p != nil {
			return p.ID
		}
	case appKind:
		if a := l.apps[t.name]; a != nil {
			return a.ID
		}
	case instagramKind:
		if i := l.instagrams[t.name]; i != nil {
			return i.ID
		}
	case businessKind:
		if b := l.businesses[t.name]; b != nil {
			return b.ID
		}
	case thingKind:
		return l.things[t.name]
	}
	return 0
}

// links collects the items of all edges. The first of a list is the newest,
// where the file does not say when they came.
func (l *loading) links(out *rows) {
	type link struct {
		from, to store.ID
		kind     store.Kind
	}
	done := map[link]bool{}
	for _, d := range l.w.edges {
		for i, t := range l.times(d) {
			it := d.items[i]
			a := assocOf(d.edge, l.idOf(d.from), l.idOf(it.to))
			if done[link{a.From, a.To, a.Kind}] {
				continue // it is said at both ends
			}
			done[link{a.From, a.To, a.Kind}] = true
			a.Time = t
			if len(it.values) > 0 {
				a.Data = (&people.Item{Parts: l.parts(it.values)}).Encode()
			}
			out.link(a)
		}
	}
}

// times are when the items of an edge came, in microseconds. Those of one moment
// keep the order of the file.
func (l *loading) times(d *edgeDecl) []int64 {
	times := make([]int64, len(d.items))
	later := map[time.Time]int64{}
	for i := len(times) - 1; i >= 0; i-- {
		at := d.items[i].at.in(l.now)
		times[i] = max(at.UnixMicro()+later[at], 1)
		later[at]++
	}
	return times
}

func thingObject(t *people.Thing) store.Object {
	return store.Object{ID: t.ID, Kind: store.KindThing, Data: t.Encode()}
}

func ownLink(t *people.Thing, at int64) store.Assoc {
	return store.Assoc{From: t.Owner, Kind: store.AssocOwn, To: t.ID, Time: max(at, 1)}
}
