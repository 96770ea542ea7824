package app

import (
	"slices"
	"strings"
)

// A standing is a second reading of the profile pages: what one app may read of
// one person through one place after what happened there. It was written from
// the prose of the pages, with the default knobs, and shares nothing with the
// server.
type standing struct {
	instagram                                  bool
	granted, lost                              map[string]bool // by edition
	talked, opened, blocked, silenced, dormant bool
	guest, erased, known                       bool
}

func newStanding(instagram bool) *standing {
	return &standing{instagram: instagram, granted: map[string]bool{}, lost: map[string]bool{}}
}

// Where things happen, and what each page says makes the profile available.
const (
	everywhereEvents = "message postback quick_reply icebreaker persistent_menu private_reply echo page_first " +
		"reply_after_page_first revoke block unblock page_ban page_unban delete_conversation deactivate reactivate " +
		"data_deletion_request erase m_me_link"
	messengerEvents = "get_started send_to_messenger web_plugin checkbox_plugin checkbox_reply chat_plugin chat_plugin_guest " +
		"customer_matching accept_request conversation_ad shared_content chat_extension ask_permission " +
		"ask_permission_declined page_comment notification_optin account_linking turn_off_messages turn_on_messages decline_request ask_messaging"
	instagramEvents = "comment story_reply story_mention follow unfollow"
)

var makesAvailable = map[string]string{
	// Sending a message, or a web plugin.
	"2016": "message get_started quick_reply checkbox_reply reply_after_page_first account_linking send_to_messenger web_plugin",
	// Get Started, a message, a button in the thread, user_profile by askPermission; Send to Messenger further down.
	"2018": "message get_started quick_reply checkbox_reply reply_after_page_first account_linking send_to_messenger " +
		"postback icebreaker persistent_menu ask_permission",
	// The same, and an accepted message request.
	"2026": "message get_started quick_reply checkbox_reply reply_after_page_first account_linking send_to_messenger " +
		"postback icebreaker persistent_menu ask_permission accept_request",
	// "Only when a person sends a message to a business, or clicks icebreakers or persistent menu."
	"instagram": "message quick_reply story_reply story_mention reply_after_page_first icebreaker persistent_menu",
}

func among(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

func happensOn(instagram bool, event string) bool {
	return among(everywhereEvents, event) || among(messengerEvents, event) && !instagram || among(instagramEvents, event) && instagram
}

// editionsOf are the editions that ask about a place.
func (s *standing) editionsOf() []string {
	if s.instagram {
		return []string{"instagram"}
	}
	return []string{"2016", "2018", "2026"}
}

// happens notes an event. Nothing happens to the erased.
func (s *standing) happens(event string) {
	if s.erased || !happensOn(s.instagram, event) {
		return
	}
	for _, ed := range s.editionsOf() {
		button := among("postback icebreaker persistent_menu", event)
		if !s.guest && (among(makesAvailable[ed], event) ||
			ed == "2016" && s.opened && button || // the reply to whoever opened the conversation
			event == "m_me_link" && !s.talked && ed != "instagram") { // a new thread begins with Get Started
			s.granted[ed], s.lost[ed] = true, false
		}
	}
	switch event {
	case "revoke", "data_deletion_request":
		for _, ed := range s.editionsOf() {
			s.granted[ed], s.lost[ed] = false, true
		}
	case "block", "unblock":
		s.blocked = event == "block"
	case "turn_off_messages", "turn_on_messages":
		s.silenced = event == "turn_off_messages"
	case "deactivate", "reactivate":
		s.dormant = event == "deactivate"
	case "chat_plugin_guest":
		s.guest = !s.known
	case "chat_plugin":
		s.guest = false
	case "erase":
		*s = standing{instagram: s.instagram, erased: true}
		return
	}
	s.threads(event)
}

// threads keeps who opened the conversation and whether the person ever wrote.
func (s *standing) threads(event string) {
	silent := "checkbox_plugin customer_matching follow unfollow revoke block unblock turn_off_messages turn_on_messages " +
		"page_ban page_unban delete_conversation decline_request deactivate reactivate data_deletion_request"
	s.known = s.known || !among(silent, event)
	replies := "message get_started postback quick_reply icebreaker persistent_menu checkbox_reply reply_after_page_first story_reply story_mention"
	switch {
	case among(replies, event):
		s.talked, s.opened = true, false
	case among("checkbox_plugin customer_matching shared_content chat_extension private_reply page_first", event):
		s.opened = true
	case among("web_plugin chat_plugin conversation_ad", event):
		s.talked, s.opened = true, true
	case among("send_to_messenger chat_plugin_guest accept_request m_me_link account_linking ask_messaging", event):
		s.talked = true
	}
}

// answers is how a profile call comes out: profile, empty, consent (230) or
// unknown (100/33).
func (s *standing) answers(edition string) string {
	no := "empty"
	if s.instagram {
		no = "consent"
	}
	switch {
	case s.dormant && !s.erased:
		return "unknown"
	case s.erased, s.blocked, s.silenced, s.guest, !s.granted[edition]:
		return no
	}
	return "profile"
}
