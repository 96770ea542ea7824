package app

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A town is a random world as the oracle knows it: plain facts, from which the
// world file of the server is written.
type town struct {
	rng      *rand.Rand
	apps     map[string]*townApp
	pages    map[string]*townPage
	accounts map[string]string // Instagram accounts, to their Page
	people   map[string]*townPerson
	tokens   []*townToken
	events   []string
}

type townApp struct {
	kind, business string
	development    bool
	edition        string
	levels         map[string]string // permission or feature to none, standard; others are advanced
	roles          map[string]bool
}

type townPage struct {
	app, account string
	instant      bool
	closed       map[string]bool // fields that "Info About People" does not open
	tasks        map[string][]string
}

type townPerson struct {
	kind     string
	has      map[string]string // attribute to YAML value
	audience map[string]string
	picture  bool
	installs map[string][]string
	friends  map[string]bool
	stands   map[string]*standing // by place: page/x, instagram/x
}

// A townToken stands for a Page, a person, an account or an app.
type townToken struct {
	text, kind, app, subject, person string
	holds                            map[string]bool
	dead                             int // the subcode of 190 it answers
}

func (w *town) chance(percent int) bool { return w.rng.IntN(100) < percent }

func pick[T any](w *town, list []T) T { return list[w.rng.IntN(len(list))] }

func (w *town) some(list []string, percent int) (out []string) {
	for _, s := range list {
		if w.chance(percent) {
			out = append(out, s)
		}
	}
	return out
}

var (
	townAttrs = map[string]string{"first_name": "Fay", "last_name": "Reed", "middle_name": "Jo", "locale": "fr_FR", "timezone": "2",
		"gender": "female", "email": "a@example.com", "birthday": "03/04/1990", "about": "about", "website": "https://a.example/",
		"hometown": "{id: \"9\", name: Lyon}", "verified": "true", "currency": "{user_currency: EUR}", "religion": "none said",
		"quotes": "q", "is_payment_enabled": "true", "test_group": "3", "employee_number": "E1"}
	townLogin = []string{"public_profile", "email", "user_birthday", "user_friends", "user_about_me", "user_website", "user_hometown",
		"user_religion_politics", "user_gender", "user_age_range", "user_link", "user_likes"}
	townPaging = []string{"pages_user_locale", "pages_user_timezone", "pages_user_gender", "instagram_basic", "instagram_manage_messages",
		"pages_manage_metadata", "pages_read_engagement", "pages_show_list", "instagram_business_basic", "instagram_business_manage_messages"}
	// Those whose order or effect the pages leave open are not here.
	townEvents = strings.Fields("message message get_started postback quick_reply icebreaker persistent_menu send_to_messenger web_plugin " +
		"checkbox_plugin checkbox_reply customer_matching accept_request conversation_ad m_me_link shared_content ask_permission " +
		"page_comment comment private_reply echo page_first reply_after_page_first story_reply story_mention follow unfollow " +
		"revoke block unblock turn_off_messages turn_on_messages page_ban delete_conversation deactivate reactivate data_deletion_request")
)

func newTown(seed uint64) *town {
	w := &town{rng: rand.New(rand.NewPCG(seed, 11)), apps: map[string]*townApp{}, pages: map[string]*townPage{},
		accounts: map[string]string{}, people: map[string]*townPerson{}}
	names := []string{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"}
	for i := range 4 {
		w.apps[fmt.Sprintf("a%d", i)] = w.app(names)
	}
	for i := range 5 {
		p := &townPage{app: fmt.Sprintf("a%d", i%4), instant: w.chance(8), closed: map[string]bool{}, tasks: map[string][]string{}}
		for _, f := range w.some([]string{"locale", "timezone", "gender"}, 20) {
			p.closed[f] = true
		}
		for _, who := range w.some(names, 25) {
			p.tasks[who] = w.some([]string{"MODERATE", "MESSAGING", "ANALYZE"}, 50)
		}
		if i < 3 {
			p.account = fmt.Sprintf("i%d", i)
			w.accounts[p.account] = fmt.Sprintf("g%d", i)
		}
		w.pages[fmt.Sprintf("g%d", i)] = p
	}
	for _, n := range names {
		w.people[n] = w.person(names)
	}
	for _, n := range names { // friendship goes both ways
		for _, f := range slices.Sorted(maps.Keys(w.people[n].friends)) {
			delete(w.people[n].friends, n)
			w.people[f].friends[n] = f != n
		}
	}
	w.live(names)
	w.mint()
	return w
}

func (w *town) app(names []string) *townApp {
	a := &townApp{kind: pick(w, []string{"business", "business", "consumer"}), business: pick(w, []string{"", "b0", "b1"}),
		development: w.chance(20), edition: pick(w, []string{"auto", "auto", "auto", "2016", "2018", "2026"}),
		levels: map[string]string{}, roles: map[string]bool{}}
	for _, p := range append(w.some(townPaging, 12), w.some([]string{"business_asset_user_profile_access"}, 30)...) {
		a.levels[p] = pick(w, []string{"none", "standard"})
	}
	for _, n := range w.some(names, 25) {
		a.roles[n] = true
	}
	return a
}

func (w *town) person(names []string) *townPerson {
	p := &townPerson{kind: "facebook", has: map[string]string{}, audience: map[string]string{}, picture: w.chance(85),
		installs: map[string][]string{}, friends: map[string]bool{}, stands: map[string]*standing{}}
	for _, a := range w.some(slices.Sorted(maps.Keys(townAttrs)), 75) {
		p.has[a] = townAttrs[a]
	}
	for _, a := range append(slices.Sorted(maps.Keys(p.has)), "profile_pic", "birthday_year") {
		if w.chance(20) {
			p.audience[a] = pick(w, []string{"friends", "only_me"})
		}
	}
	if w.chance(15) {
		p.kind = pick(w, []string{"phone_only", "guest", "review_bot", "deactivated"})
		return p
	}
	for _, a := range w.some(slices.Sorted(maps.Keys(w.apps)), 50) {
		p.installs[a] = append(w.some(townLogin[1:], 40), w.some(townLogin[:1], 80)...)
	}
	for _, f := range w.some(names, 20) {
		p.friends[f] = true
	}
	return p
}

// live has everybody meet some places.
func (w *town) live(names []string) {
	places := slices.Sorted(maps.Keys(w.pages))
	for _, n := range names {
		for _, g := range w.some(places, 60) {
			w.meet(n, "page", g)
		}
		for _, i := range w.some(slices.Sorted(maps.Keys(w.accounts)), 50) {
			w.meet(n, "instagram", i)
		}
	}
}

func (w *town) meet(person, kind, place string) {
	s := newStanding(kind == "instagram")
	for range 1 + w.rng.IntN(4) {
		e := pick(w, townEvents)
		if happensOn(s.instagram, e) {
			s.happens(e)
			w.people[person].stands[kind+"/"+place] = s
			w.events = append(w.events, fmt.Sprintf("  - {%s: %s, person: %s, event: %s}\n", kind, place, person, e))
		}
	}
}

// mint spells out tokens of every kind, alive and dead.
func (w *town) mint() {
	add := func(t townToken, perms []string) {
		t.text, t.holds = fmt.Sprintf("%s%d", map[bool]string{true: "IGAA", false: "EAA"}[t.kind == "login"], len(w.tokens)), map[string]bool{}
		for _, p := range perms {
			t.holds[p] = true
		}
		if w.chance(4) {
			t.dead = 467
		}
		w.tokens = append(w.tokens, &t)
	}
	names := slices.Sorted(maps.Keys(w.people))
	for _, g := range slices.Sorted(maps.Keys(w.pages)) {
		for range 3 {
			add(townToken{kind: "page", app: w.pages[g].app, subject: g, person: pick(w, append([]string{""}, names...))}, w.some(townPaging, 85))
		}
	}
	for _, i := range slices.Sorted(maps.Keys(w.accounts)) {
		add(townToken{kind: "login", app: w.pages[w.accounts[i]].app, subject: i}, w.some(townPaging, 92))
	}
	for _, n := range names {
		for _, a := range slices.Sorted(maps.Keys(w.people[n].installs)) {
			add(townToken{kind: "user", app: a, subject: n}, w.some(townLogin, 60))
		}
	}
}

// yaml writes the world file.
func (w *town) yaml() string {
	var b strings.Builder
	b.WriteString("businesses: {b0: {}, b1: {}}\napps:\n")
	for _, h := range slices.Sorted(maps.Keys(w.apps)) {
		a := w.apps[h]
		fmt.Fprintf(&b, "  %s: {type: %s, mode: %s, profile_edition: %q, review: %s, roles: %s", h, a.kind,
			map[bool]string{true: "development", false: "live"}[a.development], a.edition, flow(a.levels), flow(each(a.roles, "tester")))
		if a.business != "" {
			fmt.Fprintf(&b, ", business: %s", a.business)
		}
		b.WriteString("}\n")
	}
	b.WriteString("pages:\n")
	for _, h := range slices.Sorted(maps.Keys(w.pages)) {
		p := w.pages[h]
		info, tasks := map[string]string{"locale": "approved", "timezone": "approved", "gender": "approved"}, map[string]string{}
		for f := range p.closed {
			info[f] = "rejected"
		}
		for who, list := range p.tasks {
			tasks[who] = "[" + strings.Join(list, ", ") + "]"
		}
		fmt.Fprintf(&b, "  %s: {app: %s, instant_games: %t, info_about_people: %s, tasks: %s", h, p.app, p.instant, flow(info), flow(tasks))
		if p.account != "" {
			fmt.Fprintf(&b, ", instagram: %s", p.account)
		}
		b.WriteString("}\n")
	}
	b.WriteString("instagram: {i0: {}, i1: {}, i2: {}}\npeople:\n")
	for _, h := range slices.Sorted(maps.Keys(w.people)) {
		w.people[h].yaml(&b, h)
	}
	b.WriteString("events:\n" + strings.Join(w.events, "") + "tokens:\n")
	for _, t := range w.tokens {
		t.yaml(&b)
	}
	return b.String()
}

func (p *townPerson) yaml(b *strings.Builder, handle string) {
	installs := map[string]string{}
	for a, perms := range p.installs {
		installs[a] = "[" + strings.Join(perms, ", ") + "]"
	}
	var friends []string
	for f, is := range p.friends {
		if is {
			friends = append(friends, f)
		}
	}
	slices.Sort(friends)
	fmt.Fprintf(b, "  %s:\n    account: %s\n    picture: %s\n    instagram: true\n    audience: %s\n    apps: %s\n    friends: [%s]\n",
		handle, p.kind, map[bool]string{true: "generated", false: "none"}[p.picture], flow(p.audience), flow(installs), strings.Join(friends, ", "))
	for _, a := range slices.Sorted(maps.Keys(p.has)) {
		fmt.Fprintf(b, "    %s: %s\n", a, p.has[a])
	}
}

func (t *townToken) yaml(b *strings.Builder) {
	kind := map[string]string{"page": "page", "user": "user", "login": "instagram"}[t.kind]
	fmt.Fprintf(b, "  - {token: %s, %s: %s, app: %s, permissions: [%s]", t.text, kind, t.subject, t.app, strings.Join(slices.Sorted(maps.Keys(t.holds)), ", "))
	if t.person != "" {
		fmt.Fprintf(b, ", person: %s", t.person)
	}
	if t.dead != 0 {
		b.WriteString(", invalid: logged_out")
	}
	b.WriteString("}\n")
}

func each(set map[string]bool, value string) map[string]string {
	m := map[string]string{}
	for k := range set {
		m[k] = value
	}
	return m
}

// flow writes a mapping on one line.
func flow(m map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, k+": "+m[k])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
