package consent

// A row says what one event does. grants has a letter for each edition, in the
// order 2016, 2018, 2026, Instagram.
type row struct {
	name   string
	grants string
	does   effect
	mark   string
}

// Letters of row.grants.
const (
	yes       = 'y' // grants the profile
	no        = 'n' // leaves grants as they are
	asReply   = 'r' // grants when the Page or a plugin had opened the conversation
	newThread = 't' // grants when there was no conversation yet
	byKnob    = 'k' // grants unless Knobs.SendToMessenger2018 is off
	elsewhere = '-' // does not happen here
)

// An effect is what an event does besides granting.
type effect uint32

const (
	reveals     effect = 1 << iota // the scoped ID becomes known
	day                            // the messaging window is open for 24 hours
	week                           // for seven days
	thread                         // there is a conversation from now on
	answers                        // the person replied to whoever opened it
	first                          // somebody other than the person opened it
	guest                          // the person is a guest from now on
	asker                          // grants go to the asking app only
	withdraws                      // takes away what was granted until now
	blocks                         // and its opposites, which switch
	unblocks                       //
	mutes                          // messages from this Page
	unmutes                        //
	bans                           // by the Page
	unbans                         //
	deactivates                    // the account
	reactivates                    //
	erases                         // the person, for ever
	shuts                          // the conversation on the side of the person, until they come back to it
)

const (
	talks  = reveals | day | thread // a conversation, from which every app of the Page learns
	spoken = talks | answers
	takes  = withdraws | blocks | mutes | bans | deactivates | erases
)

// The table of events. "-" in the older documents means that they do not name
// the event, which is read as not granting. [guess]
var table = [events]row{
	Message:    {"message", "yyyy", spoken, "[doc user-profile 2016, 2018, 2026, Instagram 2026]"},
	GetStarted: {"get_started", "yyy-", spoken, "[doc user-profile 2018, 2026; guess for 2016]"},
	// "Tapped a button in the thread" is the page of 2018. Instagram names icebreakers
	// and the persistent menu "only", so other buttons are none there.
	Postback:       {"postback", "ryyn", spoken, "[doc user-profile 2018, Instagram 2026; guess for 2016 and 2026]"},
	QuickReply:     {"quick_reply", "yyyy", spoken, "[doc user-profile 2018; guess elsewhere: it sends a message]"},
	Icebreaker:     {"icebreaker", "ryyy", spoken, "[doc Instagram user-profile 2026; guess for Messenger: a button in the thread]"},
	PersistentMenu: {"persistent_menu", "ryyy", spoken, "[doc Instagram user-profile 2026; guess for Messenger: a button in the thread]"},
	// The page of 2018 leaves plugins out of its list and puts this one in further down.
	SendToMessenger: {"send_to_messenger", "yky-", talks, "[doc user-profile 2016, 2026; contradictory in 2018]"},
	WebPlugin:       {"web_plugin", "ynn-", talks | first, "[doc user-profile 2016, 2018; guess for 2026]"},
	// No PSID before the person replies: the opt-in carries a user_ref.
	CheckboxPlugin: {"checkbox_plugin", "nnn-", first, "[doc messenger checkbox plugin; seen]"},
	CheckboxReply:  {"checkbox_reply", "yyy-", spoken, "[seen messenger-platform samples, prior_message]"},
	ChatPlugin:     {"chat_plugin", "nnn-", talks | first, "[seen messenger-platform samples, CUSTOMER_CHAT_PLUGIN]"},
	// Meta's sample does not ask for the profile of a guest.
	ChatPluginGuest:  {"chat_plugin_guest", "nnn-", talks | guest, "[seen messenger-platform samples, is_guest_user]"},
	CustomerMatching: {"customer_matching", "nnn-", first, "[doc user-profile 2016, 2018, customer matching]"},
	AcceptRequest:    {"accept_request", "nny-", talks, "[doc user-profile 2026, message_request]"},
	ConversationAd:   {"conversation_ad", "nnn-", reveals | week | thread | first, "[doc user-profile 2018; window of click-to-Messenger ads]"},
	// An ig.me link says where somebody comes from, and is no message.
	MMeLink:       {"m_me_link", "tttn", talks, "[doc m.me links: Get Started in a new thread, else only the window; ig.me guess]"},
	SharedContent: {"shared_content", "nnn-", reveals | first, "[doc user-profile 2018; guess for 2016 and 2026]"},
	ChatExtension: {"chat_extension", "nnn-", reveals | first, "[doc user-profile 2018; guess for 2016 and 2026]"},
	AskPermission: {"ask_permission", "nyy-", reveals | asker, "[doc user-profile 2018, 2026; Extensions SDK]"},
	// Success is called for both answers; nothing says that a no takes anything away.
	AskPermissionDeclined: {"ask_permission_declined", "nnn-", reveals, "[doc Extensions SDK; guess: takes nothing away]"},
	PageComment:           {"page_comment", "nnn-", reveals, "[doc private replies; seen]"},
	Comment:               {"comment", "---n", reveals, "[doc Instagram user-profile 2026; seen]"},
	PrivateReply:          {"private_reply", "nnnn", reveals | first, "[doc private replies; seen for Instagram]"},
	Echo:                  {"echo", "nnnn", reveals, "[seen chatwoot]"},
	NotificationOptin:     {"notification_optin", "nnn-", reveals, "[doc messaging_optins]"},
	AccountLinking:        {"account_linking", "yyy-", talks, "[doc account linking; grant and window are a guess]"},
	PageFirst:             {"page_first", "nnnn", reveals | first, "[doc user-profile 2016, 2018, 2026]"},
	ReplyAfterPageFirst:   {"reply_after_page_first", "yyyy", spoken, "[doc user-profile 2016, 2026]"},
	StoryReply:            {"story_reply", "---y", spoken, "[doc Instagram user-profile 2026; seen]"},
	StoryMention:          {"story_mention", "---y", spoken, "[guess: arrives as a message]"},
	Follow:                {"follow", "---n", 0, "[doc Instagram user-profile 2026: no consent]"},
	Unfollow:              {"unfollow", "---n", 0, "[doc Instagram user-profile 2026: no consent]"},

	Revoke:          {"revoke", "nnnn", withdraws, "[doc user-profile 2016, 2018; guess elsewhere]"},
	Block:           {"block", "nnnn", blocks, "[doc Instagram user-profile 2026; guess for Messenger, knob block_withdraws]"},
	Unblock:         {"unblock", "nnnn", unblocks, "[guess: what stood before the block stands again]"},
	TurnOffMessages: {"turn_off_messages", "nnn-", mutes, "[guess, knob block_withdraws]"},
	TurnOnMessages:  {"turn_on_messages", "nnn-", unmutes, "[guess]"},
	PageBan:         {"page_ban", "nnnn", bans, "[guess: the profile stays, sending does not]"},
	PageUnban:       {"page_unban", "nnnn", unbans, "[guess]"},
	// Only what is sent afterwards differs, and only as it was recorded in 2016.
	DeleteConversation: {"delete_conversation", "nnnn", shuts, "[seen: nothing changes, the PSID neither]"},
	Deactivate:         {"deactivate", "nnnn", deactivates, "[guess: answered like an unknown ID]"},
	Reactivate:         {"reactivate", "nnnn", reactivates, "[guess]"},
	// Documented is only the callback to the app; that the grant goes with the data is a guess.
	DataDeletionRequest: {"data_deletion_request", "nnnn", withdraws, "[doc data deletion callback; guess]"},
	Erase:               {"erase", "nnnn", erases, "own: a person leaves the Graph"},
	// The other answer to a message request. No webhook tells of it.
	DeclineRequest: {"decline_request", "nnn-", shuts, "[guess: nothing is sent to them until they write]"},
	// Granting user_messaging is no word of the person: nobody reads a profile for it.
	AskMessaging: {"ask_messaging", "nnn-", talks, "[doc Extensions SDK; that it opens the window is a guess]"},
}
