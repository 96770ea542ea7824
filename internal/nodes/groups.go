package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Event is an event. What people said of it could be read until April 2018, and who
// likes it until v2.3. [doc changelogs of v2.4 and of 4 April 2018]
func Event() *schema.Node {
	likes := likesOf()
	likes.Span, likes.Mark = schema.Span{Until: v2_4}, "[doc changelog v2.4]"
	comments := schema.Edge{Name: "comments", To: "Comment", Assoc: store.Edge("object.comments"), Total: true, Gone: april2018, Mark: "[doc changelog of 4 April 2018]"}
	n := discussed(deletable(schema.ByPerson, needs(graph.RsvpEvent), thing("Event", needs(graph.UserEvents), columns("[spec v3.3]",
		column{"attending_count", schema.Integer, asked, ""},
		column{"can_guests_invite", schema.Bool, asked, ""},
		column{"category", schema.String, asked, ""},
		column{"cover", schema.Struct, asked, ""},
		column{"declined_count", schema.Integer, asked, ""},
		column{"description", schema.String, shown, ""},
		column{"discount_code_enabled", schema.Bool, asked, ""},
		column{"end_time", schema.String, shown, ""},
		column{"event_times", schema.List, asked, ""},
		column{"guest_list_enabled", schema.Bool, asked, ""},
		column{"interested_count", schema.Integer, asked, ""},
		column{"is_canceled", schema.Bool, asked, ""},
		column{"is_draft", schema.Bool, asked, ""},
		column{"is_page_owned", schema.Bool, asked, ""},
		column{"maybe_count", schema.Integer, asked, ""},
		column{"name", schema.String, shown, ""},
		column{"noreply_count", schema.Integer, asked, ""},
		column{"owner", schema.NodeRef, asked, schema.AnyNode},
		column{"parent_group", schema.NodeRef, asked, "Group"},
		column{"place", schema.NodeRef, shown, "Place"},
		column{"scheduled_publish_time", schema.String, asked, ""},
		column{"start_time", schema.String, shown, ""},
		column{"ticket_uri", schema.String, asked, ""},
		column{"ticket_uri_start_sales_time", schema.String, asked, ""},
		column{"ticketing_privacy_uri", schema.String, asked, ""},
		column{"ticketing_terms_uri", schema.String, asked, ""},
		column{"timezone", schema.String, asked, ""},
		column{"type", schema.String, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
	), comments, likes)))
	return spanned("likes", likes.Span, n)
}

// Group is a group.
func Group() *schema.Node {
	return thing("Group", needs(graph.UserManagedGroups), columns("[spec v3.3]",
		column{"archived", schema.Bool, asked, ""},
		column{"cover", schema.Struct, asked, ""},
		column{"created_time", schema.Datetime, asked, ""},
		column{"description", schema.String, asked, ""},
		column{"email", schema.String, asked, ""},
		column{"icon", schema.String, asked, ""},
		column{"link", schema.String, asked, ""},
		column{"member_count", schema.Integer, asked, ""},
		column{"member_request_count", schema.Integer, asked, ""},
		column{"name", schema.String, shown, ""},
		column{"owner", schema.NodeRef, asked, schema.AnyNode},
		column{"parent", schema.NodeRef, asked, schema.AnyNode},
		column{"permissions", schema.List, asked, ""},
		column{"privacy", schema.String, shown, ""},
		column{"purpose", schema.String, asked, ""},
		column{"subdomain", schema.String, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
		column{"venue", schema.Struct, asked, ""},
	),
		// The other end of the groups of people, so that both say the same.
		schema.Edge{Name: "members", To: "User", Assoc: store.EdgeOf("groups"), Need: needs(graph.UserManagedGroups), Among: schema.AmongKnown, Mark: "[doc group members; permission guess]"})
}

// FriendList is a list of friends that a person made.
func FriendList() *schema.Node {
	return thing("FriendList", needs(graph.ReadCustomFriendlists), columns("[spec v3.3]",
		column{"list_type", schema.String, asked, ""},
		column{"name", schema.String, shown, ""},
		column{"owner", schema.String, asked, ""},
	))
}

// FriendRequest asks a person to be a friend.
func FriendRequest() *schema.Node {
	return unaddressed("FriendRequest", needs(graph.ReadRequests), columns("[spec v3.3]",
		column{"from", schema.NodeRef, asked, "User"},
		column{"to", schema.NodeRef, asked, "User"},
		column{"created_time", schema.Datetime, asked, ""},
		column{"message", schema.String, asked, ""},
		column{"unread", schema.Bool, asked, ""},
	))
}

// CuratedCollection is a named collection.
func CuratedCollection() *schema.Node {
	return thing("CuratedCollection", nil, columns("[spec v3.3]",
		column{"name", schema.String, asked, ""},
	))
}

// Domain is a domain that a person administers.
func Domain() *schema.Node {
	return thing("Domain", nil, columns("[spec v3.3]",
		column{"name", schema.String, asked, ""},
		column{"url", schema.String, asked, ""},
	))
}
