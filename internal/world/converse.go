package world

import (
	"cmp"
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/webhook"
)

func (p *place) messaging() messaging.Place {
	return messaging.Place{ID: p.id, PublicID: p.public, Handle: p.handle, Instagram: p.instagram}
}

// converse lets the conversation follow what happened at a place, and tells the apps
// that are subscribed to it. fresh says that the two had none before.
func (x *acting) converse(ctx context.Context, event consent.Event, fresh bool) error {
	at := x.at.messaging()
	with := messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: x.out.ScopedID}
	d := x.door(event)
	var err error
	if d.Attachments, err = x.attached(event); err != nil {
		return err
	}
	t, err := messaging.Find(ctx, x.tx, x.b.opt.Keys, at, with)
	if err != nil {
		return err
	}
	if err := x.pressed(ctx, &d, t); err != nil {
		return err
	}
	d.Fresh = fresh
	otherwise, speaks := messaging.Speaks(event, fresh, x.at.instagram)
	if d.Text == "" && len(d.Attachments)+len(x.a.Files) == 0 {
		d.Text = otherwise
	}
	if err := x.tickets(ctx, with, &d, speaks); err != nil {
		return err
	}
	if speaks && t == nil {
		if t, err = messaging.Open(ctx, x.tx, x.b.opt.Keys, at, with, x.micros()); err != nil {
			return err
		}
	}
	if err := x.enclose(ctx, &d, speaks); err != nil {
		return err
	}
	if speaks {
		if d.Mid, err = t.Say(ctx, d.Message); err != nil {
			return err
		}
		d.Attachments = messaging.Linked(d.Attachments, x.fileURL)
		d.Seq = t.Count()
		x.out.Mid, x.out.Conversation = d.Mid, t.ID()
	}
	if t != nil && event == consent.AcceptRequest {
		t.Unveil()
	}
	if t != nil {
		if err := x.lead(ctx, t, speaks); err != nil {
			return err
		}
		t.ReplyUntil(messaging.ReplyUntil(&x.contact))
		if err := t.Save(ctx); err != nil {
			return err
		}
	}
	return x.notify(ctx, with, d.Notices())
}

// door is the event with all that a webhook says of it.
func (x *acting) door(event consent.Event) messaging.Door {
	a := x.a
	d := messaging.Door{Event: event, Place: x.at.messaging(), Digits: x.out.ScopedID, At: x.micros(),
		Message: messaging.Message{Mid: a.Mid, At: x.micros(), Text: cut(a.Text, messaging.MaxText), ReplyTo: a.ReplyTo},
		Payload: a.Payload, Title: a.Title, Ref: a.Ref, UserRef: a.UserRef, AdID: a.AdID, Ad: a.Ad, Referer: a.Referer, Token: a.NotifyToken,
		Code: a.Code, Comment: a.Comment, Post: a.Post, Parent: a.Parent, OneTime: a.OneTime, RequestForm: x.b.opt.MessageRequest, Name: fullName(x.person)}
	if x.at.instagram {
		d.Name = x.person.Text(people.InstagramUsername)
	}
	if d.Text == "" {
		d.Text = a.Title // of the button that was tapped
	}
	switch event {
	case consent.StoryReply:
		d.StoryURL, d.StoryID = a.Story, cmp.Or(a.Comment, messaging.MediumID(x.b.opt.Keys, d.Place, "story", d.Digits, d.At))
	case consent.Comment, consent.PageComment:
		d.Text = cmp.Or(d.Text, "Hello")
		if d.Post == "" && x.at.instagram {
			d.Post = messaging.MediumID(x.b.opt.Keys, d.Place, "medium", d.Digits, d.At)
		}
	case consent.StoryMention:
		d.Text = ""
	}
	return d
}

// fullName is the name that a person goes by.
func fullName(p *people.Person) string {
	if name := p.Text(people.Name); name != "" {
		return name
	}
	name := p.Text(people.FirstName)
	if last := p.Text(people.LastName); last != "" {
		name += " " + last
	}
	return name
}

// notify puts notices into the outbox, for every app that is subscribed. Those of one
// conversation stay in order. Where one app has control, the others hear of it on standby.
func (x *acting) notify(ctx context.Context, with messaging.Party, list []messaging.Notice) error {
	if x.b.opt.Outbox == nil {
		return nil
	}
	for i := range list {
		n := &list[i]
		var aside []byte
		if x.owner != "" {
			aside = n.Standby()
		}
		if err := x.announce(ctx, with, n, func(app *people.App) bool { return aside == nil || app.PublicID == x.owner }); err != nil {
			return err
		}
		if aside == nil {
			continue
		}
		other := messaging.Notice{Object: n.Object, Field: messaging.StandbyField, Body: aside}
		if err := x.announce(ctx, with, &other, func(app *people.App) bool { return app.PublicID != x.owner }); err != nil {
			return err
		}
	}
	return nil
}

// announce tells those of the apps that are subscribed to the field of a notice.
func (x *acting) announce(ctx context.Context, with messaging.Party, n *messaging.Notice, to func(*people.App) bool) error {
	subs, err := messaging.Subscribers(ctx, &x.tx.Reader, x.at.id, n.Object, n.Field)
	if err != nil {
		return err
	}
	for _, s := range subs {
		if !to(s.App) {
			continue
		}
		body := n.Body
		if s.ByLogin && n.Flat != nil {
			body = n.Flat
		}
		lane, err := x.b.opt.Outbox.Add(ctx, x.tx, webhook.Event{What: webhook.UpdateOf(n.Object), App: s.App, Person: with.ID,
			UserID: with.Digits, Thread: x.at.public + "/" + with.Digits, At: x.now, Body: body})
		if err != nil {
			return fmt.Errorf("tell app %s: %w", s.App.Handle, err)
		}
		if lane != 0 {
			x.told = append(x.told, lane)
		}
	}
	return nil
}
