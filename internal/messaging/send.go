package messaging

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
)

// An Outgoing is what a Page or account sends: a message, or an action alone.
type Outgoing struct {
	Action string // typing_on, mark_seen...
	Tag    string
	Type   string // messaging_type
	// Subscribes says that the token may send what nobody asked for.
	Subscribes bool
	Metadata   string
	Message    Message
	// Form is how the recipient was named, Ticket what it led to if that is one.
	Form   Form
	Ticket *Ticket
	// Enclosed are the files that are sent along. Each stands where the message has an
	// attachment of its type without anything in it.
	Enclosed []*Enclosed
}

// An Enclosed is a file as the Send API takes it: by its address, by its ID, or, with
// neither, sent with the call. Reusable says that it can be sent again, by its ID.
type Enclosed struct {
	Type, URL, ID string
	Reusable      bool
	// At is the place of it among the attachments of the message.
	At int
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
	QuickReplies []QuickReply `json:"quick_replies"`
}

type attached struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// A QuickReply is one of the answers that a message offers. Payload is a text on the
// wire.
type QuickReply struct {
	ContentType string `json:"content_type"`
	Title       string `json:"title,omitempty"`
	Payload     string `json:"payload,omitempty"`
	ImageURL    string `json:"image_url,omitempty"`
}

// Bounds of the Send API. [doc send-api, quick replies]
const (
	maxQuickReplies = 13
	maxMetadata     = 1000
)

// maxInstagramText bounds the text of an account, in bytes. [doc instagram send messages]
const maxInstagramText = 1000

// MediaShare and LikeHeart are types of what an account sends along besides files. [doc
// instagram send messages]
const (
	MediaShare = "MEDIA_SHARE"
	LikeHeart  = "like_heart"
)

// contentTypes are what a quick reply may ask for. Locations went in 2019. [doc quick replies]
func contentTypes() []string { return []string{"text", "location", "user_phone_number", "user_email"} }

// Read checks the message of a call in a version and takes it. Errors are *graph.Error.
func (o *Outgoing) Read(text string, v graph.Version, instagram bool) error {
	var m outgoing
	if json.Unmarshal([]byte(text), &m) != nil {
		return graph.ErrParamKind.Args("message", "an object.")
	}
	list := m.list()
	switch {
	case m.Text == nil && len(list) == 0, m.Text != nil && *m.Text == "" && len(list) == 0:
		return graph.ErrEmptyMessage
	case m.Text != nil && len(list) > 0:
		return graph.ErrBadMessage.Args("text and attachment cannot be sent together")
	case m.Text != nil && utf8.RuneCountInString(*m.Text) > MaxText:
		return graph.ErrParamLength.Args("message[text]", strconv.Itoa(MaxText))
	case m.Text != nil && instagram && len(*m.Text) > maxInstagramText:
		return graph.ErrParamLength.Args("message[text]", strconv.Itoa(maxInstagramText))
	case len(m.QuickReplies) > maxQuickReplies:
		return graph.ErrBadMessage.Args("quick_replies takes up to 13")
	case len(list) > MostAttachments:
		return graph.ErrBadMessage.Args("attachments takes up to 30")
	case len(m.Metadata) > maxMetadata:
		return graph.ErrBadMessage.Args("metadata takes up to 1000 characters")
	}
	for i, q := range m.QuickReplies {
		if q.ContentType != "" && !slices.Contains(contentTypes(), q.ContentType) {
			return graph.ErrParamKind.Args(element("message[quick_replies]", i)+"[content_type]", "one of {"+strings.Join(contentTypes(), ", ")+"}")
		}
		if q.ContentType == "" || q.ContentType == "text" && (q.Title == "" || q.Payload == "") {
			return graph.ErrBadMessage.Args("each of quick_replies takes content_type, title and payload")
		}
	}
	o.Metadata, o.Message.QuickReplies = m.Metadata, m.QuickReplies
	if m.Text != nil {
		o.Message.Text = *m.Text
	}
	return o.enclose(list, v, instagram)
}

// list is what is sent along, one or several.
func (m *outgoing) list() []attached {
	if m.Attachment != nil {
		return append(m.Attachments, *m.Attachment)
	}
	return m.Attachments
}

// enclose takes what is sent along: files and templates.
func (o *Outgoing) enclose(list []attached, v graph.Version, instagram bool) error {
	for _, a := range list {
		if instagram && a.Type == LikeHeart {
			o.Message.Attachments = append(o.Message.Attachments, Attachment{Type: a.Type})
			continue
		}
		if a.Type == "template" {
			if err := checkTemplate(a.Payload, v); err != nil {
				return err
			}
			o.Message.Attachments = append(o.Message.Attachments, Attachment{Type: a.Type, Payload: a.Payload})
			continue
		}
		e, err := a.enclosed(instagram)
		if err != nil {
			return err
		}
		if len(list) > 1 {
			if e.URL == "" && e.ID == "" { // a call brings one file [doc send-api; that it is not among several guess]
				return graph.ErrBadMessage.Args("several attachments are named by url or attachment_id")
			}
			e.Reusable = false // the answer has one ID [guess]
		}
		e.At = len(o.Message.Attachments)
		o.Enclosed = append(o.Enclosed, e)
		o.Message.Attachments = append(o.Message.Attachments, Attachment{Type: a.Type})
	}
	return nil
}

// enclosed reads a file that is sent along; on Instagram, a post of the account too. [doc
// send-api, saving assets, instagram send messages]
func (a *attached) enclosed(instagram bool) (*Enclosed, error) {
	if instagram && a.Type == MediaShare {
		return a.share()
	}
	if !slices.Contains(attachment.Types(), a.Type) {
		return nil, graph.ErrBadMessage.Args("attachment type must be image, audio, video, file or template")
	}
	var p struct {
		URL      string     `json:"url"`
		ID       identifier `json:"attachment_id"`
		Reusable truth      `json:"is_reusable"`
	}
	if len(a.Payload) > 0 && json.Unmarshal(a.Payload, &p) != nil || p.URL != "" && p.ID != "" {
		return nil, graph.ErrBadMessage.Args("the payload of an attachment takes url or attachment_id")
	}
	return &Enclosed{Type: a.Type, URL: p.URL, ID: string(p.ID), Reusable: bool(p.Reusable)}, nil
}

// share reads what is sent along by the ID of a post, or of what was uploaded. [doc instagram
// send messages, attachment upload]
func (a *attached) share() (*Enclosed, error) {
	var p struct {
		ID identifier `json:"id"`
	}
	if json.Unmarshal(a.Payload, &p) != nil || !graph.ValidID(string(p.ID)) {
		return nil, graph.ErrBadMessage.Args("the payload of MEDIA_SHARE takes id")
	}
	return &Enclosed{Type: a.Type, ID: string(p.ID)}, nil
}

// Sounds reports whether the message of a call brings sound or a film.
func Sounds(text string) bool {
	var m struct {
		Attachment  attached   `json:"attachment"`
		Attachments []attached `json:"attachments"`
	}
	if json.Unmarshal([]byte(text), &m) != nil {
		return false
	}
	return slices.ContainsFunc(append(m.Attachments, m.Attachment), func(a attached) bool { return a.Type == "audio" || a.Type == "video" })
}

// Addresses are the files of the message of a call that are named by their addresses, in
// order; what is wrong with the message is not said here.
func Addresses(text string) (named []*Enclosed) {
	var m outgoing
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil
	}
	list := m.list()
	if len(list) > MostAttachments {
		return nil
	}
	for i := range list {
		if e, err := list[i].enclosed(false); err == nil && e.URL != "" {
			named = append(named, e)
		}
	}
	return named
}

// ReadUpload reads the message of a call that only brings a file. [doc attachment upload]
func ReadUpload(text string) (*Enclosed, error) {
	var m outgoing
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil, graph.ErrParamKind.Args("message", "an object.")
	}
	if m.Attachment == nil {
		return nil, graph.ErrNeedsParam.Args("message[attachment]")
	}
	e, err := m.Attachment.enclosed(false)
	if err == nil && e.ID != "" {
		err = graph.ErrBadMessage.Args("attachment_id is of what was uploaded before")
	}
	return e, err
}

// An identifier is an ID, as a text or a number. [guess]
type identifier string

func (id *identifier) UnmarshalJSON(text []byte) error {
	var n json.Number
	if json.Unmarshal(text, &n) == nil {
		*id = identifier(n)
		return nil
	}
	return json.Unmarshal(text, (*string)(id))
}

// A truth is a boolean, which forms bring as a text or a number. [guess]
type truth bool

func (t *truth) UnmarshalJSON(text []byte) error {
	switch strings.Trim(string(text), `"`) {
	case "true", "1":
		*t = true
	}
	return nil
}

// Tags are refused from a day on, by the world's clock: the newer ones in 2026, older ones
// in 2020. [doc changelog 2026, policy 2020; seen chatwoot#14674, messaging-api-messenger]
func retiredTags() []string {
	return []string{"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"}
}

func olderTags() []string {
	return []string{"APPLICATION_UPDATE", "APPOINTMENT_UPDATE", "BUSINESS_PRODUCTIVITY", "COMMUNITY_ALERT", "CONFIRMED_EVENT_REMINDER", "FEATURE_FUNCTIONALITY_UPDATE", "GAME_EVENT",
		"ISSUE_RESOLUTION", "NON_PROMOTIONAL_SUBSCRIPTION", "PAIRING_UPDATE", "PAYMENT_UPDATE", "PERSONAL_FINANCE_UPDATE", "RESERVATION_UPDATE", "SHIPPING_UPDATE", "TICKET_UPDATE", "TRANSPORTATION_UPDATE"}
}

// Moments of the policy, unix microseconds: 4 March 2020, 27 April 2026, and how long an
// answer of a human agent may come after the window of 24 hours. [doc policy 2020, 2026]
const (
	olderRetired = 1_583_280_000_000_000
	tagsRetired  = 1_777_248_000_000_000
	agentExtra   = 6 * 24 * 3600 * 1_000_000
)

// HumanAgent is the tag that accounts have, too.
const HumanAgent = "HUMAN_AGENT"

// Tags are those that exist.
func Tags() []string { return append(retiredTags(), HumanAgent, "CUSTOMER_FEEDBACK") }

// AllTags are those that there ever were.
func AllTags() []string { return append(Tags(), olderTags()...) }

// tagged says whether a tag opens anything: of an account that is a human agent's alone; of
// a Page also what was taken away, until then, with the permission where it takes one. [doc
// instagram messaging, policy 2020; the errors of what is gone in 2020 guess]
func (o *Outgoing) tagged(instagram bool, now int64) (bool, error) {
	switch {
	case o.Tag != "" && instagram && o.Tag != HumanAgent:
		return false, graph.ErrParamKind.Args("tag", "one of {"+HumanAgent+"}")
	case slices.Contains(olderTags(), o.Tag) && now >= olderRetired:
		return false, graph.ErrParamKind.Args("tag", "one of {"+strings.Join(Tags(), ", ")+"}")
	case slices.Contains(retiredTags(), o.Tag) && now >= tagsRetired:
		return false, graph.ErrRetiredTag
	case o.Tag == nonPromotional, o.Type == nonPromotional && o.Tag == "":
		return o.Subscribes && now < olderRetired, nil
	}
	return o.Tag != "" && !slices.Contains(agentTags(), o.Tag), nil
}

const nonPromotional = "NON_PROMOTIONAL_SUBSCRIPTION"

func agentTags() []string { return []string{HumanAgent, "CUSTOMER_FEEDBACK"} }

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
	tagged, err := o.tagged(instagram, now)
	switch {
	case unavailable(c):
		return graph.ErrUnavailablePerson
	case free:
		return nil
	case err != nil:
		return err
	case tagged, c.WindowOpen(now):
		return nil
	case slices.Contains(agentTags(), o.Tag) && c.WindowUntil != 0 && now <= c.WindowUntil+agentExtra:
		return nil
	case instagram:
		return graph.ErrOutsideInstagramWindow
	}
	return graph.ErrOutsideWindow
}
