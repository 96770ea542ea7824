package world

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/scopedid"
)

// mostEmoji bounds a reaction: the longest emoji are families. [own]
const mostEmoji = 64

// inThread lets the person do something in the conversation that they have with the
// place, and tells the apps that are subscribed to it.
func (x *acting) inThread(ctx context.Context) error {
	if x.at == nil {
		return bad("name the page or the instagram account", "event %q happens somewhere", x.a.Event)
	}
	t, with, err := x.thread(ctx)
	if err != nil {
		return err
	}
	d := messaging.Deed{Kind: x.a.Event, Place: x.at.messaging(), Digits: with.Digits, At: x.micros(), Seq: t.Count()}
	switch d.Kind {
	case messaging.Reads, messaging.Delivers:
		err = x.sees(ctx, t, &d)
	case messaging.Reacts, messaging.Unreacts:
		err = x.reacts(ctx, t, &d)
	default:
		err = x.takesBack(ctx, t, &d)
	}
	if err != nil {
		return err
	}
	if err := t.Save(ctx); err != nil {
		return err
	}
	x.out.Conversation, x.out.Mid = t.ID(), d.Mid
	x.owner = t.Owner(x.micros())
	return x.notify(ctx, with, d.Notices())
}

// thread is the conversation of the person with the place.
func (x *acting) thread(ctx context.Context) (t *messaging.Thread, with messaging.Party, err error) {
	space := x.at.space()
	if x.out.ScopedID, err = scopedid.Of(ctx, &x.tx.Reader, space, x.at.id, x.person.ID); err != nil {
		return nil, with, err
	}
	with = messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: x.out.ScopedID}
	if x.out.ScopedID != "" {
		t, err = messaging.Find(ctx, x.tx, x.b.opt.Keys, x.at.messaging(), with)
	}
	if err == nil && t == nil {
		err = bad("let them write first: message", "%s and %s have no conversation", x.person.Handle, x.at.handle)
	}
	return t, with, err
}

// message is the one that the action names.
func (x *acting) message(ctx context.Context, t *messaging.Thread) (*messaging.Said, error) {
	if x.a.Mid == "" {
		return nil, bad("name it by its mid", "event %q is about a message", x.a.Event)
	}
	m, err := t.Message(ctx, x.a.Mid)
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, bad("", "%s and %s have no message %q", x.person.Handle, x.at.handle, x.a.Mid)
	case m.Unsent:
		return nil, bad("", "message %q was taken back", x.a.Mid)
	}
	return m, nil
}

// sees is what was delivered to the person, or they have read: everything new that the
// place said, or what it said until one message.
func (x *acting) sees(ctx context.Context, t *messaging.Thread, d *messaging.Deed) error {
	if d.Kind == messaging.Delivers && x.at.instagram {
		return bad("use a page", "event %q does not happen on Instagram", d.Kind)
	}
	var until *messaging.Said
	if x.a.Mid != "" {
		m, err := x.message(ctx, t)
		if err != nil {
			return err
		}
		until = m
	}
	list, err := t.Unseen(ctx, t.Watermark(d.Kind), until)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return bad("let it write first", "%s said nothing that is new to %s", x.at.handle, x.person.Handle)
	}
	for _, m := range list {
		d.Mids = append(d.Mids, m.Mid())
	}
	last := list[len(list)-1]
	d.Mid, d.Watermark = last.Mid(), last.At
	t.Raise(d.Kind, last.At)
	return nil
}

func (x *acting) reacts(ctx context.Context, t *messaging.Thread, d *messaging.Deed) error {
	m, err := x.message(ctx, t)
	if err != nil {
		return err
	}
	d.Mid = m.Mid()
	if d.Kind == messaging.Unreacts {
		had, err := t.React(ctx, m, d.Digits, "", "")
		if err == nil && !had {
			err = bad("", "%s did not react to message %q", x.person.Handle, x.a.Mid)
		}
		return err
	}
	d.Reaction, d.Emoji = x.a.Reaction, x.a.Emoji
	switch {
	case d.Reaction == "" && d.Emoji == "":
		d.Reaction = "love"
	case len(d.Emoji) > mostEmoji || !utf8.ValidString(d.Emoji):
		return bad("", "an emoji takes up to %d bytes", mostEmoji)
	}
	switch {
	case d.Reaction == "":
		d.Reaction = messaging.Named(d.Emoji)
	case d.Emoji == "":
		if d.Emoji = messaging.Emoji(d.Reaction); d.Emoji == "" {
			return bad(strings.Join(messaging.Reactions(), ", ")+", or other with an emoji", "unknown reaction %q", d.Reaction)
		}
	case messaging.Named(d.Emoji) != d.Reaction:
		return bad("", "%s is %q", d.Emoji, messaging.Named(d.Emoji))
	}
	_, err = t.React(ctx, m, d.Digits, d.Reaction, d.Emoji)
	return err
}

// takesBack edits or unsends what the person wrote.
func (x *acting) takesBack(ctx context.Context, t *messaging.Thread, d *messaging.Deed) error {
	m, err := x.message(ctx, t)
	if err != nil {
		return err
	}
	if m.ByPlace {
		return bad("", "message %q is not from %s", x.a.Mid, x.person.Handle)
	}
	d.Mid = m.Mid()
	if d.Kind == messaging.Unsends {
		return t.Unsend(ctx, m)
	}
	if d.Text = cut(x.a.Text, messaging.MaxText); d.Text == "" {
		return bad("say what: text", "event %q needs the new text", d.Kind)
	}
	d.Edits, err = t.Edit(ctx, m, d.Text)
	return err
}

// enclose keeps the files that the person sends with a message: they go with the
// conversation.
func (x *acting) enclose(ctx context.Context, d *messaging.Door, speaks bool) error {
	switch n := len(x.a.Files); {
	case n > 0 && !speaks:
		return bad("send it with a message", "nothing can be attached to event %q", x.a.Event)
	case n+len(d.Attachments) > messaging.MostAttachments:
		return bad("", "a message takes up to %d attachments", messaging.MostAttachments)
	}
	for _, sent := range x.a.Files {
		if n := int64(len(sent.Data)); n > x.b.opt.MostFile {
			return bad("attachments.max_size is "+strconv.FormatInt(x.b.opt.MostFile, 10), "%q has %d bytes, which are too many", sent.Name, n)
		}
		ref, err := attachment.Describe(sent.Type, sent.Name, sent.Mime, sent.Data)
		if err != nil || !slices.Contains(attachment.Types(), sent.Type) {
			return bad(strings.Join(attachment.Types(), ", "), "%q cannot be sent as %q: it is empty, or of another kind", sent.Name, sent.Type)
		}
		if err := x.keep(ctx, d, ref.Type, ref, sent.Data); err != nil {
			return err
		}
	}
	if d.Event == consent.StoryMention && len(d.Attachments) == 0 {
		return x.pictured(ctx, d)
	}
	return nil
}

// pictured makes the story in which somebody mentions the account, where nobody says
// which it is: it shows the person's initials.
func (x *acting) pictured(ctx context.Context, d *messaging.Door) error {
	const size = 320
	data := picture.Avatar(x.person.Seed, x.person.Initials(), size)
	ref, err := attachment.Describe("image", "story.jpg", "image/jpeg", data)
	if err != nil {
		return err
	}
	return x.keep(ctx, d, messaging.StoryMention, ref, data)
}

// keep puts a file into the store that the person sends along.
func (x *acting) keep(ctx context.Context, d *messaging.Door, kind string, ref attachment.Ref, data []byte) error {
	f := &attachment.File{Owner: x.at.id, Person: x.person.ID, Ref: ref, Made: x.micros()}
	if err := attachment.Keep(ctx, x.tx, x.b.opt.Keys, f, data); err != nil {
		return err
	}
	d.Attachments = append(d.Attachments, messaging.Attachment{Type: kind, File: &f.Ref})
	return nil
}

// attached are the attachments of the action, those in the short form too.
func (x *acting) attached(event consent.Event) ([]messaging.Attachment, error) {
	list := append([]messaging.Attachment(nil), x.a.Attachments...)
	if event == consent.StoryMention && x.a.Story != "" {
		payload, err := json.Marshal(map[string]string{"url": x.a.Story})
		if err != nil {
			return nil, err
		}
		list = append(list, messaging.Attachment{Type: messaging.StoryMention, Payload: payload})
	}
	if len(list)+len(x.a.Attach) > messaging.MostAttachments {
		return nil, bad("", "a message takes up to %d attachments", messaging.MostAttachments)
	}
	for i := range list {
		if err := list[i].Check(x.at.instagram); err != nil {
			return nil, bad("", "%v", err)
		}
	}
	for _, text := range x.a.Attach {
		a, err := messaging.ParseAttachment(text, x.at.instagram)
		if err != nil {
			return nil, bad("", "%v", err)
		}
		list = append(list, a)
	}
	return list, nil
}
