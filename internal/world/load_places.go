package world

import (
	"context"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// putPlaces writes businesses, apps, Pages and Instagram accounts, which name
// each other: first they all get their IDs, then their records.
func (l *loading) putPlaces(ctx context.Context, tx *store.Tx) error {
	l.businesses, l.apps = map[string]*people.Business{}, map[string]*people.App{}
	l.pages, l.instagrams = map[string]*people.Page{}, map[string]*people.Instagram{}
	for _, d := range l.w.businesses {
		rec := d.rec
		rec.ID = tx.NewID()
		l.businesses[d.name] = &rec
		if err := l.b.node(ctx, tx, businessKind, d.name, d.id.name, rec.ID, &rec.PublicID); err != nil {
			return err
		}
	}
	for _, d := range l.w.apps {
		rec := d.rec
		rec.ID = tx.NewID()
		if rec.Secret == "" {
			rec.Secret = l.b.secret(d.name)
		}
		if d.created.set {
			rec.Created = d.created.in(l.now).Unix()
		}
		if b := l.businesses[d.business.name]; b != nil {
			rec.Business = b.ID
		}
		l.apps[d.name] = &rec
		if err := l.b.node(ctx, tx, appKind, d.name, d.id.name, rec.ID, &rec.PublicID); err != nil {
			return err
		}
	}
	for _, d := range l.w.pages {
		rec := d.rec
		rec.ID, rec.Apps, rec.Routing = tx.NewID(), l.appIDs(d.apps), l.routing(d.routing)
		if b := l.businesses[d.business.name]; b != nil {
			rec.Business = b.ID
		}
		l.pages[d.name] = &rec
		if err := l.b.node(ctx, tx, pageKind, d.name, d.id.name, rec.ID, &rec.PublicID); err != nil {
			return err
		}
		if key := people.AliasKey(rec.Username); key != "" {
			if err := bindFree(ctx, tx, store.SpaceAlias, key, rec.ID); err != nil {
				return err
			}
		}
	}
	for _, d := range l.w.instagrams {
		rec := d.rec
		rec.ID, rec.Apps, rec.Routing = tx.NewID(), l.appIDs(d.apps), l.routing(d.routing)
		l.instagrams[d.name] = &rec
		if err := l.b.node(ctx, tx, instagramKind, d.name, d.id.name, rec.ID, &rec.PublicID); err != nil {
			return err
		}
	}
	l.connect()
	return l.writePlaces(ctx, tx)
}

func (l *loading) appIDs(rs []ref) []store.ID {
	ids := make([]store.ID, len(rs))
	for i, r := range rs {
		ids[i] = l.apps[r.name].ID
	}
	return ids
}

// node binds the handle and the public ID of an object: the given one, or the
// first free one of those that follow from the handle.
func (b *Builder) node(ctx context.Context, tx *store.Tx, kind, handle, given string, id store.ID, public *string) error {
	if err := bindFree(ctx, tx, store.SpaceHandle, kind+"/"+handle, id); err != nil {
		return err
	}
	if given != "" {
		*public = given
		return bindFree(ctx, tx, store.SpaceNode, given, id)
	}
	const attempts = 64
	for n := range attempts {
		digits := b.publicID(kind, handle, n)
		got, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceNode, Key: digits}, ID: id})
		if err != nil {
			return fmt.Errorf("bind id: %w", err)
		}
		if got[0] == id {
			*public = digits
			return nil
		}
	}
	return fmt.Errorf("no free ID for %s %s in %d attempts", kind, handle, attempts)
}

func bindFree(ctx context.Context, tx *store.Tx, space store.Space, key string, id store.ID) error {
	got, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: space, Key: key}, ID: id})
	if err != nil {
		return fmt.Errorf("bind %s: %w", key, err)
	}
	if got[0] != id {
		return Problems{{Text: key + " exists already"}}
	}
	return nil
}

// connect links Pages with their Instagram accounts and makes the places.
func (l *loading) connect() {
	l.places = map[placeRef]*place{}
	for _, d := range l.w.pages {
		if i := l.instagrams[d.instagram.name]; i != nil {
			l.pages[d.name].Instagram, i.Page = i.ID, l.pages[d.name].ID
		}
	}
	for h, rec := range l.pages {
		l.places[placeRef{pagePlace, h}] = pageOf(rec)
	}
	for _, d := range l.w.instagrams {
		l.places[placeRef{instagramPlace, d.name}] = accountOf(l.instagrams[d.name], l.pages[d.page])
	}
}

func pageOf(p *people.Page) *place {
	return &place{id: p.ID, handle: p.Handle, public: p.PublicID, apps: p.Apps, routing: p.Routing}
}

// accountOf is an Instagram account as a place; apps reach it through
// Instagram Login or through the Page it is linked to.
func accountOf(i *people.Instagram, page *people.Page) *place {
	at := &place{id: i.ID, handle: i.Handle, public: i.PublicID, instagram: true, routing: i.Routing}
	at.apps = append(at.apps, i.Apps...)
	if page == nil {
		return at
	}
	for _, app := range page.Apps {
		if !slices.Contains(at.apps, app) {
			at.apps = append(at.apps, app)
		}
	}
	return at
}

func (l *loading) writePlaces(ctx context.Context, tx *store.Tx) error {
	var objs []store.Object
	for _, h := range sortedKeys(l.businesses) {
		r := l.businesses[h]
		objs = append(objs, store.Object{ID: r.ID, Kind: store.KindBusiness, Data: r.Encode()})
	}
	for _, h := range sortedKeys(l.apps) {
		objs = append(objs, l.b.appObject(l.apps[h]))
	}
	for _, h := range sortedKeys(l.pages) {
		objs = append(objs, pageObject(l.pages[h]))
	}
	for _, h := range sortedKeys(l.instagrams) {
		objs = append(objs, instagramObject(l.instagrams[h]))
	}
	if err := tx.Put(ctx, objs...); err != nil {
		return fmt.Errorf("put places: %w", err)
	}
	return nil
}

func (b *Builder) appObject(a *people.App) store.Object {
	return store.Object{ID: a.ID, Kind: store.KindApp, Data: a.Encode(b.opt.Keys.Seal)}
}

func pageObject(p *people.Page) store.Object {
	return store.Object{ID: p.ID, Kind: store.KindPage, Data: p.Encode()}
}

func personObject(p *people.Person) store.Object {
	return store.Object{ID: p.ID, Kind: store.KindPerson, Data: p.Encode()}
}
