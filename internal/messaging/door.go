package messaging

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
)

// A Door is one coming together of a person and a place: what happened, with all that
// a webhook says of it.
type Door struct {
	Event  consent.Event
	Place  Place
	Digits string // how the place knows the person
	At     int64  // unix microseconds
	// Fresh says that there was no conversation before.
	Fresh bool
	Message
	// Payload and Title are those of a button.
	Payload, Title string
	Ref, UserRef   string
	// Source, AdID and Referer are of a referral.
	AdID, Referer string
	// Ad says more of an ad, by the names of AdContext.
	Ad      map[string]string
	Token   string // of notification messages
	Code    string // authorization_code of account linking
	Comment string // ID of a comment
	Post    string // ID of the post that it is on, or of one on the Page
	Parent  string // ID of the comment that it answers
	// OneTime says that the token is good for one notification; Frequency and Timezone are
	// of one that is good for more.
	OneTime             bool
	Frequency, Timezone string
	// RequestForm is where an accepted message request is told, one of RequestForms; empty
	// is the first.
	RequestForm string
	// Prior is the user_ref of a checkbox by which the place wrote before.
	Prior string
	Name  string // of the person, where the event itself names them
}

// Notices are what the subscribed apps are told of it; nothing announces a grant or
// its loss. [doc MP 2.2, GP 8.4]
func (d *Door) Notices() []Notice {
	if d.Place.Instagram {
		return d.onInstagram()
	}
	switch d.Event {
	case consent.Message, consent.ReplyAfterPageFirst, consent.QuickReply, consent.CheckboxReply:
		return d.tell("messages", d.message())
	case consent.GetStarted:
		return d.tapped("Get Started", d.referral("", ""))
	case consent.Postback, consent.Icebreaker, consent.PersistentMenu:
		return d.tapped("", "")
	case consent.ChatPlugin, consent.ChatPluginGuest:
		if !d.Fresh && d.Ref != "" { // as of who comes back by a link. [doc messaging_referrals]
			return d.tell("messaging_referrals", []byte(`"referral":`+d.chatPlugin()))
		}
		return d.tapped("Get Started", d.chatPlugin())
	case consent.SendToMessenger, consent.WebPlugin, consent.CheckboxPlugin, consent.AcceptRequest, consent.NotificationOptin:
		return d.optin()
	case consent.ConversationAd:
		return d.tell("messaging_referrals", []byte(`"referral":`+d.referral("ADS", d.AdID)))
	case consent.MMeLink:
		if d.Fresh {
			return d.tapped("Get Started", d.referral("SHORTLINK", ""))
		}
		return d.tell("messaging_referrals", []byte(`"referral":`+d.referral("SHORTLINK", "")))
	case consent.AccountLinking:
		o := newObject("account_linking")
		o.text("status", "linked")
		o.text("authorization_code", d.Code)
		return d.tell("messaging_account_linking", o.end())
	case consent.PageComment:
		return []Notice{d.Place.change("feed", d.At, d.feedComment())}
	}
	return nil
}

// IGLink is the source of who came by an ig.me link. [guess; doc ig.me names none]
const IGLink = "IGME"

func (d *Door) onInstagram() []Notice {
	switch d.Event {
	case consent.Message, consent.ReplyAfterPageFirst, consent.QuickReply, consent.StoryReply, consent.StoryMention:
		return d.tell("messages", d.message())
	case consent.Postback, consent.Icebreaker, consent.PersistentMenu:
		return d.tapped("", "")
	case consent.MMeLink:
		return d.tell("messaging_referral", []byte(`"referral":`+d.referral(IGLink, "")))
	case consent.Comment:
		n := d.Place.change("comments", d.At, d.mediaComment(false))
		n.Flat = d.Place.flat("comments", d.At, d.mediaComment(true))
		return []Notice{n}
	}
	return nil
}

// tell is a notice of something that the person did.
func (d *Door) tell(field string, what []byte) []Notice {
	return []Notice{d.Place.notice(field, d.At, item{sender: d.Digits, recipient: d.Place.PublicID, at: d.At, what: what})}
}

// tapped is a notice of a tap on a button.
func (d *Door) tapped(title, referral string) []Notice {
	list := d.tell("messaging_postbacks", d.postback(title, referral))
	list[0].bare = func() []byte {
		c := *d
		c.Payload = ""
		return c.tell("messaging_postbacks", c.postback(title, referral))[0].Body
	}
	return list
}

// message is what was written.
func (d *Door) message() []byte {
	o := newObject("message")
	o.text("mid", d.Mid)
	if Numbered(d.Place, d.At) && d.Seq != 0 {
		o.raw("seq", strconv.FormatInt(d.Seq, 10))
	}
	o.text("text", d.Text)
	if !d.Place.Instagram {
		o.raw("sticker_id", d.sticker())
	}
	if d.Event == consent.QuickReply {
		q := object("{")
		q.text("payload", d.Payload)
		o.raw("quick_reply", string(q.end()))
	}
	switch {
	case d.Event == consent.StoryReply:
		o.raw("reply_to", `{"story":`+story(d.StoryURL, d.StoryID)+`}`)
	case d.ReplyTo != "":
		o.raw("reply_to", `{"mid":`+string(graph.AppendString(nil, d.ReplyTo))+`}`)
	}
	if d.unsupported() {
		o.raw("is_unsupported", "true")
	}
	o.raw("attachments", d.attachments())
	switch {
	case d.AdID != "":
		o.raw("referral", d.referral("ADS", d.AdID))
	case d.Ref != "" && d.Place.Instagram:
		o.raw("referral", d.referral(IGLink, ""))
	case d.Ref != "":
		o.raw("referral", d.referral("SHORTLINK", ""))
	}
	return d.prior(o.end())
}

// prior puts beside it what the place wrote to before. [seen restfb, courier]
func (d *Door) prior(b []byte) []byte {
	if d.Prior == "" {
		return b
	}
	o := newObject("prior_message")
	o.text("source", "checkbox_plugin")
	o.text("identifier", d.Prior)
	return append(append(b, ','), o.end()...)
}

// Ticket is by what the place may write to the person from then on, if that is by
// anything. A text that is missing is to be made.
func (d *Door) Ticket() (t Ticket, ok bool) {
	t.At = d.At
	switch {
	case d.Event == consent.CheckboxPlugin:
		t.Form, t.Text = ByUserRef, d.UserRef
	case d.Event == consent.PageComment && d.Comment == "" && d.Post != "":
		t.Form, t.Text = ByPost, d.Post
	case d.Event == consent.PageComment, d.Event == consent.Comment:
		t.Form, t.Text = ByComment, d.Comment
	case d.Event == consent.NotificationOptin && d.OneTime:
		t.Form, t.Text = ByOneTimeToken, d.Token
	case d.Event == consent.NotificationOptin:
		t.Form, t.Text = ByNotificationToken, d.Token
	default:
		return t, false
	}
	return t, len(t.Text) <= mostRecipient
}

// Named takes what a ticket is called.
func (d *Door) Named(f Form, text string) {
	switch f {
	case ByUserRef:
		d.UserRef = text
	case ByComment:
		d.Comment = text
	case ByPost:
		d.Post = text
	case ByOneTimeToken, ByNotificationToken:
		d.Token = text
	}
}

func (d *Door) attachments() string {
	list := d.Attachments
	if len(list) == 0 {
		return ""
	}
	b := []byte{'['}
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		a := object("{")
		a.text("type", list[i].Type)
		a.text("title", list[i].Title)
		a.text("url", list[i].URL)
		a.raw("payload", slashes(list[i].Payload))
		b = append(b, a.end()...)
	}
	return string(append(b, ']'))
}

// slashes writes JSON that came from elsewhere with the escapes of the Graph.
func slashes(text json.RawMessage) string {
	if len(text) == 0 {
		return ""
	}
	b, err := graph.AppendJSON(nil, string(text))
	if err != nil {
		return "" // nothing that was kept as JSON is none
	}
	return string(b)
}

func story(url, id string) string {
	o := object("{")
	o.text("url", url)
	o.text("id", id)
	return string(o.end())
}

// postback is a tap on a button. [doc messaging_postbacks; the order seen]
func (d *Door) postback(title, referral string) []byte {
	o := newObject("postback")
	if d.Title != "" {
		title = d.Title
	}
	o.text("title", title)
	o.text("payload", d.Payload)
	o.text("mid", d.Mid)
	if referral != "" && (d.Ref != "" || d.Event != consent.GetStarted) {
		o.raw("referral", referral)
	}
	return d.prior(o.end())
}

// referral is where somebody came from. [doc messaging_referrals]
func (d *Door) referral(source, ad string) string {
	o := object("{")
	o.text("ref", d.Ref)
	if source == "" {
		source = "SHORTLINK"
	}
	o.text("source", source)
	o.text("type", "OPEN_THREAD")
	o.text("ad_id", ad)
	if ad != "" && len(d.Ad) > 0 {
		about := object("{")
		for _, name := range AdContext() {
			about.text(name, d.Ad[name])
		}
		o.raw("ads_context_data", string(about.end()))
	}
	o.text("referer_uri", d.Referer)
	return string(o.end())
}

// AdContext names what a referral says of an ad, in its order. [doc messaging_referrals,
// message]
func AdContext() []string {
	return []string{"ad_title", "photo_url", "video_url", "post_id", "product_id", "flow_id"}
}

// chatPlugin is where somebody came from who wrote on a website. [seen messenger-platform
// samples]
func (d *Door) chatPlugin() string {
	o := object("{")
	o.text("ref", d.Ref)
	o.text("source", "CUSTOMER_CHAT_PLUGIN")
	o.text("type", "OPEN_THREAD")
	o.text("referer_uri", d.Referer)
	o.raw("is_guest_user", strconv.FormatBool(d.Event == consent.ChatPluginGuest))
	return string(o.end())
}

// optin is what a plugin or a request says; a checkbox knows no person, only the
// user_ref of the page that shows it. [doc messaging_optins]
func (d *Door) optin() []Notice {
	o := newObject("optin")
	it := item{sender: d.Digits, recipient: d.Place.PublicID, at: d.At}
	switch d.Event {
	case consent.CheckboxPlugin:
		it.sender = ""
		o.text("ref", d.Ref)
		o.text("user_ref", d.UserRef)
	case consent.AcceptRequest:
		o.text("message_request", "accept")
	case consent.NotificationOptin:
		kind, token := ButtonNotifications, ByNotificationToken.String()
		if d.OneTime {
			kind, token = ButtonOneTime, ByOneTimeToken.String() // [doc messaging_optins]
		}
		o.text("type", kind)
		o.text("title", d.Title)
		o.text("payload", d.Payload)
		o.text(token, d.Token)
		o.text("notification_messages_frequency", d.Frequency) // [doc messaging_optins; seen messenger-platform-samples]
		o.text("notification_messages_timezone", d.Timezone)
	default:
		o.text("ref", d.Ref)
	}
	it.what = o.end()
	if d.Event == consent.AcceptRequest {
		const beside = `"message_request":"accept"`
		switch d.RequestForm {
		case RequestBeside:
			it.what = []byte(beside)
		case RequestBoth:
			it.what = append(append(it.what, ','), beside...)
		}
	}
	return []Notice{d.Place.notice("messaging_optins", d.At, it)}
}

// Where it is told that a message request was accepted. The reference has it in optin;
// facebook-messenger of Ruby looks for it beside that. [doc messaging_optins; seen
// facebook-messenger; that optin is not there then guess]
const (
	RequestInOptin = "optin"
	RequestBeside  = "beside"
	RequestBoth    = "both"
)

// RequestForms are those, the default first.
func RequestForms() []string { return []string{RequestInOptin, RequestBeside, RequestBoth} }

// feedComment is a comment on a post of the Page, or a post on the Page; it names who
// wrote. [doc private replies; of posts guess]
func (d *Door) feedComment() []byte {
	o := object("{")
	from := object("{")
	from.text("id", d.Digits)
	from.text("name", d.Name)
	o.raw("from", string(from.end()))
	if d.Comment != "" {
		o.text("item", "comment")
		o.text("comment_id", d.Comment)
	} else {
		o.text("item", "post")
	}
	post := d.Post
	if on, _, ok := strings.Cut(d.Comment, "_"); ok && post == "" {
		post = d.Place.PublicID + "_" + on // the comment says what it is on [doc page feed]
	}
	o.text("post_id", post)
	if d.Comment != "" {
		o.text("parent_id", cmp.Or(d.Parent, post)) // [seen RESTFB feed; of an answer guess]
	}
	o.text("verb", "add")
	o.text("message", d.Text)
	o.raw("created_time", strconv.FormatInt(d.At/1e6, 10))
	return o.end()
}

// mediaComment is a comment on a medium of the account. The ID comes first for apps of
// Instagram Login. [seen RESTFB instagram; doc instagram webhooks examples; that a medium is
// of the feed guess]
func (d *Door) mediaComment(login bool) []byte {
	o := object("{")
	from := object("{")
	from.text("id", d.Digits)
	from.text("username", d.Name)
	if login {
		o.text("id", d.Comment)
	}
	o.raw("from", string(from.end()))
	if !login {
		o.text("id", d.Comment)
	}
	o.text("parent_id", d.Parent) // [doc webhooks reference; its place guess]
	o.text("text", d.Text)
	if d.Post != "" {
		media := object("{")
		media.text("id", d.Post)
		media.text("media_product_type", "FEED")
		o.raw("media", string(media.end()))
	}
	return o.end()
}
