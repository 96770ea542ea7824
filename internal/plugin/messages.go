package plugin

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A line is one message as a page shows it.
type line struct {
	mine    bool
	mid     string
	text    string
	buttons []button
	replies []messaging.QuickReply
}

// shownLines is how many messages a page shows, the latest.
const shownLines = 20

// lines are the latest messages of a conversation, oldest first.
func lines(ctx context.Context, r *store.Reader, at *place, digits string, person store.ID) ([]line, error) {
	if digits == "" {
		return nil, nil
	}
	key := messaging.ThreadKey(at.id, digits)
	id, err := r.Resolve(ctx, key.Space, key.Key)
	if err != nil || id == 0 {
		return nil, err
	}
	list, err := r.Range(ctx, store.Range{From: id, Kind: store.Edge("conversation.messages"), Limit: shownLines})
	if err != nil {
		return nil, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var out []line
	for i := range list {
		rec := rs.GotObject(i)
		if rec == nil {
			continue
		}
		if m, ok := rec.Value.(*people.Thing); ok {
			out = append(out, lineOf(m, person))
		}
	}
	slices.Reverse(out)
	return out, nil
}

func lineOf(m *people.Thing, person store.ID) (l line) {
	l.mine, l.mid = slices.Contains(m.Parts.Refs("from"), person), m.PublicID
	if p := m.Parts.Find("message"); p != nil {
		_ = json.Unmarshal([]byte(p.Text), &l.text) // what is no text is shown as none
	}
	texts, buttons, replies := messaging.Offered(m)
	l.text = strings.TrimSpace(l.text + " " + strings.Join(texts, " "))
	l.buttons, l.replies = placed("", buttons), replies
	return l
}

// showTalk shows a conversation.
func (c *call) showTalk(ctx context.Context, t *talk) error {
	var log []line
	if err := c.d.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		log, err = lines(ctx, r, t.at, t.digits, t.who.ID)
		return err
	}); err != nil {
		return err
	}
	return c.show(200, lone, func(p *markup.Page) {
		p.Top(t.at.name, style)
		p.Put(raw("<h1>"), t.at.name, raw("</h1>\n<p>You are "), t.who.called(), raw(".</p>\n<ul class=\"log\">\n"))
		for i := range log {
			who := t.at.name
			if log[i].mine {
				who = t.who.called()
			}
			p.Put(raw("<li><b>"), who, raw("</b> "), log[i].text)
			t.buttons(p, log[i].buttons)
			p.Put(raw("</li>\n"))
		}
		p.Put(raw("</ul>\n"))
		if len(log) > 0 {
			t.buttons(p, t.replies(&log[len(log)-1]))
		}
		if text := t.greeting(); text != "" {
			p.Put(raw(`<p class="greeting">`), text, raw("</p>\n"))
		}
		t.buttons(p, t.starts())
		menu, silent := t.menu()
		t.buttons(p, menu)
		if !silent {
			t.form(p, "say")
			p.Put(raw(`<label>Message <input name="text" required autocomplete="off"></label> <button>Send</button></form>` + "\n"))
		}
		if t.at.page != nil {
			t.form(p, "shared")
			p.Put(raw(`<label>A link of `), t.at.name, raw(` that somebody shared <input name="url" type="url" required></label>
<label>in <select name="thread"><option>`+userToUser+`</option><option>`+group+`</option><option>`+userToPage+`</option></select></label> <button>Open</button></form>`+"\n"))
		}
		p.Put(markup.End)
	})
}

// form opens a form of the conversation.
func (t *talk) form(p *markup.Page, do string) {
	t.c.formTo(p)
	t.ofTalk(p, do)
}

// ofTalk puts into a form whose it is and what it does.
func (t *talk) ofTalk(p *markup.Page, do string) {
	p.Put(raw(`<input type="hidden" name="session" value="`), t.who.sealed(t.c.d), raw(`"><input type="hidden" name="do" value="`), do, raw(`">`))
}

// buttons shows what can be pressed. Logging in has a window of its own, so that the
// conversation stays.
func (t *talk) buttons(p *markup.Page, list []button) {
	for _, b := range list {
		switch b.Type {
		case "postback", quickReply:
		case messaging.ButtonOneTime, messaging.ButtonNotifications:
			b.Title += ": Notify Me" // [doc one-time notification]
		case "web_url":
			if t.at.page == nil {
				continue
			}
		case linkButton:
			b.Title = "Log In"
		case unlinkButton:
			b.Title = "Log Out"
		case messaging.ButtonShare:
			b.Title = "Share"
		case "phone_number":
			p.Put(raw(`<a href="tel:`), b.Payload, raw(`">`), b.Title, raw("</a>\n"))
			continue
		case "game_play", "payment": // there are no games and no payments here
			p.Put(raw("<button disabled>"), b.Title, raw("</button>\n"))
			continue
		default:
			continue
		}
		t.c.formIn(p, b.Type == linkButton)
		t.ofTalk(p, "press")
		p.Put(raw(`<button name="button" value="`), t.sealed(b), raw(`">`), b.Title, raw("</button></form>\n"))
	}
}
