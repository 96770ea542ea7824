package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Conversation is a thread between a Page and people.
func Conversation() *schema.Node {
	return thing("Conversation", needs(graph.ReadPageMailboxes, graph.ManagePages), columns("[spec v3.3]",
		column{"can_reply", schema.Bool, asked, ""},
		column{"former_participants", schema.Struct, asked, ""},
		column{"is_subscribed", schema.Bool, asked, ""},
		column{"link", schema.String, shown, ""},
		column{"message_count", schema.Integer, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"participants", schema.Struct, asked, ""},
		column{"scoped_thread_key", schema.String, asked, ""},
		column{"senders", schema.Struct, asked, ""},
		column{"snippet", schema.String, asked, ""},
		column{"subject", schema.String, asked, ""},
		column{"unread_count", schema.Integer, asked, ""},
		column{"updated_time", schema.Datetime, shown, ""},
		column{"wallpaper", schema.String, asked, ""},
	))
}

// LegacyThread is a thread of the inbox as versions up to v2.3 showed it.
func LegacyThread() *schema.Node {
	return thing("LegacyThread", needs(graph.ReadMailbox), columns("[spec v3.3]",
		column{"to", schema.List, asked, "User"},
		column{"updated_time", schema.Datetime, shown, ""},
		column{"unread", schema.Integer, shown, ""},
		column{"unseen", schema.Integer, shown, ""},
		column{"comments", schema.List, asked, ""},
	))
}

// PageLabel is a label that a Page puts on people.
func PageLabel() *schema.Node {
	return thing("PageLabel", nil, columns("[spec v3.3]",
		column{"creation_time", schema.Datetime, asked, ""},
		column{"creator_id", schema.NodeRef, asked, schema.AnyNode},
		column{"from", schema.NodeRef, asked, "Page"},
		column{"name", schema.String, asked, ""},
	),
		schema.Edge{Name: "users", To: "User", Assoc: store.Edge("page_label.users"), Need: needs(graph.ManagePages), Among: schema.AmongKnown, Mark: "[doc pagelabel]"})
}

// PageAdminNote is a note of a Page about a person.
func PageAdminNote() *schema.Node {
	return thing("PageAdminNote", nil, columns("[spec v3.3]",
		column{"body", schema.String, asked, ""},
		column{"from", schema.NodeRef, asked, "Page"},
		column{"user", schema.NodeRef, asked, "User"},
	))
}

// PageUserMessageThreadLabel is a label of a thread.
func PageUserMessageThreadLabel() *schema.Node {
	return thing("PageUserMessageThreadLabel", nil, columns("[spec v3.3]",
		column{"name", schema.String, asked, ""},
	))
}
