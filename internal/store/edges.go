package store

import "github.com/kithgraph/kith/internal/store/driver"

// Stored edges of the declared Graph. Each takes two kinds from firstEdge on:
// the edge and its inverse, which erasure and export follow. The row of an edge
// gives its number, so rows are only appended.
const firstEdge driver.Kind = 100

type edgeInfo struct {
	name    string
	counted bool
}

var edgeTable = [...]edgeInfo{
	// Of people.
	{"achievements", false}, {"ad_studies", false}, {"adaccountgroups", false}, {"adaccounts", false},
	{"adcontracts", false}, {"admined_groups", false}, {"adnetworkanalytics", false}, {"albums", false},
	{"apprequestformerrecipients", false}, {"apprequests", false}, {"books", false}, {"business_activities", false},
	{"business_users", false}, {"businesses", false}, {"conversations", false}, {"curated_collections", false},
	{"domains", false}, {"events", false}, {"family", false}, {"favorite_requests", false}, {"friendlists", false},
	{"games", false}, {"groups", false}, {"likes", true}, {"live_videos", false}, {"movies", false}, {"music", false},
	{"objects", false}, {"personal_ad_accounts", false}, {"photos", false}, {"promotable_domains", false},
	{"promotable_events", false}, {"request_history", false}, {"stream_filters", false}, {"tagged_places", false},
	{"television", false}, {"threads", false}, {"video_broadcasts", false}, {"videos", false}, {"checkins", false},
	{"feed", false}, {"friendrequests", false}, {"home", false}, {"inbox", false}, {"locations", false},
	{"notifications", false}, {"outbox", false}, {"questions", false}, {"scores", false}, {"subscribedto", false},
	// Of what people make.
	{"album.photos", true}, {"object.comments", true}, {"object.likes", true},
	// Of Pages, apps, ad account groups, labels and audiences.
	{"page.blocked", false}, {"page.leadgen_whitelisted_users", false}, {"ad_account_group.users", false},
	{"ad_account_group.adaccounts", false}, {"app.test_users", false}, {"page_label.users", false},
	{"ad_account.customaudiences", false}, {"audience.sessions", false}, {"page.subscribed_apps", false},
	{"conversation.messages", false},
	{"page.personas", false}, {"page.custom_labels", false},
	{"page.custom_user_settings", false},
}

// bothWays are the edges whose other end is one, too. The inverses of all others are
// for erasure and export.
func bothWays(name string) bool {
	return name == "groups" || name == "subscribedto" || name == "page_label.users"
}

// Edge returns the kind of a stored edge; an unknown name is a mistake in kith.
func Edge(name string) driver.Kind {
	if k, ok := EdgeKind(name); ok {
		return k
	}
	panic("store: no edge " + name)
}

// EdgeKind finds a stored edge by its name.
func EdgeKind(name string) (driver.Kind, bool) {
	for i := range edgeTable {
		if edgeTable[i].name == name {
			return firstEdge + driver.Kind(2*i), true
		}
	}
	return 0, false
}

// EdgeOf returns the inverse of a stored edge.
func EdgeOf(name string) driver.Kind { return Edge(name) + 1 }

// IsEdge reports whether a kind is a stored edge or the inverse of one.
func IsEdge(k driver.Kind) bool { return k >= firstEdge && int(k-firstEdge) < 2*len(edgeTable) }

// EdgeName returns the name of a stored edge and whether k is its inverse; other
// kinds have none.
func EdgeName(k driver.Kind) (name string, inverse bool) {
	if !IsEdge(k) {
		return "", false
	}
	return edgeTable[(k-firstEdge)/2].name, (k-firstEdge)%2 == 1
}

// EdgeKinds lists the kinds of all stored edges, without their inverses.
func EdgeKinds() []driver.Kind {
	kinds := make([]driver.Kind, len(edgeTable))
	for i := range kinds {
		kinds[i] = firstEdge + driver.Kind(2*i)
	}
	return kinds
}

func edgeRows() []driver.KindInfo {
	var rows []driver.KindInfo
	for i, e := range edgeTable {
		k := firstEdge + driver.Kind(2*i)
		rows = append(rows,
			driver.KindInfo{Kind: k, Name: "edge " + e.name, Assoc: true, Inverse: k + 1, Counted: e.counted},
			driver.KindInfo{Kind: k + 1, Name: "edge " + e.name + " of", Assoc: true, Inverse: k, Counted: e.name == "subscribedto", Once: !bothWays(e.name)})
	}
	return rows
}
