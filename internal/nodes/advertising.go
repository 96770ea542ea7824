package nodes

import (
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// AdAccount pays for advertising; its ID begins with act_.
func AdAccount() *schema.Node {
	return prefixed("act_", used(limits.AdsManagement, thing("AdAccount", needs(graph.AdsRead, graph.AdsManagement), instead(columns("[spec v3.3]",
		column{"account_id", schema.String, shown, ""},
		column{"account_status", schema.Integer, asked, ""},
		column{"ad_account_creation_request", schema.Struct, asked, ""},
		column{"ad_account_promotable_objects", schema.Struct, asked, ""},
		column{"age", schema.Float, asked, ""},
		column{"agency_client_declaration", schema.Struct, asked, ""},
		column{"amount_spent", schema.String, asked, ""},
		column{"attribution_spec", schema.List, asked, ""},
		column{"balance", schema.String, asked, ""},
		column{"business", schema.NodeRef, asked, "Business"},
		column{"business_city", schema.String, asked, ""},
		column{"business_country_code", schema.String, asked, ""},
		column{"business_name", schema.String, asked, ""},
		column{"business_state", schema.String, asked, ""},
		column{"business_street", schema.String, asked, ""},
		column{"business_street2", schema.String, asked, ""},
		column{"business_zip", schema.String, asked, ""},
		column{"can_create_brand_lift_study", schema.Bool, asked, ""},
		column{"capabilities", schema.List, asked, ""},
		column{"created_time", schema.Datetime, asked, ""},
		column{"currency", schema.String, asked, ""},
		column{"direct_deals_tos_accepted", schema.Bool, asked, ""},
		column{"disable_reason", schema.Integer, asked, ""},
		column{"end_advertiser", schema.String, asked, ""},
		column{"end_advertiser_name", schema.String, asked, ""},
		column{"failed_delivery_checks", schema.List, asked, ""},
		column{"fb_entity", schema.Integer, asked, ""},
		column{"funding_source", schema.String, asked, ""},
		column{"funding_source_details", schema.Struct, asked, ""},
		column{"has_migrated_permissions", schema.Bool, asked, ""},
		column{"has_page_authorized_adaccount", schema.Bool, asked, ""},
		column{"io_number", schema.String, asked, ""},
		column{"is_attribution_spec_system_default", schema.Bool, asked, ""},
		column{"is_direct_deals_enabled", schema.Bool, asked, ""},
		column{"is_in_3ds_authorization_enabled_market", schema.Bool, asked, ""},
		column{"is_in_middle_of_local_entity_migration", schema.Bool, asked, ""},
		column{"is_notifications_enabled", schema.Bool, asked, ""},
		column{"is_personal", schema.Integer, asked, ""},
		column{"is_prepay_account", schema.Bool, asked, ""},
		column{"is_tax_id_required", schema.Bool, asked, ""},
		column{"line_numbers", schema.List, asked, ""},
		column{"media_agency", schema.String, asked, ""},
		column{"min_campaign_group_spend_cap", schema.String, asked, ""},
		column{"min_daily_budget", schema.Integer, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"offsite_pixels_tos_accepted", schema.Bool, asked, ""},
		column{"owner", schema.String, asked, ""},
		column{"partner", schema.String, asked, ""},
		column{"rf_spec", schema.Struct, asked, ""},
		column{"show_checkout_experience", schema.Bool, asked, ""},
		column{"spend_cap", schema.String, asked, ""},
		column{"tax_id", schema.String, asked, ""},
		column{"tax_id_status", schema.Integer, asked, ""},
		column{"tax_id_type", schema.String, asked, ""},
		column{"timezone_id", schema.Integer, asked, ""},
		column{"timezone_name", schema.String, asked, ""},
		column{"timezone_offset_hours_utc", schema.Float, asked, ""},
		column{"tos_accepted", schema.Struct, asked, ""},
		column{"user_role", schema.String, asked, ""},
		column{"user_tos_accepted", schema.Struct, asked, ""},
	), "account_id", accountNumber),
		schema.Edge{Name: "customaudiences", To: "CustomAudience", Assoc: store.Edge("ad_account.customaudiences"), Need: needs(graph.AdsRead, graph.AdsManagement), Mark: "[doc adaccount]"})))
}

// AdAccountGroup gathers ad accounts and the people who may use them.
func AdAccountGroup() *schema.Node {
	return writable(groupOperations(), used(limits.AdsManagement, thing("AdAccountGroup", needs(graph.AdsRead, graph.AdsManagement), columns("[spec v3.3]",
		column{"account_group_id", schema.IDString, shown, ""},
		column{"name", schema.String, asked, ""},
		column{"status", schema.Integer, asked, ""},
		column{"accounts", schema.List, asked, ""},
	),
		schema.Edge{Name: "adaccounts", To: "AdAccount", Assoc: store.Edge("ad_account_group.adaccounts"), Need: needs(graph.AdsRead, graph.AdsManagement), Mark: "[doc adaccountgroup]"},
		schema.Edge{Name: "users", To: "User", Assoc: store.Edge("ad_account_group.users"), Need: needs(graph.AdsRead, graph.AdsManagement), Among: schema.AmongKnown, Extra: groupMemberFields(), Mark: "[doc adaccountgroup]"})))
}

// groupMemberFields are what a person may do in a group of ad accounts.
func groupMemberFields() []schema.Field {
	mark := "[doc user v2.10]"
	return []schema.Field{
		{Name: "permissions", Kind: schema.List, Plain: true, From: schema.ItemPart("permissions"), Mark: mark},
		{Name: "role", Kind: schema.Integer, Plain: true, From: schema.ItemPart("role"), Mark: mark},
	}
}

// AdContract is an insertion order.
func AdContract() *schema.Node {
	return thing("AdContract", needs(graph.AdsRead, graph.AdsManagement), columns("[spec v3.3]",
		column{"account_id", schema.String, asked, ""},
		column{"account_mgr_fbid", schema.String, asked, ""},
		column{"account_mgr_name", schema.String, asked, ""},
		column{"adops_person_name", schema.String, asked, ""},
		column{"advertiser_address_fbid", schema.String, asked, ""},
		column{"advertiser_fbid", schema.String, asked, ""},
		column{"advertiser_name", schema.String, asked, ""},
		column{"agency_discount", schema.Float, asked, ""},
		column{"agency_name", schema.String, asked, ""},
		column{"bill_to_address_fbid", schema.String, asked, ""},
		column{"bill_to_fbid", schema.String, asked, ""},
		column{"campaign_name", schema.String, asked, ""},
		column{"created_by", schema.String, asked, ""},
		column{"created_date", schema.Integer, asked, ""},
		column{"customer_io", schema.String, asked, ""},
		column{"io_number", schema.Integer, asked, ""},
		column{"io_terms", schema.String, asked, ""},
		column{"io_type", schema.String, asked, ""},
		column{"last_updated_by", schema.String, asked, ""},
		column{"last_updated_date", schema.Integer, asked, ""},
		column{"max_end_date", schema.Integer, asked, ""},
		column{"mdc_fbid", schema.String, asked, ""},
		column{"media_plan_number", schema.String, asked, ""},
		column{"min_start_date", schema.Integer, asked, ""},
		column{"msa_contract", schema.String, asked, ""},
		column{"payment_terms", schema.String, asked, ""},
		column{"rev_hold_flag", schema.Bool, asked, ""},
		column{"rev_hold_released_by", schema.Integer, asked, ""},
		column{"rev_hold_released_on", schema.Integer, asked, ""},
		column{"salesrep_fbid", schema.String, asked, ""},
		column{"salesrep_name", schema.String, asked, ""},
		column{"sold_to_address_fbid", schema.String, asked, ""},
		column{"sold_to_fbid", schema.String, asked, ""},
		column{"status", schema.String, asked, ""},
		column{"subvertical", schema.String, asked, ""},
		column{"thirdparty_billed", schema.Integer, asked, ""},
		column{"thirdparty_password", schema.String, asked, ""},
		column{"thirdparty_uid", schema.String, asked, ""},
		column{"thirdparty_url", schema.String, asked, ""},
		column{"vat_country", schema.String, asked, ""},
		column{"version", schema.Integer, asked, ""},
		column{"vertical", schema.String, asked, ""},
	))
}

// AdStudy splits audiences to measure what advertising does.
func AdStudy() *schema.Node {
	return thing("AdStudy", needs(graph.AdsRead, graph.AdsManagement), columns("[spec v3.3]",
		column{"business", schema.NodeRef, asked, "Business"},
		column{"canceled_time", schema.Datetime, asked, ""},
		column{"cooldown_start_time", schema.Datetime, asked, ""},
		column{"created_by", schema.NodeRef, asked, "User"},
		column{"created_time", schema.Datetime, asked, ""},
		column{"description", schema.String, asked, ""},
		column{"end_time", schema.Datetime, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"observation_end_time", schema.Datetime, asked, ""},
		column{"results_first_available_date", schema.String, asked, ""},
		column{"start_time", schema.Datetime, asked, ""},
		column{"type", schema.String, asked, ""},
		column{"updated_by", schema.NodeRef, asked, "User"},
		column{"updated_time", schema.Datetime, asked, ""},
	))
}

// CustomAudience is a list of people to advertise to, known to the advertiser by hashes.
func CustomAudience() *schema.Node {
	n := thing("CustomAudience", needs(graph.AdsRead, graph.AdsManagement), instead(columns("[spec v3.3]",
		column{"account_id", schema.String, asked, ""},
		column{"approximate_count", schema.Integer, asked, ""},
		column{"customer_file_source", schema.String, asked, ""},
		column{"data_source", schema.Struct, asked, ""},
		column{"data_source_types", schema.String, asked, ""},
		column{"datafile_custom_audience_uploading_status", schema.String, asked, ""},
		column{"delivery_status", schema.Struct, asked, ""},
		column{"description", schema.String, asked, ""},
		column{"excluded_custom_audiences", schema.List, asked, "CustomAudience"},
		column{"expiry_time", schema.Integer, asked, ""},
		column{"external_event_source", schema.Struct, asked, ""},
		column{"household_audience", schema.Integer, asked, ""},
		column{"included_custom_audiences", schema.List, asked, "CustomAudience"},
		column{"is_household", schema.Bool, asked, ""},
		column{"is_snapshot", schema.Bool, asked, ""},
		column{"is_value_based", schema.Bool, asked, ""},
		column{"list_of_accounts", schema.List, asked, ""},
		column{"lookalike_audience_ids", schema.List, asked, ""},
		column{"lookalike_spec", schema.Struct, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"operation_status", schema.Struct, asked, ""},
		column{"opt_out_link", schema.String, asked, ""},
		column{"permission_for_actions", schema.Struct, asked, ""},
		column{"pixel_id", schema.String, asked, ""},
		column{"retention_days", schema.Integer, asked, ""},
		column{"rev_share_policy_id", schema.Integer, asked, ""},
		column{"rule", schema.String, asked, ""},
		column{"rule_aggregation", schema.String, asked, ""},
		column{"rule_v2", schema.String, asked, ""},
		column{"seed_audience", schema.Integer, asked, ""},
		column{"sharing_status", schema.Struct, asked, ""},
		column{"study_spec", schema.Struct, asked, ""},
		column{"subtype", schema.String, asked, ""},
		column{"time_content_updated", schema.Integer, asked, ""},
		column{"time_created", schema.Integer, asked, ""},
		column{"time_updated", schema.Integer, asked, ""},
	), "approximate_count", roughly))
	n.Operations, n.Counts, n.UseCase = audienceOperations(), store.AssocAudience, limits.CustomAudience
	n.Edges = append(n.Edges, schema.Edge{Name: "sessions", Values: uploadSessions, Type: "CustomAudienceSession", Assoc: store.Edge("audience.sessions"),
		Need: needs(graph.AdsRead, graph.AdsManagement), Refusal: graph.ErrAdsRead, Mark: "[spec v3.3; forms guess]"})
	return n
}

// InsightsResult is one metric over time.
func InsightsResult() *schema.Node {
	return thing("InsightsResult", needs(graph.ReadAudienceNetworkInsights), columns("[spec v3.3]",
		column{"description", schema.String, asked, ""},
		column{"description_from_api_doc", schema.String, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"period", schema.String, asked, ""},
		column{"title", schema.String, asked, ""},
		column{"values", schema.List, asked, ""},
	))
}

// accountNumber is the ID without its prefix. [doc adaccount]
func accountNumber(b []byte, r *schema.Row) []byte {
	return graph.AppendString(b, strings.TrimPrefix(r.ID, "act_"))
}
