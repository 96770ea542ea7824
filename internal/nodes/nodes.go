// Package nodes is the declared Graph: every node type with its fields, in the
// order the reference pages list them, and what backs each. It holds no policy:
// needs and audiences are data that the engine reads.
package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// Versions at which the declarations change.
var (
	v2_0 = graph.V(2, 0)
	v2_4 = graph.V(2, 4)
	v2_8 = graph.V(2, 8)
	v3_0 = graph.V(3, 0)
	v3_1 = graph.V(3, 1)
	v3_3 = graph.V(3, 3)
	v9_0 = graph.V(9, 0)
)

// Catalogue checks and returns the declared Graph.
func Catalogue() (*schema.Catalogue, error) {
	return schema.NewCatalogue(public(shapes(append([]*schema.Node{
		MessengerUser(), InstagramUser(), User(), Page(), Application(), Business(), IGUser(), UserInvitableFriend(), UserTaggableFriend(), UserContext(),
	}, things()...)), "Event", "Post", "Album", "Photo", "Video")...)
}

// things are the node types without a record type of their own.
func things() []*schema.Node {
	return []*schema.Node{
		Album(), Photo(), Video(), LiveVideo(), Post(), Question(), Notification(), OpenGraphObject(), StreamFilter(), Achievement(), Score(), AppRequest(), AppRequestFormerRecipient(), Place(), PlaceTag(), LocationTag(), Event(), Group(), FriendList(), FriendRequest(), CuratedCollection(), Domain(), AdAccount(), AdAccountGroup(), AdContract(), AdStudy(), CustomAudience(), InsightsResult(), BusinessActivityLogEvent(), BusinessUser(), Conversation(), Message(), MessengerThread(), LegacyThread(), PageLabel(), Persona(), PageAdminNote(), PageUserMessageThreadLabel(), FavoriteRequest(), RequestHistory(), Comment(),
	}
}

// always is a default span that covers every version.
func always() []schema.Span { return []schema.Span{{}} }

func from(v graph.Version) []schema.Span { return []schema.Span{{Since: v}} }

func until(v graph.Version) []schema.Span { return []schema.Span{{Until: v}} }
