package world

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A PersonView is everything about one person, by handles.
type PersonView struct {
	Handle       string                     `json:"handle"`
	Account      string                     `json:"account"`
	DefaultShape string                     `json:"default_shape"`
	Europe       bool                       `json:"europe"`
	Picture      string                     `json:"picture"`
	Instagram    bool                       `json:"instagram"`
	Updated      time.Time                  `json:"updated"`
	Fields       map[string]json.RawMessage `json:"fields"`
	Audience     map[string]string          `json:"audience"`
	Partner      string                     `json:"significant_other,omitempty"`
	PSIDs        map[string]string          `json:"psids"`
	IGSIDs       map[string]string          `json:"igsids"`
	ASIDs        map[string]string          `json:"asids"`
	Apps         map[string]InstallView     `json:"apps"`
	Roles        map[string]string          `json:"roles"`
	Tasks        map[string][]string        `json:"tasks"`
	Friends      []string                   `json:"friends"`
	Follows      []string                   `json:"follows"`
	FollowedBy   []string                   `json:"followed_by"`
	Contacts     []ContactView              `json:"contacts"`
	// History is what happened, newest first, the latest 1,000 events.
	History []HistoryView `json:"history"`
	// Edges are the latest 100 items of each stored edge; Things the latest 100
	// that belong to the person.
	Edges  map[string][]ItemView `json:"edges"`
	Things []ItemView            `json:"things"`
}

// An InstallView is a login to an app.
type InstallView struct {
	Granted []string `json:"granted"`
	Type    string   `json:"install_type,omitempty"`
}

// A ContactView is where the person stands with a Page or Instagram account.
type ContactView struct {
	Page        string            `json:"page,omitempty"`
	Instagram   string            `json:"instagram,omitempty"`
	ID          string            `json:"id,omitempty"`
	State       map[string]string `json:"state"`
	Known       bool              `json:"known"`
	Blocked     bool              `json:"blocked"`
	WindowUntil time.Time         `json:"window_until,omitzero"`
	Origin      string            `json:"origin,omitempty"`
	AdID        string            `json:"ad_id,omitempty"`
}

// A HistoryView is one event.
type HistoryView struct {
	Page      string      `json:"page,omitempty"`
	Instagram string      `json:"instagram,omitempty"`
	App       string      `json:"app,omitempty"`
	Event     string      `json:"event"`
	At        time.Time   `json:"at"`
	Seq       int64       `json:"seq"`
	Text      string      `json:"text,omitempty"`
	Mid       string      `json:"mid,omitempty"`
	Gained    []AppAccess `json:"gained,omitempty"`
	Lost      []AppAccess `json:"lost,omitempty"`
}

// Person describes a person, with contacts and history.
func (b *Builder) Person(ctx context.Context, handle string) (*PersonView, error) {
	var out *PersonView
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		p, err := findPerson(ctx, r, handle, nil, nil)
		if err != nil {
			return err
		}
		v := &viewing{b: b, r: r, p: p, x: &exporter{b: b, r: r, names: map[store.ID]handled{}}}
		out, err = v.run(ctx)
		return err
	})
	return out, err
}

// viewing is one Person call. It reads what an export would.
type viewing struct {
	b *Builder
	r *store.Reader
	p *people.Person
	x *exporter
	*PersonView
}

func (v *viewing) run(ctx context.Context) (*PersonView, error) {
	l, err := v.line(ctx, maxListed, appKind, pageKind, instagramKind)
	if err != nil || l == nil {
		return nil, err
	}
	v.PersonView = viewOf(v.p, l)
	if v.Partner, err = v.x.person(ctx, v.p.Partner()); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, *personLine) error{v.contacts, v.history, v.friends, v.staff, v.things} {
		if err := step(ctx, l); err != nil {
			return nil, err
		}
	}
	return v.PersonView, nil
}

// viewOf is what the line of an export says already.
func viewOf(p *people.Person, l *personLine) *PersonView {
	out := &PersonView{Handle: p.Handle, Account: p.Account.String(), DefaultShape: shapeNames()[p.Shape], Europe: p.Europe,
		Picture: "generated", Instagram: p.Instagram, Updated: time.Unix(p.Updated, 0).UTC(), Fields: l.Fields, Audience: l.Audience,
		PSIDs: map[string]string{}, IGSIDs: map[string]string{}, ASIDs: map[string]string{}, Apps: map[string]InstallView{},
		Roles: map[string]string{}, Tasks: map[string][]string{}, Friends: []string{}, Follows: []string{},
		FollowedBy: []string{}, Contacts: []ContactView{}, History: []HistoryView{}, Things: []ItemView{}}
	if name := pictureName(p.Picture); name != "" {
		out.Picture = name
	}
	for _, i := range l.IDs {
		switch {
		case i.Page != "":
			out.PSIDs[i.Page] = i.ID
		case i.Instagram != "":
			out.IGSIDs[i.Instagram] = i.ID
		default:
			out.ASIDs[i.App] = i.ID
		}
	}
	for _, in := range l.Apps {
		out.Apps[in.App] = InstallView{Granted: in.Granted, Type: in.Type}
	}
	for _, f := range l.Follows {
		out.Follows = append(out.Follows, f.Instagram)
	}
	for _, f := range l.FollowedBy {
		out.FollowedBy = append(out.FollowedBy, f.Instagram)
	}
	return out
}

func (v *viewing) contacts(ctx context.Context, l *personLine) error {
	for i := range l.Contacts {
		c := &l.Contacts[i]
		at, err := findPlace(ctx, v.r, c.Page, c.Instagram)
		if err != nil {
			return err
		}
		stored, err := v.r.Pair(ctx, at.id, store.AssocContact, v.p.ID)
		if err != nil {
			return err
		}
		state := map[string]ContactState{}
		stored.ID = v.p.ID
		if err := v.b.stand(ctx, v.r, at, []store.Record{*stored}, state); err != nil {
			return err
		}
		view := ContactView{Page: c.Page, Instagram: c.Instagram, ID: state[v.p.Handle].ID, State: state[v.p.Handle].State,
			Known: c.Known, Blocked: c.Blocked != nil && c.Blocked.On}
		if c.WindowUntil != 0 {
			view.WindowUntil = time.UnixMicro(c.WindowUntil).UTC()
		}
		if c.Origin != nil {
			view.Origin = c.Origin.Event
		}
		if c.Ad != nil {
			view.AdID = c.Ad.ID
		}
		v.Contacts = append(v.Contacts, view)
	}
	return nil
}

func (v *viewing) history(_ context.Context, l *personLine) error {
	const shown = 1000
	for _, h := range l.History[:min(len(l.History), shown)] {
		v.History = append(v.History, HistoryView{Page: h.Page, Instagram: h.Instagram, App: h.App, Event: h.Event,
			At: time.UnixMicro(h.At).UTC(), Seq: h.Seq, Text: h.Text, Mid: h.Mid, Gained: h.Gained, Lost: h.Lost})
	}
	return nil
}

// friends lists all of them, not only those an export names here.
func (v *viewing) friends(ctx context.Context, _ *personLine) error {
	return eachLink(ctx, v.r, v.p.ID, store.AssocFriend, func(rec *store.Record) error {
		name, err := v.x.person(ctx, rec.ID)
		if name != "" {
			v.Friends = append(v.Friends, name)
		}
		return err
	})
}

func (v *viewing) staff(ctx context.Context, _ *personLine) error {
	if err := eachLink(ctx, v.r, v.p.ID, store.AssocRoleOf, func(rec *store.Record) error {
		role, err := v.r.Pair(ctx, rec.ID, store.AssocRole, v.p.ID)
		if r, ok := record[graph.Role](role); ok {
			v.Roles[v.x.names[rec.ID].handle] = r.String()
		}
		return err
	}); err != nil {
		return err
	}
	return eachLink(ctx, v.r, v.p.ID, store.AssocTaskOf, func(rec *store.Record) error {
		tasks, err := v.r.Pair(ctx, rec.ID, store.AssocTask, v.p.ID)
		if t, ok := record[graph.Tasks](tasks); ok {
			v.Tasks[v.x.names[rec.ID].handle] = t.Names()
		}
		return err
	})
}

// line is the person as an export has it, nil if there is nobody, where at most
// limit places of the kinds go by their handles.
func (v *viewing) line(ctx context.Context, limit int, kinds ...string) (*personLine, error) {
	list, err := handles(ctx, v.r, limit, kinds...)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		v.x.names[h.id] = h
	}
	linked, err := v.x.gather(ctx, []handled{{personKind, v.p.Handle, v.p.ID}})
	if err != nil || len(linked) == 0 {
		return nil, err
	}
	var rs store.ReadSet
	linked[0].ask(&rs)
	if err := v.r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	return v.x.personLine(linked[0], &answers{rs: &rs}), nil
}
