package world

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// edgeItems bounds the items of one line.
const edgeItems = 5000

// nameThings finds every thing, in the order of the IDs.
func (x *exporter) nameThings(ctx context.Context) ([]store.ID, error) {
	type found struct {
		id     store.ID
		public string
		lists  bool
	}
	var list []found
	var broken error
	err := x.r.Scan(ctx, store.Objects, func(row *store.Row) bool {
		if row.Object.Kind == store.KindFile {
			x.files = append(x.files, row.Object.ID)
		}
		if row.Object.Kind != store.KindThing {
			return true
		}
		t, err := people.DecodeThing(row.Object.ID, row.Object.Version, row.Object.Data)
		if broken = err; err != nil {
			return false
		}
		list = append(list, found{t.ID, t.PublicID, t.Type == "CustomAudience" || t.Type == "AdAccount"})
		x.names[t.ID] = handled{thingKind, t.PublicID, t.ID}
		return true
	})
	if err = errors.Join(broken, err); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(len(a.public), len(b.public)), strings.Compare(a.public, b.public))
	})
	ids := make([]store.ID, len(list))
	for i, f := range list {
		if ids[i] = f.id; f.lists {
			x.lists = append(x.lists, f.id)
		}
	}
	return ids, nil
}

func (x *exporter) thingChunk(ctx context.Context, chunk []store.ID) error {
	var rs, own store.ReadSet
	for _, id := range chunk {
		rs.Object(id)
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return err
	}
	var all []*people.Thing
	var refs []store.ID
	for i := range chunk {
		if t, ok := record[*people.Thing](rs.GotObject(i)); ok {
			all = append(all, t)
			refs = append(append(refs, refsIn(t.Parts)...), t.Owner)
			own.Pair(t.Owner, store.AssocOwn, t.ID)
		}
	}
	if err := x.learn(ctx, refs); err != nil {
		return err
	}
	if err := x.r.Load(ctx, &own); err != nil {
		return err
	}
	for i, t := range all {
		out := &thingLine{ID: t.PublicID, Type: t.Type, Handle: t.Handle, Owner: x.name(t.Owner), Created: t.Created,
			Parts: x.parts(t.Parts), Rest: rest(*t, (*people.Thing).Encode)}
		switch rec := own.GotPair(i); {
		case rec != nil && out.Owner != "":
			out.At = rec.Time
		case !goesWithThread(t.Type):
			out.Owner = ""
		}
		if err := x.enc.Encode(line{Thing: out}); err != nil {
			return err
		}
	}
	return nil
}

// learn finds the names of people; everything else has one already.
func (x *exporter) learn(ctx context.Context, ids []store.ID) error {
	if len(x.persons) > 100_000 {
		clear(x.persons)
	}
	var rs store.ReadSet
	var asked []store.ID
	for _, id := range ids {
		if _, known := x.names[id]; id == 0 || known || x.persons[id] != "" {
			continue
		}
		rs.Object(id)
		asked = append(asked, id)
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, id := range asked {
		if p, ok := record[*people.Person](rs.GotObject(i)); ok {
			x.persons[id] = p.Handle
		}
	}
	return nil
}

// name is "page bakery", "person ana" or "thing 123", empty for what is gone.
func (x *exporter) name(id store.ID) string {
	if h, ok := x.names[id]; ok {
		return h.kind + " " + h.handle
	}
	if p := x.persons[id]; p != "" {
		return personKind + " " + p
	}
	return ""
}

func (x *exporter) parts(ps people.Parts) (list []partLine) {
	for i := range ps {
		p := &ps[i]
		l := partLine{Name: p.Name}
		if len(p.Refs) == 0 {
			l.Value = json.RawMessage(p.Text)
			list = append(list, l)
			continue
		}
		for _, id := range p.Refs {
			if name := x.name(id); name != "" {
				l.Refs = append(l.Refs, name)
			}
		}
		if len(l.Refs) == 0 {
			continue // of what is gone
		}
		if !p.List {
			l.Ref, l.Refs = l.Refs[0], nil
		}
		list = append(list, l)
	}
	return list
}

// kindsInUse are the stored edges that have any item.
func (x *exporter) kindsInUse(ctx context.Context) (kinds []store.Kind, err error) {
	used := map[store.Kind]bool{}
	err = x.r.Scan(ctx, store.Assocs, func(row *store.Row) bool {
		if store.IsEdge(row.Assoc.Kind) {
			used[row.Assoc.Kind] = true
		}
		return true
	})
	for _, k := range store.EdgeKinds() {
		if used[k] {
			kinds = append(kinds, k)
		}
	}
	return kinds, err
}

// edges writes what is on the stored edges of nodes, in the order of the list.
func (x *exporter) edges(ctx context.Context, kinds []store.Kind, ids []store.ID) error {
	const limit = 1000
	for chunk := range slices.Chunk(ids, exportChunk) {
		var rs store.ReadSet
		for _, id := range chunk {
			for _, k := range kinds {
				rs.Range(store.Range{From: id, Kind: k, All: true, Limit: limit})
			}
		}
		if err := x.r.Load(ctx, &rs); err != nil {
			return err
		}
		for i, id := range chunk {
			for j, k := range kinds {
				items := rs.GotRange(i*len(kinds) + j)
				if len(items) == limit {
					var err error
					if items, err = x.whole(ctx, id, k); err != nil {
						return err
					}
				}
				if err := x.edge(ctx, id, k, items); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *exporter) edge(ctx context.Context, from store.ID, kind store.Kind, items []store.Record) error {
	if len(items) == 0 {
		return nil
	}
	named := []store.ID{from}
	for i := range items {
		named = append(named, items[i].ID)
		if it, ok := items[i].Value.(*people.Item); ok {
			named = append(named, refsIn(it.Parts)...)
		}
	}
	if err := x.learn(ctx, named); err != nil {
		return err
	}
	var list []edgeItemLine
	for i := range items {
		out := edgeItemLine{To: x.name(items[i].ID), At: items[i].Time}
		if it, ok := items[i].Value.(*people.Item); ok {
			out.Parts, out.Rest = x.parts(it.Parts), rest(*it, (*people.Item).Encode)
		}
		if out.To != "" {
			list = append(list, out)
		}
	}
	slices.SortFunc(list, func(a, b edgeItemLine) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(a.To, b.To)) })
	edge, _ := store.EdgeName(kind)
	for part := range slices.Chunk(list, edgeItems) {
		if err := x.enc.Encode(line{Edge: &edgeLine{Of: x.name(from), Edge: edge, Items: part}}); err != nil {
			return err
		}
	}
	return nil
}
