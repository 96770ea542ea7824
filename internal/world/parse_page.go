package world

import (
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

func (p *parser) page(k, v *node) *pageDecl {
	d := &pageDecl{ref: k.ref(), rec: people.Page{Handle: k.text, Name: title(k.text)}}
	approveAll(&d.rec)
	p.mapping(v, "page "+k.text, p.declared(holding{kind: pageKind, ref: d.ref, values: &d.values}, fields{
		"id":   p.idTo("id", &d.id),
		"name": p.textTo("name", &d.rec.Name),
		"username": func(k, v *node) {
			p.textTo("username", &d.rec.Username)(k, v)
			d.username = v.ref()
		},
		"category":          p.textTo("category", &d.rec.Category),
		"about":             p.textTo("about", &d.rec.About),
		"website":           p.textTo("website", &d.rec.Website),
		"phone":             p.textTo("phone", &d.rec.Phone),
		"link":              p.textTo("link", &d.rec.Link),
		"fan_count":         p.intTo("fan_count", &d.rec.Fans),
		"engaged_users":     p.intTo("engaged_users", &d.rec.EngagedUsers),
		"verified":          p.boolTo("verified", &d.rec.Verified),
		"instant_games":     p.boolTo("instant_games", &d.rec.Instant),
		"europe":            p.boolTo("europe", &d.rec.Europe),
		"business":          p.handleTo("business", &d.business),
		"owner":             p.handleTo("owner", &d.owner),
		"instagram":         p.handleTo("instagram", &d.instagram),
		"app":               func(_, v *node) { p.oneApp(v, &d.apps) },
		"apps":              p.handlesTo("apps", &d.apps),
		"token":             p.tokenTextTo(&d.token),
		"info_about_people": func(_, v *node) { p.info(v, &d.rec) },
		"primary_receiver":  p.handleTo("primary_receiver", &d.routing.primary),
		"default_app":       p.handleTo("default_app", &d.routing.lead),
		"messenger_profile": p.messengerProfile(false, &d.rec.Profile),
		"tasks": func(_, v *node) {
			p.each(v, "tasks", func(k, v *node) { d.tasks = append(d.tasks, taskDecl{k.ref(), p.tasks(v)}) })
		},
	}))
	return d
}

func (p *parser) oneApp(v *node, to *[]ref) {
	var one ref
	p.handleTo("app", &one)(nil, v)
	if one.name != "" {
		*to = append(*to, one)
	}
}

// approveAll is what a Page's "Info About People" is when nothing is said. [guess]
func approveAll(page *people.Page) {
	for i := range page.Info {
		page.Info[i] = graph.Approved
	}
}

// info reads a mapping from fields to states, or a list of the approved ones.
func (p *parser) info(v *node, to *people.Page) {
	known := names(people.InfoField.String, people.InfoCount)
	switch v.form {
	case formList:
		to.Info = [people.InfoCount]graph.InfoState{}
		for _, item := range v.items {
			if i, ok := p.choice(item, "field of info_about_people", known); ok {
				to.Info[i] = graph.Approved
			}
		}
	case formMap:
		for _, e := range v.entries {
			f, ok := people.ParseInfoField(e.key.text)
			if !ok {
				p.wrong(e.key, didYouMeanOr(e.key.text, known), "unknown field %q in info_about_people", e.key.text)
				continue
			}
			if i, ok := p.choice(e.value, "state", names(graph.InfoState.String, int(graph.Rejected)+1)); ok {
				to.Info[f] = graph.InfoState(i)
			}
		}
	default:
		p.wrong(v, "", "info_about_people must be a list or a mapping, not %s", formNames[v.form])
	}
}

func (p *parser) tasks(v *node) (set graph.Tasks) {
	known := graph.AllTasks.Names()
	for _, item := range p.list(v, "tasks") {
		if i, ok := p.choice(item, "task", known); ok {
			set = set.With(graph.Task(i))
		}
	}
	return set
}

// tokenTextTo reads the text of a token that is spelled out.
func (p *parser) tokenTextTo(to *ref) func(_, v *node) {
	return func(_, v *node) {
		s, ok := p.text(v, "token")
		if !ok {
			return
		}
		if !validToken(s) {
			p.wrong(v, "", "a token is 1 to 300 printable ASCII characters without blanks and |")
			return
		}
		*to = v.ref()
	}
}

func validToken(s string) bool {
	if len(s) == 0 || len(s) > 300 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '|' {
			return false
		}
	}
	return true
}

func (p *parser) instagram(k, v *node) *instagramDecl {
	d := &instagramDecl{ref: k.ref(), rec: people.Instagram{Handle: k.text, Username: k.text, Name: title(k.text)}}
	p.mapping(v, "instagram "+k.text, p.declared(holding{kind: instagramKind, ref: d.ref, values: &d.values}, fields{
		"id":       p.idTo("id", &d.id),
		"username": p.textTo("username", &d.rec.Username),
		"name":     p.textTo("name", &d.rec.Name),
		"app":      func(_, v *node) { p.oneApp(v, &d.apps) },
		"apps":     p.handlesTo("apps", &d.apps),
		"token":    p.tokenTextTo(&d.token),

		"messenger_profile": p.messengerProfile(true, &d.rec.Profile),
		"primary_receiver":  p.handleTo("primary_receiver", &d.routing.primary),
		"default_app":       p.handleTo("default_app", &d.routing.lead),
	}))
	return d
}

// title makes a name of a handle: corner_shop is Corner Shop.
func title(handle string) string {
	words := strings.FieldsFunc(handle, func(r rune) bool { return r == '_' || r == '-' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	if len(words) == 0 {
		return handle
	}
	return strings.Join(words, " ")
}
