package messaging

import (
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// A Form is one way to say who is written to. Its number is in every database.
type Form uint8

// Forms of a recipient. [doc send-api]
const (
	ByID Form = iota
	ByUserRef
	ByPhone
	ByComment
	ByPost
	ByOneTimeToken
	ByNotificationToken
	forms
)

var formNames = [forms]string{"id", "user_ref", "phone_number", "comment_id", "post_id", "one_time_notif_token", "notification_messages_token"}

// String is the member of recipient that has it.
func (f Form) String() string {
	if f >= forms {
		return "unknown"
	}
	return formNames[f]
}

// ParseForm reads the name of a form.
func ParseForm(name string) (Form, bool) {
	for f, n := range formNames {
		if n == name {
			return Form(f), true
		}
	}
	return 0, false
}

// A Recipient is who is written to: one form and what it says. First and Last are the
// name that goes with a telephone number, empty where none was given.
type Recipient struct {
	Form        Form
	Text        string
	First, Last string
}

// mostRecipient bounds what names somebody. [own]
const mostRecipient = 500

// ReadRecipient reads the parameter of a call: exactly one form. IDs may be numbers, as
// bots of 2016 had them. Errors are *graph.Error.
func ReadRecipient(text string) (to Recipient, err error) {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		return to, graph.ErrNoRecipient
	}
	found := 0
	for f, name := range formNames {
		raw, given := members[name]
		if !given || string(raw) == "null" {
			continue
		}
		found++
		to.Form, to.Text = Form(f), word(raw)
	}
	switch {
	case found > 1:
		return to, graph.ErrBadParam // [guess]
	case found == 0, to.Text == "", len(to.Text) > mostRecipient, to.Form == ByID && !graph.ValidID(to.Text):
		return to, graph.ErrNoRecipient
	}
	if name := members["name"]; name != nil {
		var n struct {
			First string `json:"first_name"`
			Last  string `json:"last_name"`
		}
		if json.Unmarshal(name, &n) != nil {
			return to, graph.ErrParamKind.Args("recipient[name]", "an object.")
		}
		to.First, to.Last = n.First, n.Last
	}
	return to, nil
}

// word is a text, or a number as it is written; anything else is none.
func word(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if digits := string(raw); strings.Trim(digits, "0123456789") == "" {
		return digits
	}
	return ""
}
