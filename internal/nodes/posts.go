package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Post is an entry of a feed; its ID begins with the ID of who it belongs to.
func Post() *schema.Node {
	return discussed(deletable(schema.ByPerson, needs(graph.PublishActions), compound(thing("Post", needs(graph.UserPosts), columns("[spec v3.3]",
		column{"actions", schema.List, asked, ""},
		column{"admin_creator", schema.Struct, asked, ""},
		column{"allowed_advertising_objectives", schema.List, asked, ""},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"backdated_time", schema.Datetime, asked, ""},
		column{"call_to_action", schema.Struct, asked, ""},
		column{"caption", schema.String, asked, ""},
		column{"child_attachments", schema.List, asked, ""},
		column{"comments_mirroring_domain", schema.String, asked, ""},
		column{"coordinates", schema.Struct, asked, ""},
		column{"created_time", schema.Datetime, shown, ""},
		column{"description", schema.String, asked, ""},
		column{"event", schema.NodeRef, asked, "Event"},
		column{"expanded_height", schema.Integer, asked, ""},
		column{"expanded_width", schema.Integer, asked, ""},
		column{"feed_targeting", schema.Struct, asked, ""},
		column{"from", schema.NodeRef, asked, schema.AnyNode},
		column{"full_picture", schema.String, asked, ""},
		column{"height", schema.Integer, asked, ""},
		column{"icon", schema.String, asked, ""},
		column{"instagram_eligibility", schema.String, asked, ""},
		column{"is_app_share", schema.Bool, asked, ""},
		column{"is_eligible_for_promotion", schema.Bool, asked, ""},
		column{"is_expired", schema.Bool, asked, ""},
		column{"is_hidden", schema.Bool, asked, ""},
		column{"is_instagram_eligible", schema.Bool, asked, ""},
		column{"is_popular", schema.Bool, asked, ""},
		column{"is_published", schema.Bool, asked, ""},
		column{"is_spherical", schema.Bool, asked, ""},
		column{"link", schema.String, asked, ""},
		column{"message", schema.String, shown, ""},
		column{"message_tags", schema.List, asked, ""},
		column{"multi_share_end_card", schema.Bool, asked, ""},
		column{"multi_share_optimized", schema.Bool, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"object_id", schema.String, asked, ""},
		column{"parent_id", schema.String, asked, ""},
		column{"permalink_url", schema.Struct, asked, ""},
		column{"picture", schema.String, asked, ""},
		column{"place", schema.NodeRef, asked, "Place"},
		column{"privacy", schema.Struct, asked, ""},
		column{"promotable_id", schema.String, asked, ""},
		column{"promotion_status", schema.String, asked, ""},
		column{"properties", schema.List, asked, ""},
		column{"scheduled_publish_time", schema.Float, asked, ""},
		column{"shares", schema.Struct, asked, ""},
		column{"source", schema.String, asked, ""},
		column{"status_type", schema.String, asked, ""},
		column{"story", schema.String, shown, ""},
		column{"story_tags", schema.List, asked, ""},
		column{"subscribed", schema.Bool, asked, ""},
		column{"target", schema.Struct, asked, ""},
		column{"targeting", schema.Struct, asked, ""},
		column{"timeline_visibility", schema.String, asked, ""},
		column{"type", schema.String, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
		column{"via", schema.Struct, asked, ""},
		column{"video_buying_eligibility", schema.List, asked, ""},
		column{"width", schema.Integer, asked, ""},
	),
		schema.Edge{Name: "comments", To: "Comment", Assoc: store.Edge("object.comments"), Total: true, Mark: "[doc post]"},
		schema.Edge{Name: "likes", To: "User", Assoc: store.Edge("object.likes"), Among: schema.AmongKnown, Total: true, Mark: "[doc post]"}))))
}

// Question is a poll.
func Question() *schema.Node {
	return thing("Question", needs(graph.UserQuestions), columns("[spec v3.3]",
		column{"from", schema.NodeRef, asked, "User"},
		column{"question", schema.String, asked, ""},
		column{"created_time", schema.Datetime, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
		column{"options", schema.List, asked, ""},
	))
}

// Notification tells a person something.
func Notification() *schema.Node {
	return thing("Notification", needs(graph.ManageNotifications), columns("[spec v3.3]",
		column{"from", schema.NodeRef, asked, schema.AnyNode},
		column{"to", schema.NodeRef, asked, schema.AnyNode},
		column{"created_time", schema.Datetime, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
		column{"title", schema.String, asked, ""},
		column{"message", schema.String, asked, ""},
		column{"link", schema.URL, asked, ""},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"unread", schema.Bool, asked, ""},
		column{"object", schema.Struct, asked, ""},
	))
}

// OpenGraphObject is an object of the Open Graph.
func OpenGraphObject() *schema.Node {
	return thing("OpenGraphObject", nil, columns("[spec v3.3]",
		column{"admins", schema.List, asked, ""},
		column{"application", schema.Struct, asked, ""},
		column{"audio", schema.List, asked, ""},
		column{"context", schema.Struct, asked, ""},
		column{"created_time", schema.Datetime, asked, ""},
		column{"description", schema.String, asked, ""},
		column{"determiner", schema.String, asked, ""},
		column{"engagement", schema.Struct, asked, ""},
		column{"image", schema.List, asked, ""},
		column{"is_scraped", schema.Bool, asked, ""},
		column{"locale", schema.Struct, asked, ""},
		column{"location", schema.Struct, asked, ""},
		column{"post_action_id", schema.String, asked, ""},
		column{"profile_id", schema.Struct, asked, ""},
		column{"restrictions", schema.Struct, asked, ""},
		column{"see_also", schema.List, asked, ""},
		column{"site_name", schema.String, asked, ""},
		column{"title", schema.String, asked, ""},
		column{"type", schema.String, asked, ""},
		column{"updated_time", schema.Datetime, asked, ""},
		column{"video", schema.List, asked, ""},
	))
}

// StreamFilter is a filter of the news feed.
func StreamFilter() *schema.Node {
	return unaddressed("StreamFilter", needs(graph.ReadStream), columns("[spec v3.3]",
		column{"filter_key", schema.String, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"type", schema.String, asked, ""},
	))
}
