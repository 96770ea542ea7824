package plugin

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
)

// greeting is what the place says before anybody writes, with the name of who reads it.
// [doc greeting]
func (t *talk) greeting() string {
	if t.contact.Thread {
		return ""
	}
	p := t.at.profile()
	first, last := t.who.Text(people.FirstName), t.who.Text(people.LastName)
	return strings.NewReplacer("{{user_first_name}}", first, "{{user_last_name}}", last, "{{user_full_name}}", strings.TrimSpace(first+" "+last)).
		Replace(p.Greets(t.who.Text(people.Locale)))
}

// starts are the buttons with which a conversation begins.
func (t *talk) starts() (list []button) {
	if t.contact.Thread {
		return nil
	}
	p := t.at.profile()
	if payload := p.Start(); payload != "" {
		list = placed(onStart, []messaging.Button{{Type: messaging.ButtonPostback, Title: "Get Started", Payload: payload}})
	}
	return append(list, placed(onIcebreaker, p.Questions(t.who.Text(people.Locale)))...)
}

// menu is the persistent menu and the Chat Extension of the Page. silent says that there is
// nothing to write in.
func (t *talk) menu() (list []button, silent bool) {
	p := t.at.profile()
	entries, silent := p.Menu(t.own, t.who.Text(people.Locale))
	list = placed(onMenu, entries)
	var home struct {
		URL   string
		Share string `json:"webview_share_button"`
	}
	if json.Unmarshal([]byte(p.Text(messaging.HomeURL)), &home) == nil && home.URL != "" {
		list = append(list, placed(onHome, []messaging.Button{{Type: "web_url", Title: "Chat Extension", URL: home.URL, Share: home.Share}})...)
	}
	return list, silent
}

// replies are the quick replies under the latest message, as the visitor sees them.
func (t *talk) replies(l *line) (list []button) {
	for _, q := range l.replies {
		if title, payload := q.For(t.who.Person); title != "" {
			list = append(list, button{Button: messaging.Button{Type: quickReply, Title: title, Payload: payload}, Mid: l.mid})
		}
	}
	return list
}

// answer sends a quick reply. They are gone once anything else was said. [doc quick replies]
func (t *talk) answer(ctx context.Context, b button) error {
	log, err := lines(ctx, &t.tx.Reader, t.at, t.digits, t.who.ID)
	if err != nil {
		return err
	}
	if len(log) == 0 || log[len(log)-1].mid != b.Mid {
		return &Refusal{"This button is gone."}
	}
	d := t.at.deed(t.who, consent.QuickReply)
	d.Text, d.Payload = b.Title, b.Payload
	return t.c.do(ctx, t.tx, d)
}
