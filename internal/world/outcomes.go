package world

// An Outcome is what the demo world is for: a person, a place that asks, and
// what a profile call of the newest version answers with everything granted.
type Outcome struct {
	Person    string `json:"person"`
	Page      string `json:"page,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	Answer    string `json:"answer"`
	Reference string `json:"reference"`
}

// Outcomes lists the people of the demo world with what is answered for them,
// under default settings.
func Outcomes() []Outcome {
	page := func(person, page, answer, reference string) Outcome {
		return Outcome{Person: person, Page: page, Answer: answer, Reference: reference}
	}
	account := func(person, answer, reference string) Outcome {
		return Outcome{Person: person, Instagram: "shop_ig", Answer: answer, Reference: reference}
	}
	return []Outcome{
		page("alice", "shop", "every field", "[doc user-profile 2026]"),
		page("alice", "unapproved_shop", "error 100/2018247 when locale, timezone or gender is asked", "[seen remixz/messenger-bot#98]"),
		page("alice", "featureless_shop", "error 100/33: the app lacks the profile feature", "[doc user-profile 2026]"),
		page("bao", "shop", "error 100/2018218: account of a phone number", "[doc user-profile]"),
		page("carl", "shop", "{} until a reply: customer matching", "[doc user-profile 2016, 2018]"),
		page("dina", "shop", "{} until a reply: Conversation Ad", "[doc user-profile 2018]"),
		page("full", "shop", "every field of a MessengerUser", "[doc user-profile 2026]"),
		page("single_name", "shop", "no last_name", "[seen]"),
		page("name_id_only", "shop", "name and id when no field is asked", "[seen chatwoot#15840]"),
		page("eu", "shop", "error for profile_pic from 16 December 2020 to April 2021", "[seen botman/driver-facebook#113]"),
		page("fractional_tz", "shop", "timezone 5.5", "[doc user v2.10]"),
		page("neutral_gender", "shop", "no gender", "[doc user v2.10]"),
		page("pirate_locale", "shop", "locale en_PI", "[doc supported locales]"),
		page("private", "shop", "only fields whose audience is public", "[own]"),
		page("phone_only", "shop", "error 100/2018218: account of a phone number", "[doc user-profile]"),
		page("blocked_page", "shop", "{}: blocked the Page, knob block_withdraws", "[guess]"),
		page("deleted", "shop", "error 100/33: account deactivated", "[guess]"),
		page("guest_chat_plugin", "shop", "error 100/33: guest of the chat plugin", "[seen messenger-platform samples]"),
		page("instant_games", "arcade_game", "error: IDs of Instant Games are not accessible", "[doc user-profile 2026]"),
		page("commented_only", "shop", "{}: only commented", "[doc private replies]"),
		page("checkbox_only", "shop", "{}: checkbox plugin without a reply", "[doc checkbox plugin]"),
		page("ctm_ad_no_reply", "shop", "{}: ad without a reply", "[doc user-profile 2018]"),
		page("revoked", "shop", "{}: consent revoked", "[doc user-profile 2016, 2018]"),
		page("app_role_admin", "sketch_shop", "the profile: has a role in the development app", "[doc access levels]"),
		page("app_role_none", "sketch_shop", "error 100/33: no role in the development app", "[doc access levels]"),
		page("web_plugin", "shop", "{}: a plugin grants nothing since 2018", "[doc user-profile 2018]"),
		page("web_plugin", "retro_shop", "the profile: the plugin granted it in 2016", "[doc user-profile 2016]"),
		account("alice", "every field, following both ways", "[doc instagram user-profile 2026]"),
		account("ines", "error 230: only commented", "[doc instagram user-profile 2026]"),
		account("ig_null_name", "name is null", "[doc instagram user-profile 2026]"),
		account("ig_null_pic", "profile_pic is null", "[doc instagram user-profile 2026]"),
		account("ig_verified", "is_verified_user is true", "[doc instagram user-profile 2026]"),
		account("ig_comment_only", "error 230: commented and got a private reply", "[doc instagram user-profile 2026]"),
		account("ig_blocked_business", "error 230: blocks the business, knob ig_blocked", "[doc instagram user-profile 2026]"),
		account("ig_review_bot", "error 9010: the platform's review bot", "[seen chatwoot#11496]"),
	}
}
