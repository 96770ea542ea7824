package consent

import "fmt"

// An Event is something that happened between a person and a Page or an
// Instagram account. Its number is in every database: events are only
// appended, never renumbered (testdata/events.txt holds them).
type Event uint8

const (
	NoEvent Event = iota
	Message
	GetStarted
	Postback
	QuickReply
	Icebreaker
	PersistentMenu
	SendToMessenger
	WebPlugin
	CheckboxPlugin
	CheckboxReply
	ChatPlugin
	ChatPluginGuest
	CustomerMatching
	AcceptRequest
	ConversationAd
	MMeLink
	SharedContent
	ChatExtension
	AskPermission
	AskPermissionDeclined
	PageComment
	Comment
	PrivateReply
	Echo
	NotificationOptin
	AccountLinking
	PageFirst
	ReplyAfterPageFirst
	StoryReply
	StoryMention
	Follow
	Unfollow
	Revoke
	Block
	Unblock
	TurnOffMessages
	TurnOnMessages
	PageBan
	PageUnban
	DeleteConversation
	Deactivate
	Reactivate
	DataDeletionRequest
	Erase
	DeclineRequest
	AskMessaging
	events // how many there are
)

// String is the name used in world files, commands and the journal.
func (e Event) String() string {
	if e == NoEvent || e >= events {
		return "unknown"
	}
	return table[e].name
}

// MarshalText writes the name.
func (e Event) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// ParseEvent reads the name of an event. The error for an unknown one suggests
// the nearest.
func ParseEvent(s string) (Event, error) {
	for e := NoEvent + 1; e < events; e++ {
		if table[e].name == s {
			return e, nil
		}
	}
	if near := nearest(s); near != "" {
		return NoEvent, fmt.Errorf("unknown event %q: did you mean %q?", s, near)
	}
	return NoEvent, fmt.Errorf("unknown event %q", s)
}

// Events returns every event, in the order of the table.
func Events() []Event {
	all := make([]Event, 0, events-1)
	for e := NoEvent + 1; e < events; e++ {
		all = append(all, e)
	}
	return all
}

// On says whether the event can happen on Instagram, or on Messenger.
func (e Event) On(instagram bool) bool {
	if e == NoEvent || e >= events {
		return false
	}
	if instagram {
		return table[e].grants[Instagram] != elsewhere
	}
	return table[e].grants[E2026] != elsewhere
}

// Reveals says whether the event makes the scoped ID known.
func (e Event) Reveals() bool { return e < events && table[e].does&reveals != 0 }

// Reference says what backs the event's row.
func (e Event) Reference() string {
	if e >= events {
		return ""
	}
	return table[e].mark
}
