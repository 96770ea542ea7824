package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// InstagramUser is a person as one Instagram professional account sees them.
// All fields exist in all versions. [doc instagram user-profile 2026]
func InstagramUser() *schema.Node {
	return &schema.Node{
		Name:  "InstagramUser",
		Wire:  "IGBusinessScopedID", // [guess]
		Space: store.SpaceIGSID, UseCase: limits.Instagram,
		Ladder: []journal.Rung{
			journal.AccountKind, journal.AppMode, journal.Task, journal.Permission, journal.Blocked,
			journal.Consent, journal.Syntax, journal.UnknownField,
		},
		Loads: schema.LoadContact | schema.LoadRole | schema.LoadTask,
		// What the Facebook Login route asks for, and graph.instagram.com. [doc seed instagram, D18]
		PageAsks: graph.PermissionSet(graph.InstagramBasic, graph.InstagramManageMessages,
			graph.PagesManageMetadata, graph.PagesReadEngagement, graph.PagesShowList),
		LoginAsks:  graph.PermissionSet(graph.InstagramBusinessBasic, graph.InstagramBusinessManageMessages),
		Task:       graph.TaskModerate,
		ImplicitID: schema.Span{}, // always there. [seen chatwoot instagram direct/message_text.rb]
		Fields: []schema.Field{
			// Null when not set. [doc]
			{Name: "name", Kind: schema.String, Default: always(), Null: true, Audience: people.InstagramName,
				From: schema.Attr(people.InstagramName), Mark: "[doc instagram user-profile 2026]"},
			// Null when there is none; the URL expires in a few days. [doc]
			{Name: "profile_pic", Kind: schema.URL, Default: always(), Null: true,
				From: instagramPicture, Mark: "[doc instagram user-profile 2026]"},
			{Name: "is_verified_user", Kind: schema.Bool, From: instagramVerified, Mark: "[doc instagram user-profile 2026]"},
			{Name: "follower_count", Kind: schema.Integer, From: instagramFollowers, Mark: "[doc instagram user-profile 2026]"},
			{Name: "is_user_follow_business", Kind: schema.Bool, Loads: schema.LoadFollows,
				From: func(b []byte, r *schema.Row) []byte { return appendBool(b, r.UserFollows) }, Mark: "[doc instagram user-profile 2026]"},
			{Name: "is_business_follow_user", Kind: schema.Bool, Loads: schema.LoadFollows,
				From: func(b []byte, r *schema.Row) []byte { return appendBool(b, r.BusinessFollows) }, Mark: "[doc instagram user-profile 2026]"},
			{Name: "username", Kind: schema.String, From: schema.Attr(people.InstagramUsername), Mark: "[doc instagram user-profile 2026]"},
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: "[seen chatwoot]"},
		},
	}
}

func instagramVerified(b []byte, r *schema.Row) []byte {
	return appendBool(b, r.Person.Text(people.InstagramVerified) == "true")
}

func instagramFollowers(b []byte, r *schema.Row) []byte {
	if n := r.Person.JSON(people.InstagramFollowers); n != "" {
		return append(b, n...)
	}
	return append(b, '0')
}

func instagramPicture(b []byte, r *schema.Row) []byte {
	if r.Person.InstagramPicture == people.PictureNone {
		return b
	}
	c := picture.Claim{Space: picture.IGSID, Owner: int64(r.Owner), App: int64(r.Viewer.App.ID), Scoped: r.ID, Width: 1024,
		Expires: r.Now.Add(r.Env.InstagramPictureTTL).Unix()}
	r.Scratch = r.Env.Pictures.AppendModern(r.Scratch[:0], r.Env.PictureBase, &c)
	return appendURL(b, r.Env.PictureBase, r.Scratch)
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}
