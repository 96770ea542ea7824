package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// userEdges are the edges of the User node in the order of the v2.10 reference.
func userEdges() []schema.Edge {
	return []schema.Edge{
		{Name: "albums", To: "Album", Assoc: store.Edge("albums"), Need: needs(graph.UserPhotos), Mark: "[doc user v2.10]"},
		// Friends who use the app; the total counts all. [doc v2.0; seen RESTFB v4_0]
		{Name: "friends", To: "User", Assoc: store.AssocFriend, Need: needs(graph.UserFriends), Among: schema.AmongAppUsers, Total: true, Always: true, Mark: "[doc user v2.10]"},
		{Name: "likes", To: "Page", Assoc: store.Edge("likes"), Need: needs(graph.UserLikes), Total: true, Extra: createdTime(), Mark: "[doc user v2.10]"},
		{Name: "photos", To: "Photo", Assoc: store.Edge("photos"), Need: needs(graph.UserPhotos), Mark: "[doc user v2.10]"},
	}
}

// createdTime is when the person liked it.
func createdTime() []schema.Field {
	return []schema.Field{{Name: "created_time", Kind: schema.Datetime, Default: always(), From: schema.LinkedTime, Mark: "[doc user v2.10]"}}
}
