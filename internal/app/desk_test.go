package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A desk is a support desk that speaks as Chatwoot does on the wire: it asks for a
// profile without fields, falls back to the participants of the conversation, answers
// Messenger in JSON and Instagram in bracketed forms, and tells by the mid of an echo
// whether it wrote that itself. [seen chatwoot, facebook-messenger gem, Koala]
type desk struct {
	*testing.T
	*house
	login bool // Instagram Login: by the account's token, at graph.instagram.com

	mu    sync.Mutex
	names map[string]string   // by the ID of a contact
	lines map[string][]string // what each said, or was told
	own   map[string]bool     // mids of what the desk wrote
}

func openDesk(t *testing.T, more string, login bool) *desk {
	t.Helper()
	d := &desk{T: t, login: login, names: map[string]string{}, lines: map[string][]string{}, own: map[string]bool{}}
	box := newPostbox(t, func(p *parcel) { d.hears(p) })
	d.house = openHouse(t, "", told(box.URL, more))
	return d
}

// hears takes a webhook of either object.
func (d *desk) hears(p *parcel) {
	d.mu.Lock()
	defer d.mu.Unlock()
	it := p.item(d.T)
	instagram := strings.HasPrefix(p.body, `{"object":"instagram"`)
	contact, who := it.Sender.ID, "contact"
	if it.Message.IsEcho {
		if d.own[it.Message.Mid] {
			return // it is in the conversation already
		}
		contact, who = it.Recipient.ID, "somebody else"
	}
	if d.names[contact] == "" {
		d.names[contact] = d.name(contact, instagram)
	}
	text := it.Message.Text
	if text == "" {
		text = it.Postback.Payload
	}
	d.lines[contact] = append(d.lines[contact], who+": "+text)
}

// at is where something is asked, and with which token.
func (d *desk) at(instagram bool) (host, version, token string) {
	if instagram && d.login {
		return "graph.instagram.com", "/v22.0", d.ids.Instagram["shop_ig"].Token
	}
	return "graph.facebook.com", "", d.ids.Pages["shop"].Token // Koala names no version
}

// name asks for the profile, and for the participants of the conversation where that
// is refused.
func (d *desk) name(contact string, instagram bool) string {
	d.Helper()
	host, version, token := d.at(instagram)
	fields := ""
	if instagram && d.login {
		fields = "?fields=name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user"
	}
	got := d.ask(d.T, question{target: withToken(version+"/"+contact+fields, token), host: host})
	var p struct {
		Name      string
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Username  string
	}
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		d.Errorf("profile: %s", got)
	}
	switch {
	case got.is(230, 0) || got.is(100, 2018218):
		return d.participant(contact, instagram)
	case got.status != 200:
		d.Errorf("profile: %s", got)
	case instagram && d.login && p.Username == "":
		d.Errorf("a profile without a username: %s", got)
	case p.Name != "" && instagram:
		return p.Name
	case p.FirstName == "":
		return "John Doe"
	}
	return strings.TrimSpace(p.FirstName + " " + p.LastName)
}

func (d *desk) participant(contact string, instagram bool) string {
	d.Helper()
	host, version, token := d.at(instagram)
	query := "/me/conversations?fields=participants&user_id=" + contact
	if instagram {
		query += "&platform=instagram"
	}
	got := d.ask(d.T, question{target: withToken(version+query, token), host: host})
	var list struct {
		Data []struct {
			Participants struct {
				Data []struct{ ID, Name, Username string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || len(list.Data) != 1 {
		d.Errorf("participants: %s", got)
		return ""
	}
	for _, p := range list.Data[0].Participants.Data {
		if p.ID == contact {
			return "by conversation: " + p.Name + p.Username
		}
	}
	d.Errorf("%s is no participant: %s", contact, got)
	return ""
}

// writes sends what an agent says.
func (d *desk) writes(contact, text string, instagram bool) {
	d.Helper()
	d.mu.Lock() // an echo may be here before the answer is
	defer d.mu.Unlock()
	mid := d.send(contact, text, instagram)
	d.own[mid] = true
	d.lines[contact] = append(d.lines[contact], "desk: "+text)
}

// send sends without keeping that the desk did.
func (d *desk) send(contact, text string, instagram bool) (mid string) {
	d.Helper()
	host, _, token := d.at(instagram)
	q := question{method: "POST", host: host, target: withToken("/v20.0/me/messages", token), kind: "application/json",
		body: fmt.Sprintf(`{"recipient":{"id":%q},"message":{"text":%q},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT"}`, contact, text)}
	if instagram {
		form := url.Values{"recipient[id]": {contact}, "message[text]": {text}, "messaging_type": {"MESSAGE_TAG"}, "tag": {"HUMAN_AGENT"}}
		q.target, q.kind, q.body = withToken("/v11.0/me/messages", token), "application/x-www-form-urlencoded", form.Encode()
		if d.login {
			q.target = withToken("/v22.0/"+d.ids.Instagram["shop_ig"].ID+"/messages", token)
		}
	}
	got := d.ask(d.T, q)
	var said struct {
		RecipientID string `json:"recipient_id"`
		MessageID   string `json:"message_id"`
	}
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != 200 || said.RecipientID != contact || said.MessageID == "" {
		d.Errorf("sent: %s", got)
	}
	return said.MessageID
}

// holds waits until all is told of and holds what the desk has of a contact.
func (d *desk) holds(contact, name string, lines ...string) {
	d.Helper()
	d.delivered(d.T)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[contact] != name || !slices.Equal(d.lines[contact], lines) {
		d.Errorf("%q: %q\nwant %q: %q", d.names[contact], d.lines[contact], name, lines)
	}
}

// refresh asks anew who a contact is, as the desk does now and then.
func (d *desk) refresh(contact string, instagram bool) string {
	d.Helper()
	return d.name(contact, instagram)
}

const customers = `
people:
  ana: {first_name: Ana, last_name: Lima, instagram: {username: ana.lima, name: Ana L}}
  phil: {first_name: Phil, last_name: Dorr, account: phone_only}
`

func TestASupportDeskOnMessenger(t *testing.T) {
	d := openDesk(t, customers, false)
	do := func(person, event, text string) string {
		return d.act(t, map[string]any{"person": person, "page": "shop", "event": event, "text": text, "payload": "START"}).ID
	}
	ana := do("ana", "get_started", "")
	d.holds(ana, "Ana Lima", "contact: START")
	do("ana", "message", "Do you have rye bread?")
	d.holds(ana, "Ana Lima", "contact: START", "contact: Do you have rye bread?")
	d.writes(ana, "Yes, at ten.", false)
	d.send(ana, "From the Page's inbox", false)
	d.holds(ana, "Ana Lima", "contact: START", "contact: Do you have rye bread?", "desk: Yes, at ten.", "somebody else: From the Page's inbox")

	phil := do("phil", "message", "And I?")
	d.holds(phil, "by conversation: Phil Dorr", "contact: And I?")
	d.writes(phil, "You too.", false)
	d.holds(phil, "by conversation: Phil Dorr", "contact: And I?", "desk: You too.")

	do("ana", "revoke", "")
	if got := d.refresh(ana, false); got != "John Doe" {
		t.Errorf("who revoked is %q", got)
	}
}

func TestASupportDeskOnInstagram(t *testing.T) {
	for name, login := range map[string]bool{"by the Page": false, "by Instagram Login": true} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t, customers, login)
			do := func(event, text string) string {
				return d.act(t, map[string]any{"person": "ana", "instagram": "shop_ig", "event": event, "text": text}).ID
			}
			ana := do("message", "Is it open?")
			d.holds(ana, "Ana L", "contact: Is it open?")
			d.writes(ana, "Until six.", true)
			d.send(ana, "From the app", true)
			d.holds(ana, "Ana L", "contact: Is it open?", "desk: Until six.", "somebody else: From the app")
			do("revoke", "")
			if got := d.refresh(ana, true); got != "by conversation: ana.lima" {
				t.Errorf("who revoked is %q", got)
			}
		})
	}
}
