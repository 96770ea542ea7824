package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A talk is a visitor in a conversation, inside a transaction.
type talk struct {
	c       *call
	tx      *store.Tx
	at      *place
	who     *visitor
	contact consent.Contact
	digits  string // how the place knows the visitor
	web     *webview
	sharing string       // an address to be sent to somebody
	own     people.Parts // what the Page keeps of the visitor alone
}

func (c *call) instagram() bool { return c.route.kind == accountLink }

// openMessenger asks who wants to talk to a place.
func (c *call) openMessenger(ctx context.Context) error {
	var at *place
	if err := c.d.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		at, err = placeOf(ctx, r, c.route.name, c.instagram())
		return err
	}); err != nil {
		return err
	}
	switch {
	case at == nil:
		return c.refuse(404, gone)
	case !validRef(c.query.Get("ref"), mostLinkRef):
		return c.refuse(400, badRef)
	}
	return c.choose(ctx, "Write to "+at.name, "")
}

const (
	gone   = "This content isn't available right now."
	badRef = "ref may have letters, digits and + / = - . : _ only, and not too many of them."
)

// Bounds of what websites send along. [doc web plugins, m.me links]
const (
	mostRef     = 250
	mostLinkRef = 2083
)

func validRef(ref string, most int) bool {
	return len(ref) <= most && strings.Trim(ref, nameLetters+"+/=:") == ""
}

// sentMessenger takes a form of the conversation, or a call of a webview.
func (c *call) sentMessenger(ctx context.Context) error {
	if c.form.Get("call") != "" {
		return c.called(ctx)
	}
	t := &talk{}
	err := c.update(ctx, func(tx *store.Tx) error {
		*t = talk{c: c, tx: tx}
		return t.take(ctx)
	})
	if r, ok := errors.AsType[*Refusal](err); ok {
		return c.refuse(400, r.Text)
	}
	switch {
	case err != nil:
		return err
	case t.at == nil:
		return c.refuse(404, gone)
	case t.who == nil:
		return c.choose(ctx, "Write to "+t.at.name, c.form.Get("who"))
	case t.web != nil:
		return c.showWebview(t)
	case t.sharing != "":
		return c.showSharing(ctx, t)
	case c.leads != "":
		return c.lead()
	}
	return c.showTalk(ctx, t)
}

func (t *talk) take(ctx context.Context) (err error) {
	c, r := t.c, &t.tx.Reader
	if t.at, err = placeOf(ctx, r, c.route.name, c.instagram()); err != nil || t.at == nil {
		return err
	}
	if handle := c.form.Get("who"); handle != "" {
		t.who, err = c.meet(ctx, r, handle, false)
	} else {
		t.who, err = c.visitor(ctx, r)
	}
	if err != nil || t.who == nil {
		return err
	}
	if t.at.account != nil && !t.who.Instagram {
		return &Refusal{"This person has no Instagram account."}
	}
	if t.contact, t.digits, err = standing(ctx, r, t.at, t.who.Person); err != nil {
		return err
	}
	if t.contact.Erased {
		return &Refusal{gone}
	}
	if err := t.act(ctx); err != nil {
		return err
	}
	if t.contact, t.digits, err = standing(ctx, r, t.at, t.who.Person); err != nil {
		return err
	}
	if t.web != nil {
		if t.web.psid = t.digits; t.web.thread == userToPage {
			t.web.tid = t.digits
		}
	}
	rec, err := r.Pair(ctx, t.at.id, store.Edge("page.custom_user_settings"), t.who.ID)
	if err == nil && rec != nil {
		if kept, ok := rec.Value.(*people.Item); ok {
			t.own = kept.Parts
		}
	}
	return err
}

// act does what the form says.
func (t *talk) act(ctx context.Context) error {
	ref := t.ref()
	switch form := t.c.form; form.Get("do") {
	case "say":
		return t.say(ctx, form.Get("text"), ref)
	case "press":
		return t.press(ctx, form.Get("button"))
	case "share":
		return t.share(form.Get("url"))
	case "shared":
		return t.shared(ctx, form.Get("url"), form.Get("thread"))
	case "":
		// Who comes back by a link with a ref is told to be back. [doc m.me links]
		if ref != "" && form.Get("who") != "" && t.contact.Thread {
			d := t.at.deed(t.who, consent.MMeLink)
			d.Ref = ref
			return t.c.do(ctx, t.tx, d)
		}
	}
	return nil
}

// ref is that of the link that led here.
func (t *talk) ref() string {
	if t.c.route.kind == messenger || !validRef(t.c.query.Get("ref"), mostLinkRef) {
		return ""
	}
	return t.c.query.Get("ref")
}

func (t *talk) say(ctx context.Context, text, ref string) error {
	if text = strings.TrimSpace(text); text == "" || !utf8.ValidString(text) {
		return &Refusal{"Write something."}
	}
	d := t.at.deed(t.who, consent.Message)
	if d.Text = text; !t.contact.Thread {
		d.Ref = ref
	}
	return t.c.do(ctx, t.tx, d)
}

// A button is what somebody can press in a conversation.
type button struct {
	messaging.Button
	// On says where it is; empty is in a message.
	On string `json:"on,omitempty"`
	// Mid is the message that a quick reply answers.
	Mid string `json:"mid,omitempty"`
}

// placed are buttons that are somewhere.
func placed(on string, list []messaging.Button) []button {
	out := make([]button, len(list))
	for i, b := range list {
		out[i] = button{Button: b, On: on}
	}
	return out
}

// Kinds of buttons that the conversation itself does something with.
const (
	quickReply   = "quick_reply"
	linkButton   = messaging.ButtonLogIn
	unlinkButton = "account_unlink"
)

// Where buttons are.
const (
	onStart      = "start"
	onMenu       = "menu"
	onIcebreaker = "icebreaker"
	onHome       = "home"
)

// sealed is a button as a form sends it: nobody else can press it, and none that was
// not shown.
func (t *talk) sealed(b button) string {
	text, _ := json.Marshal(b) // texts always have a form
	return t.c.d.seal("button", t.at.public, t.who.Handle, string(text))
}

func (t *talk) press(ctx context.Context, text string) error {
	said := t.c.d.unseal("button", text, 3)
	var b button
	if said == nil || said[0] != t.at.public || said[1] != t.who.Handle || json.Unmarshal([]byte(said[2]), &b) != nil {
		return &Refusal{"This button is gone."}
	}
	switch b.Type {
	case "web_url":
		extensions, event := b.Extensions, consent.NoEvent
		if b.On == onHome {
			extensions, event = true, consent.ChatExtension
		}
		if err := t.browse(ctx, b.URL, extensions, userToPage, event); err != nil {
			return err
		}
		t.web.unshared = b.Share == "hide"
		return nil
	case messaging.ButtonShare:
		return t.share(b.URL)
	case quickReply:
		return t.answer(ctx, b)
	case linkButton, unlinkButton:
		d := t.at.deed(t.who, consent.NoEvent)
		if d.Name, d.URL = LogIn, b.URL; b.Type == unlinkButton {
			d.Name, d.URL = LogOut, ""
		}
		return t.c.do(ctx, t.tx, d)
	case messaging.ButtonOneTime, messaging.ButtonNotifications:
		d := t.at.deed(t.who, consent.NotificationOptin)
		d.OneTime, d.Payload = b.Type == messaging.ButtonOneTime, b.Payload
		return t.c.do(ctx, t.tx, d)
	}
	return t.tap(ctx, b)
}

// tap presses a button that has a payload.
func (t *talk) tap(ctx context.Context, b button) error {
	event := consent.Postback
	switch b.On {
	case onStart:
		event = consent.GetStarted
		if t.c.route.kind == pageLink && t.ref() != "" && !t.contact.Thread {
			event = consent.MMeLink // Get Started with where somebody came from
		}
	case onMenu:
		event = consent.PersistentMenu
	case onIcebreaker:
		event = consent.Icebreaker
	}
	d := t.at.deed(t.who, event)
	d.Title, d.Payload = b.Title, b.Payload
	if event == consent.MMeLink {
		d.Ref = t.ref()
	}
	return t.c.do(ctx, t.tx, d)
}

// shared opens what somebody shared with the visitor, in a conversation of the two or
// of a group.
func (t *talk) shared(ctx context.Context, address, thread string) error {
	if thread != userToUser && thread != group {
		thread = userToPage
	}
	return t.browse(ctx, strings.TrimSpace(address), true, thread, consent.SharedContent)
}

// share asks whom to send an address to; nobody is told. [doc share button; the latter guess]
func (t *talk) share(address string) error {
	if t.at.page == nil || origin(address) == "" || len(address) > mostLinkRef {
		return &Refusal{"There is nothing to open in this."}
	}
	t.sharing = address
	return nil
}

// browse opens an address in a webview. Who was not known to the Page is from the
// first time on that something was opened, and nothing more. [doc user-profile 2018]
func (t *talk) browse(ctx context.Context, address string, extensions bool, thread string, event consent.Event) (err error) {
	from := origin(address)
	if t.at.page == nil || from == "" || len(address) > mostLinkRef || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return &Refusal{"This address cannot be opened."}
	}
	extensions = extensions && listed(t.at.page, address)
	if extensions && event != consent.NoEvent && !t.contact.PSIDKnown {
		if err := t.c.do(ctx, t.tx, t.at.deed(t.who, event)); err != nil {
			return err
		}
	}
	t.web = &webview{url: address, extensions: extensions, thread: thread}
	if extensions && thread != userToPage {
		p := t.at.page
		place := messaging.Place{ID: p.ID, PublicID: p.PublicID, Handle: p.Handle}
		t.web.tid, err = messaging.OpenShared(ctx, t.tx, t.c.d.opt.Keys, place, thread, t.who.Handle, t.c.d.opt.Now().UnixMicro())
	}
	return err
}
