package world

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store"
)

// telling writes a population as lines. The file has people, then things, then
// edges, then audiences: so that nothing has to be kept, lives are made once for each.
type telling struct {
	b     *Builder
	p     *population.Population
	enc   *json.Encoder
	x     exporter // knows places by the IDs made up for them here
	apps  []store.ID
	pages map[population.Ref]*place
}

func (b *Builder) writeLives(ctx context.Context, w io.Writer, p *population.Population, progress func(n int)) (*Made, error) {
	buf := bufio.NewWriterSize(w, 1<<16)
	t := &telling{b: b, p: p, enc: json.NewEncoder(buf), x: exporter{b: b, names: map[store.ID]handled{}}, pages: map[population.Ref]*place{}}
	t.enc.SetEscapeHTML(false)
	made := newMade(p)
	if err := t.header(); err != nil {
		return nil, err
	}
	steps := []func(*population.Life) error{t.person, t.things, t.edges, t.uploads}
	if p.Profiles() {
		steps = steps[:1]
	}
	for n, step := range steps {
		for i := range p.Size() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			l := p.Life(i)
			if n == 0 {
				made.life(l, p.Profiles())
			}
			if err := step(l); err != nil {
				return nil, err
			}
			progress((n*p.Size() + i + 1) / len(steps))
		}
	}
	return made, buf.Flush()
}

// header writes businesses, apps, Pages and accounts, in the order of an export.
func (t *telling) header() error {
	for i, a := range t.p.Apps() {
		id := store.ID(i + 1)
		t.apps, t.x.names[id] = append(t.apps, id), handled{appKind, a.Handle, id}
	}
	for i := range t.p.Businesses() {
		n := t.p.Business(i)
		if err := t.enc.Encode(line{Business: &businessLine{Handle: n.Handle, ID: n.ID, Name: n.Name}}); err != nil {
			return err
		}
	}
	for _, a := range t.p.Apps() {
		if err := t.enc.Encode(line{App: t.app(&a)}); err != nil {
			return err
		}
	}
	accounts := t.p.Instagrams()
	for i := range t.p.Pages() {
		n := t.p.Page(i)
		if n.Messaging {
			t.learn(population.Ref{Kind: population.Page, N: int64(i)}, n.Handle, n.ID, false)
		}
		if err := t.enc.Encode(line{Page: t.page(n, accounts)}); err != nil {
			return err
		}
	}
	for i, a := range accounts {
		t.learn(population.Ref{Kind: population.Instagram, N: int64(i)}, a.Handle, a.ID, true)
		out := &instagramLine{Handle: a.Handle, ID: a.ID, Username: a.Username, Name: a.Name, Apps: t.x.handles(t.apps[:1])}
		if err := t.enc.Encode(line{Instagram: out}); err != nil {
			return err
		}
	}
	return nil
}

// learn remembers a place that people write to.
func (t *telling) learn(r population.Ref, handle, public string, instagram bool) {
	kind := pageKind
	if instagram {
		kind = instagramKind
	}
	id := store.ID(1000 + len(t.pages))
	t.x.names[id] = handled{kind, handle, id}
	t.pages[r] = &place{id: id, handle: handle, public: public, instagram: instagram, apps: t.apps[:1]}
}

func (t *telling) app(a *population.AppInfo) *appLine {
	out := &appLine{Handle: a.Handle, ID: a.ID, Name: a.Name, Type: a.Type.String(), Mode: graph.ModeLive.String(),
		Category: a.Category, Namespace: a.Namespace, Review: map[string]string{}}
	for _, name := range graph.PermissionNames() {
		out.Review[name] = graph.LevelAdvanced.String()
	}
	for f := range graph.FeatureCount {
		out.Review[graph.Feature(f).String()] = graph.LevelAdvanced.String()
	}
	if a.Business >= 0 {
		out.Business = t.p.Business(a.Business).Handle
	}
	if a.Developer >= 0 {
		out.Roles = []roleLine{{population.Handle(a.Developer), graph.RoleAdministrator.String(), t.p.Clock().UnixMicro()}}
	}
	return out
}

func (t *telling) page(n *population.PageInfo, accounts []population.InstagramInfo) *pageLine {
	out := &pageLine{Handle: n.Handle, ID: n.ID, Name: n.Name, Category: n.Category, About: n.About, Info: map[string]string{}}
	for f := range people.InfoCount {
		out.Info[people.InfoField(f).String()] = graph.Approved.String()
	}
	for _, a := range n.Apps {
		out.Apps = append(out.Apps, t.x.names[t.apps[a]].handle)
	}
	if n.Business >= 0 {
		out.Business = t.p.Business(n.Business).Handle
	}
	if n.Instagram >= 0 {
		out.Instagram = accounts[n.Instagram].Handle
	}
	for _, s := range n.Staff {
		out.Tasks = append(out.Tasks, tasksLine{population.Handle(s.Person), s.Tasks.Names(), s.At})
	}
	return out
}

func (t *telling) person(l *population.Life) error {
	rec := l.Record
	out := &personLine{Handle: rec.Handle, Europe: rec.Europe, Instagram: rec.Instagram, Updated: rec.Updated,
		Picture: pictureName(rec.Picture), InstagramPicture: pictureName(rec.InstagramPicture)}
	out.Fields, out.Audience = fieldsOf(rec)
	if l.Partner >= 0 {
		out.Partner = population.Handle(l.Partner)
		if who := rec.Audience(people.RelationshipStatus); who != graph.Public {
			out.Audience[people.SignificantOther.String()] = who.String()
		}
	}
	for _, f := range l.Friends {
		out.Friends = append(out.Friends, friendLine{population.Handle(f.Person), f.At})
	}
	for _, in := range l.Installs {
		out.Apps = append(out.Apps, installLine{App: t.x.names[t.apps[in.App]].handle, Granted: in.Granted.Names(), Declined: in.Declined.Names(), Type: in.Type, At: in.At})
	}
	var past []*happening
	for i := range l.Contacts {
		past = append(past, t.contact(out, &l.Contacts[i])...)
	}
	if t.p.Profiles() {
		past = nil
	}
	for _, h := range newestFirst(past) {
		out.History = append(out.History, t.x.history(h))
	}
	return t.enc.Encode(line{Person: out})
}

// contact tells how a contact stands and returns what happened.
func (t *telling) contact(out *personLine, c *population.Contact) []*happening {
	at := t.pages[c.Place]
	contact, acts := t.b.meet(at, c.Acts, t.apps)
	told, _ := t.x.contact(&store.Record{Value: contact, Time: contactLink(at.id, 0, contact, c.Acts[0].At).Time})
	told.Page, told.Instagram = t.x.placeNames(at.id)
	out.Contacts = append(out.Contacts, told)
	return acts
}

func (t *telling) things(l *population.Life) error {
	for i := range l.Nodes {
		n := &l.Nodes[i]
		out := &thingLine{ID: t.b.thingID(t.p, n.Type, n.N), Type: n.Type, Handle: n.Handle, Owner: t.name(n.Owner, ""), Created: n.Created, Parts: t.parts(l, n.Parts)}
		if out.Owner != "" {
			out.At = n.Created * 1e6
		}
		if err := t.enc.Encode(line{Thing: out}); err != nil {
			return err
		}
	}
	return nil
}

func (t *telling) edges(l *population.Life) error {
	for i := range l.Edges {
		e := &l.Edges[i]
		out := &edgeLine{Of: t.name(e.Of, typeOf(l, e.Of)), Edge: e.Name}
		for j := range e.Items {
			it := &e.Items[j]
			out.Items = append(out.Items, edgeItemLine{To: t.name(it.To, typeOf(l, it.To)), At: it.At, Parts: t.parts(l, it.Parts)})
		}
		if err := t.enc.Encode(line{Edge: out}); err != nil {
			return err
		}
	}
	return nil
}

func (t *telling) uploads(l *population.Life) error {
	for i := range l.Uploads {
		u := &l.Uploads[i]
		out := &audienceLine{Of: t.name(u.Audience, typeOf(l, u.Audience))}
		for _, values := range u.Rows {
			if row, ok := audience.RowOf(u.Schema, values); ok {
				told := row.Tell()
				out.Rows = append(out.Rows, audienceRow{Cells: told.Cells})
			}
		}
		if err := t.enc.Encode(line{Audience: out}); err != nil {
			return err
		}
	}
	return nil
}

// typeOf is the node type of a thing of a life; IDs of ad accounts begin with
// theirs. Things of others are none.
func typeOf(l *population.Life, r population.Ref) string {
	for i := range l.Nodes {
		if r.Kind == population.Thing && l.Nodes[i].N == r.N {
			return l.Nodes[i].Type
		}
	}
	return ""
}

func (t *telling) parts(l *population.Life, list []population.Part) []partLine {
	var out []partLine
	for i := range list {
		p := &list[i]
		pl := partLine{Name: p.Name}
		if len(p.Refs) == 0 {
			pl.Value = json.RawMessage(p.Text)
		}
		for _, r := range p.Refs {
			pl.Refs = append(pl.Refs, t.name(r, typeOf(l, r)))
		}
		if !p.List && len(pl.Refs) > 0 {
			pl.Ref, pl.Refs = pl.Refs[0], nil
		}
		out = append(out, pl)
	}
	return out
}

// name is what a line calls a node; typ is that of a thing.
func (t *telling) name(r population.Ref, typ string) string {
	switch r.Kind {
	case population.Person:
		return personKind + " " + population.Handle(int(r.N))
	case population.Page:
		return pageKind + " " + t.p.PageHandle(int(r.N))
	case population.App:
		return appKind + " " + t.x.names[t.apps[r.N]].handle
	case population.Business:
		return businessKind + " " + t.p.Business(int(r.N)).Handle
	case population.Instagram:
		return instagramKind + " " + t.p.Instagrams()[r.N].Handle
	case population.Thing:
		return thingKind + " " + t.b.thingID(t.p, typ, r.N)
	}
	return ""
}
