package world

import (
	"cmp"
	"encoding/hex"
	"fmt"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A directory finds businesses, apps, Pages and Instagram accounts by handle.
// While a file is checked the IDs stand for nothing.
type directory map[string]entryOf

type entryOf struct {
	id     store.ID
	public string
}

// find returns the object of a kind with a handle; an empty handle gives none.
func (d directory) find(kind, handle string) (entryOf, error) {
	if handle == "" {
		return entryOf{}, nil
	}
	e, ok := d[kind+"/"+handle]
	if !ok {
		return e, fmt.Errorf("no %s %q", kind, handle)
	}
	return e, nil
}

func (d directory) all(kind string, list []string) ([]store.ID, error) {
	var ids []store.ID
	for _, h := range list {
		e, err := d.find(kind, h)
		if err != nil || e.id == 0 {
			return nil, fmt.Errorf("no %s %q", kind, h)
		}
		ids = append(ids, e.id)
	}
	return ids, nil
}

// whose finds the Page or Instagram account of a contact, an event or an ID.
func (d directory) whose(page, instagram string) (entryOf, error) {
	switch {
	case page != "" && instagram == "":
		return d.find(pageKind, page)
	case instagram != "" && page == "":
		return d.find(instagramKind, instagram)
	}
	return entryOf{}, fmt.Errorf("name one of page and instagram")
}

func checkNode(handle, id string) error {
	if !ValidHandle(handle) {
		return fmt.Errorf("bad handle %q: %s", handle, handleRule)
	}
	if !graph.ValidID(id) {
		return fmt.Errorf("%q is no ID", id)
	}
	return nil
}

func (d directory) business(l *businessLine) (*people.Business, error) {
	b, err := unrest(l.Rest, func(data []byte) (*people.Business, error) { return people.DecodeBusiness(0, data) })
	if err != nil {
		return nil, err
	}
	b.Handle, b.PublicID, b.Name = l.Handle, l.ID, l.Name
	return b, checkNode(l.Handle, l.ID)
}

func (d directory) app(l *appLine) (*people.App, error) {
	a, err := unrest(l.Rest, func(data []byte) (*people.App, error) { return people.DecodeApp(0, data) })
	if err != nil {
		return nil, err
	}
	a.Handle, a.PublicID, a.Name, a.Secret, a.RequireProof = l.Handle, l.ID, l.Name, l.Secret, l.RequireProof
	a.Deleted, a.Category, a.Link, a.Namespace, a.Edition = l.Deleted, l.Category, l.Link, l.Namespace, l.ProfileEdition
	a.Redirects, a.ActiveUsers, a.Created, a.DeauthURL, a.DeletionURL = l.Redirects, l.ActiveUsers, l.Created, l.DeauthURL, l.DeletionURL
	if err := cmp.Or(checkNode(l.Handle, l.ID), checkRedirects(l.Redirects), checkCallback(l.DeauthURL), checkCallback(l.DeletionURL)); err != nil {
		return nil, err
	}
	if a.Subscriptions, err = subscriptionsOf(l.Subscriptions); err != nil {
		return nil, err
	}
	if a.Type, err = graph.ParseAppType(l.Type); err != nil {
		return nil, err
	}
	if a.Mode, err = graph.ParseAppMode(l.Mode); err != nil {
		return nil, err
	}
	if l.ProfileEdition != 0 {
		if _, err := parseEdition(fmt.Sprint(l.ProfileEdition)); err != nil {
			return nil, err
		}
	}
	if err := cmp.Or(setVersion(&a.DefaultVersion, &l.DefaultVersion), setVersion(&a.MinimumVersion, &l.MinimumVersion)); err != nil {
		return nil, err
	}
	for name, level := range l.Review {
		v, err := graph.ParseLevel(level)
		if err != nil {
			return nil, err
		}
		if !setLevel(a, name, v) {
			return nil, fmt.Errorf("unknown permission or feature %q", name)
		}
	}
	b, err := d.find(businessKind, l.Business)
	a.Business = b.id
	return a, err
}

func (d directory) page(l *pageLine) (*people.Page, error) {
	p, err := unrest(l.Rest, func(data []byte) (*people.Page, error) { return people.DecodePage(0, data) })
	if err != nil {
		return nil, err
	}
	p.Handle, p.PublicID, p.Name, p.Username, p.Category = l.Handle, l.ID, l.Name, l.Username, l.Category
	p.About, p.Website, p.Phone, p.Link, p.Fans = l.About, l.Website, l.Phone, l.Link, l.FanCount
	p.Verified, p.Instant, p.Europe, p.EngagedUsers = l.Verified, l.InstantGames, l.Europe, l.EngagedUsers
	if err := checkNode(l.Handle, l.ID); err != nil {
		return nil, err
	}
	for name, state := range l.Info {
		f, ok := people.ParseInfoField(name)
		if !ok {
			return nil, fmt.Errorf("unknown field %q in info_about_people", name)
		}
		if p.Info[f], err = graph.ParseInfoState(state); err != nil {
			return nil, err
		}
	}
	if p.Profile, err = profileOf(l.Profile, false); err != nil {
		return nil, err
	}
	if p.Apps, err = d.all(appKind, l.Apps); err != nil {
		return nil, err
	}
	b, err := d.find(businessKind, l.Business)
	if err != nil {
		return nil, err
	}
	i, err := d.find(instagramKind, l.Instagram)
	p.Business, p.Instagram = b.id, i.id
	if err != nil {
		return nil, err
	}
	p.Routing, err = d.routing(l.Primary, l.DefaultApp)
	return p, err
}

func (d directory) instagram(l *instagramLine) (*people.Instagram, error) {
	i, err := unrest(l.Rest, func(data []byte) (*people.Instagram, error) { return people.DecodeInstagram(0, data) })
	if err != nil {
		return nil, err
	}
	i.Handle, i.PublicID, i.Username, i.Name = l.Handle, l.ID, l.Username, l.Name
	if err := checkNode(l.Handle, l.ID); err != nil {
		return nil, err
	}
	if i.Profile, err = profileOf(l.Profile, true); err != nil {
		return nil, err
	}
	if i.Apps, err = d.all(appKind, l.Apps); err != nil {
		return nil, err
	}
	i.Routing, err = d.routing(l.Primary, l.Default)
	return i, err
}

// token reads the record of a token; who asked for it is found later.
func (d directory) token(l *tokenLine, kind access.Kind) (*access.Token, string, error) {
	t, err := unrest(l.Rest, func(data []byte) (*access.Token, error) {
		v, err := access.DecodeToken(0, 0, data)
		t, _ := v.(*access.Token)
		return t, err
	})
	if err != nil {
		return nil, "", err
	}
	hash, err := hex.DecodeString(l.Hash)
	if err != nil || len(hash) != 32 {
		return nil, "", fmt.Errorf("%q is no SHA-256 of a token", l.Hash)
	}
	app, err := d.find(appKind, l.App)
	if err != nil || app.id == 0 {
		return nil, "", fmt.Errorf("no app %q", l.App)
	}
	t.Kind, t.App, t.Issued, t.Expires, t.Explicit = kind, app.id, l.Issued, l.Expires, l.Explicit
	t.Long, t.DataAccess = l.Long, l.Data
	if l.Reason != "" {
		if t.Reason, err = access.ParseReason(l.Reason); err != nil {
			return nil, "", err
		}
	}
	t.Granted, err = permissionsOf(l.Granted)
	return t, string(hash), err
}

func permissionsOf(list []string) (set graph.Permissions, err error) {
	for _, name := range list {
		p, ok := graph.ParsePermission(name)
		if !ok {
			return set, fmt.Errorf("unknown permission %q", name)
		}
		set = set.With(p)
	}
	return set, nil
}
