package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// User is a person as one app sees them, with every field of the v2.10
// reference in its order. Spans end where the machine specifications of later
// versions dropped a field.
func User() *schema.Node {
	return &schema.Node{
		Name:  "User",
		Wire:  "User",
		Space: store.SpaceASID,
		// GP 11: the node, then its fields, then what each needs.
		Ladder: []journal.Rung{journal.AppMode, journal.AccountKind, journal.Syntax, journal.UnknownField},
		Loads:  schema.LoadRole | schema.LoadInstall | schema.LoadFriend,
		// id is always returned. [doc graph-api overview]
		ImplicitID: schema.Span{},
		Edges:      userEdges(),
		Operations: userOperations(),
		Usual:      &schema.Usual{Marketing: []graph.Permission{graph.AdsManagement, graph.ManagePages, graph.PublishPages}, PageManagement: []graph.Permission{graph.ManagePages}, Other: none},
		Errors:     userErrors(),
		Fields: described([]schema.Field{
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: "[doc user v2.10]"},
			{Name: "about", Kind: schema.String, Empty: april2018, Need: granted(graph.UserAboutMe), Sight: schema.SeenByToken, From: aboutText, Mark: "[doc user v2.10]"},
			{Name: "age_range", Kind: schema.Struct, Type: "value AgeRange", Need: granted(graph.PublicProfile, graph.UserAgeRange), Sight: schema.SeenByToken, Audience: people.AgeRange, From: ageRange, Mark: "[doc user v2.10]"},
			{Name: "bio", Kind: schema.String, Default: until(v2_4), Deprecated: v2_8, Need: granted(graph.UserAboutMe), Sight: schema.SeenByToken, From: aboutText, Mark: "[doc user v2.10]"},
			{Name: "birthday", Kind: schema.String, Need: granted(graph.UserBirthday), Sight: schema.SeenByToken, From: birthday, Mark: "[doc user v2.10]"},
			{Name: "context", Kind: schema.Struct, Type: "value UserContext", Span: schema.Span{Until: graph.V(6, 0)}, Need: granted(graph.UserFriends), Sight: schema.SeenInCommon, To: "UserContext", Refs: sameOne, Brief: "mutual_friends,mutual_likes", Mark: "[doc user v2.10; permission guess; what it shows unasked seen]"},
			{Name: "cover", Kind: schema.Struct, Empty: january2019, Type: "value CoverPhoto", Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.Cover, From: schema.Attr(people.Cover), Mark: "[doc user v2.10]"},
			{Name: "currency", Kind: schema.Struct, Empty: january2019, Type: "value Currency", Need: granted(graph.PublicProfile), Sight: schema.SeenBySelf, Audience: people.Currency, From: schema.Attr(people.Currency), Mark: "[doc user v2.10; permission guess]"},
			{Name: "devices", Kind: schema.List, Empty: january2019, Type: "list<value UserDevice>", Span: schema.Span{Until: graph.V(9, 0)}, Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.Devices, From: devices, Mark: "[doc user v2.10; permission guess]"},
			{Name: "education", Kind: schema.List, Type: "list<value EducationExperience>", Empty: april2018, Need: granted(graph.UserEducationHistory), Sight: schema.SeenByToken, Audience: people.Education, From: schema.Attr(people.Education), Mark: "[doc user v2.10]"},
			{Name: "email", Kind: schema.String, Need: granted(graph.Email), Sight: schema.SeenByToken, Audience: people.Email, From: email, Mark: "[doc user v2.10]"},
			{Name: "employee_number", Kind: schema.String, Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(3, 3)}, Sight: schema.SeenByWorkplace, Audience: people.EmployeeNumber, From: schema.Attr(people.EmployeeNumber), Mark: "[doc user v2.10]"},
			{Name: "favorite_athletes", Kind: schema.List, Type: "list<value Experience>", Need: granted(graph.UserLikes), Sight: schema.SeenByToken, Audience: people.FavoriteAthletes, From: schema.Attr(people.FavoriteAthletes), Mark: "[doc user v2.10; permission guess]"},
			{Name: "favorite_teams", Kind: schema.List, Type: "list<value Experience>", Need: granted(graph.UserLikes), Sight: schema.SeenByToken, Audience: people.FavoriteTeams, From: schema.Attr(people.FavoriteTeams), Mark: "[doc user v2.10; permission guess]"},
			{Name: "first_name", Kind: schema.String, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.FirstName, From: schema.Attr(people.FirstName), Mark: "[doc user v2.10]"},
			{Name: "gender", Kind: schema.String, Default: until(v2_4), Need: granted(graph.PublicProfile, graph.UserGender), Sight: schema.SeenByFriends, Audience: people.Gender, From: schema.Attr(people.Gender), Words: spoken, Mark: "[doc user v2.10]"},
			{Name: "hometown", Kind: schema.NodeRef, Type: "node Page", Need: granted(graph.UserHometown), Sight: schema.SeenByToken, Audience: people.Hometown, From: schema.Attr(people.Hometown), Mark: "[doc user v2.10]"},
			{Name: "inspirational_people", Kind: schema.List, Type: "list<value Experience>", Need: granted(graph.UserLikes), Sight: schema.SeenByToken, Audience: people.InspirationalPeople, From: schema.Attr(people.InspirationalPeople), Mark: "[doc user v2.10; permission guess]"},
			{Name: "install_type", Kind: schema.String, Sight: schema.SeenByToken, From: installType, Mark: "[doc user v2.10]"},
			{Name: "installed", Kind: schema.Bool, From: installed, Mark: "[doc user v2.10]"},
			{Name: "interested_in", Kind: schema.List, Type: "list<string>", Empty: april2018, Span: schema.Span{Until: graph.V(13, 0)}, Need: granted(graph.UserRelationshipDetails), Sight: schema.SeenByToken, Audience: people.InterestedIn, From: schema.Attr(people.InterestedIn), Mark: "[doc user v2.10]"},
			{Name: "is_shared_login", Kind: schema.Bool, Span: schema.Span{Until: graph.V(8, 0)}, Sight: schema.SeenBySelf, Audience: people.IsSharedLogin, From: schema.Attr(people.IsSharedLogin), Mark: "[doc user v2.10]"},
			{Name: "is_verified", Kind: schema.Bool, Empty: january2019, Span: schema.Span{Until: graph.V(13, 0)}, Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.IsVerified, From: schema.Attr(people.IsVerified), Mark: "[doc user v2.10; permission guess]"},
			{Name: "languages", Kind: schema.List, Type: "list<value Experience>", Need: granted(graph.UserLikes), Sight: schema.SeenByToken, Audience: people.Languages, From: schema.Attr(people.Languages), Mark: "[doc user v2.10; permission guess]"},
			{Name: "last_name", Kind: schema.String, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.LastName, From: schema.Attr(people.LastName), Mark: "[doc user v2.10]"},
			{Name: "link", Kind: schema.String, Default: until(v2_4), Need: granted(graph.PublicProfile, graph.UserLink), Sight: schema.SeenByToken, From: timelineLink, Mark: "[doc user v2.10]"},
			{Name: "local_news_megaphone_dismiss_status", Kind: schema.Bool, Obsolete: true, Span: schema.Span{Since: graph.V(2, 10)}, Sight: schema.SeenBySelf, Audience: people.LocalNewsMegaphoneDismissStatus, From: schema.Attr(people.LocalNewsMegaphoneDismissStatus), Mark: "[doc user v2.10]"},
			{Name: "locale", Kind: schema.LocaleCode, Empty: january2019, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenByFriends, Audience: people.Locale, From: schema.Attr(people.Locale), Mark: "[doc user v2.10]"},
			{Name: "location", Kind: schema.NodeRef, Type: "node Page", Need: granted(graph.UserLocation), Sight: schema.SeenByToken, Audience: people.Location, From: schema.Attr(people.Location), Mark: "[doc user v2.10]"},
			{Name: "meeting_for", Kind: schema.List, Type: "list<string>", Need: granted(graph.UserRelationshipDetails), Sight: schema.SeenByToken, Audience: people.MeetingFor, From: schema.Attr(people.MeetingFor), Mark: "[doc user v2.10; permission guess]"},
			{Name: "middle_name", Kind: schema.String, Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.MiddleName, From: schema.Attr(people.MiddleName), Mark: "[doc user v2.10]"},
			{Name: "name", Kind: schema.String, Default: always(), Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, From: userName, Mark: "[doc user v2.10]"},
			{Name: "name_format", Kind: schema.String, Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.NameFormat, From: nameFormat, Mark: "[doc user v2.10]"},
			{Name: "payment_pricepoints", Kind: schema.Struct, Type: "value PaymentPricepoints", Sight: schema.SeenBySelf, Audience: people.PaymentPricepoints, From: schema.Attr(people.PaymentPricepoints), Mark: "[doc user v2.10]"},
			{Name: "political", Kind: schema.String, Empty: april2018, Need: granted(graph.UserReligionPolitics), Sight: schema.SeenByToken, Audience: people.Political, From: schema.Attr(people.Political), Mark: "[doc user v2.10]"},
			{Name: "public_key", Kind: schema.String, Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(9, 0)}, Sight: schema.SeenByToken, Audience: people.PublicKey, From: schema.Attr(people.PublicKey), Mark: "[doc user v2.10]"},
			{Name: "quotes", Kind: schema.String, Need: granted(graph.UserAboutMe), Sight: schema.SeenByToken, Audience: people.Quotes, From: schema.Attr(people.Quotes), Mark: "[doc user v2.10; permission guess]"},
			{Name: "relationship_status", Kind: schema.String, Empty: april2018, Need: granted(graph.UserRelationships), Sight: schema.SeenByToken, Audience: people.RelationshipStatus, From: schema.Attr(people.RelationshipStatus), Words: spoken, Mark: "[doc user v2.10]"},
			{Name: "religion", Kind: schema.String, Empty: april2018, Need: granted(graph.UserReligionPolitics), Sight: schema.SeenByToken, Audience: people.Religion, From: schema.Attr(people.Religion), Mark: "[doc user v2.10]"},
			{Name: "security_settings", Kind: schema.Struct, Type: "value SecuritySettings", Span: schema.Span{Until: graph.V(8, 0)}, Sight: schema.SeenBySelf, Audience: people.SecuritySettings, From: schema.Attr(people.SecuritySettings), Mark: "[doc user v2.10]"},
			{Name: "shared_login_upgrade_required_by", Kind: schema.Datetime, Sight: schema.SeenBySelf, Audience: people.SharedLoginUpgradeRequiredBy, From: schema.Attr(people.SharedLoginUpgradeRequiredBy), Mark: "[doc user v2.10]"},
			{Name: "significant_other", Kind: schema.NodeRef, Type: "node User", Need: granted(graph.UserRelationships), Sight: schema.SeenByToken, Audience: people.SignificantOther, To: "User", Refs: significantOther, Mark: "[doc user v2.10]"},
			{Name: "sports", Kind: schema.List, Type: "list<value Experience>", Need: granted(graph.UserLikes), Sight: schema.SeenByToken, Audience: people.Sports, From: schema.Attr(people.Sports), Mark: "[doc user v2.10; permission guess]"},
			{Name: "test_group", Kind: schema.Integer, Type: "uint32", Span: schema.Span{Until: graph.V(8, 0)}, Sight: schema.SeenBySelf, Audience: people.TestGroup, From: schema.Attr(people.TestGroup), Mark: "[doc user v2.10]"},
			{Name: "third_party_id", Kind: schema.String, Empty: january2019, From: thirdPartyID, Mark: "[doc user v2.10]"},
			{Name: "timezone", Kind: schema.Float, Empty: january2019, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenBySelf, Audience: people.Timezone, From: timezone, Mark: "[doc user v2.10]"},
			{Name: "token_for_business", Kind: schema.String, Span: schema.Span{Since: graph.V(2, 8)}, Sight: schema.SeenByToken, Loads: schema.LoadBusiness, From: tokenForBusiness, Mark: "[doc user v2.10]"},
			{Name: "updated_time", Kind: schema.Datetime, Empty: january2019, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, From: updatedTime, Mark: "[doc user v2.10]"},
			{Name: "verified", Kind: schema.Bool, Empty: january2019, Default: until(v2_4), Need: granted(graph.PublicProfile), Sight: schema.SeenByToken, Audience: people.Verified, From: verified, Mark: "[doc user v2.10]"},
			{Name: "video_upload_limits", Kind: schema.Struct, Type: "value VideoUploadLimits", Sight: schema.SeenBySelf, Audience: people.VideoUploadLimits, From: schema.Attr(people.VideoUploadLimits), Mark: "[doc user v2.10]"},
			{Name: "viewer_can_send_gift", Kind: schema.Bool, Span: schema.Span{Until: graph.V(8, 0)}, Sight: schema.SeenByToken, Audience: people.ViewerCanSendGift, From: schema.Attr(people.ViewerCanSendGift), Mark: "[doc user v2.10]"},
			{Name: "website", Kind: schema.String, Empty: april2018, Need: granted(graph.UserWebsite), Sight: schema.SeenByToken, Audience: people.Website, From: schema.Attr(people.Website), Mark: "[doc user v2.10]"},
			{Name: "work", Kind: schema.List, Type: "list<value WorkExperience>", Empty: april2018, Span: schema.Span{Until: graph.V(9, 0)}, Need: granted(graph.UserWorkHistory), Sight: schema.SeenByToken, Audience: people.Work, From: schema.Attr(people.Work), Mark: "[doc user v2.10]"},
		}),
	}
}

// granted needs a login permission; a second one takes over in v3.0. [doc login 2018-05]
func granted(p graph.Permission, later ...graph.Permission) *schema.Need {
	n := &schema.Need{AnyOf: graph.PermissionSet(p), Info: -1}
	if len(later) > 0 {
		n.Later, n.AnyOfLater = v3_0, graph.PermissionSet(later...)
	}
	return n
}
