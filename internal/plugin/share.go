package plugin

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/store"
)

// Where a webview may share: with whom the person chooses, or in the conversation that it
// was opened in. [doc webview sharing]
const (
	broadcast     = "broadcast"
	currentThread = "current_thread"
)

func errShare() error {
	return &sdkError{2018163, "A parameter of beginShareFlow is missing or wrong."}
}

// A shared message is what a website wants people to send each other: one element with
// one button at most. [doc webview sharing, share button]
type sharedMessage struct {
	Attachment struct {
		Type    string
		Payload struct {
			Type     string `json:"template_type"`
			Elements []sharedElement
		}
	}
}

type sharedElement struct {
	Title, Subtitle, URL string
	Action               *struct{ Type, URL string } `json:"default_action"`
	Buttons              []messaging.Button
}

// shared reads what the website wants to share. Which of the numbers from 2071014 to
// 2071025 means which mistake is not said anywhere, so all are the one of the parameters.
// [doc error codes; the latter guess]
func (w *talker) shared() (*sharedElement, error) {
	form := w.c.form
	var m sharedMessage
	if mode := form.Get("mode"); mode != broadcast && mode != currentThread || json.Unmarshal([]byte(form.Get("message")), &m) != nil {
		return nil, errShare()
	}
	t := &m.Attachment
	if t.Type != "template" || len(t.Payload.Elements) != 1 {
		return nil, errShare()
	}
	e := &t.Payload.Elements[0]
	switch t.Payload.Type {
	case "generic":
		if e.URL = ""; strings.TrimSpace(e.Title) == "" {
			return nil, errShare()
		}
	case "open_graph":
		if e.Action = nil; origin(e.URL) == "" {
			return nil, errShare()
		}
	default:
		return nil, errShare()
	}
	if len(e.Buttons) > 1 || len(e.Buttons) == 1 && (e.Buttons[0].Type != "web_url" || e.Buttons[0].Title == "" || origin(e.Buttons[0].URL) == "") {
		return nil, errShare()
	}
	if e.Action != nil && (e.Action.Type != "web_url" || origin(e.Action.URL) == "") {
		return nil, errShare()
	}
	return e, nil
}

// showSharing asks who gets an address that somebody shares, and opens it as them.
func (c *call) showSharing(ctx context.Context, t *talk) error {
	list, err := c.d.opt.People(ctx, mostChoices)
	if err != nil {
		return err
	}
	return c.show(200, lone, func(p *markup.Page) {
		p.Top("Share", style)
		p.Put(raw("<h1>Share</h1>\n<p>"), t.sharing, raw("</p>\n"))
		t.form(p, "shared")
		p.Put(raw(`<input type="hidden" name="url" value="`), t.sharing, raw(`"><input type="hidden" name="thread" value="`+userToUser+`"><label>Send to <select name="who">`))
		for _, one := range list {
			if one.Handle != t.who.Handle {
				p.Put(raw(`<option value="`), one.Handle, raw(`">`), one.Name, raw("</option>"))
			}
		}
		p.Put(raw("</select></label> <button>Open as them</button></form>\n"))
		t.form(p, "")
		p.Put(raw("<button>Back</button></form>\n"), markup.End)
	})
}

// address is what opens for who gets it: that of the element, or else of its button.
func (e *sharedElement) address() string {
	switch {
	case e.URL != "":
		return e.URL
	case e.Action != nil:
		return e.Action.URL
	case len(e.Buttons) == 1:
		return e.Buttons[0].URL
	}
	return ""
}

// alone reports whether nobody but the person and the Page is in the conversation that
// something is shared in.
func (w *talker) alone() bool {
	return w.c.form.Get("mode") == currentThread && w.view.Thread == userToPage
}

// share is what the person is shown before it is sent.
func (w *talker) share() (map[string]any, error) {
	e, err := w.shared()
	if err != nil {
		return nil, err
	}
	preview := e.Title
	for _, part := range []string{e.Subtitle, e.URL} {
		if part != "" {
			preview = strings.TrimSpace(preview + " \u00b7 " + part)
		}
	}
	for _, b := range e.Buttons {
		preview += " [" + b.Title + "]"
	}
	to := []map[string]any{}
	if !w.alone() {
		for _, one := range w.choices {
			if one.Handle != w.who.Handle {
				to = append(to, map[string]any{"handle": one.Handle, "name": one.Name})
			}
		}
	}
	return map[string]any{"preview": preview, "to": to, "alone": w.alone()}, nil
}

// sent is what becomes of what the person sends: those who get it can open it. It is
// between people, so no Page hears of it and nothing of it is kept. [doc webview sharing;
// that nobody is told guess]
func (w *talker) sent(ctx context.Context, r *store.Reader) (map[string]any, error) {
	e, err := w.shared()
	if err != nil {
		return nil, err
	}
	var to []string
	if json.Unmarshal([]byte(w.c.form.Get("to")), &to) != nil || len(to) > mostChoices {
		return nil, errShare()
	}
	thread := w.view.Thread
	switch {
	case w.alone():
		to = []string{w.who.Handle}
	case len(to) == 0:
		return map[string]any{"is_sent": false}, nil
	case w.c.form.Get("mode") == broadcast:
		thread = userToUser
	}
	opens := []map[string]any{}
	for _, handle := range to {
		who, err := w.c.meet(ctx, r, handle, false)
		if err != nil {
			return nil, err
		}
		if who == nil {
			return nil, errUnexpected()
		}
		if e.address() != "" {
			opens = append(opens, map[string]any{"name": who.called(), "session": who.sealed(w.c.d), "url": e.address(), "thread": thread})
		}
	}
	return map[string]any{"is_sent": true, "opens": opens}, nil
}
