package nodes

import (
	"strings"

	"github.com/kithgraph/kith/internal/schema"
)

// shapes gives fields and edges whose type names a value, or a node that is kept as
// a value, what it is made of.
func shapes(list []*schema.Node) []*schema.Node {
	for _, n := range list {
		for i := range n.Fields {
			f := &n.Fields[i]
			if f.Type == "" {
				f.Type = otherTypes[n.Name+" "+f.Name]
			}
			if f.From != nil && f.Shape == nil {
				f.Shape = typed(f.Type)
			}
		}
		for i := range n.Edges {
			if e := &n.Edges[i]; e.Values != nil && e.Shape == nil {
				e.Shape = typed("value " + e.Type)
			}
		}
	}
	return list
}

// otherTypes are the types of fields of nodes that are declared without. [spec v3.3]
var otherTypes = map[string]string{
	"CustomAudience data_source":     "value CustomAudienceDataSource",
	"Event cover":                    "value CoverPhoto",
	"Group cover":                    "value CoverPhoto",
	"Group venue":                    "value Location",
	"Message attachments":            "value MessageAttachment",
	"Message reactions":              "value MessageReaction",
	"Message story":                  "value MessageStory",
	"MessengerUser last_ad_referral": "value LastAdReferral",
	"OpenGraphObject engagement":     "value Engagement",
	"OpenGraphObject location":       "value Location",
	"Page category_list":             "list<value PageCategory>",
	"Page cover":                     "value CoverPhoto",
	"Page engagement":                "value Engagement",
	"Page location":                  "value Location",
	"Place location":                 "value Location",
}

// typed is the shape of a type as the reference names it: "value AgeRange", "node
// Page", or a list of such; nil for any other.
func typed(name string) *schema.Shape {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "list<"), ">")
	if to, ok := strings.CutPrefix(name, "node "); ok {
		return &schema.Shape{To: to}
	}
	value, ok := strings.CutPrefix(name, "value ")
	if !ok {
		return nil
	}
	return valueType(value)
}

// valueType is what a value is made of. [spec v3.3, node business sdk 3.1.2]
func valueType(name string) *schema.Shape {
	switch name {
	case "AgeRange":
		return made(name, "max", "min")
	case "CoverPhoto":
		return made(name, "cover_id", "id", "offset_x", "offset_y", "source")
	case "Currency":
		return made(name, "currency_offset", "usd_exchange", "usd_exchange_inverse", "user_currency", "currency_exchange", "currency_exchange_inverse")
	case "CustomAudienceDataSource":
		return made(name, "creation_params", "sub_type", "type")
	case "EducationExperience":
		return with(made(name, "id", "type"), "classes", "value Experience", "concentration", "node Page", "degree", "node Page", "school", "node Page", "with", "node User", "year", "node Page")
	case "CustomAudienceSession":
		return made(name, "end_time", "num_invalid_entries", "num_matched", "num_received", "progress", "session_id", "stage", "start_time")
	case "Engagement":
		return made(name, "count", "count_string", "count_string_with_like", "count_string_without_like", "social_sentence", "social_sentence_with_like", "social_sentence_without_like")
	case "Experience":
		return with(made(name, "description", "id", "name"), "from", "node User", "with", "node User")
	case "LastAdReferral":
		return made(name, "source", "type", "ad_id")
	case "Location":
		return made(name, "city", "city_id", "country", "country_code", "latitude", "located_in", "longitude", "name", "region", "region_id", "state", "street", "zip")
	case "PageCategory":
		within := made(name, "api_enum", "id", "name")
		return &schema.Shape{Name: name, Members: append(within.Members, schema.Member{Name: "fb_page_categories", Shape: within})}
	case "PaymentPricepoint":
		return made(name, "credits", "local_currency", "user_price")
	case "PaymentPricepoints":
		return with(made(name), "mobile", "value PaymentPricepoint")
	case "Permission":
		return made(name, "permission", "status")
	case "PlatformSessionKey":
		return made(name, "id")
	case "MessageAttachment":
		// Files have the first of them, everything else the last four. [doc message/attachments,
		// message; the latter guess]
		s := with(made(name, "id", "mime_type", "name", "size", "file_url", "generic_template", "type", "title", "url", "payload"),
			"image_data", "value MessageAttachmentImageData", "video_data", "value MessageAttachmentVideoData")
		s.Data = true
		return s
	case "MessageAttachmentImageData":
		return made(name, "animated_gif_preview_url", "animated_gif_url", "height", "max_height", "max_width", "preview_url", "render_as_sticker", "url", "width")
	case "MessageAttachmentVideoData":
		return made(name, "height", "preview_url", "url", "width")
	case "MessageReaction":
		s := made(name, "emoji", "reaction", "users")
		s.Data = true
		return s
	case "MessageStory":
		return with(made(name), "mention", "value MessageStoryLink", "reply_to", "value MessageStoryLink")
	case "MessageStoryLink":
		return made(name, "id", "link")
	case "PictureOfFriend":
		s := valueType("ProfilePictureSource")
		s.Data = true
		return s
	case "ProfilePictureSource":
		return made(name, "bottom", "cache_key", "height", "is_silhouette", "left", "right", "top", "url", "width")
	case "ProjectExperience":
		return with(made(name, "id", "name", "description", "start_date", "end_date"), "with", "node User", "from", "node User")
	case "SecureBrowsing":
		return made(name, "enabled")
	case "SecuritySettings":
		return with(made(name), "secure_browsing", "value SecureBrowsing")
	case "UserDevice":
		return made(name, "hardware", "os")
	case "UserIDForApp":
		return including(made(name, "id"), "app", Application())
	case "UserIDForPage":
		return including(made(name, "id"), "page", Page())
	case "VideoUploadLimits":
		return made(name, "length", "size")
	case "WorkExperience":
		return with(made(name, "description", "end_date", "id", "start_date"), "employer", "node Page", "from", "node User", "location", "node Page", "position", "node Page", "projects", "value ProjectExperience", "with", "node User")
	}
	return nil
}

func made(name string, members ...string) *schema.Shape {
	s := &schema.Shape{Name: name}
	for _, m := range members {
		s.Members = append(s.Members, schema.Member{Name: m})
	}
	return s
}

// with adds members that have a type: name, type, name, type.
func with(s *schema.Shape, members ...string) *schema.Shape {
	for i := 0; i+1 < len(members); i += 2 {
		s.Members = append(s.Members, schema.Member{Name: members[i], Shape: typed(members[i+1])})
	}
	return s
}

// including adds a member with the fields of a node, of which the value writes some.
func including(s *schema.Shape, name string, n *schema.Node) *schema.Shape {
	in := made(n.Wire)
	for i := range n.Fields {
		in.Members = append(in.Members, schema.Member{Name: n.Fields[i].Name})
	}
	s.Members = append(s.Members, schema.Member{Name: name, Shape: in})
	return s
}
