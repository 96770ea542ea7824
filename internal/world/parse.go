package world

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

// Parse reads and checks a world file in YAML. file names it in problems only.
// The error is Problems with every mistake that was found, in order of lines.
// cat says what things, fields and edges there are.
func Parse(file string, data []byte, cat *schema.Catalogue) (*World, error) {
	root, ps := readYAML(file, data)
	if root == nil {
		return nil, ps
	}
	w := &World{file: file}
	p := &parser{reader: reader{file: file, problems: ps}, w: w, cat: cat}
	p.world(root)
	p.check()
	if len(p.problems) > 0 {
		p.problems.sort()
		return nil, slices.Compact(p.problems)
	}
	return w, nil
}

// A parser fills a World from the nodes of its file.
type parser struct {
	reader
	w   *World
	cat *schema.Catalogue
	// owned counts the things with an owner of their own, by owner and edge.
	owned map[string]int
}

func (p *parser) world(n *node) {
	w := p.w
	p.mapping(n, "the world", fields{
		"world": p.textTo("world", &w.Name),
		"seed":  p.intTo("seed", &w.Seed),
		"clock": p.clock,
		"businesses": func(_, v *node) {
			p.each(v, "businesses", func(k, v *node) { w.businesses = append(w.businesses, p.business(k, v)) })
		},
		"apps": func(_, v *node) {
			p.each(v, "apps", func(k, v *node) { w.apps = append(w.apps, p.app(k, v)) })
		},
		"pages": func(_, v *node) {
			p.each(v, "pages", func(k, v *node) { w.pages = append(w.pages, p.page(k, v)) })
		},
		"instagram": func(_, v *node) {
			p.each(v, "instagram", func(k, v *node) { w.instagrams = append(w.instagrams, p.instagram(k, v)) })
		},
		"people": func(_, v *node) {
			p.each(v, "people", func(k, v *node) { w.people = append(w.people, p.person(k, v)) })
		},
		"things": func(_, v *node) {
			p.each(v, "things", p.thing)
		},
		"events": func(_, v *node) {
			for _, item := range p.list(v, "events") {
				p.event(item)
			}
		},
		"tokens": func(_, v *node) {
			for _, item := range p.list(v, "tokens") {
				p.token(item)
			}
		},
		"generate": func(_, v *node) { p.generate(v) },
	})
}

func (p *parser) clock(_, v *node) {
	s, ok := p.text(v, "clock")
	if !ok {
		return
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		p.wrong(v, "", "clock %q is no time such as 2026-03-01T09:00:00Z", s)
		return
	}
	p.w.Clock = t.UTC()
}

func (p *parser) business(k, v *node) *businessDecl {
	d := &businessDecl{ref: k.ref(), rec: people.Business{Handle: k.text, Name: title(k.text)}}
	p.mapping(v, "business "+k.text, p.declared(holding{kind: businessKind, ref: d.ref, values: &d.values}, fields{
		"id":   p.idTo("id", &d.id),
		"name": p.textTo("name", &d.rec.Name),
	}))
	return d
}

func (p *parser) app(k, v *node) *appDecl {
	d := &appDecl{ref: k.ref(), rec: people.App{Handle: k.text, Name: title(k.text)}}
	openAll(&d.rec, graph.LevelAdvanced)
	var review *node
	p.mapping(v, "app "+k.text, p.declared(holding{kind: appKind, ref: d.ref, values: &d.values}, fields{
		"id":                  p.idTo("id", &d.id),
		"secret":              p.textTo("secret", &d.rec.Secret),
		"name":                p.textTo("name", &d.rec.Name),
		"category":            p.textTo("category", &d.rec.Category),
		"link":                p.textTo("link", &d.rec.Link),
		"namespace":           p.textTo("namespace", &d.rec.Namespace),
		"redirect_uris":       func(_, v *node) { p.redirects(v, &d.rec) },
		"deauth_callback_url": p.callback("deauth_callback_url", &d.rec.DeauthURL),
		"data_deletion_url":   p.callback("data_deletion_url", &d.rec.DeletionURL),
		"webhooks":            func(_, v *node) { p.webhooks(v, &d.rec) },
		"require_proof":       p.boolTo("require_proof", &d.rec.RequireProof),
		"deleted":             p.boolTo("deleted", &d.rec.Deleted),
		"business":            p.handleTo("business", &d.business),
		"default_version":     func(_, v *node) { d.rec.DefaultVersion = p.version(v) },
		"minimum_version":     func(_, v *node) { d.rec.MinimumVersion = p.version(v) },
		"created":             p.momentTo("created", &d.created),
		"active_users":        p.intTo("active_users", &d.rec.ActiveUsers),
		"profile_edition":     func(_, v *node) { d.rec.Edition = p.edition(v) },
		"type": func(_, v *node) {
			i, _ := p.choice(v, "app type", names(graph.AppType.String, int(graph.AppDesktop)+1))
			d.rec.Type = graph.AppType(i)
		},
		"mode": func(_, v *node) {
			i, _ := p.choice(v, "app mode", names(graph.AppMode.String, int(graph.ModeDevelopment)+1))
			d.rec.Mode = graph.AppMode(i)
		},
		"review_default": func(_, v *node) {
			if l, ok := p.level(v); ok {
				openAll(&d.rec, l)
			}
		},
		"review": func(_, v *node) { review = v },
		"roles": func(_, v *node) {
			p.each(v, "roles", func(k, v *node) {
				i, _ := p.choice(v, "role", names(graph.Role.String, int(graph.RoleAdministrator)+1))
				d.roles = append(d.roles, roleDecl{k.ref(), graph.Role(i)})
			})
		},
	}))
	if review != nil { // after review_default, wherever that stands
		p.review(review, &d.rec)
	}
	return d
}

// openAll sets the level of every permission and feature.
func openAll(a *people.App, l graph.Level) {
	for i := range graph.PermissionNames() {
		a.SetLevel(graph.Permission(i), l)
	}
	for f := range a.Features {
		a.Features[f] = l
	}
}

func (p *parser) level(v *node) (graph.Level, bool) {
	i, ok := p.choice(v, "level", names(graph.Level.String, int(graph.LevelAdvanced)+1))
	return graph.Level(i), ok
}

func (p *parser) review(v *node, to *people.App) {
	if v.form != formMap {
		p.wrong(v, "", "review must be a mapping, not %s", formNames[v.form])
		return
	}
	for _, e := range v.entries {
		if l, ok := p.level(e.value); ok && !setLevel(to, e.key.text, l) {
			p.wrong(e.key, didYouMean(e.key.text, reviewNames()), "unknown permission or feature %q in review", e.key.text)
		}
	}
}

// setLevel opens a permission or feature by name.
func setLevel(a *people.App, name string, l graph.Level) bool {
	if f, ok := graph.ParseFeature(name); ok {
		a.Features[f] = l
		return true
	}
	perm, ok := graph.ParsePermission(name)
	if ok {
		a.SetLevel(perm, l)
	}
	return ok
}

func reviewNames() []string {
	return append(graph.PermissionNames(), names(graph.Feature.String, graph.FeatureCount)...)
}

func (p *parser) version(v *node) graph.Version {
	s, ok := p.text(v, "default_version")
	if !ok {
		return 0
	}
	ver, known := graph.ParseVersion(s)
	if !known {
		p.wrong(v, fmt.Sprintf("%s to %s", graph.Oldest, graph.Newest), "unknown version %q", s)
	}
	return ver
}

func (p *parser) edition(v *node) int {
	e, err := parseEdition(v.text)
	if err != nil {
		p.wrong(v, "use one of auto, 2016, 2018, 2026", "unknown profile_edition %q", v.text)
	}
	return e
}

// parseEdition reads an app's profile_edition: auto is 0.
func parseEdition(s string) (int, error) {
	switch s {
	case "auto":
		return 0, nil
	case "2016", "2018", "2026":
		return strconv.Atoi(s)
	}
	return 0, fmt.Errorf("unknown profile_edition %q: use one of auto, 2016, 2018, 2026", s)
}
