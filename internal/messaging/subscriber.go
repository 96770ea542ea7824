package messaging

import (
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// A Subscriber is an app that is to be told of something, and what it said about
// that.
type Subscriber struct {
	App *people.App
	// Subscription is the app's own, for the object: address, fields, values.
	Subscription *people.Subscription
	// ByLogin says that it reaches the account by Instagram Login, and subscribed there.
	ByLogin bool
}

// MostSubscribers is how many apps one Page or account may have told of something;
// the newest count. [own]
const MostSubscribers = 100

// SubscribedFields is the part of an item of subscribed_apps that has the fields.
const SubscribedFields = "subscribed_fields"

// SubscribedApps is the association from a Page or account to apps.
func SubscribedApps() store.Kind { return webhook.SubscribedApps() }

// Subscribers are the apps that a Page, or an Instagram account, is to tell of a
// field of an object: they subscribed at the place and, for the object, at the app.
// [doc page subscribed_apps] An app without a subscription at the account, but with
// one of any field at the Page that it is linked to, counts for the account as well.
// [doc webhooks for instagram] It takes two Reads, three for an account of a Page.
func Subscribers(ctx context.Context, r *store.Reader, place store.ID, object, field string) ([]Subscriber, error) {
	var rs store.ReadSet
	of := rs.Object(place)
	rs.Range(store.Range{From: place, Kind: SubscribedApps(), All: true, Limit: MostSubscribers})
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	apps, known := wanted(rs.GotRange(0), field)
	var login []store.ID
	if rec := rs.GotObject(of); rec != nil && object == ObjectInstagram {
		account, ok := rec.Value.(*people.Instagram)
		if ok {
			login = account.Apps
		}
		if ok && account.Page != 0 {
			list, err := r.Range(ctx, store.Range{From: account.Page, Kind: SubscribedApps(), All: true, Limit: MostSubscribers})
			if err != nil {
				return nil, err
			}
			for i := range list {
				if !known[list[i].ID] {
					apps = append(apps, list[i].ID)
				}
			}
		}
	}
	out, err := configured(ctx, r, apps, object, field)
	for i := range out {
		id := out[i].App.ID
		out[i].ByLogin = known[id] && slices.Contains(login, id)
	}
	return out, err
}

// wanted are the apps that subscribed to a field, and all that did to anything.
func wanted(list []store.Record, field string) (apps []store.ID, known map[store.ID]bool) {
	known = map[store.ID]bool{}
	for i := range list {
		known[list[i].ID] = true
		if it, ok := list[i].Value.(*people.Item); ok && Subscribed(it, field) {
			apps = append(apps, list[i].ID)
		}
	}
	return apps, known
}

// configured keeps the apps that subscribed to the field themselves.
func configured(ctx context.Context, r *store.Reader, apps []store.ID, object, field string) (out []Subscriber, err error) {
	if len(apps) == 0 {
		return nil, nil
	}
	var rs store.ReadSet
	for _, id := range apps {
		rs.Object(id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i := range apps {
		rec := rs.GotObject(i)
		if rec == nil {
			continue
		}
		app, ok := rec.Value.(*people.App)
		if !ok || app.Deleted {
			continue
		}
		if s := app.Subscription(object); s != nil && s.Has(field) {
			out = append(out, Subscriber{App: app, Subscription: s})
		}
	}
	return out, nil
}

// Subscribed reports whether an item of subscribed_apps has a field.
func Subscribed(it *people.Item, field string) bool {
	p := it.Parts.Find(SubscribedFields)
	if p == nil {
		return false
	}
	for _, f := range decodeNames(p.Text) {
		if f == field {
			return true
		}
	}
	return false
}
