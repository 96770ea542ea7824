package people

import "strconv"

// An Attr is one thing a person's record may hold. The number is the tag in
// the record: rows are only appended (testdata/tags.txt holds them).
type Attr uint8

// Attributes of a person, by the names that world files and the Graph use.
const (
	FirstName Attr = iota + 1
	MiddleName
	LastName
	Name
	NameFormat
	Locale
	Timezone
	Gender
	Email
	Birthday
	BirthdayYear // no value: only the audience of the year
	ProfilePic   // no value: only the audience of the picture
	About
	Bio
	AgeRange
	Cover
	Currency
	Devices
	Education
	EmployeeNumber
	FavoriteAthletes
	FavoriteTeams
	Hometown
	InspirationalPeople
	InterestedIn
	IsSharedLogin
	IsVerified
	Languages
	LocalNewsMegaphoneDismissStatus
	Location
	MeetingFor
	PaymentPricepoints
	Political
	PublicKey
	Quotes
	RelationshipStatus
	Religion
	SecuritySettings
	SharedLoginUpgradeRequiredBy
	SignificantOther
	Sports
	TestGroup
	Verified
	VideoUploadLimits
	ViewerCanSendGift
	Website
	Work
	IsPaymentEnabled
	InstagramUsername
	InstagramName
	InstagramVerified
	InstagramFollowers
	// What only writes change, and no field shows.
	EmojiColorPref
	LabelCohort
	LocalNewsSubscriptionStatus
	Password   // of a test user: what is left of it after hashing
	Restricted // kept from acting for a while
	OpenGraphTestUser
	Phone
	AdvertiserID
	attrCount
)

// A Type says what an attribute's value may be.
type Type uint8

// Types of attributes. List and Struct values are JSON texts.
const (
	Text Type = iota
	Bool
	Integer
	Zone     // IANA zone name or hours from GMT
	Date     // MM/DD/YYYY, MM/DD or YYYY
	Instant  // RFC 3339, answered as 2006-01-02T15:04:05+0000
	Code     // locale code
	Sex      // male, female or neutral
	Strings  // list of strings
	Struct   // one object
	Structs  // list of objects
	Presence // no value, only an audience
)

type attrInfo struct {
	name string
	typ  Type
}

var attrs = [attrCount]attrInfo{
	FirstName: {"first_name", Text}, MiddleName: {"middle_name", Text}, LastName: {"last_name", Text},
	Name: {"name", Text}, NameFormat: {"name_format", Text}, Locale: {"locale", Code},
	Timezone: {"timezone", Zone}, Gender: {"gender", Sex}, Email: {"email", Text},
	Birthday: {"birthday", Date}, BirthdayYear: {"birthday_year", Presence}, ProfilePic: {"profile_pic", Presence},
	About: {"about", Text}, Bio: {"bio", Text}, AgeRange: {"age_range", Struct}, Cover: {"cover", Struct},
	Currency: {"currency", Struct}, Devices: {"devices", Structs}, Education: {"education", Structs},
	EmployeeNumber: {"employee_number", Text}, FavoriteAthletes: {"favorite_athletes", Structs},
	FavoriteTeams: {"favorite_teams", Structs}, Hometown: {"hometown", Struct},
	InspirationalPeople: {"inspirational_people", Structs}, InterestedIn: {"interested_in", Strings},
	IsSharedLogin: {"is_shared_login", Bool}, IsVerified: {"is_verified", Bool}, Languages: {"languages", Structs},
	LocalNewsMegaphoneDismissStatus: {"local_news_megaphone_dismiss_status", Bool}, Location: {"location", Struct},
	MeetingFor: {"meeting_for", Strings}, PaymentPricepoints: {"payment_pricepoints", Struct},
	Political: {"political", Text}, PublicKey: {"public_key", Text}, Quotes: {"quotes", Text},
	RelationshipStatus: {"relationship_status", Text}, Religion: {"religion", Text},
	SecuritySettings: {"security_settings", Struct}, SharedLoginUpgradeRequiredBy: {"shared_login_upgrade_required_by", Instant},
	SignificantOther: {"significant_other", Text}, Sports: {"sports", Structs}, TestGroup: {"test_group", Integer},
	Verified: {"verified", Bool}, VideoUploadLimits: {"video_upload_limits", Struct},
	ViewerCanSendGift: {"viewer_can_send_gift", Bool}, Website: {"website", Text}, Work: {"work", Structs},
	IsPaymentEnabled: {"is_payment_enabled", Bool}, InstagramUsername: {"instagram_username", Text},
	InstagramName: {"instagram_name", Text}, InstagramVerified: {"instagram_is_verified_user", Bool},
	InstagramFollowers: {"instagram_follower_count", Integer},
	EmojiColorPref:     {"emoji_color_pref", Integer}, LabelCohort: {"label_cohort", Struct},
	LocalNewsSubscriptionStatus: {"local_news_subscription_status", Text}, Password: {"password", Text},
	Restricted: {"restricted", Bool}, OpenGraphTestUser: {"open_graph_test_user", Bool},
	// What advertisers may know; no field of the Graph shows it.
	Phone: {"phone", Text}, AdvertiserID: {"mobile_advertiser_id", Text},
}

// String returns the attribute's name.
func (a Attr) String() string {
	if a > 0 && a < attrCount {
		return attrs[a].name
	}
	return "attr " + strconv.Itoa(int(a))
}

// Written reports whether only writes change the attribute and no field shows it.
func (a Attr) Written() bool { return a >= EmojiColorPref && a < attrCount }

// Type returns what the attribute's value may be.
func (a Attr) Type() Type {
	if a > 0 && a < attrCount {
		return attrs[a].typ
	}
	return Text
}

// ParseAttr finds an attribute by name.
func ParseAttr(name string) (Attr, bool) {
	for a := Attr(1); a < attrCount; a++ {
		if attrs[a].name == name {
			return a, true
		}
	}
	return 0, false
}

// Attrs lists every attribute.
func Attrs() []Attr {
	all := make([]Attr, 0, attrCount-1)
	for a := Attr(1); a < attrCount; a++ {
		all = append(all, a)
	}
	return all
}
