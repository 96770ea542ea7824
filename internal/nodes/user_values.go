package nodes

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// userName is the full name, middle name included, unless the record spells one.
func userName(b []byte, r *schema.Row) []byte {
	p, reach := r.Person, r.Reach()
	if _, said := p.Attr(people.Name); said {
		return append(b, p.Shown(people.Name, reach)...)
	}
	if b, done := turned(b, p, reach); done {
		return b
	}
	return joinNames(b, p.Shown(people.FirstName, reach), p.Shown(people.MiddleName, reach), p.Shown(people.LastName, reach))
}

// nameFormat says in which order the parts of the name stand.
func nameFormat(b []byte, r *schema.Row) []byte {
	order := nameOrder(r.Person)
	if order == "" {
		return b
	}
	return graph.AppendString(b, order)
}

// ageRange follows from the birthday unless the record says one. Brackets seen:
// 13-17, 18-20, 21 and above without an upper bound.
func ageRange(b []byte, r *schema.Row) []byte {
	if said := r.Person.JSON(people.AgeRange); said != "" {
		return append(b, said...)
	}
	age, ok := r.Person.Age(r.Now)
	switch {
	case !ok || age < 13:
		return b
	case age < 18:
		return append(b, `{"max":17,"min":13}`...)
	case age < 21:
		return append(b, `{"max":20,"min":18}`...)
	}
	return append(b, `{"min":21}`...)
}

// birthday leaves out the parts that a person keeps to themselves, also with
// their own token: that token is the app's. So the text may be the year alone
// or month and day alone. [doc user v2.10; whom "only me" shuts out guess]
func birthday(b []byte, r *schema.Row) []byte {
	return r.Person.AppendBirthday(b, min(r.Reach(), graph.Friends))
}

// installed says whether the person uses the app that asks. [doc user v2.10]
func installed(b []byte, r *schema.Row) []byte { return appendBool(b, r.Install != nil) }

func installType(b []byte, r *schema.Row) []byte {
	if r.Install == nil || r.Install.Type == "" {
		return b
	}
	return graph.AppendString(b, r.Install.Type)
}

// timelineLink has the app-scoped form; there is none to somebody whom the app has no
// ID of. [seen; the latter guess]
func timelineLink(b []byte, r *schema.Row) []byte {
	if r.ASID == "" {
		return b
	}
	b = append(b, `"https:\/\/www.facebook.com\/app_scoped_user_id\/`...)
	b = append(b, r.ASID...)
	return append(b, `\/"`...)
}

// thirdPartyID is anonymous but unique for the person, another one in each app. [doc user v2.10]
func thirdPartyID(b []byte, r *schema.Row) []byte {
	return appendOpaque(b, r, "third_party_id", r.App.PublicID, strconv.FormatUint(r.Person.Seed, 16))
}

// tokenForBusiness is equal in all apps of one business. An app without a
// business has none. [doc user v2.10]
func tokenForBusiness(b []byte, r *schema.Row) []byte {
	if r.Business == nil || (r.Install == nil && r.Role == graph.RoleNone) {
		return b
	}
	return appendOpaque(b, r, "token_for_business", r.Business.PublicID, strconv.FormatUint(r.Person.Seed, 16))
}

func appendOpaque(b []byte, r *schema.Row, parts ...string) []byte {
	label := r.Env.Keys.Label(parts...)
	b = append(b, '"')
	b = hex.AppendEncode(b, label[:])
	return append(b, '"')
}

func updatedTime(b []byte, r *schema.Row) []byte {
	if r.Person.Updated == 0 {
		return b
	}
	return people.AppendTime(b, time.Unix(r.Person.Updated, 0))
}

// significantOther is who the person says; whom the app could not see stays out.
// [doc user v2.10; the latter guess]
func significantOther(r *schema.Row) []store.ID { return one(r.Person.Partner()) }
