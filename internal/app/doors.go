package app

import (
	"context"
	"errors"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/plugin"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

// openDoors makes the pages through which people come to Pages and accounts. What
// they do there is what they do by kith act.
func (g *Graph) openDoors() *plugin.Desk {
	return plugin.New(plugin.Options{DB: g.DB, Keys: g.Keys, Now: g.Clock.Now, Log: g.set.Log, Do: g.deed, Guest: g.guest,
		People: func(ctx context.Context, most int) ([]plugin.Choice, error) {
			list, err := g.World.Logins(ctx, false, most)
			out := make([]plugin.Choice, len(list))
			for i, c := range list {
				out[i] = plugin.Choice{Handle: c.Handle, Name: c.Name}
			}
			return out, err
		},
		Find: func(ctx context.Context, r *store.Reader, handle string) (store.ID, error) {
			return g.World.FindLogin(ctx, r, false, handle)
		}})
}

// deed lets somebody do on a page what they do in a world.
func (g *Graph) deed(ctx context.Context, tx *store.Tx, d plugin.Deed) (plugin.Done, error) {
	a := world.Action{Person: d.Person, Page: d.Page, Instagram: d.Instagram, App: d.App, Event: d.Name,
		Text: d.Text, Payload: d.Payload, Title: d.Title, Ref: d.Ref, UserRef: d.UserRef, Referer: d.Referer, URL: d.URL, OneTime: d.OneTime}
	if a.Event == "" {
		a.Event = d.Event.String()
	}
	out, after, err := g.World.Within(ctx, tx, a)
	if bad, ok := errors.AsType[*world.BadAction](err); ok {
		return plugin.Done{}, &plugin.Refusal{Text: bad.Text}
	}
	if err != nil {
		return plugin.Done{}, err
	}
	return plugin.Done{URL: out.URL, After: after}, nil
}

// guest makes somebody who has no account.
func (g *Graph) guest(ctx context.Context, tx *store.Tx) (string, error) {
	p := &people.Person{Account: people.Guest, Updated: g.Clock.Now().Unix()}
	p.Set(people.FirstName, "Guest", graph.Public)
	if err := g.World.Newcomer(ctx, tx, p, "guest_", 1); err != nil {
		return "", err
	}
	return p.Handle, nil
}
