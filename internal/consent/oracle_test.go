package consent

import (
	"slices"
	"strings"
)

// The oracle is a second reading of the reference pages, written from their
// prose and not from the table. It knows one app and events in order.
type oracle struct {
	granted, lost                       [editions]bool
	talked, pageFirst                   bool
	blocked, muted, deactivated, erased bool
	known, guest                        bool
}

// What each page says makes the profile available, whenever it happens.
var prose = [editions]string{
	// "after the user initiated the conversation by sending a message or by interacting with a Web Plugin"
	E2016: "message get_started quick_reply send_to_messenger web_plugin checkbox_reply reply_after_page_first account_linking",
	// "Get Started", "sent a message ... or tapped a button in the thread", "specifically asked for user_profile",
	// and further down "clicked the Send to Messenger plugin"
	E2018: "message get_started quick_reply postback icebreaker persistent_menu send_to_messenger ask_permission checkbox_reply reply_after_page_first account_linking",
	// "Get Started", "Send to Messenger", "sending a message", "accepting a Page's message request", askPermission
	E2026: "message get_started quick_reply postback icebreaker persistent_menu send_to_messenger accept_request ask_permission checkbox_reply reply_after_page_first account_linking",
	// "only when a person sends a message to a business, or clicks icebreakers or persistent menu"
	Instagram: "message quick_reply story_reply story_mention icebreaker persistent_menu reply_after_page_first",
}

func says(list, event string) bool { return slices.Contains(strings.Fields(list), event) }

func (o *oracle) apply(instagram bool, event string) {
	if o.erased {
		return
	}
	reply := says("message get_started quick_reply postback icebreaker persistent_menu checkbox_reply reply_after_page_first story_reply story_mention", event)
	for ed := range editions {
		if (ed == Instagram) != instagram || o.guest {
			continue
		}
		switch {
		case says(prose[ed], event),
			ed == E2016 && o.pageFirst && says("postback icebreaker persistent_menu", event),
			event == "m_me_link" && !o.talked && ed != Instagram:
			o.granted[ed], o.lost[ed] = true, false
		}
	}
	silent := says("checkbox_plugin customer_matching follow unfollow revoke block unblock turn_off_messages turn_on_messages page_ban page_unban delete_conversation decline_request deactivate reactivate data_deletion_request erase", event)
	if event == "chat_plugin_guest" && !o.known {
		o.guest = true
	}
	o.known = o.known || !silent
	o.talked = o.talked || reply || says("send_to_messenger web_plugin chat_plugin chat_plugin_guest accept_request conversation_ad m_me_link account_linking ask_messaging", event)
	if says("web_plugin checkbox_plugin chat_plugin customer_matching conversation_ad shared_content chat_extension private_reply page_first", event) {
		o.pageFirst = true
	}
	if reply {
		o.pageFirst = false
	}
	o.other(event)
}

func (o *oracle) other(event string) {
	switch event {
	case "chat_plugin":
		o.guest = false
	case "revoke", "data_deletion_request":
		o.granted, o.lost = [editions]bool{}, [editions]bool{true, true, true, true}
	case "block", "unblock":
		o.blocked = event == "block"
	case "turn_off_messages", "turn_on_messages":
		o.muted = event == "turn_off_messages"
	case "deactivate", "reactivate":
		o.deactivated = event == "deactivate"
	case "erase":
		*o = oracle{erased: true}
	}
}

// verdict is under the default knobs.
func (o *oracle) verdict(ed Edition) (allowed bool, state State) {
	switch {
	case o.erased:
		return false, Erased
	case o.blocked || o.muted:
		return false, Blocked
	case o.granted[ed]:
		return !o.deactivated && !o.guest, Granted
	case o.lost[ed]:
		return false, Revoked
	}
	return false, None
}
