package nodes

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// UserInvitableFriend is a friend who does not use the app yet: the ID is good
// for an invitation only. [doc invitable_friends]
func UserInvitableFriend() *schema.Node { return friendByToken("UserInvitableFriend", "invite") }

// UserTaggableFriend is a friend who can be tagged: the ID is good for that
// only. [doc taggable_friends]
func UserTaggableFriend() *schema.Node { return friendByToken("UserTaggableFriend", "tag") }

func friendByToken(name, use string) *schema.Node {
	mark := "[spec v3.3]"
	part := func(name string, get func(*schema.Row) string, def []schema.Span) schema.Field {
		return schema.Field{Name: name, Kind: schema.String, Default: def, Mark: mark,
			From: func(b []byte, r *schema.Row) []byte { return append(b, get(r)...) }}
	}
	return &schema.Node{
		Name: name, Wire: name, Persons: true, Ladder: []journal.Rung{journal.Node},
		Fields: []schema.Field{
			{Name: "id", Kind: schema.String, Default: always(), From: friendToken(use), Mark: mark},
			{Name: "name", Kind: schema.String, Default: always(), From: userName, Mark: mark},
			part("first_name", func(r *schema.Row) string { return r.Person.Shown(people.FirstName, r.Reach()) }, nil),
			part("middle_name", func(r *schema.Row) string { return r.Person.Shown(people.MiddleName, r.Reach()) }, nil),
			part("last_name", func(r *schema.Row) string { return r.Person.Shown(people.LastName, r.Reach()) }, nil),
			{Name: "picture", Kind: schema.Struct, Default: always(), From: friendPicture, Params: pictureParams(), Shape: valueType("PictureOfFriend"), Mark: mark},
		},
	}
}

// friendToken is opaque and another one for each app and each use.
func friendToken(use string) func([]byte, *schema.Row) []byte {
	return func(b []byte, r *schema.Row) []byte {
		return appendOpaque(b, r, "friend", use, r.Viewer.App.PublicID, strconv.FormatUint(r.Person.Seed, 16))
	}
}

// Comment is what somebody said about a post, photo or album.
func Comment() *schema.Node {
	return liked(deletable(schema.ByPerson, needs(graph.PublishActions), thing("Comment", needs(graph.UserPosts), columns("[doc comment]",
		column{"created_time", schema.Datetime, shown, ""},
		column{"from", schema.NodeRef, shown, schema.AnyNode},
		column{"message", schema.String, shown, ""},
	), likesOf())))
}

func likesOf() schema.Edge {
	return schema.Edge{Name: "likes", To: "User", Assoc: store.Edge("object.likes"), Among: schema.AmongKnown, Total: true, Mark: "[doc likes]"}
}
