package nodes

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

// Filters of edges: what an edge leaves out by itself, and what the caller asks
// for instead.

// wants compares a yes or no with what a parameter asks for; one that was not given
// wants either.
func wants(a *schema.Asked, name string, is bool) bool {
	v := a.Args.Find(name)
	return v == nil || (v.Int != 0) == is
}

// names reports whether a parameter that names a node was not given, or names one
// of these.
func names[ID comparable](id ID, said bool, these ...ID) bool {
	var none ID
	return !said || id != none && slices.Contains(these, id)
}

// plainText is the text of a part, empty for none.
func plainText(ps people.Parts, name string) (text string) {
	if p := ps.Find(name); p != nil {
		_ = json.Unmarshal([]byte(p.Text), &text) // something else is no text
	}
	return text
}

func itemParts(r *schema.Row) people.Parts {
	if r.Item == nil {
		return nil
	}
	return r.Item.Parts
}

// managedPage goes by what the Page is. [doc user accounts; what each means guess]
func managedPage(r *schema.Row, a *schema.Asked) bool {
	p := r.Page
	business, said := a.ID("business_id")
	return p != nil && names(business, said, p.Business) && wants(a, "is_business", p.Business != 0) &&
		wants(a, "is_place", p.Parts.Find("location") != nil) && wants(a, "is_promotable", p.Parts.JSON("promotion_eligible") == "true")
}

// achievementOf goes by app, kind, and what was achieved: its ID or URL. [guess]
func achievementOf(r *schema.Row, a *schema.Asked) bool {
	app, said := a.ID("app_id_filter")
	if !names(app, said, r.Parts.Refs("application")...) || !is(a, "type", plainText(r.Parts, "type")) {
		return false
	}
	object := a.Args.Text("object")
	if object == "" {
		return true
	}
	var data map[string]struct{ ID, URL string }
	if p := r.Parts.Find("data"); p == nil || json.Unmarshal([]byte(p.Text), &data) != nil {
		return false
	}
	for _, to := range data {
		if to.ID == object || to.URL == object {
			return true
		}
	}
	return false
}

// is compares a text with what a parameter asks for; one that was not given takes any.
func is(a *schema.Asked, name string, texts ...string) bool {
	v := a.Args.Find(name)
	return v == nil || slices.Contains(texts, v.Text)
}

// activityOf goes by the business that acted, or that something was done to. [guess]
func activityOf(r *schema.Row, a *schema.Asked) bool {
	return is(a, "business", plainText(r.Parts, "acting_business_id"), plainText(r.Parts, "acted_upon_business_id"), plainText(r.Parts, "target_business_id"))
}

// conversationKept are what the reference has no field for: where the Page put the
// thread, and its tags.
func conversationKept() []schema.Field {
	return []schema.Field{
		{Name: "folder", Kind: schema.String, Plain: true, From: schema.ItemPart("folder"), Mark: "[own]"},
		{Name: "tags", Kind: schema.List, Plain: true, From: schema.ItemPart("tags"), Mark: "[own]"},
	}
}

// conversationOf goes by the folder, which is inbox unless the world says
// otherwise, by tags, of which one is enough, and by who takes part. [doc page
// conversations; which tags guess]
func conversationOf(r *schema.Row, a *schema.Asked) bool {
	if !is(a, "folder", folderOf(r)) {
		return false
	}
	if tags := a.Args.Find("tags"); tags != nil {
		var has []string
		if p := itemParts(r).Find("tags"); p == nil || json.Unmarshal([]byte(p.Text), &has) != nil {
			return false
		}
		if !slices.ContainsFunc(tags.List, func(t schema.Arg) bool { return slices.Contains(has, t.Text) }) {
			return false
		}
	}
	user, said := a.ID("user_id")
	return !said || r.Thing != nil && r.Thing.ID == user || slices.Contains(r.Parts.Refs("participants"), user)
}

func folderOf(r *schema.Row) string { return cmp.Or(plainText(itemParts(r), "folder"), "inbox") }

// eventsOf leaves out what the person declined or did not answer, unless type
// asks for one kind, and what was canceled. [doc user v2.10, user events; canceled guess]
func eventsOf(r *schema.Row, a *schema.Asked) bool {
	if r.Parts.JSON("is_canceled") == "true" && !a.Args.Bool("include_canceled", false) {
		return false
	}
	reply := plainText(itemParts(r), "rsvp_status")
	switch asked := a.Args.Text("type"); asked {
	case "":
		return reply != "declined" && reply != "not_replied"
	case "created":
		return r.Thing != nil && r.Thing.Owner == a.Of
	default:
		return reply == asked
	}
}

// groupKept says that somebody on the list is no administrator of the group.
func groupKept() []schema.Field {
	return []schema.Field{{Name: "administrator", Kind: schema.Bool, Plain: true, From: schema.ItemPart("administrator"), Mark: "[own]"}}
}

// groupOf goes by who administers the group, everybody unless the world says
// otherwise, and by what it is under. [guess]
func groupOf(r *schema.Row, a *schema.Asked) bool {
	parent, said := a.ID("parent")
	return names(parent, said, r.Parts.Refs("parent")...) &&
		(!a.Args.Bool("admin_only", false) || itemParts(r).JSON("administrator") != "false")
}

// notExcluded leaves out friends by the IDs that the edge gave them.
func notExcluded(r *schema.Row, a *schema.Asked) bool {
	list := a.Args.Find("excluded_ids")
	if list == nil {
		return true
	}
	id := string(friendToken("invite")(nil, r))
	return !slices.ContainsFunc(list.List, func(e schema.Arg) bool { return string(graph.AppendString(nil, e.Text)) == id })
}

// liveVideoOf goes by the state, and by whose the video is: the person's own, or
// somebody else's on their list. [guess]
func liveVideoOf(r *schema.Row, a *schema.Asked) bool {
	if states := a.Args.Find("broadcast_status"); states != nil {
		state := plainText(r.Parts, "status")
		if !slices.ContainsFunc(states.List, func(e schema.Arg) bool { return e.Text == state }) {
			return false
		}
	}
	switch a.Args.Text("source") {
	case "owner":
		return isFrom(r, a)
	case "target":
		return !isFrom(r, a)
	}
	return true
}

func isFrom(r *schema.Row, a *schema.Asked) bool { return slices.Contains(r.Parts.Refs("from"), a.Of) }

// objectOf goes by the kind of object. The specification of v3.3 requires it; whether
// v2.10 did is not known. [guess]
func objectOf(r *schema.Row, a *schema.Asked) bool { return is(a, "type", plainText(r.Parts, "type")) }

// promotable leaves out what is over, unless it is asked for too. [guess]
func promotable(r *schema.Row, a *schema.Asked) bool {
	page, said := a.ID("page_id")
	switch {
	case !a.Args.Bool("include_past_events", false) && isPast(r), !wants(a, "is_page_event", r.Parts.JSON("is_page_owned") == "true"):
		return false
	case said && !names(page, said, append(slices.Clip(r.Parts.Refs("owner")), r.Thing.Owner)...):
		return false
	}
	kinds := a.Args.Find("promotable_event_types")
	return kinds == nil || slices.ContainsFunc(kinds.List, func(e schema.Arg) bool { return e.Text == ticketing(r.Parts) })
}

// isPast reports whether an event is over, or began if it does not say when it ends.
func isPast(r *schema.Row) bool {
	for _, name := range [...]string{"end_time", "start_time"} {
		text := plainText(r.Parts, name)
		for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02"} {
			if at, err := time.Parse(layout, text); err == nil {
				return at.Before(r.Now)
			}
		}
	}
	return false
}

// ticketing is how guests come by a ticket: where terms are there, on the spot; by
// another site, or by their answer alone. [guess]
func ticketing(ps people.Parts) string {
	switch {
	case ps.Find("ticketing_terms_uri") != nil:
		return "ONSITE_TICKET"
	case ps.Find("ticket_uri") != nil:
		return "OFFSITE_TICKET"
	}
	return "RSVP"
}

// unreadOnly leaves out what the person has read, unless include_read wants it
// too. [doc user v2.10, user notifications]
func unreadOnly(r *schema.Row, a *schema.Asked) bool {
	return a.Args.Bool("include_read", false) || r.Parts.JSON("unread") != "false"
}

// uploadedOrTagged tells what the person put up from what they are tagged in.
// Unless type asks for one there are both. [doc user v2.10, user photos]
func uploadedOrTagged(r *schema.Row, a *schema.Asked) bool {
	switch mine := r.Thing != nil && isFrom(r, a); a.Args.Text("type") {
	case "uploaded":
		return mine
	case "tagged":
		return !mine
	default:
		return true
	}
}
