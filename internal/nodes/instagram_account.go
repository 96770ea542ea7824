package nodes

import (
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// IGUser is a professional account on Instagram, readable with its own token, that
// of the linked Page, and by people with a task on that Page. [code
// instagram-graph-api for the fields; doc instagram login for user_id and
// account_type; name of the type and who may read guess]
func IGUser() *schema.Node {
	return &schema.Node{
		Name:   "IGUser",
		Wire:   "IGUser",
		Kind:   store.KindInstagram,
		Ladder: []journal.Rung{journal.Node, journal.Permission, journal.Syntax, journal.UnknownField},
		Access: schema.AccessOwnToken | schema.AccessTask,
		// [doc instagram login]
		PageAsks:  graph.PermissionSet(graph.InstagramBasic),
		LoginAsks: graph.PermissionSet(graph.InstagramBusinessBasic),
		Fields:    igFields(),
		Edges: []schema.Edge{subscribedAppsEdge(accountSubscribers()), messengerProfileEdge(accountProfile()), {Name: "conversations", To: "Conversation", Assoc: store.Edge("conversations"), Rate: limits.Conversations, Need: mailbox(), Refusal: graph.ErrPermissions,
			Filter: conversationOf, One: "user_id", Params: accountThreadParams(), Kept: conversationKept(), Mark: "[doc instagram conversations]"},
			threadOwnerEdge(needs(graph.InstagramBusinessManageMessages, graph.InstagramManageMessages))},
		Operations: append(slices.Concat(subscribedAppsOperations(accountSubscribers()), messengerProfileOperations(accountProfile()), accountControl()),
			sending(schema.ByInstagram|schema.ByPage, needs(graph.InstagramBusinessManageMessages), needs(graph.InstagramManageMessages)),
			uploading(schema.ByInstagram|schema.ByPage, needs(graph.InstagramBusinessManageMessages), needs(graph.InstagramManageMessages))),
	}
}

func igFields() []schema.Field {
	const mark = "[code instagram-graph-api 7.0.0]"
	return append([]schema.Field{
		{Name: "username", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Instagram.Username }), Mark: mark},
		{Name: "name", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Instagram.Name }), Mark: mark},
		{Name: "user_id", Kind: schema.IDString, From: schema.PublicID, Mark: "[doc instagram login]"},
		{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: mark},
	}, moreInstagram(mark)...)
}

// moreInstagram are the fields of an account that nothing in kith decides by.
func moreInstagram(mark string) []schema.Field {
	return columns(mark,
		column{"account_type", schema.String, asked, ""},
		column{"biography", schema.String, asked, ""},
		column{"followers_count", schema.Integer, asked, ""},
		column{"follows_count", schema.Integer, asked, ""},
		column{"ig_id", schema.IDString, asked, ""},
		column{"media_count", schema.Integer, asked, ""},
		column{"profile_picture_url", schema.URL, asked, ""},
		column{"website", schema.URL, asked, ""},
	)[1:]
}
