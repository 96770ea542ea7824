package plugin

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
)

// spoken is which of the locales of a setting a person gets: their own, or the default;
// -1 for none. [doc greeting, persistent menu, ice breakers]
func (t *talk) spoken(locales []string) int {
	found := -1
	for i, l := range locales {
		if l == t.who.Text(people.Locale) && l != "" {
			return i
		}
		if l == "default" {
			found = i
		}
	}
	return found
}

// greeting is what the place says before anybody writes, with the name of who reads it.
// [doc greeting]
func (t *talk) greeting() string {
	p := t.at.profile()
	var list []struct{ Locale, Text string }
	if t.contact.Thread || json.Unmarshal([]byte(p.Text(messaging.Greeting)), &list) != nil {
		return ""
	}
	locales := make([]string, len(list))
	for i := range list {
		locales[i] = list[i].Locale
	}
	i := t.spoken(locales)
	if i < 0 {
		return ""
	}
	first, last := t.who.Text(people.FirstName), t.who.Text(people.LastName)
	return strings.NewReplacer("{{user_first_name}}", first, "{{user_last_name}}", last, "{{user_full_name}}", strings.TrimSpace(first+" "+last)).Replace(list[i].Text)
}

// starts are the buttons with which a conversation begins.
func (t *talk) starts() (list []button) {
	p := t.at.profile()
	if t.contact.Thread {
		return nil
	}
	var start struct{ Payload string }
	if json.Unmarshal([]byte(p.Text(messaging.GetStarted)), &start) == nil && start.Payload != "" {
		list = append(list, button{Type: "postback", Title: "Get Started", Payload: start.Payload, On: onStart})
	}
	type question struct{ Question, Payload string }
	var groups []struct {
		question
		CallToActions []question `json:"call_to_actions"`
		Locale        string
	}
	if json.Unmarshal([]byte(p.Text(messaging.IceBreakers)), &groups) != nil {
		return list
	}
	locales, asked := make([]string, len(groups)), []question(nil)
	for i, g := range groups {
		if locales[i] = g.Locale; g.Question != "" {
			asked = append(asked, g.question)
		}
	}
	if i := t.spoken(locales); i >= 0 {
		asked = append(asked, groups[i].CallToActions...)
	}
	for _, q := range asked {
		list = append(list, button{Type: "postback", Title: q.Question, Payload: q.Payload, On: onIcebreaker})
	}
	return list
}

// menu is the persistent menu, flat, and the Chat Extension of the Page. One that the Page
// keeps for the visitor alone goes before that of everybody. silent says that there is
// nothing to write in. [doc persistent menu]
func (t *talk) menu() (list []button, silent bool) {
	p := t.at.profile()
	var menus []struct {
		Locale        string
		CallToActions []button `json:"call_to_actions"`
		Silent        bool     `json:"composer_input_disabled"`
	}
	text := p.Text(messaging.PersistentMenu)
	if own := t.own.Find(messaging.PersistentMenu); own != nil {
		text = own.Text
	}
	if json.Unmarshal([]byte(text), &menus) == nil {
		locales := make([]string, len(menus))
		for i := range menus {
			locales[i] = menus[i].Locale
		}
		if i := t.spoken(locales); i >= 0 {
			list, silent = flat(list, menus[i].CallToActions), menus[i].Silent
		}
	}
	var home struct{ URL string }
	if json.Unmarshal([]byte(p.Text(messaging.HomeURL)), &home) == nil && home.URL != "" {
		list = append(list, button{Type: "web_url", Title: "Chat Extension", URL: home.URL, On: onHome})
	}
	return list, silent
}

func flat(list, entries []button) []button {
	for _, b := range entries {
		if b.Type == "nested" {
			list = flat(list, b.Nested)
			continue
		}
		b.On, b.Nested = onMenu, nil
		list = append(list, b)
	}
	return list
}

// replies are the quick replies under the latest message, as the visitor sees them: a
// number or an address only where they have one. [doc quick replies]
func (t *talk) replies(l *line) (list []button) {
	for _, q := range l.replies {
		b := button{Type: quickReply, Title: q.Title, Payload: q.Payload, Mid: l.mid}
		switch q.ContentType {
		case "text":
		case "user_phone_number":
			b.Title = t.who.Text(people.Phone)
			b.Payload = b.Title
		case "user_email":
			b.Title = t.who.Text(people.Email)
			b.Payload = b.Title
		default:
			continue
		}
		if b.Title != "" {
			list = append(list, b)
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
