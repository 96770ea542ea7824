package world

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// pressed fills in what a tap says that the action does not: the payload that the place
// gave the button of that title, or without a title the first one there is. Nobody taps
// what is not there. [doc get started, persistent menu, ice breakers, quick replies]
func (x *acting) pressed(ctx context.Context, d *messaging.Door, t *messaging.Thread) error {
	if d.Payload != "" && d.Event != consent.NotificationOptin {
		return nil
	}
	var list []messaging.Button
	switch d.Event {
	case consent.GetStarted, consent.MMeLink, consent.ChatPlugin, consent.ChatPluginGuest, consent.PersistentMenu, consent.Icebreaker:
		p, own, err := x.offers(ctx)
		if err != nil {
			return err
		}
		locale := x.person.Text(people.Locale)
		switch d.Event {
		case consent.PersistentMenu:
			list, _ = p.Menu(own, locale)
		case consent.Icebreaker:
			list = p.Questions(locale)
		default:
			d.Payload = p.Start()
			return nil
		}
	case consent.NotificationOptin:
		return x.agreed(ctx, d, t)
	case consent.Postback, consent.QuickReply:
		if t == nil {
			return x.notOffered("", nil)
		}
		buttons, replies, err := t.Offered(ctx)
		if err != nil {
			return err
		}
		if list = buttons; d.Event == consent.QuickReply {
			list = nil
			for _, q := range replies {
				title, payload := q.For(x.person)
				list = append(list, messaging.Button{Type: messaging.ButtonPostback, Title: title, Payload: payload})
			}
		}
	}
	said := d.Title
	if d.Event == consent.QuickReply {
		said = cmp.Or(x.a.Title, x.a.Text)
	}
	for _, b := range list {
		if b.Type == messaging.ButtonPostback && b.Title != "" && (said == "" || b.Title == said) {
			d.Title, d.Payload, d.Text = b.Title, b.Payload, cmp.Or(d.Text, b.Title)
			return nil
		}
	}
	switch d.Event {
	case consent.Postback, consent.QuickReply, consent.PersistentMenu, consent.Icebreaker:
		return x.notOffered(said, list)
	}
	return nil
}

// agreed fills in what notifications the place asked to send lately, if it asked at all. [doc
// one-time notification, messaging_optins; that only the latter names its title guess]
func (x *acting) agreed(ctx context.Context, d *messaging.Door, t *messaging.Thread) error {
	kind := messaging.ButtonNotifications
	if d.OneTime {
		kind = messaging.ButtonOneTime
	}
	b, err := offeredButton(ctx, t, kind, d.Payload)
	if err != nil || b == nil {
		return err
	}
	if d.Payload = b.Payload; !d.OneTime {
		d.Title, d.Frequency, d.Timezone = cmp.Or(d.Title, b.Title), b.Frequency, b.Timezone
	}
	return nil
}

// offeredButton is the latest button of a type in a conversation, with that payload if one is
// asked for; nil for none.
func offeredButton(ctx context.Context, t *messaging.Thread, kind, payload string) (*messaging.Button, error) {
	if t == nil {
		return nil, nil
	}
	buttons, _, err := t.Offered(ctx)
	for i := range buttons {
		if b := &buttons[i]; b.Type == kind && (payload == "" || b.Payload == payload) {
			return &buttons[i], err
		}
	}
	return nil, err
}

// notOffered refuses a tap on what is not there, and says what is.
func (x *acting) notOffered(title string, list []messaging.Button) error {
	var titles []string
	for _, b := range list {
		if b.Type == messaging.ButtonPostback && b.Title != "" {
			titles = append(titles, strconv.Quote(b.Title))
		}
	}
	if len(titles) == 0 {
		return bad("let the place offer one, or say payload and title", "%s offers %s nothing to tap for event %q", x.at.handle, x.person.Handle, x.a.Event)
	}
	return bad("one of "+strings.Join(titles, ", ")+", or say payload", "%s offers %s no %q", x.at.handle, x.person.Handle, title)
}

// offers are what the place set up for those who come, and what it keeps of the person.
func (x *acting) offers(ctx context.Context) (p messaging.Profile, own people.Parts, err error) {
	var rs store.ReadSet
	at, pair := rs.Object(x.at.id), rs.Pair(x.at.id, userSettings(), x.person.ID)
	if err := x.tx.Load(ctx, &rs); err != nil {
		return p, nil, err
	}
	if page, ok := record[*people.Page](rs.GotObject(at)); ok {
		p.Parts = page.Profile
	}
	if account, ok := record[*people.Instagram](rs.GotObject(at)); ok {
		p = messaging.Profile{Parts: account.Profile, OfInstagram: true}
	}
	if item, ok := record[*people.Item](rs.GotPair(pair)); ok {
		own = item.Parts
	}
	return p, own, nil
}
