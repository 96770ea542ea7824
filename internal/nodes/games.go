package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// Achievement is an achievement that a person made in a game.
func Achievement() *schema.Node {
	return deletable(schema.ByPerson, needs(graph.PublishActions), thing("Achievement", needs(graph.UserGamesActivity), columns("[spec v3.3]",
		column{"from", schema.NodeRef, asked, "User"},
		column{"publish_time", schema.Datetime, asked, ""},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"data", schema.Struct, asked, ""},
		column{"importance", schema.Integer, asked, ""},
		column{"type", schema.String, asked, ""},
		column{"no_feed_story", schema.Bool, asked, ""},
	)))
}

// Score is what a person scored in a game.
func Score() *schema.Node {
	return unaddressed("Score", needs(graph.UserGamesActivity), columns("[spec v3.3]",
		column{"score", schema.Integer, shown, ""},
		column{"user", schema.NodeRef, shown, "User"},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"type", schema.String, asked, ""},
	))
}

// AppRequest asks a person to use an app.
func AppRequest() *schema.Node {
	return deletable(schema.ByPerson|schema.ByApp, nil, thing("AppRequest", nil, columns("[spec v3.3]",
		column{"action_type", schema.String, asked, ""},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"created_time", schema.Datetime, asked, ""},
		column{"data", schema.String, asked, ""},
		column{"from", schema.NodeRef, asked, "User"},
		column{"message", schema.String, asked, ""},
		column{"object", schema.Struct, asked, ""},
		column{"to", schema.NodeRef, asked, "User"},
	)))
}

// AppRequestFormerRecipient is who had an app request once.
func AppRequestFormerRecipient() *schema.Node {
	return thing("AppRequestFormerRecipient", nil, columns("[spec v3.3]",
		column{"recipient_id", schema.String, asked, ""},
	))
}
