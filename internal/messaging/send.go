package messaging

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
)

// An Outgoing is what a Page or account sends: a message, or an action alone.
type Outgoing struct {
	Action   string // typing_on, mark_seen...
	Tag      string
	Metadata string
	Message  Message
	// Form is how the recipient was named, Ticket what it led to if that is one.
	Form   Form
	Ticket *Ticket
}

// First reports whether neither of the two has said anything yet.
func First(c *consent.Contact) bool { return !c.Thread && !c.PageFirst }

// unavailable reports whether the person wants or gets nothing.
func unavailable(c *consent.Contact) bool {
	return c.Erased || c.Blocked.On || c.MessagesOff.On || c.PageBanned.On || c.Deactivated.On
}

// outgoing is a message as the Send API takes it. [doc send-api]
type outgoing struct {
	Text         *string      `json:"text"`
	Metadata     string       `json:"metadata"`
	Attachment   *attached    `json:"attachment"`
	Attachments  []attached   `json:"attachments"`
	QuickReplies []quickReply `json:"quick_replies"`
}

type attached struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

type quickReply struct {
	ContentType string `json:"content_type"`
	Title       string `json:"title"`
	Payload     string `json:"payload"`
}

// Bounds of the Send API. [doc send-api, quick replies]
const (
	maxQuickReplies = 13
	maxMetadata     = 1000
)

// Read checks the message of a call in a version and takes it. Errors are *graph.Error.
func (o *Outgoing) Read(text string, v graph.Version) error {
	var m outgoing
	if json.Unmarshal([]byte(text), &m) != nil {
		return graph.ErrParamKind.Args("message", "an object.")
	}
	list := m.Attachments
	if m.Attachment != nil {
		list = append(list, *m.Attachment)
	}
	switch {
	case m.Text == nil && len(list) == 0, m.Text != nil && *m.Text == "" && len(list) == 0:
		return graph.ErrEmptyMessage
	case m.Text != nil && len(list) > 0:
		return graph.ErrBadMessage.Args("text and attachment cannot be sent together")
	case m.Text != nil && utf8.RuneCountInString(*m.Text) > MaxText:
		return graph.ErrParamLength.Args("message[text]", strconv.Itoa(MaxText))
	case len(m.QuickReplies) > maxQuickReplies:
		return graph.ErrBadMessage.Args("quick_replies takes up to 13")
	case len(m.Metadata) > maxMetadata:
		return graph.ErrBadMessage.Args("metadata takes up to 1000 characters")
	}
	for _, q := range m.QuickReplies {
		if q.ContentType == "" || q.ContentType == "text" && (q.Title == "" || q.Payload == "") {
			return graph.ErrBadMessage.Args("each of quick_replies takes content_type, title and payload")
		}
	}
	o.Metadata = m.Metadata
	if m.Text != nil {
		o.Message.Text = *m.Text
	}
	for _, a := range list {
		if err := a.check(v); err != nil {
			return err
		}
		o.Message.Attachments = append(o.Message.Attachments, Attachment{Type: a.Type, Payload: a.Payload})
	}
	return nil
}

func (a *attached) check(v graph.Version) error {
	switch a.Type {
	case "image", "audio", "video", "file":
		var p struct {
			URL          string `json:"url"`
			AttachmentID string `json:"attachment_id"`
		}
		if json.Unmarshal(a.Payload, &p) != nil || (p.URL == "") == (p.AttachmentID == "") {
			return graph.ErrBadMessage.Args("the payload of an attachment takes url or attachment_id")
		}
		return nil
	case "template":
		return checkTemplate(a.Payload, v)
	}
	return graph.ErrBadMessage.Args("attachment type must be image, audio, video, file or template")
}

// Retired tags are refused from a day on, by the world's clock. [doc changelog 2026;
// seen chatwoot#14674]
func retiredTags() []string {
	return []string{"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"}
}

// Moments of the policy, unix microseconds: 27 April 2026, and how long an answer of
// a human agent may come after the window of 24 hours. [doc policy 2026]
const (
	tagsRetired = 1_777_248_000_000_000
	agentExtra  = 6 * 24 * 3600 * 1_000_000
)

// Tags are those that exist.
func Tags() []string { return append(retiredTags(), "HUMAN_AGENT", "CUSTOMER_FEEDBACK") }

// MayWrite says whether a place may write to a person now; nil if it may. The zero
// Contact is a stranger's. [doc send-api, error codes; seen microsoft/botbuilder-dotnet#4614]
func (o *Outgoing) MayWrite(c *consent.Contact, instagram bool, now int64) error {
	free := o.Form == ByPhone && First(c)
	if o.Ticket != nil {
		var err error
		if free, err = o.Ticket.free(c, now); err != nil {
			return err
		}
	}
	switch {
	case unavailable(c):
		return graph.ErrUnavailablePerson
	case free:
		return nil
	case slices.Contains(retiredTags(), o.Tag):
		if now >= tagsRetired {
			return graph.ErrRetiredTag
		}
		return nil
	case c.WindowOpen(now):
		return nil
	case (o.Tag == "HUMAN_AGENT" || o.Tag == "CUSTOMER_FEEDBACK") && c.WindowUntil != 0 && now <= c.WindowUntil+agentExtra:
		return nil
	case instagram:
		return graph.ErrOutsideInstagramWindow
	}
	return graph.ErrOutsideWindow
}
