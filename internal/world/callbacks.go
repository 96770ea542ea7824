package world

import (
	"context"
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// callback reads where an app is told of something.
func (p *parser) callback(name string, to *string) func(_, v *node) {
	return func(_, v *node) {
		s, ok := p.text(v, name)
		if !ok {
			return
		}
		if err := checkCallback(s); err != nil {
			p.wrong(v, "", "%v", err)
			return
		}
		*to = s
	}
}

func checkCallback(text string) error {
	if text == "" {
		return nil
	}
	if err := webhook.CheckURL(text); err != nil {
		return fmt.Errorf("%q is no address for a callback: %w", text, err)
	}
	return nil
}

// setCallback sets an address that this server may reach; nil leaves it.
func (b *Builder) setCallback(to, text *string) error {
	if text == nil {
		return nil
	}
	err := checkCallback(*text)
	if err == nil && *text != "" && b.opt.Outbox != nil {
		err = b.opt.Outbox.Check(*text)
	}
	if err != nil {
		return bad("", "%v", err)
	}
	*to = *text
	return nil
}

// tell puts something about the person into the outbox, for an app that knows
// them.
func (x *acting) tell(ctx context.Context, what webhook.What, app *people.App) error {
	return x.tellOf(ctx, x.person.ID, what, app)
}

// tellApps tells every app of somebody who is erased that they removed it. [guess]
// What they are told leads to nobody from the beginning.
func (x *acting) tellApps(ctx context.Context) error {
	return eachLink(ctx, &x.tx.Reader, x.person.ID, store.AssocInstallOf, func(rec *store.Record) error {
		app, err := x.tx.Get(ctx, rec.ID)
		if err != nil {
			return err
		}
		if a, ok := record[*people.App](app); ok {
			return x.tellOf(ctx, 0, webhook.Deauthorize, a)
		}
		return nil
	})
}

func (x *acting) tellOf(ctx context.Context, whom store.ID, what webhook.What, app *people.App) error {
	box := x.b.opt.Outbox
	if box == nil {
		return nil
	}
	id, err := scopedid.Of(ctx, &x.tx.Reader, store.SpaceASID, app.ID, x.person.ID)
	if err != nil || id == "" {
		return err
	}
	lane, err := box.Add(ctx, x.tx, webhook.Event{What: what, App: app, Person: whom, UserID: id, At: x.now})
	if err != nil {
		return fmt.Errorf("tell app %s: %w", app.Handle, err)
	}
	if lane != 0 {
		x.told = append(x.told, lane)
	}
	return nil
}

// told takes the person off what apps were told.
func (e *erasure) told(ctx context.Context) (done bool, err error) {
	limit := e.left
	n, err := webhook.Forget(ctx, e.tx, e.j.person, limit)
	e.left -= n
	return n < limit, err
}

// A DeliveryQuery asks for deliveries, newest first.
type DeliveryQuery struct {
	App, State string // empty: all
	Limit      int
}

var errNoOutbox = errors.New("this server has no outbox")

// Deliveries lists what apps were told, or will be.
func (b *Builder) Deliveries(ctx context.Context, q DeliveryQuery) ([]webhook.View, error) {
	if b.opt.Outbox == nil {
		return nil, errNoOutbox
	}
	ask := webhook.Query{Limit: q.Limit}
	if q.State != "" {
		var ok bool
		if ask.State, ok = webhook.ParseState(q.State); !ok {
			return nil, bad("waiting, delivered, given_up or dropped", "unknown state %q", q.State)
		}
	}
	if q.App != "" {
		if err := b.opt.DB.View(ctx, func(r *store.Reader) error {
			app, err := findApp(ctx, r, q.App)
			if err == nil {
				ask.App = app.ID
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	return b.opt.Outbox.List(ctx, ask)
}

// Delivery returns one by its name.
func (b *Builder) Delivery(ctx context.Context, name string) (*webhook.View, error) {
	return b.delivery(ctx, name, (*webhook.Outbox).One)
}

// Redeliver tells an app once more what it was told, or was not.
func (b *Builder) Redeliver(ctx context.Context, name string) (*webhook.View, error) {
	return b.delivery(ctx, name, (*webhook.Outbox).Again)
}

func (b *Builder) delivery(ctx context.Context, name string, f func(*webhook.Outbox, context.Context, string) (*webhook.View, error)) (*webhook.View, error) {
	if b.opt.Outbox == nil {
		return nil, errNoOutbox
	}
	v, err := f(b.opt.Outbox, ctx, name)
	switch {
	case errors.Is(err, webhook.ErrNoDelivery):
		return nil, &NotFound{Kind: "delivery", Name: name}
	case errors.Is(err, webhook.ErrWaits), errors.Is(err, webhook.ErrEmptied):
		return nil, bad("", "%v", err)
	}
	return v, err
}
