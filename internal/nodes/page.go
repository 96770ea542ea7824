package nodes

import (
	"slices"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Page is a Page, readable with its own token, by people with a task on it, by the
// apps connected to it and, while that was so, with any user and app token. [doc page]
func Page() *schema.Node {
	return &schema.Node{
		Name:   "Page",
		Wire:   "Page",
		Kind:   store.KindPage,
		Ladder: []journal.Rung{journal.Node, journal.Syntax, journal.UnknownField},
		Loads:  schema.LoadPageTask,
		Access: schema.AccessOwnToken | schema.AccessTask | schema.AccessConnectedApp | schema.AccessPublic,
		Edges:  pageEdges(),
		Operations: slices.Concat(pageOperations(), subscribedAppsOperations(pageSubscribers()), messengerProfileOperations(pageProfile()), threadSettingsOperations(), personaOperations(), labelOperations(), pageControl(), pageSideOperations(),
			[]schema.Operation{sending(schema.ByPage, nil, needs(graph.PagesMessaging, graph.InstagramManageMessages)),
				uploading(schema.ByPage, nil, needs(graph.PagesMessaging, graph.InstagramManageMessages))}),
		Fields: append([]schema.Field{
			{Name: "access_token", Kind: schema.String, From: pageToken, Mark: "[doc page; permissions of the edge accounts guess]"},
			{Name: "about", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Page.About }), Mark: "[doc page]"},
			{Name: "category", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Page.Category }), Mark: "[doc page]"},
			{Name: "fan_count", Kind: schema.Integer, From: fanCount, Mark: "[doc page]"},
			{Name: "link", Kind: schema.URL, From: pageText(func(r *schema.Row) string { return r.Page.Link }), Mark: "[doc page]"},
			{Name: "name", Kind: schema.String, Default: always(), From: pageText(func(r *schema.Row) string { return r.Page.Name }), Mark: "[doc page]"},
			{Name: "phone", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Page.Phone }), Mark: "[doc page]"},
			{Name: "username", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Page.Username }), Mark: "[doc page]"},
			{Name: "website", Kind: schema.String, From: pageText(func(r *schema.Row) string { return r.Page.Website }), Mark: "[doc page]"},
			// Bots ask for it when they are set up. [seen chatwoot]
			{Name: "instagram_business_account", Kind: schema.NodeRef, Type: "node IGUser", To: "IGUser", Refs: instagramAccount, Brief: "id", Sight: schema.SeenByApp, Mark: "[doc page]"},
			// [doc conversation routing; its form guess]
			{Name: "messaging_feature_status", Kind: schema.Struct, Loads: schema.LoadInstagram, From: featureStatus, Sight: schema.SeenBySelf, Mark: "[doc conversation routing]"},
			// Who came with a token of account linking. [doc account linking]
			{Name: "recipient", Kind: schema.IDString, To: schema.AnyNode, Check: goodLinking, Refs: linkingPerson, Party: partyID, Sight: schema.SeenBySelf, Mark: "[doc account linking]"},
			{Name: "contact_terms_accepted", Kind: schema.Bool, Span: schema.Span{Since: graph.V(255, 0)}, Plain: true, From: schema.Part("contact_terms_accepted"), Mark: "[own]"},
			{Name: "nlp_configs", Kind: schema.Struct, Span: schema.Span{Since: graph.V(255, 0)}, Plain: true, From: schema.Part("nlp_configs"), Mark: "[own]"},
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: "[doc page]"},
		}, privately(morePage(), "is_messenger_bot_get_started_enabled", "is_webhooks_subscribed", "leadgen_tos_accepted", "new_like_count",
			"promotion_eligible", "unread_message_count", "unread_notif_count", "unseen_message_count")...),
	}
}

func pageText(get func(*schema.Row) string) func([]byte, *schema.Row) []byte {
	return func(b []byte, r *schema.Row) []byte { return appendText(b, get(r)) }
}

func appendText(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	return graph.AppendString(b, s)
}

func fanCount(b []byte, r *schema.Row) []byte { return strconv.AppendInt(b, r.Page.Fans, 10) }

// instagramAccount is the linked account.
func instagramAccount(r *schema.Row) []store.ID { return one(r.Page.Instagram) }

// one is what a field refers to that refers to one node at most.
func one(id store.ID) []store.ID {
	if id == 0 {
		return nil
	}
	return []store.ID{id}
}

// Application is an app, readable with its own tokens. [doc application]
func Application() *schema.Node {
	text := func(get func(*schema.Row) string) func([]byte, *schema.Row) []byte { return pageText(get) }
	return &schema.Node{
		Name:       "Application",
		Short:      "app",
		Wire:       "Application",
		Kind:       store.KindApp,
		Ladder:     []journal.Rung{journal.Node, journal.Syntax, journal.UnknownField},
		Access:     schema.AccessOwnApp,
		Edges:      []schema.Edge{testUsersEdge("accounts/test-users"), subscriptionsEdge()},
		Operations: append(appOperations(), subscriptionsOperations()...),
		Fields: append([]schema.Field{
			{Name: "category", Kind: schema.String, Default: always(), From: text(func(r *schema.Row) string { return r.App.Category }), Mark: "[doc application]"},
			{Name: "link", Kind: schema.URL, Default: always(), From: text(func(r *schema.Row) string { return r.App.Link }), Mark: "[doc application]"},
			{Name: "name", Kind: schema.String, Default: always(), From: text(func(r *schema.Row) string { return r.App.Name }), Mark: "[doc application]"},
			{Name: "namespace", Kind: schema.String, From: text(func(r *schema.Row) string { return r.App.Namespace }), Mark: "[doc application]"},
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: "[doc application]"},
		}, moreApplication()...),
	}
}

// Business is a business, readable by the people who belong to it and by its
// own apps. [doc business; who may read guess]
func Business() *schema.Node {
	return &schema.Node{
		Name:   "Business",
		Wire:   "Business",
		Kind:   store.KindBusiness,
		Ladder: []journal.Rung{journal.Node, journal.Syntax, journal.UnknownField},
		Loads:  schema.LoadMember,
		Access: schema.AccessMember,
		Fields: append([]schema.Field{
			{Name: "name", Kind: schema.String, Default: always(), From: pageText(func(r *schema.Row) string { return r.Business.Name }), Mark: "[doc business]"},
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: "[doc business]"},
		}, moreBusiness()...),
	}
}

// pageEdges are the edges of a Page that the User reference names. [doc page blocked, leadgen_whitelisted_users]
func pageEdges() []schema.Edge {
	return []schema.Edge{
		{Name: "blocked", To: "User", Assoc: store.Edge("page.blocked"), Need: needs(graph.ManagePages), Refusal: graph.ErrPermissions, Among: schema.AmongKnown, One: "user", Key: "user", Params: blockedOne(), Mark: "[doc page blocked]"},
		{Name: "leadgen_whitelisted_users", To: "User", Assoc: store.Edge("page.leadgen_whitelisted_users"), Need: needs(graph.ManagePages), Refusal: graph.ErrPermissions, Among: schema.AmongKnown, Mark: "[doc user v2.10]"},
		{Name: "conversations", To: "Conversation", Assoc: store.Edge("conversations"), From: onPlatform, Rate: limits.Conversations, Need: mailbox(), Refusal: graph.ErrPermissions, Filter: conversationOf, One: "user_id", Params: threadParams(), Kept: conversationKept(), Mark: "[doc page conversations]"},
		// Whoever may read the Page may read what it says. [doc page feed; who may read guess]
		{Name: "feed", To: "Post", Assoc: store.Edge("feed"), Paging: schema.PagedByTime, Mark: "[doc page feed]"},
		subscribedAppsEdge(pageSubscribers()),
		{Name: "picture", Values: pagePicture, Type: "ProfilePictureSource", Default: "height,is_silhouette,url,width", Single: true, Params: pictureParams(), Mark: "[doc page picture; seen chatwoot]"},
		messengerProfileEdge(pageProfile()),
		threadSettingsEdge(),
		personasEdge(),
		customLabelsEdge(),
		threadOwnerEdge(needs(graph.PagesMessaging, graph.InstagramManageMessages)),
		secondaryReceiversEdge(),
		featureReviewEdge(),
		userSettingsEdge(),
	}
}

// privately shows some fields to who acts for the Page alone. [doc page; for which guess]
func privately(fields []schema.Field, names ...string) []schema.Field {
	for i := range fields {
		if slices.Contains(names, fields[i].Name) {
			fields[i].Sight = schema.SeenBySelf
		}
	}
	return fields
}
