package messaging

import (
	"cmp"
	"encoding/json"

	"github.com/kithgraph/kith/internal/people"
)

// A Button is something that a person can press in a conversation: in a message, in the
// menu, or before the first word.
type Button struct {
	Type       string `json:"type"`
	Title      string `json:"title"`
	Payload    string `json:"payload"`
	URL        string `json:"url"`
	Extensions bool   `json:"messenger_extensions"`
	// Share is "hide" where the webview has no button to share. [doc url button]
	Share string `json:"webview_share_button"`
	// Contents is what an element_share shares, instead of the element.
	Contents *Shared  `json:"share_contents"`
	Nested   []Button `json:"call_to_actions"`
	// Frequency and Timezone are of notifications that are asked for.
	Frequency string `json:"notification_messages_frequency"`
	Timezone  string `json:"notification_messages_timezone"`
}

// A Shared message is what people send each other: one element. [doc share button]
type Shared struct {
	Attachment struct {
		Payload struct{ Elements []Element }
	}
}

// An Element is one of a template.
type Element struct {
	Title, Subtitle string
	ItemURL         string               `json:"item_url"`
	Action          struct{ URL string } `json:"default_action"`
	Buttons         []Button
}

// Address is what opens for who gets it shared: that of the element, or else that of its
// first link.
func (e *Element) Address() string {
	if address := cmp.Or(e.Action.URL, e.ItemURL); address != "" {
		return address
	}
	for i := range e.Buttons {
		if e.Buttons[i].Type == "web_url" {
			return e.Buttons[i].URL
		}
	}
	return ""
}

// shares are the buttons of an element, those that share with what they share.
func (e *Element) shares() []Button {
	for i := range e.Buttons {
		b := &e.Buttons[i]
		if b.Type != ButtonShare {
			continue
		}
		if b.URL = e.Address(); b.Contents != nil && len(b.Contents.Attachment.Payload.Elements) > 0 {
			b.URL = b.Contents.Attachment.Payload.Elements[0].Address()
		}
		b.Contents = nil
	}
	return e.Buttons
}

// ButtonShare is the type of a button that shares the element that it is in.
const ButtonShare = "element_share"

// Types of templates that ask for notifications, which are buttons too, and of the button that
// logs in. [doc one-time notification, notification messages, log in button]
const (
	ButtonOneTime       = "one_time_notif_req"
	ButtonNotifications = "notification_messages"
	ButtonLogIn         = "account_link"
)

// ButtonPostback is the type of a button with a payload.
const ButtonPostback = "postback"

// localized is what a setting says in one locale.
type localized struct {
	Locale        string
	Text          string
	Question      string
	Payload       string
	CallToActions json.RawMessage `json:"call_to_actions"`
	Silent        bool            `json:"composer_input_disabled"`
}

// spoken reads a setting and says which of its locales a person gets: their own, or the
// default; -1 for none. [doc greeting, persistent menu, ice breakers]
func spoken(text, locale string) (list []localized, which int) {
	which = -1
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil, which
	}
	for i := range list {
		switch list[i].Locale {
		case "":
		case locale:
			return list, i
		case "default":
			which = i
		}
	}
	return list, which
}

// Start is the payload of Get Started, empty without that button.
func (p *Profile) Start() string {
	var start struct{ Payload string }
	_ = json.Unmarshal([]byte(p.Text(GetStarted)), &start) // without one there is none
	return start.Payload
}

// Greets is what is said before anybody writes, as it was set.
func (p *Profile) Greets(locale string) string {
	if list, i := spoken(p.Text(Greeting), locale); i >= 0 {
		return list[i].Text
	}
	return ""
}

// Questions are the ice breakers.
func (p *Profile) Questions(locale string) (out []Button) {
	list, i := spoken(p.Text(IceBreakers), locale)
	for _, q := range list {
		if q.Question != "" {
			out = append(out, Button{Type: ButtonPostback, Title: q.Question, Payload: q.Payload})
		}
	}
	var asked []localized
	if i < 0 || json.Unmarshal(list[i].CallToActions, &asked) != nil {
		return out
	}
	for _, q := range asked {
		out = append(out, Button{Type: ButtonPostback, Title: q.Question, Payload: q.Payload})
	}
	return out
}

// Menu is the persistent menu, without its levels: the one that a Page keeps for the
// person alone, in own, before that of everybody. silent says that there is nothing to
// write in. [doc persistent menu]
func (p *Profile) Menu(own people.Parts, locale string) (out []Button, silent bool) {
	text := p.Text(PersistentMenu)
	if mine := own.Find(PersistentMenu); mine != nil {
		text = mine.Text
	}
	list, i := spoken(text, locale)
	if i < 0 {
		return nil, false
	}
	var entries []Button
	_ = json.Unmarshal(list[i].CallToActions, &entries) // what was set is a list
	return flat(nil, entries), list[i].Silent
}

func flat(list, entries []Button) []Button {
	for _, b := range entries {
		if b.Type == "nested" {
			list = flat(list, b.Nested)
			continue
		}
		b.Nested = nil
		list = append(list, b)
	}
	return list
}

// For is a quick reply as a person sees it: their number or address where that is asked
// for; no title where they have none, or none is known of the kind. [doc quick replies]
func (q *QuickReply) For(p *people.Person) (title, payload string) {
	switch q.ContentType {
	case "text":
		return q.Title, q.Payload
	case "user_phone_number":
		title = p.Text(people.Phone)
	case "user_email":
		title = p.Text(people.Email)
	}
	return title, title
}

// Offered are the buttons and quick replies of a message, with the texts of its
// templates and the kinds of its other attachments.
func Offered(m *people.Thing) (texts []string, buttons []Button, replies []QuickReply) {
	if p := m.Parts.Find(PartQuickReplies); p != nil {
		_ = json.Unmarshal([]byte(p.Text), &replies) // what was kept as a list is one
	}
	var files struct{ Data []Attachment }
	if p := m.Parts.Find("attachments"); p == nil || json.Unmarshal([]byte(p.Text), &files) != nil {
		return nil, nil, replies
	}
	for i := range files.Data {
		var t struct {
			Type     string `json:"template_type"`
			Text     string
			Buttons  []Button
			Elements []Element
		}
		a := &files.Data[i]
		if a.Type != "template" || json.Unmarshal(a.Payload, &t) != nil {
			texts = append(texts, "["+a.Type+"]")
			continue
		}
		texts, buttons = append(texts, t.Text), append(buttons, t.Buttons...)
		if t.Type == ButtonOneTime || t.Type == ButtonNotifications {
			var b Button
			_ = json.Unmarshal(a.Payload, &b) // it is an object as well
			b.Type, b.Nested = t.Type, nil
			buttons = append(buttons, b)
		}
		for i := range t.Elements {
			e := &t.Elements[i]
			texts, buttons = append(texts, e.Title+" "+e.Subtitle), append(buttons, e.shares()...)
		}
	}
	return texts, buttons, replies
}
