package nodes

import "github.com/kithgraph/kith/internal/schema"

// described gives fields their descriptions, which metadata shows.
func described(fields []schema.Field) []schema.Field {
	for i := range fields {
		fields[i].About = about[fields[i].Name]
	}
	return fields
}

// about says in our words what the fields of people hold. [content doc user
// v2.10, user-profile 2016 to 2026]
var about = map[string]string{
	"id":                                  "The ID of this person for this app or Page",
	"about":                               "What the person wrote under \"About me\"",
	"age_range":                           "The ages between which the person's age lies",
	"bio":                                 "The person's biography",
	"birthday":                            "Day of birth as MM/DD/YYYY, or the parts of it that the person shows",
	"context":                             "What the person and the viewer have in common",
	"cover":                               "The cover photo of the profile",
	"currency":                            "The currency that the person uses, with its exchange rate",
	"devices":                             "The devices that the person uses",
	"education":                           "The schools that the person went to",
	"email":                               "The primary e-mail address, if it is confirmed",
	"employee_number":                     "The number that the person has in their company",
	"favorite_athletes":                   "Athletes that the person likes",
	"favorite_teams":                      "Sports teams that the person likes",
	"first_name":                          "First name",
	"gender":                              "Gender that the person chose; absent where it is neutral or custom and not shown",
	"hometown":                            "Where the person comes from",
	"inspirational_people":                "People who inspire the person",
	"install_type":                        "How the app came to be installed",
	"installed":                           "Whether the person uses the app",
	"interested_in":                       "Genders that the person is interested in",
	"is_payment_enabled":                  "Whether the person can pay through Messenger",
	"is_shared_login":                     "Whether several people use this login",
	"is_verified":                         "Whether the profile was verified by hand",
	"languages":                           "Languages that the person knows",
	"last_ad_referral":                    "The advertisement by which the person came last",
	"last_name":                           "Last name",
	"link":                                "URL of the profile",
	"local_news_megaphone_dismiss_status": "Whether the message about local news was closed",
	"locale":                              "Language and country of the person, such as en_US",
	"location":                            "Where the person lives",
	"meeting_for":                         "What the person wants to meet others for",
	"middle_name":                         "Middle name",
	"name":                                "Full name",
	"name_format":                         "How the full name is put together, for Chinese, Japanese and Korean names",
	"payment_pricepoints":                 "Prices at which the person can pay by phone",
	"political":                           "Political views",
	"profile_pic":                         "URL of the profile picture; it works for some days",
	"public_key":                          "The person's public PGP key",
	"quotes":                              "Quotations that the person likes",
	"relationship_status":                 "Relationship status",
	"religion":                            "Religion",
	"security_settings":                   "Security settings of the account",
	"shared_login_upgrade_required_by":    "When a shared login has to be replaced",
	"significant_other":                   "The other person of the relationship",
	"sports":                              "Sports that the person plays",
	"test_group":                          "The group of a platform test in which the person is",
	"third_party_id":                      "A text that stands for the person towards third parties",
	"timezone":                            "Offset from UTC in hours, as of now",
	"token_for_business":                  "A text that is the same for the person in all apps of a business",
	"updated_time":                        "When the profile was changed last",
	"verified":                            "Whether the account was confirmed, by phone for example",
	"video_upload_limits":                 "How long and how large an uploaded video may be",
	"viewer_can_send_gift":                "Whether the viewer can send the person a gift",
	"website":                             "The person's web site",
	"work":                                "Where the person worked and works",
}
