package messaging

import (
	"bytes"
	"slices"
)

// A Handover is what apps are told of the control of a conversation. Apps are named by
// their IDs; an empty one is none.
type Handover struct {
	Place    Place
	Digits   string // with whom the conversation is
	At       int64  // unix microseconds
	Previous string
	Next     string
	Metadata string
}

// Passed, Taken and Asked are the three things that happen. [doc messaging_handovers;
// null where no app had control, likewise]
func (h *Handover) Passed() Notice { return h.notice("pass_thread_control", h.change()) }

// Taken is told of an app that took control itself.
func (h *Handover) Taken() Notice { return h.notice("take_thread_control", h.change()) }

// Asked is told of an app, Next, that would like to have it.
func (h *Handover) Asked() Notice {
	o := object("{")
	o.text("requested_owner_app_id", h.Next)
	o.text("metadata", h.Metadata)
	return h.notice("request_thread_control", o.end())
}

func (h *Handover) change() []byte {
	o := object("{")
	if h.Previous == "" {
		o.raw("previous_owner_app_id", "null")
	}
	o.text("previous_owner_app_id", h.Previous)
	o.text("new_owner_app_id", h.Next)
	o.text("metadata", h.Metadata)
	return o.end()
}

func (h *Handover) notice(name string, value []byte) Notice {
	what := append([]byte(`"`+name+`":`), value...)
	return h.Place.notice(h.Place.handovers(), h.At, item{sender: h.Digits, recipient: h.Place.PublicID, at: h.At, what: what})
}

// handovers is the field that tells of control: its name has an s on Pages alone.
// [doc page subscribed_apps, instagram webhooks]
func (p *Place) handovers() string {
	if p.Instagram {
		return "messaging_handover"
	}
	return "messaging_handovers"
}

// Roles are what apps are told when a Page's primary receiver is another one: who is
// it, and who are the others. [doc assign app roles; the names of others guess]
func (p *Place) Roles(primary string, others []string, at int64) Notice {
	o := newObject("app_roles")
	if primary != "" {
		o.raw(primary, `["primary_receiver"]`)
	}
	for _, app := range others {
		o.raw(app, `["secondary_receiver"]`)
	}
	return p.notice(p.handovers(), at, item{recipient: p.PublicID, at: at, what: o.end()})
}

// StandbyField tells apps of conversations of which they do not have control.
const StandbyField = "standby"

// onStandby are the fields whose events go to the app in control alone, and to the
// others as StandbyField. [doc standby; edits and reactions guess]
func onStandby() []string {
	return []string{"messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads", "message_edits", "message_reactions",
		"messaging_seen", "message_edit"}
}

// Standby is the body for those who do not have control; nil for what everybody is
// told all the same. Postbacks are without their payload there. [doc standby]
func (n *Notice) Standby() []byte {
	if !slices.Contains(onStandby(), n.Field) {
		return nil
	}
	body := n.Body
	if n.bare != nil {
		body = n.bare()
	}
	// What comes before is the name of the object and numbers.
	return bytes.Replace(body, []byte(`"messaging":[`), []byte(`"standby":[`), 1)
}
