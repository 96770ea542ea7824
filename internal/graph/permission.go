package graph

// A Permission is one that a person grants an app in a login dialog, or that
// App Review gives an app. The numbers are positions in a set and are written
// into token records: rows are only appended.
type Permission uint8

// Permissions of the login, page, Messenger, Instagram and ads families. [doc permissions reference]
const (
	PublicProfile Permission = iota
	Email
	UserFriends
	UserAboutMe
	UserActionsBooks
	UserActionsFitness
	UserActionsMusic
	UserActionsNews
	UserActionsVideo
	UserActivities
	UserInterests
	UserBirthday
	UserEducationHistory
	UserEvents
	UserGamesActivity
	UserGroups
	UserManagedGroups
	UserHometown
	UserLikes
	UserLocation
	UserPhotos
	UserPosts
	UserRelationshipDetails
	UserRelationships
	UserReligionPolitics
	UserStatus
	UserSubscriptions
	UserQuestions
	UserTaggedPlaces
	UserVideos
	UserWebsite
	UserWorkHistory
	UserAgeRange
	UserGender
	UserLink
	UserMessengerContact
	UserProfile
	ReadCustomFriendlists
	ReadFriendlists
	ReadRequests
	ReadStream
	ReadMailbox
	ManageNotifications
	ReadPageMailboxes
	ReadInsights
	ReadAudienceNetworkInsights
	RsvpEvent
	PublishActions
	PublishPages
	ManagePages
	PagesShowList
	PagesManageCta
	PagesManageInstantArticles
	PagesManageLeads
	LeadsRetrieval
	PagesMessaging
	PagesMessagingPhoneNumber
	PagesMessagingSubscriptions
	PagesMessagingPayments
	PagesManageMetadata
	PagesReadEngagement
	PagesReadUserContent
	PagesManagePosts
	PagesManageEngagement
	PagesManageAds
	PagesUserLocale
	PagesUserTimezone
	PagesUserGender
	InstagramBasic
	InstagramManageMessages
	InstagramBusinessBasic
	InstagramBusinessManageMessages
	AdsManagement
	AdsRead
	BusinessManagement
	GroupsAccessMemberInfo
	PublishToGroups
	PublishVideo
	XmppLogin

	permissionCount
)

var permissionNames = [permissionCount]string{
	PublicProfile:                   "public_profile",
	Email:                           "email",
	UserFriends:                     "user_friends",
	UserAboutMe:                     "user_about_me",
	UserActionsBooks:                "user_actions.books",
	UserActionsFitness:              "user_actions.fitness",
	UserActionsMusic:                "user_actions.music",
	UserActionsNews:                 "user_actions.news",
	UserActionsVideo:                "user_actions.video",
	UserActivities:                  "user_activities",
	UserInterests:                   "user_interests",
	UserBirthday:                    "user_birthday",
	UserEducationHistory:            "user_education_history",
	UserEvents:                      "user_events",
	UserGamesActivity:               "user_games_activity",
	UserGroups:                      "user_groups",
	UserManagedGroups:               "user_managed_groups",
	UserHometown:                    "user_hometown",
	UserLikes:                       "user_likes",
	UserLocation:                    "user_location",
	UserPhotos:                      "user_photos",
	UserPosts:                       "user_posts",
	UserRelationshipDetails:         "user_relationship_details",
	UserRelationships:               "user_relationships",
	UserReligionPolitics:            "user_religion_politics",
	UserStatus:                      "user_status",
	UserSubscriptions:               "user_subscriptions",
	UserQuestions:                   "user_questions",
	UserTaggedPlaces:                "user_tagged_places",
	UserVideos:                      "user_videos",
	UserWebsite:                     "user_website",
	UserWorkHistory:                 "user_work_history",
	UserAgeRange:                    "user_age_range",
	UserGender:                      "user_gender",
	UserLink:                        "user_link",
	UserMessengerContact:            "user_messenger_contact",
	UserProfile:                     "user_profile",
	ReadCustomFriendlists:           "read_custom_friendlists",
	ReadFriendlists:                 "read_friendlists",
	ReadRequests:                    "read_requests",
	ReadStream:                      "read_stream",
	ReadMailbox:                     "read_mailbox",
	ManageNotifications:             "manage_notifications",
	ReadPageMailboxes:               "read_page_mailboxes",
	ReadInsights:                    "read_insights",
	ReadAudienceNetworkInsights:     "read_audience_network_insights",
	RsvpEvent:                       "rsvp_event",
	PublishActions:                  "publish_actions",
	PublishPages:                    "publish_pages",
	ManagePages:                     "manage_pages",
	PagesShowList:                   "pages_show_list",
	PagesManageCta:                  "pages_manage_cta",
	PagesManageInstantArticles:      "pages_manage_instant_articles",
	PagesManageLeads:                "pages_manage_leads",
	LeadsRetrieval:                  "leads_retrieval",
	PagesMessaging:                  "pages_messaging",
	PagesMessagingPhoneNumber:       "pages_messaging_phone_number",
	PagesMessagingSubscriptions:     "pages_messaging_subscriptions",
	PagesMessagingPayments:          "pages_messaging_payments",
	PagesManageMetadata:             "pages_manage_metadata",
	PagesReadEngagement:             "pages_read_engagement",
	PagesReadUserContent:            "pages_read_user_content",
	PagesManagePosts:                "pages_manage_posts",
	PagesManageEngagement:           "pages_manage_engagement",
	PagesManageAds:                  "pages_manage_ads",
	PagesUserLocale:                 "pages_user_locale",
	PagesUserTimezone:               "pages_user_timezone",
	PagesUserGender:                 "pages_user_gender",
	InstagramBasic:                  "instagram_basic",
	InstagramManageMessages:         "instagram_manage_messages",
	InstagramBusinessBasic:          "instagram_business_basic",
	InstagramBusinessManageMessages: "instagram_business_manage_messages",
	AdsManagement:                   "ads_management",
	AdsRead:                         "ads_read",
	BusinessManagement:              "business_management",
	GroupsAccessMemberInfo:          "groups_access_member_info",
	PublishToGroups:                 "publish_to_groups",
	PublishVideo:                    "publish_video",
	XmppLogin:                       "xmpp_login",
}

// String returns the name on the wire.
func (p Permission) String() string {
	if p < permissionCount {
		return permissionNames[p]
	}
	return "unknown"
}

// ParsePermission finds a permission by its name on the wire.
func ParsePermission(name string) (Permission, bool) {
	for p, n := range permissionNames[:] {
		if n == name {
			return Permission(p), true
		}
	}
	return 0, false
}

// PermissionNames lists every known permission, in order of appearance.
func PermissionNames() []string { return append([]string(nil), permissionNames[:]...) }

// Permissions is a set of permissions.
type Permissions [2]uint64

// PermissionSet makes a set.
func PermissionSet(ps ...Permission) Permissions {
	var s Permissions
	for _, p := range ps {
		s = s.With(p)
	}
	return s
}

// With returns the set with p added.
func (s Permissions) With(p Permission) Permissions {
	s[p>>6] |= 1 << (p & 63)
	return s
}

// Without returns the set with p taken away.
func (s Permissions) Without(p Permission) Permissions {
	s[p>>6] &^= 1 << (p & 63)
	return s
}

// Has reports whether p is in the set.
func (s Permissions) Has(p Permission) bool { return s[p>>6]&(1<<(p&63)) != 0 }

// And returns what both sets hold.
func (s Permissions) And(o Permissions) Permissions { return Permissions{s[0] & o[0], s[1] & o[1]} }

// Or returns what either set holds.
func (s Permissions) Or(o Permissions) Permissions { return Permissions{s[0] | o[0], s[1] | o[1]} }

// Minus returns the set without what o holds.
func (s Permissions) Minus(o Permissions) Permissions { return Permissions{s[0] &^ o[0], s[1] &^ o[1]} }

// Contains reports whether all of o is in the set.
func (s Permissions) Contains(o Permissions) bool { return s.And(o) == o }

// Intersects reports whether any of o is in the set.
func (s Permissions) Intersects(o Permissions) bool { return s.And(o) != Permissions{} }

// Empty reports whether nothing is in the set.
func (s Permissions) Empty() bool { return s == Permissions{} }

// Names lists the set by the names on the wire.
func (s Permissions) Names() []string {
	var names []string
	for p := range permissionCount {
		if s.Has(p) {
			names = append(names, permissionNames[p])
		}
	}
	return names
}
