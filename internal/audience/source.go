package audience

import "slices"

// A Source says how a list came about, as far as the upload says. [doc user v2.10,
// data_source]
type Source struct {
	Type    string `json:"type,omitempty"`
	SubType string `json:"sub_type,omitempty"`
}

// Given reports whether anything is said.
func (s *Source) Given() bool { return *s != Source{} }

// Types lists the types of data source.
func Types() []string { return slices.Clone(types) }

// SubTypes lists their subtypes.
func SubTypes() []string { return slices.Clone(subTypes) }

// types and subTypes say how an audience came about. [doc user v2.10, data_source]
var types = []string{
	"UNKNOWN", "FILE_IMPORTED", "EVENT_BASED", "SEED_BASED", "THIRD_PARTY_IMPORTED", "COPY_PASTE", "CONTACT_IMPORTER",
	"HOUSEHOLD_AUDIENCE",
}

var subTypes = []string{
	"ANYTHING", "NOTHING", "HASHES", "USER_IDS", "HASHES_OR_USER_IDS", "MOBILE_ADVERTISER_IDS", "EXTERNAL_IDS",
	"MULTI_HASHES", "TOKENS", "EXTERNAL_IDS_MIX", "HOUSEHOLD_EXPANSION", "WEB_PIXEL_HITS", "MOBILE_APP_EVENTS",
	"MOBILE_APP_COMBINATION_EVENTS", "VIDEO_EVENTS", "WEB_PIXEL_COMBINATION_EVENTS", "PLATFORM", "MULTI_DATA_EVENTS",
	"IG_BUSINESS_EVENTS", "STORE_VISIT_EVENTS", "INSTANT_ARTICLE_EVENTS", "FB_EVENT_SIGNALS", "ENGAGEMENT_EVENT_USERS",
	"CUSTOM_AUDIENCE_USERS", "PAGE_FANS", "CONVERSION_PIXEL_HITS", "APP_USERS", "S_EXPR", "DYNAMIC_RULE",
	"CAMPAIGN_CONVERSIONS", "WEB_PIXEL_HITS_CUSTOM_AUDIENCE_USERS", "MOBILE_APP_CUSTOM_AUDIENCE_USERS",
	"COMBINATION_CUSTOM_AUDIENCE_USERS", "VIDEO_EVENT_USERS", "FB_PIXEL_HITS", "IG_PROMOTED_POST", "PLACE_VISITS",
	"OFFLINE_EVENT_USERS", "EXPANDED_AUDIENCE", "SEED_LIST", "PARTNER_CATEGORY_USERS", "PAGE_SMART_AUDIENCE",
	"MULTICOUNTRY_COMBINATION", "PLATFORM_USERS", "MULTI_EVENT_SOURCE", "MAIL_CHIMP_EMAIL_HASHES",
	"CONSTANT_CONTACTS_EMAIL_HASHES", "COPY_PASTE_EMAIL_HASHES", "CONTACT_IMPORTER", "DATA_FILE",
}
