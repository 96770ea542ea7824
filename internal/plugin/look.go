package plugin

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// lookUp finds a Page or account by its ID, its username or its handle, nil for none.
func lookUp[T any](ctx context.Context, r *store.Reader, kind, name string) (v T, err error) {
	var rs store.ReadSet
	if graph.ValidID(name) {
		rs.Key(store.SpaceNode, name)
	} else {
		rs.Key(store.SpaceAlias, people.AliasKey(name))
	}
	rs.Key(store.SpaceHandle, kind+"/"+name)
	if err := r.Load(ctx, &rs); err != nil {
		return v, err
	}
	for i := range 2 {
		if v, ok, err := get[T](ctx, r, rs.GotID(i)); err != nil || ok {
			return v, err
		}
	}
	return v, nil
}

func get[T any](ctx context.Context, r *store.Reader, id store.ID) (v T, ok bool, err error) {
	if id == 0 {
		return v, false, nil
	}
	rec, err := r.Get(ctx, id)
	if err != nil || rec == nil {
		return v, false, err
	}
	v, ok = rec.Value.(T)
	return v, ok, nil
}

// appOf finds an app that is connected to a Page, nil for any other: one that is
// another Page's is like one that is not there.
func appOf(ctx context.Context, r *store.Reader, page *people.Page, id string) (*people.App, error) {
	if !graph.ValidID(id) {
		return nil, nil
	}
	key, err := r.Resolve(ctx, store.SpaceNode, id)
	if err != nil {
		return nil, err
	}
	app, ok, err := get[*people.App](ctx, r, key)
	if err != nil || !ok || app.Deleted || !slices.Contains(page.Apps, app.ID) {
		return nil, err
	}
	return app, nil
}

// admits reports whether an app lets a person use what it offers: in development only
// those with a role. [doc checkbox plugin]
func admits(ctx context.Context, r *store.Reader, app *people.App, person *people.Person) (bool, error) {
	if app == nil || app.Mode != graph.ModeDevelopment {
		return true, nil
	}
	rec, err := r.Pair(ctx, app.ID, store.AssocRole, person.ID)
	if err != nil || rec == nil {
		return false, err
	}
	role, _ := rec.Value.(graph.Role)
	return role != graph.RoleNone, nil
}

// listed reports whether a page of a website may speak for a Page: its address is on
// the allow-list, or it is this machine's, which no list can have. [doc
// whitelisted-domains; the latter own]
func listed(page *people.Page, address string) bool {
	p := messaging.Profile{Parts: page.Profile}
	return p.Allows(address) || local(address)
}

func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// origin is scheme, host and port of an address, "" if it has none that a browser
// would say so.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Host, hostLetters) != "" || u.Host == "" {
		return ""
	}
	port := u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Host), ":"+port)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

const hostLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]"

// standing is how a person stands with a place, and the ID that it has of them, ""
// for none.
func standing(ctx context.Context, r *store.Reader, at *place, person *people.Person) (c consent.Contact, digits string, err error) {
	rec, err := r.Pair(ctx, at.id, store.AssocContact, person.ID)
	if err != nil {
		return c, "", err
	}
	if rec != nil {
		if stored, ok := rec.Value.(*consent.Contact); ok {
			c = *stored
		}
	}
	digits, err = scopedid.Of(ctx, r, at.space(), at.id, person.ID)
	return c, digits, err
}

// A place is a Page or an Instagram account that people write to.
type place struct {
	page    *people.Page
	account *people.Instagram
	id      store.ID
	public  string
	name    string
}

func (p *place) space() store.Space {
	if p.page == nil {
		return store.SpaceIGSID
	}
	return store.SpacePSID
}

// profile is what the place shows before anybody writes.
func (p *place) profile() messaging.Profile {
	if p.page == nil {
		return messaging.Profile{Parts: p.account.Profile, OfInstagram: true}
	}
	return messaging.Profile{Parts: p.page.Profile}
}

// deed is one at the place.
func (p *place) deed(who *visitor, event consent.Event) Deed {
	d := Deed{Person: who.Handle, Event: event}
	if p.page == nil {
		d.Instagram = p.account.Handle
	} else {
		d.Page = p.page.Handle
	}
	return d
}

// placeOf finds who a page is of, nil for nobody.
func placeOf(ctx context.Context, r *store.Reader, name string, instagram bool) (*place, error) {
	if instagram {
		a, err := lookUp[*people.Instagram](ctx, r, "instagram", name)
		if err != nil || a == nil {
			return nil, err
		}
		return &place{account: a, id: a.ID, public: a.PublicID, name: a.Username}, nil
	}
	p, err := lookUp[*people.Page](ctx, r, "page", name)
	if err != nil || p == nil {
		return nil, err
	}
	return &place{page: p, id: p.ID, public: p.PublicID, name: p.Name}, nil
}
