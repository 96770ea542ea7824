package messaging

import (
	"strconv"
)

// A Deed is what a person does in a conversation besides speaking. It changes no
// consent and opens no window.
type Deed struct {
	Kind   string // one of the constants below
	Place  Place
	Digits string // how the place knows the person
	At     int64  // unix microseconds
	// Mid is the message that it is about, the latest one of Mids if there are several.
	Mid  string
	Mids []string
	// Watermark is until when everything was delivered or read, unix microseconds.
	Watermark int64
	// Seq counts the messages of the conversation.
	Seq             int64
	Text            string // after an edit
	Edits           int64
	Reaction, Emoji string
}

// Kinds of Deed.
const (
	Reads    = "read"
	Delivers = "deliver"
	Reacts   = "react"
	Unreacts = "unreact"
	Edits    = "edit"
	Unsends  = "unsend"
)

// Notices are what the subscribed apps are told of it. Instagram names the message that
// was read where Messenger has a watermark, and tells of no deliveries. [doc
// message_reads, message_deliveries, message_reactions, message_edits, instagram
// webhooks; seen RESTFB webhooks]
func (d *Deed) Notices() []Notice {
	switch d.Kind {
	case Reads:
		if d.Place.Instagram {
			return d.tell("messaging_seen", d.about("read"))
		}
		return d.tell("message_reads", d.mark("read"))
	case Delivers:
		return d.tell("message_deliveries", d.mark("delivery"))
	case Reacts, Unreacts:
		return d.tell("message_reactions", d.reaction())
	case Edits:
		o := newObject("message_edit")
		o.text("mid", d.Mid)
		o.text("text", d.Text)
		o.raw("num_edit", strconv.FormatInt(d.Edits, 10))
		if d.Place.Instagram {
			return d.tell("message_edit", o.end())
		}
		return d.tell("message_edits", o.end())
	case Unsends:
		o := newObject("message")
		o.text("mid", d.Mid)
		o.raw("is_deleted", "true")
		return d.tell("messages", o.end())
	}
	return nil
}

// tell is a notice of the deed; deliveries of 2016 had no time. [seen RESTFB]
func (d *Deed) tell(field string, what []byte) []Notice {
	it := item{sender: d.Digits, recipient: d.Place.PublicID, at: d.At, what: what}
	if d.Kind == Delivers && d.At < mid2017 {
		it.at = 0
	}
	return []Notice{d.Place.notice(field, d.At, it)}
}

func (d *Deed) about(name string) []byte {
	o := newObject(name)
	o.text("mid", d.Mid)
	return o.end()
}

// mark is until when something was delivered or read.
func (d *Deed) mark(name string) []byte {
	o := newObject(name)
	if d.Kind == Delivers {
		o.raw("mids", EncodeNames(d.Mids))
	}
	o.raw("watermark", strconv.FormatInt(d.Watermark/1000, 10))
	if Numbered(d.Place, d.At) {
		o.raw("seq", strconv.FormatInt(d.Seq, 10))
	}
	return o.end()
}

// reaction is one given or taken back; the latter names none. [the latter guess]
func (d *Deed) reaction() []byte {
	o := newObject("reaction")
	o.text("mid", d.Mid)
	o.text("action", d.Kind)
	if d.Kind == Reacts && d.Place.Instagram {
		o.text("reaction", d.Reaction)
		o.text("emoji", d.Emoji)
	} else if d.Kind == Reacts {
		o.text("emoji", d.Emoji)
		o.text("reaction", d.Reaction)
	}
	return o.end()
}

// Numbered reports whether messages had a number beside their mid at a moment: on
// Messenger, up to 2018. What it counted nobody says; here it is the messages of the
// conversation. [seen RESTFB, messenger4j#84; the count guess]
func Numbered(p Place, at int64) bool { return !p.Instagram && at < mid2019 }

// Emoji is what stands for a named reaction, empty for a name that nobody has.
// [doc message_reactions]
func Emoji(reaction string) string {
	switch reaction {
	case "smile":
		return "\U0001f606"
	case "angry":
		return "\U0001f620"
	case "sad":
		return "\U0001f622"
	case "wow":
		return "\U0001f62e"
	case "love":
		return "\u2764"
	case "like":
		return "\U0001f44d"
	case "dislike":
		return "\U0001f44e"
	}
	return ""
}

// Named is the reaction that an emoji stands for, "other" for any that has no name.
func Named(emoji string) string {
	for _, name := range Reactions() {
		if Emoji(name) == emoji {
			return name
		}
	}
	return "other"
}

// Reactions are those with a name.
func Reactions() []string {
	return []string{"smile", "angry", "sad", "wow", "love", "like", "dislike"}
}
