package nodes

import (
	"bytes"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// MessengerUser is a person as one Page sees them: the Messenger User Profile
// API in its editions of 2016, 2018 and 2026.
func MessengerUser() *schema.Node {
	return &schema.Node{
		Name:  "MessengerUser",
		Wire:  "MessengerPageScopedID", // [seen broidHQ/integrations#73]
		Space: store.SpacePSID, UseCase: limits.Messenger,
		// The order of MP 1.6. [guess, consistent with all recordings]
		Ladder: []journal.Rung{
			journal.AccountKind, journal.AppMode, journal.Feature, journal.Permission, journal.InstantGames, journal.PhoneOnly,
			journal.Consent, journal.Syntax, journal.UnknownField, journal.UnapprovedField, journal.EUPicture,
		},
		Loads: schema.LoadContact | schema.LoadRole,
		// No implicit id up to v3.0, appended from v3.1. [seen R3; guess after]
		ImplicitID: schema.Span{Since: v3_1},
		// Some senders answer so in 2026, whatever was approved. [seen chatwoot#15840]
		ShortDefault: "name,id",
		Edges:        append(matchingEdges(), labelsOfEdge()),
		Fields: described([]schema.Field{
			// Not in the tables of 2016 and 2018, but asked for by clients of that time. [guess]
			{Name: "id", Kind: schema.IDString, Default: from(v3_1), From: schema.PublicID, Mark: "[doc user-profile 2026]"},
			// Error 100 on v2.8, part of the documented default from v3.1 until about v9. [seen broidHQ/integrations#73, doc D1]
			{Name: "name", Kind: schema.String, Span: schema.Span{Since: v3_1}, Default: []schema.Span{{Since: v3_1, Until: v9_0}},
				From: messengerName, Mark: "[doc user-profile 2026]"},
			{Name: "first_name", Kind: schema.String, Default: always(), Audience: people.FirstName,
				From: schema.Attr(people.FirstName), Mark: "[doc user-profile 2016, 2018, 2026]"},
			{Name: "last_name", Kind: schema.String, Default: always(), Audience: people.LastName,
				From: schema.Attr(people.LastName), Mark: "[doc user-profile 2016, 2018, 2026]"},
			{Name: "profile_pic", Kind: schema.URL, Default: always(), Audience: people.ProfilePic,
				From: messengerPicture, Mark: "[doc user-profile 2016, 2018, 2026]"},
			{Name: "locale", Kind: schema.LocaleCode, Default: until(v3_1), Audience: people.Locale,
				Need: approved(graph.PagesUserLocale, people.InfoLocale),
				From: schema.Attr(people.Locale), Mark: "[doc user-profile 2016, 2018, 2026]"},
			// Number relative to GMT; float, as the User node declares it. [doc user v2.10]
			{Name: "timezone", Kind: schema.Float, Default: until(v3_1), Audience: people.Timezone,
				Need: approved(graph.PagesUserTimezone, people.InfoTimezone),
				From: timezone, Mark: "[doc user-profile 2016, 2018, 2026]"},
			{Name: "gender", Kind: schema.String, Default: until(v3_1), Audience: people.Gender,
				Need: approved(graph.PagesUserGender, people.InfoGender),
				From: schema.Attr(people.Gender), Mark: "[doc user-profile 2016, 2018, 2026]"},
			// Gone on 30 October 2018. [doc D1]
			{Name: "is_payment_enabled", Kind: schema.Bool, Span: schema.Span{Until: v3_1}, Audience: people.IsPaymentEnabled,
				From: schema.Attr(people.IsPaymentEnabled), Mark: "[doc user-profile 2016, 2018]"},
			// Only people who came through a Conversation Ad have one. [doc user-profile 2018]
			{Name: "last_ad_referral", Kind: schema.Struct, Span: schema.Span{Until: v3_1},
				From: lastAdReferral, Mark: "[doc user-profile 2018]"},
		}),
	}
}

// approved needs a permission per field and, per Page, "Info About People",
// from v3.1 on. [doc D1 breaking change notice]
func approved(p graph.Permission, f people.InfoField) *schema.Need {
	return &schema.Need{AnyOf: graph.PermissionSet(p), Info: int8(f), Since: v3_1}
}

// messengerName is first and last name; a middle name is never exposed. [seen RocketChat#9757]
func messengerName(b []byte, r *schema.Row) []byte {
	if _, said := r.Person.Attr(people.Name); said {
		return append(b, r.Person.Shown(people.Name, r.Reach())...)
	}
	return joinNames(b, r.Person.Shown(people.FirstName, r.Reach()), r.Person.Shown(people.LastName, r.Reach()))
}

// joinNames joins ready JSON strings with a blank, leaving out absent ones.
func joinNames(b []byte, parts ...string) []byte {
	start := len(b)
	for _, p := range parts {
		if len(p) < 3 {
			continue
		}
		if len(b) == start {
			b = append(b, '"')
		} else {
			b = append(b, ' ')
		}
		b = append(b, p[1:len(p)-1]...)
	}
	if len(b) > start {
		b = append(b, '"')
	}
	return b
}

func timezone(b []byte, r *schema.Row) []byte { return r.Person.AppendTimezone(b, r.Now) }

// lastAdReferral writes source, type and ad_id, in that order. [doc user-profile 2018]
func lastAdReferral(b []byte, r *schema.Row) []byte {
	if r.Contact == nil || r.Contact.AdReferral.AdID == "" {
		return b
	}
	ad := &r.Contact.AdReferral
	b = append(b, `{"source":`...)
	b = graph.AppendString(b, ad.Source)
	b = append(b, `,"type":`...)
	b = graph.AppendString(b, ad.Type)
	b = append(b, `,"ad_id":`...)
	b = graph.AppendString(b, ad.AdID)
	return append(b, '}')
}

// messengerPicture is a signed URL in the shape of its era: a CDN path with oh
// and oe up to v3.0, psid, width, ext and hash from v3.1. [seen R3, Yoctol/bottender#395]
func messengerPicture(b []byte, r *schema.Row) []byte {
	if r.Person.Picture == people.PictureNone {
		return b
	}
	c := picture.Claim{Space: picture.PSID, Owner: int64(r.Owner), App: int64(r.Viewer.App.ID), Scoped: r.ID, Expires: r.Now.Add(r.Env.PictureTTL).Unix()}
	if r.Version < v3_1 {
		c.Width = 200
		r.Scratch = r.Env.Pictures.AppendLegacy(r.Scratch[:0], r.Env.PictureBase, &c)
	} else {
		c.Width = 1024
		r.Scratch = r.Env.Pictures.AppendModern(r.Scratch[:0], r.Env.PictureBase, &c)
	}
	return appendURL(b, r.Env.PictureBase, r.Scratch)
}

// appendURL appends a URL of ours as a JSON string. Behind the base, which is
// somebody's setting, only the slash is written otherwise than it stands there.
func appendURL(b []byte, base string, url []byte) []byte {
	b = append(b, '"')
	b = graph.AppendEscaped(b, base)
	url = url[min(len(base), len(url)):]
	for {
		i := bytes.IndexByte(url, '/')
		if i < 0 {
			break
		}
		b = append(b, url[:i]...)
		b = append(b, '\\', '/')
		url = url[i+1:]
	}
	b = append(b, url...)
	return append(b, '"')
}
