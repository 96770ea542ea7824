package messaging

import (
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Objects that an app can subscribe to. [doc app subscriptions; instagram doc webhooks]
const (
	ObjectUser        = "user"
	ObjectPage        = "page"
	ObjectPermissions = "permissions"
	ObjectInstagram   = "instagram"
)

// Objects lists them.
func Objects() []string {
	return []string{ObjectUser, ObjectPage, ObjectPermissions, ObjectInstagram}
}

// Fields are what an app can be told of an object, in the order in which a refusal
// names them; nil for an object that nobody knows.
func Fields(object string) []string {
	switch object {
	case ObjectUser:
		return userFields()
	case ObjectPage:
		return PageFields()
	case ObjectPermissions:
		return append([]string{"connected"}, graph.PermissionNames()...)
	case ObjectInstagram:
		return InstagramFields()
	}
	return nil
}

// PageFields are what an app can be told of a Page. [doc page subscribed_apps; the
// order behind name guess]
func PageFields() []string {
	return strings.Fields(`feed mention name picture category description conversations feature_access_list standby
		messages messaging_account_linking messaging_checkout_updates message_echoes message_deliveries
		messaging_game_plays messaging_optins messaging_optouts messaging_payments messaging_postbacks
		messaging_pre_checkouts message_reads messaging_referrals messaging_handovers messaging_policy_enforcement
		messaging_page_feedback messaging_appointments messaging_direct_sends messaging_fblogin_account_linking
		messaging_customer_information messaging_feedback user_action send_cart group_feed calls
		message_edits message_reactions message_context message_mention inbox_labels leadgen leadgen_fat
		founded company_overview mission products general_info location hours parking public_transit
		page_about_story phone email website ratings attire payment_options culinary_team general_manager
		price_range awards hometown current_location bio affiliation birthday personal_info personal_interests
		publisher_subscriptions members checkins page_upcoming_change page_change_proposal merchant_review
		product_review videos live_videos registration`)
}

// InstagramFields are what an app can be told of a professional account. [doc
// instagram webhooks; the order guess]
func InstagramFields() []string {
	return strings.Fields(`comments live_comments mentions story_insights messages message_edit message_reactions
		messaging_handover messaging_optins messaging_postbacks messaging_referral messaging_seen standby
		share_to_feed onboarding_welcome_message_series response_feedback`)
}

// userFields are what an app can be told of people who use it. [doc webhooks user]
func userFields() []string {
	return strings.Fields(`about birthday books education email events feed first_name friends gender hometown
		interests inspirational_people languages last_name likes link locale location middle_name movies music name
		photos pic political quotes relationship_status religion significant_other status television timezone
		username videos website work work_history`)
}

// Conversing reports whether a field tells of conversations: who may not have these
// may not be told of them. [seen idx:69409149920 for messages; the others guess]
func Conversing(field string) bool {
	return strings.HasPrefix(field, "messag") || slices.Contains([]string{"standby", "send_cart", "calls"}, field)
}
