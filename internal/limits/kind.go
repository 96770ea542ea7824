// Package limits counts calls and says who has made too many. It owns the pools
// that calls are counted in, the formulas that bound them and the headers that
// tell a client how much is used. It refuses to know who a caller is: that is for
// whoever charges a Bill. Nothing is stored: a server that starts begins at zero,
// and each of several servers counts what it answers itself.
package limits

import (
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// A Kind is what a pool counts, and with it window, formula and error.
type Kind uint8

// Kinds of pools. From Pages to AdsManagement they are business use cases.
const (
	NoKind Kind = iota
	// App is all that an app calls with app and user tokens.
	App
	// User is what a person calls, through whatever app.
	User
	// Page is what an app asks of a Page with user and app tokens, and with Page
	// tokens where there are no business use cases yet.
	Page
	Pages
	Messenger
	Instagram
	CustomAudience
	AdsManagement
	// Stream is what an app reads of one person's stream of posts.
	Stream
	// Conversations, Sends, MediaSends, PrivateReplies and LiveReplies are what an app
	// asks of the conversations of one Page or account, and sends for it: text,
	// sound and films, and answers to comments.
	Conversations
	Sends
	MediaSends
	PrivateReplies
	LiveReplies
	kindCount
)

// A row is what differs between kinds.
type row struct {
	name   string
	window time.Duration
	err    *graph.Error
	header header
	// instagram answers for accounts of Instagram, where that is not err. Plain says that
	// calls alone are counted, whatever they are made of.
	instagram *graph.Error
	plain     bool
}

// A header is where a pool is told of.
type header uint8

const (
	untold header = iota
	appUsage
	pageUsage
	businessUsage
)

// rows of the kinds. [doc rate-limiting]
var rows = [kindCount]row{
	App:            {name: "app", window: time.Hour, err: graph.ErrAppLimit, header: appUsage},
	User:           {name: "user", window: time.Hour, err: graph.ErrUserLimit},
	Page:           {name: "page", window: 24 * time.Hour, err: graph.ErrPageLimit, header: pageUsage},
	Pages:          {name: "pages", window: 24 * time.Hour, err: graph.ErrPagesLimit, header: businessUsage},
	Messenger:      {name: "messenger", window: 24 * time.Hour, err: graph.ErrMessengerLimit, header: businessUsage},
	Instagram:      {name: "instagram", window: 24 * time.Hour, err: graph.ErrInstagramLimit, header: businessUsage},
	CustomAudience: {name: "custom_audience", window: time.Hour, err: graph.ErrCustomAudienceLimit, header: businessUsage},
	AdsManagement:  {name: "ads_management", window: time.Hour, err: graph.ErrAdsManagementLimit, header: businessUsage},
	// [seen idx:42556985930: 600 calls per 600 seconds]
	Stream: {name: "stream", window: 10 * time.Minute, err: graph.ErrCustomLimit},
	// [doc rate-limiting, messenger rate-limiting; 613 doc, its subcode doc instagram
	// messaging error codes; that no header tells of them guess]
	Conversations:  messaging("conversations", time.Second),
	Sends:          messaging("sends", time.Second),
	MediaSends:     messaging("media_sends", time.Second),
	PrivateReplies: messaging("private_replies", time.Hour),
	LiveReplies:    messaging("live_replies", time.Second),
}

// messaging is a limit of one of the APIs with which a Page or an account talks.
func messaging(name string, window time.Duration) row {
	return row{name: name, window: window, err: graph.ErrCustomLimit, instagram: graph.ErrInstagramRate, plain: true}
}

// String is the name of the kind, as x-business-use-case-usage has it.
func (k Kind) String() string { return rows[min(k, kindCount-1)].name }

// Known reports whether a kind is called so.
func Known(name string) bool {
	for k := App; k < kindCount; k++ {
		if rows[k].name == name {
			return true
		}
	}
	return false
}

// Names lists the kinds, with commas.
func Names() string {
	list := make([]string, 0, kindCount)
	for k := App; k < kindCount; k++ {
		list = append(list, rows[k].name)
	}
	return strings.Join(list, ", ")
}

// ads reports whether the kind is one of the Marketing API, which tells the tier.
func (k Kind) ads() bool { return k == CustomAudience || k == AdsManagement }

// Tiers of access to the Marketing API.
const (
	Standard = "standard_access"
	Advanced = "advanced_access"
)

// Rules are the numbers of the formulas. A zero field has its default.
type Rules struct {
	// For each person who uses the app, has to do with the Page or the account.
	App, Page, Messenger, Instagram int
	// User and Stream are for one person.
	User, Stream int
	// For one Page or account.
	Conversations, Sends, MediaSends, PrivateReplies, LiveReplies int
	// Tier is that of all apps.
	Tier string
	// Objects and Bytes are what a call may be made of and answer on average.
	Objects, Bytes int
	// Servers share what is allowed.
	Servers int
}

// Defaults of Rules.
const (
	defaultApp       = 200  // [doc rate-limiting]
	defaultPage      = 4800 // [doc rate-limiting]
	defaultMessenger = 200  // [doc rate-limiting]
	defaultInstagram = 4800 // for each impression [doc rate-limiting]; for each person who wrote [guess]
	defaultUser      = 3600 // "secret" [doc rate-limiting]; six times the 600 in 600 seconds that were recorded of streams [guess]
	defaultStream    = 600  // [seen idx:42556985930]
	// [doc rate-limiting; doc messenger rate-limiting has 300 in 2026]
	defaultSends          = 100
	defaultConversations  = 2   // [doc rate-limiting]
	defaultMediaSends     = 10  // [doc rate-limiting]
	defaultPrivateReplies = 750 // [doc rate-limiting]
	defaultLiveReplies    = 100 // [doc rate-limiting]
	defaultObjects        = 25  // [guess]
	defaultBytes          = 16 << 10
	// mostAudienceCalls is a bound of the formula. [doc rate-limiting]
	mostAudienceCalls = 700_000
	eachAudience      = 40 // [doc rate-limiting]
)

func (r Rules) withDefaults() Rules {
	for _, d := range [...]struct {
		field *int
		value int
	}{
		{&r.App, defaultApp}, {&r.Page, defaultPage}, {&r.Messenger, defaultMessenger}, {&r.Instagram, defaultInstagram},
		{&r.User, defaultUser}, {&r.Stream, defaultStream}, {&r.Objects, defaultObjects}, {&r.Bytes, defaultBytes}, {&r.Servers, 1},
		{&r.Conversations, defaultConversations}, {&r.Sends, defaultSends}, {&r.MediaSends, defaultMediaSends},
		{&r.PrivateReplies, defaultPrivateReplies}, {&r.LiveReplies, defaultLiveReplies},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if r.Tier == "" {
		r.Tier = Standard
	}
	return r
}

// most is how many calls a pool takes in its window, when n are counted: people,
// or active audiences.
func (r *Rules) most(k Kind, n int64) int64 {
	people := max(n, 1) // nobody is refused the first call [guess]
	advanced := r.Tier == Advanced
	var most int64
	switch k {
	case App:
		most = int64(r.App) * people
	case User:
		most = int64(r.User)
	case Page, Pages:
		most = int64(r.Page) * people
	case Messenger:
		most = int64(r.Messenger) * people
	case Instagram:
		most = int64(r.Instagram) * people
	case CustomAudience:
		if most = 5_000; advanced {
			most = 190_000
		}
		most = min(most+eachAudience*n, mostAudienceCalls)
	case AdsManagement: // and 40 for each active ad, of which there are none here
		if most = 300; advanced {
			most = 100_000
		}
	case Stream:
		most = int64(r.Stream)
	case Conversations:
		most = int64(r.Conversations)
	case Sends:
		most = int64(r.Sends)
	case MediaSends:
		most = int64(r.MediaSends)
	case PrivateReplies:
		most = int64(r.PrivateReplies)
	case LiveReplies:
		most = int64(r.LiveReplies)
	}
	return max(most/int64(r.Servers), 1)
}
