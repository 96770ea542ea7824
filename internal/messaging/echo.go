package messaging

// An Echo is what the apps of a place are told of what one of them made it say.
type Echo struct {
	Place  Place
	Digits string // to whom
	// UserRef is of whom the Page has no ID.
	UserRef string
	Message
	App      string // ID of the app that sent it
	Metadata string
}

// Notices are message_echoes of a Page; on Instagram echoes are messages. [seen; doc
// instagram webhooks]
func (e *Echo) Notices() []Notice {
	o := newObject("message")
	o.text("mid", e.Mid)
	o.raw("is_echo", "true")
	o.raw("app_id", e.App)
	o.text("metadata", e.Metadata)
	o.text("text", e.Text)
	d := Door{Message: e.Message}
	o.raw("attachments", d.attachments())
	field := "message_echoes"
	if e.Place.Instagram {
		field = "messages"
	}
	return []Notice{e.Place.notice(field, e.At, item{sender: e.Place.PublicID, recipient: e.Digits, userRef: e.UserRef, at: e.At, what: o.end()})}
}
