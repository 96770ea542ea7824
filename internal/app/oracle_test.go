package app

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An oracle says who may see what, slowly and from the reference pages alone.
// It knows a town by its facts and shares no code with the server.
type oracle struct {
	*town
	table permissionTable
}

// A wish is one request. The target is a person in a scope (page/x,
// instagram/x, app/x), or a place or app itself, or nobody.
type wish struct {
	token           *townToken
	scope, person   string // person is empty for the place itself
	alias           string // me or app
	version, fields string
}

// answer is "code" or "code/subcode" of an error, or the members in order.
func (o *oracle) answer(w *wish) string {
	t := w.token
	if t.dead != 0 {
		return fmt.Sprintf("190/%d", t.dead)
	}
	v := *w
	if !o.alias(&v) {
		return "2500" // an app is nobody in particular. [doc graph-api overview]
	}
	kind, name, _ := strings.Cut(v.scope, "/")
	if v.person != "" {
		switch {
		case kind == "page" && t.kind == "page" && t.subject == name:
			return o.messenger(&v)
		case kind == "instagram" && (t.kind == "login" && t.subject == name || t.kind == "page" && o.pages[t.subject].account == name):
			return o.instagram(&v)
		case kind == "app" && t.kind != "login" && t.app == name:
			return o.user(&v)
		}
		return hidden(&v)
	}
	switch {
	case kind == "app" && t.app == name:
		return o.project(&v, []string{"category", "link", "name", "namespace", "id"}, []string{"name", "id"})
	case kind == "page" && (t.kind == "page" && t.subject == name || t.kind == "app" && o.pages[name].app == t.app ||
		t.kind == "user" && len(o.pages[name].tasks[t.subject]) > 0 || (t.kind == "user" || t.kind == "app") && public(v.version)):
		have := []string{"name", "id", "fan_count"}
		if o.pages[name].account != "" && t.kind == "page" {
			have = append(have, "instagram_business_account")
		}
		return o.project(&v, []string{"about", "category", "fan_count", "link", "name", "phone", "username", "website", "instagram_business_account", "id"}, have)
	}
	return hidden(&v)
}

// public reports whether anybody reads Pages in a version. [doc page 2017]
func public(version string) bool { return version != "" && number(version) < 3001 }

// alias settles "me" and "app".
func (o *oracle) alias(v *wish) bool {
	t := v.token
	switch {
	case v.alias == "app":
		v.scope = "app/" + t.app
	case v.alias == "me" && t.kind == "page":
		v.scope = "page/" + t.subject
	case v.alias == "me" && t.kind == "user":
		v.scope, v.person = "app/"+t.app, t.subject
	case v.alias == "me":
		return false
	}
	return true
}

// hidden is what everything unknown answers; the subcode came about 2016.
// [seen restfb#1075, chatwoot#11496]
func hidden(v *wish) string {
	switch {
	case v.token.kind == "login":
		return "9010"
	case number(v.version) < 2006:
		return "100"
	}
	return "100/33"
}

// open reports whether App Review opened something for a person.
func (a *townApp) open(name, person string) bool {
	level, said := a.levels[name]
	return !said || level == "standard" && a.roles[person]
}

// messenger follows MP 1.6.
func (o *oracle) messenger(v *wish) string {
	t, app, p := v.token, o.apps[v.token.app], o.people[v.person]
	page, s := o.pages[t.subject], o.standing(v)
	edition := app.edition
	if edition == "auto" {
		edition = map[bool]string{true: "2016", false: "2018"}[number(v.version) < 2009]
		if number(v.version) >= 3001 {
			edition = "2026"
		}
	}
	switch {
	case p.kind == "guest" || p.kind == "deactivated" || p.kind == "review_bot" || s.dormant,
		app.development && !app.roles[v.person],
		app.kind == "business" && number(v.version) >= 9000 && !app.open("business_asset_user_profile_access", v.person):
		return hidden(v)
	case page.instant:
		return "10"
	case p.kind == "phone_only":
		return "100/2018218"
	case s.answers(edition) != "profile":
		return "{}"
	}
	var known, have []string
	unapproved := false
	asked := v.names(o.defaults(v.version))
	for i := range o.table.MessengerUser {
		r := &o.table.MessengerUser[i]
		if r.missing(v.version) != "" {
			continue
		}
		known = append(known, r.Name)
		if need := r.asks(v.version); len(need) > 0 && slices.Contains(asked, r.Name) {
			unapproved = unapproved || !t.holds[need[0]] || !app.open(need[0], v.person) || page.closed[r.Name]
		}
		shown := r.Name
		if shown == "name" { // no middle name is ever exposed
			shown = "first and last name"
		}
		if o.value(p, r.Name) && p.shows(shown, "public") {
			have = append(have, r.Name)
		}
	}
	out := o.project(v, known, have)
	if unapproved && !isCode(out) {
		return "100/2018247"
	}
	return out
}

func isCode(s string) bool { return s[0] >= '0' && s[0] <= '9' }

// standing is what is between the person and the place.
func (o *oracle) standing(v *wish) *standing {
	if s := o.people[v.person].stands[v.scope]; s != nil {
		return s
	}
	return newStanding(strings.HasPrefix(v.scope, "instagram/"))
}

// instagram follows MP 3.
func (o *oracle) instagram(v *wish) string {
	t, app, p, s := v.token, o.apps[v.token.app], o.people[v.person], o.standing(v)
	switch {
	case p.kind == "review_bot":
		return "9010"
	case p.kind == "guest" || p.kind == "deactivated" || s.dormant, app.development && !app.roles[v.person]:
		return hidden(v)
	}
	asks := o.table.InstagramUser.PageToken
	if t.kind == "login" {
		asks = o.table.InstagramUser.InstagramToken
	}
	if t.kind == "page" && t.person != "" && !slices.Contains(o.pages[t.subject].tasks[t.person], "MODERATE") {
		return "10"
	}
	for _, p := range asks {
		if !t.holds[p] || !app.open(p, v.person) {
			return "10"
		}
	}
	if s.answers("instagram") != "profile" {
		return "230"
	}
	var known []string
	for _, r := range o.table.InstagramUser.Fields {
		known = append(known, r.Name)
	}
	return o.project(v, known, known) // null, false and zero are values there
}

// user follows the User reference of v2.10 and GP 11.
func (o *oracle) user(v *wish) string {
	t, app, p := v.token, o.apps[v.token.app], o.people[v.person]
	_, installed := p.installs[t.app]
	if app.development && !app.roles[v.person] || p.kind == "guest" || p.kind == "deactivated" || p.kind == "review_bot" ||
		!installed && !app.roles[v.person] {
		return hidden(v)
	}
	self := t.kind == "user" && t.subject == v.person
	friend := t.kind == "user" && p.friends[t.subject]
	reach := "public"
	switch {
	case self, t.kind == "app" && installed:
		reach = "only_me"
	case friend:
		reach = "friends"
	}
	holds := func(perm string) bool {
		switch {
		case self:
			return t.holds[perm]
		case t.kind == "app":
			return installed && slices.Contains(p.installs[t.app], perm)
		}
		return perm == "public_profile" // for everybody else that alone. [guess]
	}
	var known, have []string
	for i := range o.table.User {
		r := &o.table.User[i]
		if r.missing(v.version) == "gone" {
			continue
		}
		known = append(known, r.Name)
		need := r.asks(v.version)
		if r.Name == "context" && t.kind == "user" { // of whomever, as it is about the two
			if need = nil; !t.holds["user_friends"] {
				continue
			}
		}
		sight := map[string]bool{"any": true, "token": true, "self": self, "friends": self || friend || t.kind == "app", "workplace": self || t.kind == "app"}
		if sight[r.Sight] && (len(need) == 0 || slices.ContainsFunc(need, holds)) && o.userValue(v, r.Name) && p.shows(r.Name, reach) {
			have = append(have, r.Name)
		}
	}
	return o.project(v, known, have)
}

// value reports whether a person has a field at all, on Messenger.
func (o *oracle) value(p *townPerson, field string) bool {
	switch field {
	case "id":
		return true
	case "name":
		return p.has["first_name"] != "" || p.has["last_name"] != ""
	case "profile_pic":
		return p.picture
	case "last_ad_referral":
		return false // nobody in town names an ad
	}
	return p.has[field] != ""
}

// userValue is the same for a User.
func (o *oracle) userValue(v *wish, field string) bool {
	p := o.people[v.person]
	switch field {
	case "id", "installed", "link", "third_party_id", "updated_time", "context":
		return true
	case "name":
		return p.has["first_name"] != "" || p.has["middle_name"] != "" || p.has["last_name"] != ""
	case "name_format":
		return p.has["first_name"] != "" && p.has["last_name"] != ""
	case "age_range":
		return p.has["birthday"] != ""
	case "bio": // another name of about
		return p.has["about"] != ""
	case "token_for_business":
		return o.apps[v.token.app].business != ""
	}
	return p.has[field] != ""
}

// shows reports whether the audience of a field reaches the viewer.
func (p *townPerson) shows(field, reach string) bool {
	wide := map[string]int{"": 0, "public": 0, "friends": 1, "only_me": 2}
	sees := func(attr string) bool { return p.has[attr] != "" && wide[p.audience[attr]] <= wide[reach] }
	switch field {
	case "bio":
		field = "about"
	case "name": // of a User, with the middle name
		return sees("first_name") || sees("middle_name") || sees("last_name")
	case "first and last name":
		return sees("first_name") || sees("last_name")
	case "birthday": // "only me" hides a part from the person's own token too, which is the app's. [guess]
		if reach == "only_me" {
			reach = "friends"
		}
		year, said := p.audience["birthday_year"]
		return sees("birthday") || p.has["birthday"] != "" && said && wide[year] <= wide[reach]
	}
	return wide[p.audience[field]] <= wide[reach]
}

// names lists what a request asks for.
func (v *wish) names(defaults []string) []string {
	if v.fields == "" {
		return defaults
	}
	return strings.Split(v.fields, ",")
}

// defaults of a MessengerUser: MP 1.3.
func (o *oracle) defaults(version string) []string {
	list := []string{"first_name", "last_name", "profile_pic"}
	switch n := number(version); {
	case n < 3001:
		list = append(list, "locale", "timezone", "gender")
	case n < 9000:
		list = append(list, "name", "id")
	default:
		list = append(list, "id")
	}
	return list
}

// project picks what was asked for: an error for the first name there is no
// field for, else the members that have a value, "id" unasked where Graph adds it.
func (o *oracle) project(v *wish, known, have []string) string {
	kind, _, _ := strings.Cut(v.scope, "/")
	messenger := kind == "page" && v.person != ""
	asked := v.names(o.standard(v, kind))
	if strings.HasSuffix(v.fields, "{") {
		return "2500"
	}
	out := map[string]bool{}
	for _, f := range asked {
		switch {
		case f == "bio" && kind == "app" && v.person != "" && number(v.version) >= 2008:
			return "12"
		case !slices.Contains(known, f):
			return "100"
		}
		out[f] = slices.Contains(have, f)
	}
	if v.fields != "" && (!messenger || number(v.version) >= 3001) {
		out["id"] = true
	}
	maps.DeleteFunc(out, func(_ string, keep bool) bool { return !keep })
	return "{" + strings.Join(slices.Sorted(maps.Keys(out)), ",") + "}"
}

// standard is what a call without fields answers.
func (o *oracle) standard(v *wish, kind string) []string {
	switch {
	case v.person == "" && kind == "app":
		return []string{"category", "link", "name", "id"}
	case v.person == "":
		return []string{"name", "id"}
	case kind == "page":
		return o.defaults(v.version)
	case kind == "instagram":
		return []string{"name", "profile_pic", "id"}
	case number(v.version) < 2004:
		return []string{"id", "bio", "first_name", "gender", "last_name", "link", "locale", "name", "timezone", "updated_time", "verified"}
	}
	return []string{"name", "id"}
}

// spelled writes an answer of the server as the oracle does.
func spelled(a answer) string {
	if a.status != 200 {
		code, sub := a.code()
		if sub != 0 {
			return fmt.Sprintf("%d/%d", code, sub)
		}
		return strconv.Itoa(code)
	}
	return "{" + strings.Join(slices.Sorted(maps.Keys(a.members())), ",") + "}"
}
