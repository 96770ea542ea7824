package nodes

import (
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// userEdges are the edges of the User node in the order of the v2.10 reference:
// the declared ones, then those of the appended list. Under versions.policy realistic
// each of these ends with the version that took it away; feed never did.
func userEdges() []schema.Edge {
	return slices.Concat(declaredEdges(), legacyEdges(), matchingEdges())
}

func declaredEdges() []schema.Edge {
	return []schema.Edge{
		{Name: "accounts", To: "Page", Assoc: store.AssocTaskOf, Need: needs(graph.ManagePages, graph.PagesShowList), Most: 500, Extra: accountFields(), Default: "access_token,category,category_list,name,id,perms,tasks", Filter: managedPage, Params: accountParams(), Mark: "[doc user v2.10]"},
		{Name: "achievements", Span: schema.Span{Until: graph.V(6, 0)}, To: "Achievement", Assoc: store.Edge("achievements"), Need: needs(graph.UserGamesActivity), Empty: april2018, Filter: achievementOf, Params: achievementParams(), Gone: july2019, Mark: "[doc user v2.10]"},
		{Name: "ad_studies", Span: schema.Span{Since: graph.V(2, 10)}, To: "AdStudy", Assoc: store.Edge("ad_studies"), Need: needs(graph.AdsRead, graph.AdsManagement), Refusal: graph.ErrAdsRead, Mark: "[doc user v2.10; permission guess]"},
		{Name: "adaccountgroups", Span: schema.Span{Until: graph.V(3, 3)}, To: "AdAccountGroup", Assoc: store.Edge("adaccountgroups"), Need: needs(graph.AdsManagement, graph.AdsRead), Refusal: graph.ErrAdsRead, Mark: "[doc user v2.10; permission guess]"},
		{Name: "adaccounts", To: "AdAccount", Assoc: store.Edge("adaccounts"), Need: needs(graph.AdsManagement, graph.AdsRead), Refusal: graph.ErrAdsRead, Mark: "[doc user v2.10]"},
		{Name: "adcontracts", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(3, 3)}, To: "AdContract", Assoc: store.Edge("adcontracts"), Need: needs(graph.AdsManagement, graph.AdsRead), Refusal: graph.ErrAdsRead, Mark: "[doc user v2.10; permission guess]"},
		{Name: "admined_groups", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(3, 3)}, To: "Group", Assoc: store.Edge("admined_groups"), Need: needs(graph.UserManagedGroups), Mark: "[doc user v2.10; permission guess]"},
		{Name: "adnetworkanalytics", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(3, 3)}, To: "InsightsResult", Assoc: store.Edge("adnetworkanalytics"), Need: needs(graph.ReadAudienceNetworkInsights), Refusal: graph.ErrPermissions, Mark: "[doc user v2.10]"},
		{Name: "albums", To: "Album", Assoc: store.Edge("albums"), Need: needs(graph.UserPhotos), Mark: "[doc user v2.10]"},
		{Name: "apprequestformerrecipients", To: "AppRequestFormerRecipient", Assoc: store.Edge("apprequestformerrecipients"), Sight: schema.SeenBySelf, Mark: "[doc user v2.10]"},
		{Name: "apprequests", To: "AppRequest", Assoc: store.Edge("apprequests"), Sight: schema.SeenByApp, Default: "application,created_time,from,message,to,id", Mark: "[doc user v2.10]"},
		{Name: "books", Span: schema.Span{Until: graph.V(7, 0)}, To: "Page", Assoc: store.Edge("books"), Need: needs(graph.UserLikes), Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "business_activities", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(3, 3)}, To: "BusinessActivityLogEvent", Assoc: store.Edge("business_activities"), Need: needs(graph.BusinessManagement), Refusal: graph.ErrPermissions, Filter: activityOf, Params: []schema.Param{text("business")}, Gone: july2019, Mark: "[doc user v2.10; permission guess]"},
		{Name: "business_users", Span: schema.Span{Since: graph.V(2, 10)}, To: "BusinessUser", Assoc: store.Edge("business_users"), Need: needs(graph.BusinessManagement), Refusal: graph.ErrPermissions, Mark: "[doc user v2.10; permission guess]"},
		{Name: "businesses", Span: schema.Span{Since: graph.V(2, 10)}, To: "Business", Assoc: store.Edge("businesses"), Need: needs(graph.BusinessManagement), Refusal: graph.ErrPermissions, Mark: "[doc user v2.10]"},
		{Name: "conversations", To: "Conversation", Assoc: store.Edge("conversations"), Need: needs(graph.ReadPageMailboxes, graph.ManagePages), OfPage: true, Refusal: graph.ErrPermissions, Filter: conversationOf, Params: conversationParams(), Kept: conversationKept(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "curated_collections", Span: schema.Span{Since: graph.V(2, 10), Until: graph.V(3, 3)}, To: "CuratedCollection", Assoc: store.Edge("curated_collections"), Sight: schema.SeenBySelf, Mark: "[doc user v2.10; permission guess]"},
		{Name: "domains", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, To: "Domain", Assoc: store.Edge("domains"), Sight: schema.SeenBySelf, Gone: may2020, Mark: "[doc user v2.10; permission guess]"},
		{Name: "events", To: "Event", Assoc: store.Edge("events"), Need: needs(graph.UserEvents), Extra: said("rsvp_status"), Filter: eventsOf, Key: "type", Params: eventParams(), Mark: "[doc user v2.10]"},
		{Name: "family", Span: schema.Span{Until: graph.V(6, 0)}, To: "User", Assoc: store.Edge("family"), Need: needs(graph.UserRelationships), Among: schema.AmongKnown, Extra: said("relationship"), Gone: may2020, Mark: "[doc user v2.10]"},
		{Name: "favorite_requests", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(4, 0)}, To: "FavoriteRequest", Assoc: store.Edge("favorite_requests"), Sight: schema.SeenBySelf, Mark: "[doc user v2.10; permission guess]"},
		{Name: "friendlists", Span: schema.Span{Until: graph.V(8, 0)}, To: "FriendList", Assoc: store.Edge("friendlists"), Need: needs(graph.ReadCustomFriendlists), Empty: april2018, Default: "id,name,list_type", Mark: "[doc user v2.10]"},
		{Name: "friends", To: "User", Assoc: store.AssocFriend, Need: needs(graph.UserFriends), Total: true, Always: true, One: "uid", Key: "uid", Params: []schema.Param{person("uid")},
			Hint: "Only friends who have installed the app are returned in versions greater or equal to v2.0.", HintLink: "https://developers.facebook.com/docs/apps/changelog#v2_0", Mark: "[doc user v2.10, debugging]"},
		{Name: "games", Span: schema.Span{Until: graph.V(7, 0)}, To: "Page", Assoc: store.Edge("games"), Need: needs(graph.UserLikes), Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "groups", To: "Group", Assoc: store.Edge("groups"), Need: needs(graph.UserManagedGroups), Filter: groupOf, Params: groupParams(), Kept: groupKept(), Mark: "[doc user v2.10]"},
		{Name: "ids_for_business", Values: idsForBusiness, Paged: true, Type: "UserIDForApp", Default: "app,id", Loads: schema.LoadApps, Sight: schema.SeenByApp, Params: []schema.Param{{Name: "app", Kind: schema.IDParam, Type: "integer"}}, Mark: "[doc user v2.10]"},
		{Name: "invitable_friends", Span: schema.Span{Until: graph.V(3, 3)}, To: "UserInvitableFriend", Assoc: store.AssocFriend, Need: needs(graph.UserFriends), Among: schema.AmongOthers, Reviewed: true, Feature: graph.InvitableFriends, Empty: april2018, Filter: notExcluded, Params: []schema.Param{{Name: "excluded_ids", Kind: schema.ListParam, Of: &schema.Param{}, Type: "list<json>"}}, Gone: july2019, Mark: "[doc user v2.10]"},
		{Name: "likes", To: "Page", Assoc: store.Edge("likes"), Need: needs(graph.UserLikes), Total: true, Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10]"},
		{Name: "live_videos", Span: schema.Span{Since: graph.V(2, 8)}, To: "LiveVideo", Assoc: store.Edge("live_videos"), Need: needs(graph.UserVideos), Default: "status,stream_url,secure_stream_url,embed_html,id", Filter: liveVideoOf, Params: liveVideoParams(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "movies", Span: schema.Span{Until: graph.V(7, 0)}, To: "Page", Assoc: store.Edge("movies"), Need: needs(graph.UserLikes), Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "music", To: "Page", Assoc: store.Edge("music"), Need: needs(graph.UserLikes), Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "objects", Span: schema.Span{Until: graph.V(6, 0)}, To: "OpenGraphObject", Assoc: store.Edge("objects"), Sight: schema.SeenBySelf, Filter: objectOf, Key: "type", Params: []schema.Param{{Name: "type", Type: "json"}}, Gone: july2019, Mark: "[doc user v2.10; permission guess]"},
		{Name: "permissions", Values: permissionList, Type: "Permission", Default: "permission,status", Sight: schema.SeenByApp, Key: "permission", Params: permissionParams(), Mark: "[doc user v2.10]"},
		{Name: "personal_ad_accounts", Span: schema.Span{Since: graph.V(2, 8)}, To: "AdAccount", Assoc: store.Edge("personal_ad_accounts"), Need: needs(graph.AdsManagement, graph.AdsRead), Refusal: graph.ErrAdsRead, Mark: "[doc user v2.10; permission guess]"},
		{Name: "photos", To: "Photo", Assoc: store.Edge("photos"), Need: needs(graph.UserPhotos), Filter: uploadedOrTagged, Key: "type", Params: []schema.Param{oneOf("type", "tagged", "uploaded")}, Mark: "[doc user v2.10]"},
		{Name: "picture", Values: profilePicture, Type: "ProfilePictureSource", Default: "height,is_silhouette,url,width", Single: true, Open: true, Params: pictureParams(), Mark: "[doc user v2.10]"},
		{Name: "promotable_domains", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, To: "Domain", Assoc: store.Edge("promotable_domains"), Need: needs(graph.AdsManagement), Refusal: graph.ErrAdsManagement, Gone: may2020, Mark: "[doc user v2.10; permission guess]"},
		{Name: "promotable_events", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, To: "Event", Assoc: store.Edge("promotable_events"), Need: needs(graph.AdsManagement), Refusal: graph.ErrAdsManagement, Filter: promotable, Params: promotableParams(), Gone: july2019, Mark: "[doc user v2.10; permission guess]"},
		{Name: "request_history", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(7, 0)}, To: "RequestHistory", Assoc: store.Edge("request_history"), Sight: schema.SeenBySelf, Mark: "[doc user v2.10; permission guess]"},
		{Name: "session_keys", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, Values: sessionKeys, Paged: true, Type: "PlatformSessionKey", Loads: schema.LoadSessions, Sight: schema.SeenByApp, Gone: may2020, Mark: "[doc user v2.10; permission guess]"},
		{Name: "stream_filters", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, To: "StreamFilter", Assoc: store.Edge("stream_filters"), Need: needs(graph.ReadStream), Gone: may2020, Mark: "[doc user v2.10; permission guess]"},
		{Name: "taggable_friends", Span: schema.Span{Until: graph.V(8, 0)}, To: "UserTaggableFriend", Assoc: store.AssocFriend, Need: needs(graph.UserFriends), Among: schema.AmongAnyone, Reviewed: true, Feature: graph.TaggableFriends, Empty: april2018, Mark: "[doc user v2.10]"},
		{Name: "tagged_places", Span: schema.Span{Until: graph.V(6, 0)}, To: "PlaceTag", Assoc: store.Edge("tagged_places"), Need: needs(graph.UserTaggedPlaces), Default: "id,created_time,place", Gone: july2019, Mark: "[doc user v2.10]"},
		{Name: "television", Span: schema.Span{Until: graph.V(7, 0)}, To: "Page", Assoc: store.Edge("television"), Need: needs(graph.UserLikes), Extra: createdTime(), One: "target_id", Key: "target_id", Params: targetID(), Mark: "[doc user v2.10; permission guess]"},
		{Name: "threads", Span: schema.Span{Until: graph.V(6, 0)}, To: "Conversation", Assoc: store.Edge("threads"), Need: needs(graph.ReadPageMailboxes, graph.ReadMailbox), OfPage: true, Refusal: graph.ErrPermissions, Filter: conversationOf, Params: conversationParams(), Kept: conversationKept(), Gone: may2020, Mark: "[doc user v2.10; permission guess]"},
		{Name: "video_broadcasts", Span: schema.Span{Since: graph.V(2, 8), Until: graph.V(6, 0)}, To: "LiveVideo", Assoc: store.Edge("video_broadcasts"), Need: needs(graph.UserVideos), Gone: july2019, Mark: "[doc user v2.10; permission guess]"},
		{Name: "videos", To: "Video", Assoc: store.Edge("videos"), Need: needs(graph.UserVideos), Filter: uploadedOrTagged, Key: "type", Params: []schema.Param{oneOf("type", "tagged", "uploaded")}, Mark: "[doc user v2.10]"},
	}
}

// feedNeed asks for user_posts, which took the place of read_stream in v2.4. [doc v2.4]
func feedNeed() *schema.Need {
	n := needs(graph.ReadStream)
	n.Later, n.AnyOfLater = v2_4, graph.PermissionSet(graph.UserPosts)
	return n
}

func legacyEdges() []schema.Edge {
	return []schema.Edge{
		{Name: "checkins", To: "Post", Assoc: store.Edge("checkins"), Need: needs(graph.UserStatus), Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
		{Name: "feed", To: "Post", Assoc: store.Edge("feed"), Need: feedNeed(), Paging: schema.PagedByTime, Rate: limits.Stream, Legacy: true, Mark: "[doc user v2.10]"},
		{Name: "friendrequests", To: "FriendRequest", Assoc: store.Edge("friendrequests"), Need: needs(graph.ReadRequests), Refusal: graph.ErrReadRequests, Legacy: true, Gone: withV2, Mark: "[doc user v2.10]"},
		{Name: "home", To: "Post", Assoc: store.Edge("home"), Gather: published(), Need: needs(graph.ReadStream), Paging: schema.PagedByTime, Rate: limits.Stream, Legacy: true, Gone: withV24, Mark: "[doc user v2.10]"},
		{Name: "inbox", To: "LegacyThread", Assoc: store.Edge("inbox"), Need: needs(graph.ReadMailbox), Refusal: graph.ErrReadMailbox, Paging: schema.PagedByTime, Legacy: true, Gone: withV24, Mark: "[doc user v2.10]"},
		{Name: "locations", To: "LocationTag", Assoc: store.Edge("locations"), Need: needs(graph.UserTaggedPlaces, graph.UserPhotos), Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
		{Name: "mutualfriends", To: "User", Assoc: store.AssocFriend, Need: needs(graph.UserFriends), With: "user", Key: "user", Params: []schema.Param{must(person("user"))}, Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
		{Name: "notifications", To: "Notification", Assoc: store.Edge("notifications"), Need: needs(graph.ManageNotifications), Filter: unreadOnly, Params: []schema.Param{boolean("include_read")}, Legacy: true, Gone: withV24, Mark: "[doc user v2.10]"},
		{Name: "outbox", To: "LegacyThread", Assoc: store.Edge("outbox"), Need: needs(graph.ReadMailbox), Refusal: graph.ErrReadMailbox, Paging: schema.PagedByTime, Legacy: true, Gone: withV24, Mark: "[doc user v2.10]"},
		{Name: "questions", To: "Question", Assoc: store.Edge("questions"), Need: needs(graph.UserQuestions), Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
		{Name: "scores", To: "Score", Assoc: store.Edge("scores"), Need: needs(graph.UserGamesActivity), Empty: april2018, Legacy: true, Gone: withV33, Mark: "[doc user v2.10]"},
		{Name: "subscribers", To: "User", Assoc: store.EdgeOf("subscribedto"), Need: needs(graph.UserSubscriptions), Among: schema.AmongKnown, Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
		{Name: "subscribedto", To: "User", Assoc: store.Edge("subscribedto"), Need: needs(graph.UserSubscriptions), Among: schema.AmongKnown, Legacy: true, Gone: withV2, Mark: "[doc user v2.10; permission guess]"},
	}
}
