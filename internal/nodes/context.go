package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// UserContext is what a person and the Viewer have in common. It has an ID of its
// own, good for one app, by which it can be read; that ended with v3.3. [doc
// user-context, social-context, changelog v3.3; spec v3.3]
func UserContext() *schema.Node {
	return &schema.Node{
		Name: "UserContext", Wire: "UserContext", Persons: true,
		Handle: "user_context", Handled: schema.Span{Until: v3_3},
		Ladder: []journal.Rung{journal.AppMode, journal.AccountKind, journal.Syntax, journal.UnknownField},
		Loads:  schema.LoadRole | schema.LoadInstall | schema.LoadFriend,
		Fields: []schema.Field{
			{Name: "id", Kind: schema.String, Default: always(), From: schema.PublicID, Mark: "[doc user-context]"},
		},
		Edges: []schema.Edge{
			{Name: "mutual_friends", Span: contexts(), To: "User", Assoc: store.AssocFriend, Common: true, Need: needs(graph.UserFriends), Total: true, Always: true, Empty: april2018, Gone: july2019,
				Mark: "[doc user-context mutual_friends; seen for the total without permission]"},
			{Name: "mutual_likes", Span: contexts(), To: "Page", Assoc: store.Edge("likes"), Common: true, Need: needs(graph.UserLikes), Total: true, Always: true, Gone: july2019,
				Mark: "[doc user-context mutual_likes; permission guess; seen for the total without permission]"},
			{Name: "all_mutual_friends", Span: contexts(), To: "UserTaggableFriend", Assoc: store.AssocFriend, Common: true, Need: needs(graph.UserFriends), Among: schema.AmongAnyone, Total: true, Always: true, First: 5,
				Reviewed: true, Feature: graph.AllMutualFriends, Empty: april2018, Gone: july2019, Mark: "[doc user-context all_mutual_friends]"},
			// The pages say of both lists that they are what two have in common; of this
			// one, that it is of those who have the app. [doc social-context]
			{Name: "three_degree_mutual_friends", Span: contexts(), To: "UserTaggableFriend", Assoc: store.AssocFriend, Common: true, Need: needs(graph.UserFriends), Total: true, Always: true,
				Reviewed: true, Feature: graph.ThreeDegreeMutualFriends, Empty: april2018, Gone: july2019, Mark: "[doc social-context]"},
		},
	}
}

func contexts() schema.Span { return schema.Span{Until: v3_3} }

// sameOne is the person as another node type sees them.
func sameOne(r *schema.Row) []store.ID { return one(r.Person.ID) }
