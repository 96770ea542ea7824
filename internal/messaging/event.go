package messaging

import "github.com/kithgraph/kith/internal/consent"

// Speaks reports whether an event is a message of the person in the conversation,
// and otherwise is what it says there when nothing else is, nor is sent along: a word,
// because no message says nothing, or the title of the button that was tapped. Who comes to a
// Page by a link or the chat plugin and had no conversation taps Get Started, too. [doc m.me
// links; seen messenger-platform samples]
func Speaks(e consent.Event, fresh, instagram bool) (otherwise string, ok bool) {
	switch e {
	case consent.Message, consent.ReplyAfterPageFirst, consent.CheckboxReply, consent.StoryReply:
		return "Hello", true // [own]
	case consent.StoryMention, consent.QuickReply, consent.Postback, consent.Icebreaker, consent.PersistentMenu:
		return "", true
	case consent.GetStarted:
		return "Get Started", true // [doc messaging_postbacks]
	case consent.MMeLink, consent.ChatPlugin, consent.ChatPluginGuest:
		return "Get Started", fresh && !instagram
	}
	return "", false
}

// ReplyUntil is until when a place may write to the person, unix microseconds, zero
// for not at all.
func ReplyUntil(c *consent.Contact) int64 {
	if c.WindowUntil == 0 || !c.WindowOpen(c.WindowUntil) {
		return 0
	}
	return c.WindowUntil
}
