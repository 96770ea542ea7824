package world

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Sending is what a Page, or an Instagram account, says to a person through an app:
// a message, or an action alone.
type Sending struct {
	Person *people.Person
	Digits string // how the place knows them; empty where Ticket or Form says more
	// Form is how they were named, Ticket what that led to if it is one.
	Form      messaging.Form
	Ticket    store.ID
	Page      *people.Page
	Instagram *people.Instagram
	// OfAccount says that it is from the account that the Page is linked to.
	OfAccount bool
	App       *people.App
	Action    string
	// Mid is the message that an action is about, Reaction what it says of it.
	Mid, Reaction string
	Text          string
	Metadata      string
	ReplyTo       string
	Persona       string // ID of the one it is said under
	Attachments   []byte // a list of messaging.Attachment in JSON
	QuickReplies  []byte // likewise of messaging.QuickReply
	At            time.Time
	// Control is what is done with the control of the conversation afterwards.
	Control *Control
}

// Send keeps what is said in the conversation and tells the apps that listen to it.
// after is to be called once the transaction is through, unless it is nil. The first
// word of a place is an event of its own, which opens no profile.
func (b *Builder) Send(ctx context.Context, tx *store.Tx, s *Sending) (mid string, after func(), err error) {
	x := &acting{b: b, tx: tx, a: &Action{}, now: s.At, person: s.Person, app: s.App, out: &Changed{}}
	if x.at, err = s.place(ctx, &tx.Reader); err != nil {
		return "", nil, err
	}
	if s.Digits == "" {
		if s.Digits, err = x.mint(ctx, x.at.space(), x.at.id, x.at.public); err != nil {
			return "", nil, err
		}
	}
	x.out.ScopedID = s.Digits
	at, with := x.at.messaging(), messaging.Party{ID: s.Person.ID, Handle: s.Person.Handle, Digits: s.Digits}
	if s.Action != "" {
		return "", nil, s.act(ctx, x, at, with)
	}
	ticket, err := s.begin(ctx, x)
	if err != nil {
		return "", nil, err
	}
	t, err := messaging.Open(ctx, tx, b.opt.Keys, at, with, x.micros())
	if err != nil {
		return "", nil, err
	}
	if t.Fresh() && (s.Form == messaging.ByPhone || s.Form == messaging.ByUserRef) {
		t.Veil()
	}
	if err := x.speaks(t); err != nil {
		return "", nil, err
	}
	m := messaging.Message{At: x.micros(), ByPlace: true, Text: s.Text, ReplyTo: s.ReplyTo, Persona: s.Persona}
	if len(s.Attachments) > 0 {
		if err := json.Unmarshal(s.Attachments, &m.Attachments); err != nil {
			return "", nil, fmt.Errorf("attachments: %w", err)
		}
	}
	if len(s.QuickReplies) > 0 {
		if err := json.Unmarshal(s.QuickReplies, &m.QuickReplies); err != nil {
			return "", nil, fmt.Errorf("quick replies: %w", err)
		}
	}
	if m.Mid, err = t.Say(ctx, m); err != nil {
		return "", nil, err
	}
	t.ReplyUntil(messaging.ReplyUntil(&x.contact))
	said := m
	said.Attachments = messaging.Linked(m.Attachments, x.fileURL)
	echo := messaging.Echo{Place: at, Digits: s.Digits, Message: said, App: s.App.PublicID, Metadata: s.Metadata}
	if s.Form == messaging.ByUserRef {
		echo.UserRef = ticket.Text
	}
	if s.Form != messaging.ByPhone { // that would name whom the Page does not know [doc customer matching; guess]
		if err := x.notify(ctx, with, echo.Notices()); err != nil {
			return "", nil, err
		}
	}
	if s.Control != nil {
		if err := x.control(ctx, t, with, s.Control); err != nil {
			return "", nil, err
		}
	}
	return m.Mid, x.after(), t.Save(ctx)
}

// fileURL is where a file is that was sent along.
func (x *acting) fileURL(f *attachment.Ref) string { return x.b.opt.FileURL(f, x.now) }

// begin is what the first word of a place is besides, and a private reply always. What
// it was said by is used from then on.
func (s *Sending) begin(ctx context.Context, x *acting) (used messaging.Ticket, err error) {
	if x.contact, err = contactOf(ctx, x.tx, x.at.id, s.Person.ID); err != nil {
		return used, err
	}
	event := consent.NoEvent
	switch {
	case s.Form == messaging.ByComment, s.Form == messaging.ByPost:
		event = consent.PrivateReply
	case !messaging.First(&x.contact):
	case s.Form == messaging.ByPhone:
		event = consent.CustomerMatching
	default:
		event = consent.PageFirst
	}
	if event != consent.NoEvent {
		if _, err := x.apply(ctx, x.at, x.input(event)); err != nil {
			return used, err
		}
	}
	if s.Ticket == 0 {
		return used, nil
	}
	rec, err := x.tx.Get(ctx, s.Ticket)
	if err != nil {
		return used, err
	}
	if t, ok := record[*messaging.Ticket](rec); ok {
		used = *t
		used.Used = x.micros()
		err = used.Save(ctx, x.tx)
	}
	return used, err
}

func (s *Sending) place(ctx context.Context, r *store.Reader) (*place, error) {
	switch {
	case s.Instagram != nil:
		return accountPlace(ctx, r, s.Instagram)
	case s.OfAccount:
		return placeByID(ctx, r, s.Page.Instagram)
	}
	return pageOf(s.Page), nil
}

// act is an action without words: mark_seen leaves nothing unread, a reaction stays with
// the message that it is about.
func (s *Sending) act(ctx context.Context, x *acting, at messaging.Place, with messaging.Party) error {
	t, err := messaging.Find(ctx, x.tx, x.b.opt.Keys, at, with)
	if err != nil {
		return err
	}
	if t == nil {
		if s.Mid != "" {
			err = graph.ErrBadParam
		}
		return err
	}
	if owner := t.Owner(x.micros()); owner != "" && owner != s.App.PublicID {
		return x.notOwner()
	}
	switch s.Action {
	case "mark_seen":
		t.Read()
		return t.Save(ctx)
	case "react", "unreact":
		m, err := t.Message(ctx, s.Mid)
		if err != nil {
			return err
		}
		if m == nil || m.Unsent {
			return graph.ErrBadParam
		}
		_, err = t.React(ctx, m, at.PublicID, s.Reaction, messaging.Emoji(s.Reaction))
		return err
	}
	return nil // the person sees it, and nobody else
}
