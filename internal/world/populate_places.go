package world

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store"
)

// build writes businesses, apps, Pages and accounts, some at a time.
func (s *settling) build(ctx context.Context) error {
	const some = 500
	var out rows
	for i, a := range s.p.Instagrams() {
		s.account(&out, i, &a)
	}
	for i, a := range s.p.Apps() {
		s.app(&out, i, &a)
	}
	for i := range s.p.Businesses() {
		n := s.p.Business(i)
		rec := &people.Business{ID: s.businesses[i], PublicID: n.ID, Handle: n.Handle, Name: n.Name}
		out.put(store.Object{ID: rec.ID, Kind: store.KindBusiness, Data: rec.Encode()})
		s.name(&out, rec.ID, businessKind+"/"+rec.Handle, rec.PublicID)
		if err := s.flush(ctx, &out, some); err != nil {
			return err
		}
	}
	for i := range s.p.Pages() {
		s.page(&out, i, s.p.Page(i))
		if err := s.flush(ctx, &out, some); err != nil {
			return err
		}
	}
	return s.flush(ctx, &out, 0)
}

// flush writes what is more than so many records.
func (s *settling) flush(ctx context.Context, out *rows, most int) error {
	if len(out.objs) <= most {
		return nil
	}
	err := s.write(ctx, out)
	*out = rows{}
	return err
}

func (s *settling) name(out *rows, id store.ID, handle, public string) {
	out.claim(store.SpaceHandle, handle, id, generatedClash)
	out.claim(store.SpaceNode, public, id, generatedClash)
}

func (s *settling) account(out *rows, i int, a *population.InstagramInfo) {
	rec := &people.Instagram{ID: s.accounts[i], PublicID: a.ID, Handle: a.Handle, Username: a.Username, Name: a.Name, Page: s.pages[0], Apps: s.apps[:1:1]}
	out.put(store.Object{ID: rec.ID, Kind: store.KindInstagram, Data: rec.Encode()})
	s.name(out, rec.ID, instagramKind+"/"+rec.Handle, rec.PublicID)
}

func (s *settling) app(out *rows, i int, a *population.AppInfo) {
	rec := &people.App{ID: s.apps[i], PublicID: a.ID, Handle: a.Handle, Name: a.Name, Secret: s.b.secret(a.Handle), Type: a.Type, Mode: graph.ModeLive,
		Category: a.Category, Namespace: a.Namespace}
	allLevels(rec)
	if a.Business >= 0 {
		rec.Business = s.businesses[a.Business]
	}
	out.put(s.b.appObject(rec))
	s.name(out, rec.ID, appKind+"/"+rec.Handle, rec.PublicID)
	if a.Developer >= 0 {
		out.link(roleLink(rec.ID, s.people[a.Developer], graph.RoleAdministrator, s.p.Clock().UnixMicro()))
	}
}

func (s *settling) page(out *rows, i int, n *population.PageInfo) {
	rec := &people.Page{ID: s.pages[i], PublicID: n.ID, Handle: n.Handle, Name: n.Name, Category: n.Category, About: n.About}
	for f := range rec.Info {
		rec.Info[f] = graph.Approved
	}
	for _, a := range n.Apps {
		rec.Apps = append(rec.Apps, s.apps[a])
	}
	if n.Business >= 0 {
		rec.Business = s.businesses[n.Business]
	}
	if n.Instagram >= 0 {
		rec.Instagram = s.accounts[n.Instagram]
	}
	out.put(pageObject(rec))
	s.name(out, rec.ID, pageKind+"/"+rec.Handle, rec.PublicID)
	for _, w := range n.Staff {
		out.link(taskLink(rec.ID, s.people[w.Person], w.Tasks, w.At))
	}
}

// place is where people write to: a Page or account with the apps there.
func (s *settling) place(r population.Ref) *place {
	if r.Kind == population.Instagram {
		a := s.p.Instagrams()[r.N]
		return &place{id: s.accounts[r.N], handle: a.Handle, public: a.ID, instagram: true, apps: s.apps[:1]}
	}
	return &place{id: s.pages[r.N], handle: s.p.PageHandle(int(r.N)), public: s.p.PageID(int(r.N)), apps: s.apps[:1]}
}

// meet plays what happened between a stranger and a place. Of a person who was
// erased there nothing is left but that.
func (b *Builder) meet(at *place, acts []population.Act, apps []store.ID) (*consent.Contact, []*happening) {
	var c consent.Contact
	var list []*happening
	for i := range acts {
		a := &acts[i]
		in := consent.Input{Event: a.Event, Instagram: at.instagram, Apps: slices.Clone(at.apps), At: a.At, AdReferral: a.Ad}
		if a.App >= 0 {
			in.App = apps[a.App]
		}
		after, change := consent.Apply(c, in, b.opt.Knobs)
		if change.Result != consent.Applied {
			continue
		}
		c = after
		list = append(list, happen(at.id, in, change, a.Text))
	}
	if c.Erased {
		list = nil
	}
	return &c, list
}

// newestFirst sorts what happened to a person.
func newestFirst(list []*happening) []*happening {
	slices.SortStableFunc(list, func(a, b *happening) int { return cmp.Compare(b.At, a.At) })
	return list
}
