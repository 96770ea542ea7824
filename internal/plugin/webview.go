package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Kinds of conversations. [doc webview context]
const (
	userToPage = "USER_TO_PAGE"
	userToUser = "USER_TO_USER"
	group      = "GROUP"
)

// A webview is a website that somebody opened in a conversation.
type webview struct {
	url, thread, psid string
	// tid is the ID of the conversation: that of the person where it is with the Page.
	// [doc webview context]
	tid        string
	extensions bool // the SDK may be used
	unshared   bool // there is no button to share it
}

// A view is what the page around a website knows of it.
type view struct {
	Page, Thread, TID, PSID string
	Extensions              bool
}

// showWebview shows the website. It is asked nothing and told nothing: what its SDK
// wants, it asks the page around it.
func (c *call) showWebview(t *talk) error {
	w := t.web
	text, err := json.Marshal(view{Page: t.at.public, Thread: w.thread, TID: w.tid, PSID: w.psid, Extensions: w.extensions})
	if err != nil {
		return err
	}
	code := source("webview.js")
	return c.show(200, "; script-src "+markup.Source(code)+"; connect-src 'self'; frame-src https: http:"+lone, func(p *markup.Page) {
		p.Top(t.at.name, style)
		t.form(p, "")
		p.Put(raw(`<button id="close">Close</button></form>` + "\n"))
		if !w.unshared {
			t.form(p, "share")
			p.Put(raw(`<input type="hidden" name="url" value="`), w.url, raw(`"><button>Share this page</button></form>`+"\n"))
		}
		p.Put(raw(`<div id="ask" role="dialog" aria-label="Permission" hidden><p><b>`), t.at.name, raw(`</b> asks, `), t.who.called(), raw(`: <span id="what"></span></p>
<button id="grant">Allow</button> <button id="decline">Not now</button></div>
<div id="share" role="dialog" aria-label="Share" hidden><p id="preview"></p><label>Send to <select id="to" multiple></select></label>
<button id="send">Share</button> <button id="cancel">Cancel</button></div><div id="shown"></div>
<iframe id="web" name="webview" sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox" data-view="`),
			c.d.seal("webview", t.who.Handle, string(text)), raw(`" src="`), w.url, raw(`"></iframe><script>`), raw(code), raw("</script>"), markup.End)
	})
}

// An sdkError is what the error callback of the SDK gets.
type sdkError struct {
	code int
	text string
}

// Error is the text.
func (e *sdkError) Error() string { return e.text }

// Errors of the SDK. [doc error codes; texts: 2018164 doc, the others guess]
func errUnexpected() error { return &sdkError{2018154, "An unexpected error has occurred."} }
func errAppID() error      { return &sdkError{2018164, "Incorrect App ID."} }
func errPermission() error {
	return &sdkError{2018166, "The permission is not valid to call the SDK API."}
}
func errNotEnabled() error {
	return &sdkError{2071011, "Messenger Extensions are not enabled: messenger_extensions was not set on the URL, or its domain is not whitelisted for the Page."}
}

// A talker is a webview that calls.
type talker struct {
	c       *call
	view    view
	page    *people.Page
	app     *people.App
	who     *visitor
	contact consent.Contact
	choices []Choice // to share with
}

// called answers a call of the SDK that the page around the website passes on.
func (c *call) called(ctx context.Context) error {
	var answer map[string]any
	name := c.form.Get("call")
	var choices []Choice
	if name == "share" {
		var err error
		if choices, err = c.d.opt.People(ctx, mostChoices); err != nil {
			return err
		}
	}
	err := c.either(ctx, name != "grant" && name != "decline", func(r *store.Reader, tx *store.Tx) (err error) {
		w := &talker{c: c, choices: choices}
		if err := w.find(ctx, r); err != nil {
			return err
		}
		answer, err = w.answer(ctx, r, tx)
		return err
	})
	if e, ok := errors.AsType[*sdkError](err); ok {
		return c.answer(200, map[string]any{"code": e.code, "text": e.text})
	}
	if r, ok := errors.AsType[*Refusal](err); ok {
		return c.answer(200, map[string]any{"code": 2018154, "text": r.Text})
	}
	if err != nil {
		return err
	}
	return c.answer(200, answer)
}

// find looks up everybody whom the webview is about, and holds that the website which
// calls may.
func (w *talker) find(ctx context.Context, r *store.Reader) (err error) {
	form := w.c.form
	said := w.c.d.unseal("webview", form.Get("view"), 2)
	if said == nil || json.Unmarshal([]byte(said[1]), &w.view) != nil {
		return errUnexpected()
	}
	at, err := placeOf(ctx, r, w.view.Page, false)
	if err != nil {
		return err
	}
	if w.who, err = w.c.meet(ctx, r, said[0], false); err != nil {
		return err
	}
	if at == nil || w.who == nil {
		return errUnexpected()
	}
	w.page = at.page
	if w.contact, _, err = standing(ctx, r, at, w.who.Person); err != nil {
		return err
	}
	switch {
	case w.contact.Erased:
		return errUnexpected()
	case !w.view.Extensions || !listed(w.page, form.Get("from")):
		return errNotEnabled()
	}
	return w.findApp(ctx, r)
}

// findApp finds the app that calls: the one it names, or else that of the Page.
func (w *talker) findApp(ctx context.Context, r *store.Reader) (err error) {
	if id := w.c.form.Get("app_id"); id != "" {
		w.app, err = appOf(ctx, r, w.page, id)
	} else if len(w.page.Apps) > 0 {
		w.app, _, err = get[*people.App](ctx, r, w.page.Apps[0])
	}
	if err != nil {
		return err
	}
	if w.app == nil || w.app.Deleted {
		return errAppID()
	}
	may, err := admits(ctx, r, w.app, w.who.Person)
	if err == nil && !may {
		err = errPermission() // [guess]
	}
	return err
}

func (w *talker) answer(ctx context.Context, r *store.Reader, tx *store.Tx) (map[string]any, error) {
	switch w.c.form.Get("call") {
	case "context":
		return map[string]any{"thread_type": w.view.Thread, "tid": w.view.TID, "psid": w.view.PSID, "signed_request": w.signed()}, nil
	case "permissions":
		return map[string]any{"permissions": w.permissions()}, nil
	case "ask":
		return w.asked(w.c.form.Get("permission"))
	case "share":
		return w.share()
	case "sent":
		return w.sent(ctx, r)
	case "grant", "decline":
		return w.decide(ctx, tx, w.c.form.Get("permission"), w.c.form.Get("call") == "grant")
	}
	return nil, errUnexpected()
}

// signed is the signed_request of the context. [doc webview context; the order seen
// in its sample]
func (w *talker) signed() string {
	b := strconv.AppendInt([]byte(`{"algorithm":"HMAC-SHA256","issued_at":`), w.c.d.opt.Now().Unix(), 10)
	b = append(append(b, `,"page_id":`...), w.page.PublicID...)
	for _, part := range [][2]string{{"psid", w.view.PSID}, {"thread_type", w.view.Thread}, {"tid", w.view.TID}} {
		b = append(append(b, `,"`+part[0]+`":`...), strconv.Quote(part[1])...)
	}
	return access.SignRequest(w.app.Secret, append(b, '}'))
}

// Permissions that a webview asks for. [doc webview permissions]
const (
	userProfile   = "user_profile"
	userMessaging = "user_messaging"
)

// permissions are what the person granted to the app until now.
func (w *talker) permissions() []string {
	list := []string{}
	edition := consent.E2026
	if w.app.Edition == 2018 {
		edition = consent.E2018
	}
	if w.contact.Granted(w.app.ID).Has(edition) {
		list = append(list, userProfile)
	}
	if w.contact.Thread {
		list = append(list, userMessaging)
	}
	return list
}

// asked says whether the person has to be asked.
func (w *talker) asked(permission string) (map[string]any, error) {
	if permission != userProfile && permission != userMessaging {
		return nil, errPermission()
	}
	for _, p := range w.permissions() {
		if p == permission {
			return map[string]any{"isGranted": true, "permissions": w.permissions()}, nil
		}
	}
	what := "may it see your public profile?"
	if permission == userMessaging {
		what = "may it send you messages?"
	}
	return map[string]any{"ask": what}, nil
}

// decide does what the person decided.
func (w *talker) decide(ctx context.Context, tx *store.Tx, permission string, granted bool) (map[string]any, error) {
	if permission != userProfile && permission != userMessaging {
		return nil, errPermission()
	}
	event := consent.AskPermissionDeclined
	switch {
	case granted && permission == userProfile:
		event = consent.AskPermission
	case granted:
		event = consent.AskMessaging
	}
	if err := w.c.do(ctx, tx, Deed{Person: w.who.Handle, Page: w.page.Handle, App: w.app.Handle, Event: event}); err != nil {
		return nil, err
	}
	at := &place{page: w.page, id: w.page.ID}
	var err error
	if w.contact, _, err = standing(ctx, &tx.Reader, at, w.who.Person); err != nil {
		return nil, err
	}
	return map[string]any{"isGranted": granted, "permissions": w.permissions()}, nil
}
