package world

import (
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

func (p *parser) person(k, v *node) *personDecl {
	d := &personDecl{ref: k.ref(), rec: &people.Person{Handle: k.text, InstagramPicture: people.PictureNone}}
	known := fields{
		"audience":      func(_, v *node) { p.audiences(v, d) },
		"picture":       func(_, v *node) { p.picture(v, d) },
		"account":       func(_, v *node) { p.account(v, d) },
		"default_shape": func(_, v *node) { p.shape(v, d) },
		"region":        func(_, v *node) { p.region(v, d) },
		"instagram":     func(_, v *node) { p.personInstagram(v, d) },
		"apps":          func(_, v *node) { p.installs(v, d) },
		"friends":       p.handlesTo("friends", &d.friends),
		"follows":       p.handlesTo("follows", &d.follows),
		"followed_by":   p.handlesTo("followed_by", &d.followedBy),
		"ids":           func(_, v *node) { p.ids(v, d) },
		"contacts":      func(_, v *node) { p.contacts(v, d) },
	}
	for _, a := range people.Attrs() {
		if a.Type() != people.Presence {
			known[a.String()] = func(_, v *node) { p.attr(a, v, d.rec) }
		}
	}
	known[people.SignificantOther.String()] = p.handleTo("significant_other", &d.partner)
	p.mapping(v, "person "+k.text, p.declared(holding{kind: personKind, ref: d.ref}, known))
	p.applyAudiences(d)
	return d
}

// attr reads the value of an attribute.
func (p *parser) attr(a people.Attr, v *node, to *people.Person) {
	text, ok := p.canonical(a, v)
	if !ok {
		return
	}
	if err := a.Check(text); err != nil {
		suggestion := ""
		if a.Type() == people.Code {
			suggestion = didYouMean(text, graph.Locales())
		}
		p.wrong(v, suggestion, "%v", err)
		return
	}
	to.Set(a, text, graph.Public)
	switch a {
	case people.InstagramUsername, people.InstagramName, people.InstagramVerified, people.InstagramFollowers:
		hasInstagram(to)
	}
}

// hasInstagram gives the person an account on Instagram, with a picture.
func hasInstagram(p *people.Person) {
	if !p.Instagram {
		p.Instagram, p.InstagramPicture = true, people.PictureGenerated
	}
}

func (p *parser) audiences(v *node, d *personDecl) {
	if v.form != formMap {
		p.wrong(v, "", "audience must be a mapping, not %s", formNames[v.form])
		return
	}
	for _, e := range v.entries {
		a, ok := people.ParseAttr(e.key.text)
		if !ok {
			p.wrong(e.key, didYouMean(e.key.text, attrNames()), "unknown field %q in audience", e.key.text)
			continue
		}
		if i, ok := p.choice(e.value, "audience", names(graph.Audience.String, int(graph.OnlyMe)+1)); ok {
			d.audiences = append(d.audiences, audienceDecl{a, graph.Audience(i), e.key.ref()})
		}
	}
}

// applyAudiences comes after the values, wherever they stand.
func (p *parser) applyAudiences(d *personDecl) {
	for _, a := range d.audiences {
		if a.attr == people.SignificantOther {
			if d.partner.name == "" {
				p.at(a.at.line, a.at.col, "", "person %s has no %s", d.name, a.attr)
			}
			continue
		}
		if !setAudience(d.rec, a.attr, a.audience) {
			p.at(a.at.line, a.at.col, "", "person %s has no %s", d.name, a.attr)
		}
	}
}

// setAudience says who may see a field, with false if there is nothing to see.
func setAudience(p *people.Person, a people.Attr, audience graph.Audience) bool {
	if _, has := p.Attr(a); !has && a.Type() != people.Presence {
		return false
	}
	p.Set(a, p.Text(a), audience)
	return true
}

func attrNames() []string {
	var list []string
	for _, a := range people.Attrs() {
		list = append(list, a.String())
	}
	return list
}

func (p *parser) picture(v *node, d *personDecl) {
	s, ok := p.text(v, "picture")
	switch path, file := strings.CutPrefix(s, "file:"); {
	case !ok:
	case s == "generated":
		d.rec.Picture = people.PictureGenerated
	case s == "none":
		d.rec.Picture = people.PictureNone
	case file && path != "":
		d.rec.Picture = people.PictureStored
		d.picture = ref{path, v.line, v.col}
	default:
		p.wrong(v, didYouMeanOr(s, []string{"generated", "none", "file:PATH"}), "unknown picture %q", s)
	}
}

func (p *parser) account(v *node, d *personDecl) {
	i, _ := p.choice(v, "account", names(people.Account.String, int(people.Deactivated)+1))
	d.rec.Account = people.Account(i)
}

func (p *parser) shape(v *node, d *personDecl) {
	i, _ := p.choice(v, "default_shape", shapeNames())
	d.rec.Shape = people.Shape(i)
}

func shapeNames() []string { return []string{"full", "name_id"} }

func (p *parser) region(v *node, d *personDecl) {
	i, ok := p.choice(v, "region", regionNames())
	d.rec.Europe = ok && i == 0
}

func regionNames() []string { return []string{"eu", "none"} }

// personInstagram reads true, or a mapping about the account.
func (p *parser) personInstagram(v *node, d *personDecl) {
	rec := d.rec
	if v.form == formBool && strings.EqualFold(v.text, "false") {
		return
	}
	hasInstagram(rec)
	if v.form != formBool {
		p.mapping(v, "instagram of person "+d.name, fields{
			"username":  func(_, v *node) { p.attr(people.InstagramUsername, v, rec) },
			"name":      func(_, v *node) { p.attr(people.InstagramName, v, rec) },
			"verified":  func(_, v *node) { p.attr(people.InstagramVerified, v, rec) },
			"followers": func(_, v *node) { p.attr(people.InstagramFollowers, v, rec) },
			"picture": func(_, v *node) {
				if i, ok := p.choice(v, "picture", []string{"generated", "none"}); ok && i == 1 {
					rec.InstagramPicture = people.PictureNone
				}
			},
		})
	}
	if _, said := rec.Attr(people.InstagramUsername); !said {
		rec.Set(people.InstagramUsername, d.name, graph.Public)
	}
}

// installs reads which apps the person logged in to, in one of three forms: a
// list of apps, a mapping to permissions, or a mapping to everything.
func (p *parser) installs(v *node, d *personDecl) {
	profile := graph.PermissionSet(graph.PublicProfile)
	if v.form == formList || v.form == formText {
		var apps []ref
		p.handlesTo("apps", &apps)(nil, v)
		for _, app := range apps {
			d.installs = append(d.installs, installDecl{app: app, granted: profile})
		}
		return
	}
	p.each(v, "apps", func(k, v *node) {
		in := installDecl{app: k.ref(), granted: profile}
		switch v.form {
		case formList:
			in.granted = p.permissions(v, "permissions")
		default:
			p.mapping(v, "app "+k.text+" of person "+d.name, fields{
				"granted":      func(_, v *node) { in.granted = p.permissions(v, "granted") },
				"declined":     func(_, v *node) { in.declined = p.permissions(v, "declined") },
				"install_type": p.textTo("install_type", &in.typ),
			})
		}
		d.installs = append(d.installs, in)
	})
}

func (p *parser) ids(v *node, d *personDecl) {
	p.each(v, "ids", func(k, v *node) {
		id := idDecl{place: k.ref()}
		p.idTo("id", &id.digits)(nil, v)
		if id.digits.name != "" {
			d.ids = append(d.ids, id)
		}
	})
}
