package nodes

import (
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// What a call may ask of an edge, as the oldest machine specification lists it: the
// reference page names none. [spec v3.3]

func person(name string) schema.Param {
	return schema.Param{Name: name, Kind: schema.IDParam, Type: "integer", To: "User"}
}

func node(name, typ, to string) schema.Param {
	return schema.Param{Name: name, Kind: schema.IDParam, Type: typ, To: to}
}

func boolean(name string) schema.Param {
	return schema.Param{Name: name, Kind: schema.BoolParam, Type: "bool"}
}

func someOf(name string, values ...string) schema.Param {
	return schema.Param{Name: name, Kind: schema.ListParam, Of: &schema.Param{Kind: schema.EnumParam, Enum: values}, Type: "list<enum>"}
}

// targetID asks whether one Page is on the list.
func targetID() []schema.Param { return []schema.Param{node("target_id", "string", "Page")} }

func accountParams() []schema.Param {
	return []schema.Param{node("business_id", "string", "Business"), boolean("is_business"), boolean("is_place"), boolean("is_promotable")}
}

func achievementParams() []schema.Param {
	return []schema.Param{node("app_id_filter", "integer", "Application"), {Name: "object", Type: "json"}, text("type")}
}

func conversationParams() []schema.Param {
	return []schema.Param{text("folder"), {Name: "tags", Kind: schema.ListParam, Of: &schema.Param{}}, {Name: "user_id", Kind: schema.IDParam, Type: "string", To: "User"}}
}

// threadParams are those of a Page and an account: user_id names the conversation
// with one person. [doc conversations]
func threadParams() []schema.Param {
	return []schema.Param{text("folder"), oneOf("platform", "instagram", "messenger", "INSTAGRAM", "MESSENGER"),
		{Name: "tags", Kind: schema.ListParam, Of: &schema.Param{}}, {Name: "user_id", Kind: schema.IDParam, To: "Conversation"}}
}

func accountThreadParams() []schema.Param {
	return []schema.Param{oneOf("platform", "instagram", "INSTAGRAM"), {Name: "user_id", Kind: schema.IDParam, To: "Conversation"}}
}

// onPlatform is where the conversations of a Page are, or those of its account.
func onPlatform(page *people.Page, a schema.Args) store.ID {
	if strings.EqualFold(a.Text("platform"), "instagram") {
		return page.Instagram
	}
	return page.ID
}

func eventParams() []schema.Param {
	return []schema.Param{boolean("include_canceled"), oneOf("type", "attending", "created", "declined", "maybe", "not_replied")}
}

func groupParams() []schema.Param {
	return []schema.Param{boolean("admin_only"), node("parent", "string", schema.AnyNode)}
}

func liveVideoParams() []schema.Param {
	return []schema.Param{
		someOf("broadcast_status", "LIVE", "LIVE_STOPPED", "PROCESSING", "SCHEDULED_CANCELED", "SCHEDULED_EXPIRED", "SCHEDULED_LIVE", "SCHEDULED_UNPUBLISHED", "UNPUBLISHED", "VOD"),
		oneOf("source", "owner", "target"),
	}
}

func permissionParams() []schema.Param {
	status := oneOf("status", "declined", "granted")
	status.Also = []string{"expired"} // [doc permissions]
	return []schema.Param{text("permission"), status}
}

func pictureParams() []schema.Param {
	return []schema.Param{
		{Name: "height", Kind: schema.CountParam, Type: "integer"}, boolean("redirect"), oneOf("type", "album", "large", "normal", "small", "square"),
		{Name: "width", Kind: schema.CountParam, Type: "integer"},
	}
}

func promotableParams() []schema.Param {
	return []schema.Param{
		boolean("include_past_events"), boolean("is_page_event"), node("page_id", "uint32", "Page"),
		someOf("promotable_event_types", "OFFSITE_TICKET", "ONSITE_TICKET", "RSVP"),
	}
}

// blockedOne asks whether one person is blocked; uid is the old name.
func blockedOne() []schema.Param {
	uid := person("uid")
	uid.For, uid.Deprecated = "user", true
	return []schema.Param{uid, person("user")}
}

// pictureWidth is the side of a picture, which is square: the larger of those asked
// for counts. [doc user picture; that of an album guess]
func pictureWidth(a *schema.Asked) int {
	const square = 50
	if a == nil {
		return square
	}
	width := map[string]int{"small": square, "square": square, "normal": 100, "large": 200, "album": picture.MaxWidth}[a.Args.Text("type")]
	for _, name := range [...]string{"width", "height"} {
		if n := a.Args.Find(name); n != nil {
			width = max(width, int(min(n.Int, picture.MaxWidth)))
		}
	}
	if width == 0 {
		return square
	}
	return width
}
