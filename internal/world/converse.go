package world

import (
	"context"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
)

func (p *place) messaging() messaging.Place {
	return messaging.Place{ID: p.id, PublicID: p.public, Handle: p.handle, Instagram: p.instagram}
}

// converse lets the conversation follow what happened at a place.
func (x *acting) converse(ctx context.Context, event consent.Event, contact *consent.Contact) error {
	with := messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: x.out.ScopedID}
	otherwise, speaks := messaging.Speaks(event)
	if !speaks {
		t, err := messaging.Find(ctx, x.tx, x.b.opt.Keys, x.at.messaging(), with)
		if err != nil || t == nil {
			return err
		}
		t.ReplyUntil(messaging.ReplyUntil(contact))
		return t.Save(ctx)
	}
	t, err := messaging.Open(ctx, x.tx, x.b.opt.Keys, x.at.messaging(), with, x.micros())
	if err != nil {
		return err
	}
	m := messaging.Message{Mid: x.a.Mid, At: x.micros(), Text: cut(x.a.Text, messaging.MaxText)}
	if m.Text == "" {
		m.Text = otherwise
	}
	if x.out.Mid, err = t.Say(ctx, m); err != nil {
		return err
	}
	t.ReplyUntil(messaging.ReplyUntil(contact))
	x.out.Conversation = t.ID()
	return t.Save(ctx)
}
