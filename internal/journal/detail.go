package journal

// A Detail is a small code that makes a failed rung precise. Each has its own
// sentence, said after the rung's.
type Detail uint8

const (
	NoDetail Detail = iota
	NeverGranted
	OtherEdition
	PageWroteFirst
	Revoked
	BlockedPage
	MessagesOff
	GuestChat
	Deactivated
	Erased
	DataDeleted
	TokenMissing
	TokenMalformed
	TokenWithdrawn
	details // how many there are
)

var detailTable = [details]struct{ key, sentence string }{
	NeverGranted:   {"never_granted", "No event so far grants the profile: a message from the person would."},
	OtherEdition:   {"other_edition", "What the person did grants the profile under another edition of the API, not under this one."},
	PageWroteFirst: {"page_wrote_first", "The Page or a plugin opened the conversation; the person's first reply grants the profile."},
	Revoked:        {"revoked", "The person has revoked the permission; the next event that grants it brings it back."},
	BlockedPage:    {"blocked", "The person has blocked the Page or account; what they granted before returns when they unblock it."},
	MessagesOff:    {"messages_off", "The person has turned messages off; what they granted before returns when they turn them on."},
	GuestChat:      {"guest", "The person is a guest of the chat plugin, who has no profile."},
	Deactivated:    {"deactivated", "The person has deactivated the account."},
	Erased:         {"erased", "The person was erased; the ID is dead for ever."},
	DataDeleted:    {"data_deleted", "The person asked the app to delete their data; the next event that grants the profile brings it back."},
	TokenMissing:   {"token_missing", "The request carries no access token."},
	TokenMalformed: {"token_malformed", "The access token is not one that was ever issued."},
	TokenWithdrawn: {"token_withdrawn", "The access token was invalidated before its time."},
}

// String is the key of the detail, empty for none.
func (d Detail) String() string {
	if d >= details {
		return "unknown"
	}
	return detailTable[d].key
}

// MarshalText writes the key.
func (d Detail) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Detail) sentence() string {
	if d >= details {
		return ""
	}
	return detailTable[d].sentence
}
