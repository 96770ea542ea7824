package plugin

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A frame is a plugin inside a website: what it was asked to be.
type frame struct {
	page   *people.Page
	app    *people.App // nil for the chat plugin, which may name none
	origin string      // of the website, as it says itself; the browser holds it to that
	ref    string
	user   string // user_ref
}

// readFrame takes the address of a plugin apart. A *Refusal says what is wrong. Apps
// and Pages that are not there are refused like those of others.
func (c *call) readFrame(ctx context.Context, r *store.Reader) (*frame, error) {
	f := &frame{origin: origin(c.query.Get("origin")), ref: c.query.Get("ref"), user: c.query.Get("user_ref")}
	var err error
	if id := c.query.Get("page_id"); graph.ValidID(id) {
		if f.page, err = lookUp[*people.Page](ctx, r, "page", id); err != nil {
			return nil, err
		}
	}
	if f.page == nil {
		return nil, &Refusal{"page_id and app_id must be a Page and an app that is connected to it."}
	}
	id := c.query.Get("app_id")
	if f.app, err = appOf(ctx, r, f.page, id); err != nil {
		return nil, err
	}
	switch {
	case f.app == nil && (c.route.kind != customerChat || id != ""):
		return nil, &Refusal{"page_id and app_id must be a Page and an app that is connected to it."}
	case f.origin == "" || !listed(f.page, f.origin):
		return nil, &Refusal{"The domain of this website is not on whitelisted_domains of the Page."}
	case !validRef(f.ref, mostRef) || !validRef(f.user, mostRef):
		return nil, &Refusal{"ref and user_ref may have letters, digits and + / = - . : _ only, and 250 of them."}
	case c.route.kind == checkbox && f.user == "":
		return nil, &Refusal{"user_ref is missing."}
	}
	return f, nil
}

// framers are the websites that may show the plugins of a Page.
func framers(page *people.Page) string {
	list := []string{"http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://127.0.0.1:*"}
	p := messaging.Profile{Parts: page.Profile}
	for _, d := range p.Domains() {
		if from := origin(d); from != "" && !slices.Contains(list, from) {
			list = append(list, from)
		}
	}
	return strings.Join(list, " ")
}

// openFrame shows a plugin inside a website. It knows nobody yet.
func (c *call) openFrame(ctx context.Context) error {
	var f *frame
	err := c.d.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		f, err = c.readFrame(ctx, r)
		return err
	})
	if r, ok := errors.AsType[*Refusal](err); ok {
		return c.refuse(403, r.Text)
	}
	if err != nil {
		return err
	}
	code := source("frame.js")
	policy := "; script-src " + markup.Source(code) + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors " + framers(f.page)
	return c.show(200, policy, func(p *markup.Page) {
		p.Top(f.page.Name, style)
		p.Put(raw(`<div class="plugin" id="plugin" data-kind="`), kindNames(c.route.kind), raw(`" data-origin="`), f.origin, raw(`" data-ticket="`), c.ticket(),
			raw(`" data-ref="`), f.ref, raw(`" data-user-ref="`), f.user, raw(`" data-app="`), c.query.Get("app_id"), raw(`" data-page="`), f.page.PublicID, raw(`">`))
		c.inside(p, f)
		p.Put(raw(`<p id="sorry" role="alert" hidden></p></div><script>`), raw(code), raw("</script>"), markup.End)
	})
}

// kindNames are how the SDK calls the plugins in its events.
func kindNames(k kind) string {
	return map[kind]string{sendToMessenger: "send_to_messenger", checkbox: "messenger_checkbox", customerChat: "customerchat"}[k]
}

// titles are what the button of Send to Messenger may say. [doc send-to-messenger plugin]
func titles() []string {
	return strings.Fields(`GET_THIS_IN_MESSENGER RECEIVE_THIS_IN_MESSENGER SEND_THIS_TO_ME GET_CUSTOMER_ASSISTANCE GET_CUSTOMER_SERVICE
		GET_SUPPORT LET_US_CHAT SEND_ME_MESSAGES ALERT_ME_IN_MESSENGER SEND_ME_UPDATES MESSAGE_ME LET_ME_KNOW KEEP_ME_UPDATED TELL_ME_MORE
		SUBSCRIBE_IN_MESSENGER SUBSCRIBE_TO_UPDATES GET_MESSAGES SUBSCRIBE GET_STARTED_IN_MESSENGER LEARN_MORE_IN_MESSENGER GET_STARTED SEND_TO_MESSENGER`)
}

// mostGreeting bounds the greeting of the chat plugin. [doc customer chat plugin]
const mostGreeting = 80

// inside is what a plugin shows.
func (c *call) inside(p *markup.Page, f *frame) {
	const me = raw(`<small id="me" hidden><span id="name"></span> <button id="notyou" type="button">Not you?</button></small>`)
	switch c.route.kind {
	case sendToMessenger:
		title := "Send to Messenger"
		if t := c.query.Get("cta_text"); slices.Contains(titles(), t) {
			title = t[:1] + strings.ToLower(strings.ReplaceAll(t[1:], "_", " "))
		}
		p.Put(raw(`<button id="send" type="button">`), title, raw(`</button> <span id="sent" hidden>Sent to Messenger</span> `), me)
	case checkbox:
		p.Put(raw(`<label><input id="box" type="checkbox"> Send to Messenger: messages of `), f.page.Name, raw(`</label> `), me)
	default:
		greeting := c.query.Get("logged_in_greeting")
		if greeting == "" || utf8.RuneCountInString(greeting) > mostGreeting {
			greeting = "Hi! How can we help you?"
		}
		p.Put(raw(`<button id="bubble" type="button" aria-label="Chat">Chat</button>
<div id="dialog" class="chat" hidden><b>`), f.page.Name, raw(`</b> <small><button id="hide" type="button">Close</button></small> `), me, raw(`<p>`), greeting, raw(`</p>
<p id="begin"><button id="login" type="button">Continue with Messenger</button> <button id="guest" type="button">Continue as guest</button></p>
<ul id="log" class="log"></ul>
<form id="write" hidden><input id="text" aria-label="Message" required autocomplete="off"> <button>Send</button></form></div>`))
	}
}

// A click is what somebody does in a plugin, or looks at, inside a transaction.
type click struct {
	c      *call
	r      *store.Reader
	tx     *store.Tx // nil where somebody only looks
	f      *frame
	who    *visitor
	answer map[string]any
}

// sentFrame takes what a plugin sends. Nobody but the plugin itself can: it is of this
// origin, has the ticket of its page and the session that its visitor chose.
func (c *call) sentFrame(ctx context.Context) error {
	c.form.Set("json", "1")
	k := &click{}
	err := c.either(ctx, c.form.Get("do") == "who" || c.form.Get("do") == "read", func(r *store.Reader, tx *store.Tx) (err error) {
		*k = click{c: c, r: r, tx: tx, answer: map[string]any{"ok": true}}
		if k.f, err = c.readFrame(ctx, r); err != nil {
			return err
		}
		return k.take(ctx)
	})
	if r, ok := errors.AsType[*Refusal](err); ok {
		return c.refuse(403, r.Text)
	}
	if err != nil {
		return err
	}
	return c.answer(200, k.answer)
}

func (k *click) take(ctx context.Context) (err error) {
	do := k.c.form.Get("do")
	if k.c.route.kind == customerChat && do == "guest" {
		return k.beGuest(ctx)
	}
	if k.who, err = k.c.visitor(ctx, k.r); err != nil {
		return err
	}
	if k.who == nil {
		k.answer = map[string]any{"ok": false} // the plugin asks who it is
		return nil
	}
	if may, err := admits(ctx, k.r, k.f.app, k.who.Person); err != nil {
		return err
	} else if !may {
		return &Refusal{"The app is in development: only people with a role may use this."}
	}
	k.answer["name"] = k.who.called()
	switch {
	case do == "who":
		return nil
	case do == "opt_in" && k.c.route.kind == sendToMessenger:
		return k.do(ctx, consent.SendToMessenger, func(d *Deed) { d.Ref = k.f.ref })
	case do == "confirm" && k.c.route.kind == checkbox:
		return k.confirm(ctx)
	case k.c.route.kind == customerChat:
		return k.chat(ctx, do)
	}
	return &Refusal{"This plugin does nothing of the kind."}
}

func (k *click) do(ctx context.Context, event consent.Event, with func(*Deed)) error {
	d := Deed{Person: k.who.Handle, Page: k.f.page.Handle, Event: event}
	if k.f.app != nil && event != consent.Message {
		d.App = k.f.app.Handle
	}
	with(&d)
	return k.c.do(ctx, k.tx, d)
}

// confirm is the website's word that the form with the ticked box was sent: only then
// is there an opt-in. The website may say another ref now. [doc checkbox plugin]
func (k *click) confirm(ctx context.Context) error {
	ref := k.c.form.Get("ref")
	if ref == "" {
		ref = k.f.ref
	}
	if !validRef(ref, mostRef) {
		return &Refusal{badRef}
	}
	return k.do(ctx, consent.CheckboxPlugin, func(d *Deed) { d.Ref, d.UserRef = ref, k.f.user })
}

// referer is the page of the website that shows the plugin, as far as it is of the
// origin that shows it.
func (k *click) referer() string {
	said := k.c.query.Get("referer")
	if u, err := url.Parse(said); err == nil && origin(said) == k.f.origin && len(said) <= mostLinkRef {
		u.Fragment = ""
		return u.String()
	}
	return k.f.origin + "/"
}
