package world

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// An ItemView is one item of an edge: what it is, since when, and what the edge
// says about it.
type ItemView struct {
	To     string                     `json:"to"` // person/ana, thing/ana/albums/1
	Type   string                     `json:"type,omitempty"`
	ID     string                     `json:"id,omitempty"`
	At     time.Time                  `json:"at"`
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
}

// A ThingView is everything about one thing.
type ThingView struct {
	Handle  string                     `json:"handle"`
	ID      string                     `json:"id"`
	Type    string                     `json:"type"`
	Owner   string                     `json:"owner,omitempty"`
	Created time.Time                  `json:"created"`
	Fields  map[string]json.RawMessage `json:"fields"`
	Edges   map[string][]ItemView      `json:"edges"`
}

// shownItems bounds how many items of an edge, and things of a person, are shown.
const shownItems = 100

// Thing describes a thing, with the latest 100 items of each edge.
func (b *Builder) Thing(ctx context.Context, handle string) (*ThingView, error) {
	var out *ThingView
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		t, err := findThing(ctx, r, handle)
		if err != nil {
			return err
		}
		v := &edgeViewing{r: r, most: shownItems}
		out, err = v.thing(ctx, t, b.opt.Catalogue)
		return err
	})
	return out, err
}

func (v *edgeViewing) thing(ctx context.Context, t *people.Thing, cat *schema.Catalogue) (out *ThingView, err error) {
	out = &ThingView{Handle: t.Handle, ID: t.PublicID, Type: t.Type, Created: time.Unix(t.Created, 0).UTC()}
	if out.Edges, err = v.edges(ctx, t.ID, cat.Node(t.Type)); err != nil {
		return nil, err
	}
	if err := v.read(ctx, append(refsIn(t.Parts), t.Owner)); err != nil {
		return nil, err
	}
	out.Owner, out.Fields = v.name(t.Owner), v.fields(t.Parts)
	return out, nil
}

// dossierThings lists all that belongs to the person and all that is on their
// edges.
func (v *viewing) dossierThings(ctx context.Context, d *dossier) error {
	const all = 1_000_000
	look := &edgeViewing{r: v.r, most: all}
	cat := v.b.opt.Catalogue
	edges, err := look.edges(ctx, v.p.ID, nodeOf(cat, personKind))
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(edges) {
		for _, item := range edges[name] {
			d.Edges = append(d.Edges, edgeHeld{name, item})
		}
	}
	return eachLink(ctx, v.r, v.p.ID, store.AssocOwn, func(link *store.Record) error {
		rec, err := v.r.Get(ctx, link.ID)
		if t, ok := record[*people.Thing](rec); ok {
			view, err := look.thing(ctx, t, cat)
			if err != nil {
				return err
			}
			d.Things = append(d.Things, *view)
		}
		return err
	})
}

// edgeViewing reads edges and what they lead to, a Read for each of three steps.
type edgeViewing struct {
	r     *store.Reader
	most  int // items of an edge
	known map[store.ID]*store.Record
}

// edges are the stored edges of a node that have items, the newest first.
func (v *edgeViewing) edges(ctx context.Context, from store.ID, n *schema.Node) (map[string][]ItemView, error) {
	out := map[string][]ItemView{}
	if n == nil {
		return out, nil
	}
	var rs store.ReadSet
	var list []*schema.Edge
	for i := range n.Edges {
		if e := &n.Edges[i]; stored(e) {
			rs.Range(store.Range{From: from, Kind: e.Assoc, Limit: v.most})
			list = append(list, e)
		}
	}
	if err := v.r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var ids, refs []store.ID
	for i := range list {
		for _, rec := range rs.GotRange(i) {
			ids = append(ids, rec.ID)
			if item, ok := rec.Value.(*people.Item); ok {
				refs = append(refs, refsIn(item.Parts)...)
			}
		}
	}
	if err := v.read(ctx, append(ids, refs...)); err != nil {
		return nil, err
	}
	for i, e := range list {
		for _, rec := range rs.GotRange(i) {
			item := ItemView{To: v.name(rec.ID), At: time.UnixMicro(rec.Time).UTC()}
			if t, ok := record[*people.Thing](v.known[rec.ID]); ok {
				item.Type, item.ID = t.Type, t.PublicID
			}
			if said, ok := rec.Value.(*people.Item); ok {
				item.Fields = v.fields(said.Parts)
			}
			out[e.Name] = append(out[e.Name], item)
		}
	}
	return out, nil
}

// read gets the objects that are not known yet.
func (v *edgeViewing) read(ctx context.Context, ids []store.ID) error {
	if v.known == nil {
		v.known = map[store.ID]*store.Record{}
	}
	var rs store.ReadSet
	var asked []store.ID
	for _, id := range ids {
		if _, has := v.known[id]; !has && id != 0 {
			v.known[id] = nil
			rs.Object(id)
			asked = append(asked, id)
		}
	}
	if err := v.r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, id := range asked {
		v.known[id] = rs.GotObject(i)
	}
	return nil
}

// name is kind and handle of an object that was read, empty if it is gone.
func (v *edgeViewing) name(id store.ID) string { return recordName(v.known[id]) }

// recordName is "person/ana": kind and handle of a node.
func recordName(rec *store.Record) string {
	if rec == nil {
		return ""
	}
	switch v := rec.Value.(type) {
	case *people.Person:
		return personKind + "/" + v.Handle
	case *people.Page:
		return pageKind + "/" + v.Handle
	case *people.App:
		return appKind + "/" + v.Handle
	case *people.Business:
		return businessKind + "/" + v.Handle
	case *people.Instagram:
		return instagramKind + "/" + v.Handle
	case *people.Thing:
		return thingKind + "/" + thingName(v)
	}
	return ""
}

// fields are parts as JSON; what they refer to goes by its name.
func (v *edgeViewing) fields(ps people.Parts) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(ps))
	for i := range ps {
		p := &ps[i]
		if len(p.Refs) == 0 {
			out[p.Name] = json.RawMessage(p.Text)
			continue
		}
		var names []string
		for _, id := range p.Refs {
			if name := v.name(id); name != "" {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			continue // of what is gone
		}
		var text []byte
		if text, _ = json.Marshal(names[0]); p.List {
			text, _ = json.Marshal(names)
		}
		out[p.Name] = text
	}
	return out
}

func refsIn(ps people.Parts) (ids []store.ID) {
	for i := range ps {
		ids = append(ids, ps[i].Refs...)
	}
	return ids
}

// things are what belongs to the person, the latest first, and edges what is on
// theirs.
func (v *viewing) things(ctx context.Context, _ *personLine) (err error) {
	look := &edgeViewing{r: v.r, most: shownItems}
	if v.Edges, err = look.edges(ctx, v.p.ID, nodeOf(v.b.opt.Catalogue, personKind)); err != nil {
		return err
	}
	list, err := v.r.Range(ctx, store.Range{From: v.p.ID, Kind: store.AssocOwn, Limit: shownItems})
	if err != nil {
		return err
	}
	var ids []store.ID
	for _, rec := range list {
		ids = append(ids, rec.ID)
	}
	if err := look.read(ctx, ids); err != nil {
		return err
	}
	for _, rec := range list {
		if t, ok := record[*people.Thing](look.known[rec.ID]); ok {
			v.Things = append(v.Things, ItemView{To: look.name(rec.ID), Type: t.Type, ID: t.PublicID, At: time.UnixMicro(rec.Time).UTC()})
		}
	}
	return nil
}
