package plugin

import (
	"context"
	"strings"

	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A visitor is a person of the world who sits before a page.
type visitor struct {
	*people.Person
	guest bool
}

// sealed is what a page sends to say who sits before it. It is no cookie: no other
// page can make a browser send it.
func (v *visitor) sealed(d *Desk) string {
	as := "person"
	if v.guest {
		as = "guest"
	}
	return d.seal("session", as, v.Handle)
}

// called is what a page calls the visitor.
func (v *visitor) called() string {
	name := strings.TrimSpace(v.Text(people.FirstName) + " " + v.Text(people.LastName))
	if name == "" {
		return v.Handle
	}
	return name
}

// visitor reads the session that was sent; nil if there is none that works.
func (c *call) visitor(ctx context.Context, r *store.Reader) (*visitor, error) {
	said := c.d.unseal("session", c.form.Get("session"), 2)
	if said == nil {
		return nil, nil
	}
	return c.meet(ctx, r, said[1], said[0] == "guest")
}

// meet finds a person who can sit before a page, nil for nobody.
func (c *call) meet(ctx context.Context, r *store.Reader, handle string, guest bool) (*visitor, error) {
	id, err := c.d.opt.Find(ctx, r, handle)
	if err != nil {
		return nil, err
	}
	p, ok, err := get[*people.Person](ctx, r, id)
	if err != nil || !ok {
		return nil, err
	}
	if p.Account != people.Facebook && p.Account != people.PhoneOnly && (!guest || p.Account != people.Guest) {
		return nil, nil
	}
	return &visitor{p, guest}, nil
}

// mostChoices bounds the list; others are named by their handles.
const mostChoices = 100

// choose asks who sits there.
func (c *call) choose(ctx context.Context, title, missing string) error {
	list, err := c.d.opt.People(ctx, mostChoices)
	if err != nil {
		return err
	}
	return c.show(200, lone, func(p *markup.Page) {
		p.Top(title, style)
		p.Put(raw("<h1>"), title, raw("</h1>\n<p>This is kith. Nobody here has a password: choose who you are.</p>\n"))
		if missing != "" {
			p.Put(raw(`<p role="alert">There is nobody called <b>`), missing, raw("</b> who can be here.</p>\n"))
		}
		c.formTo(p)
		p.Put(raw("<ul>\n"))
		for _, one := range list {
			p.Put(raw(`<li><button name="who" value="`), one.Handle, raw(`">`), one.Name, raw("</button> <small>"), one.Handle, raw("</small></li>\n"))
		}
		p.Put(raw("</ul></form>\n"))
		c.formTo(p)
		p.Put(raw(`<label>Somebody else, by handle <input name="who" required autocomplete="off"></label> <button>Continue</button></form>`+"\n"), markup.End)
	})
}

type raw = markup.Raw

// formTo opens a form that goes to the page it is on.
func (c *call) formTo(p *markup.Page) { c.formIn(p, false) }

// formIn is formTo, or has its answer in another window.
func (c *call) formIn(p *markup.Page, apart bool) {
	target := raw("")
	if apart {
		target = ` target="_blank" rel="noopener"`
	}
	p.Put(raw(`<form method="post"`), target, raw(`><input type="hidden" name="ticket" value="`), c.ticket(), raw(`">`))
}

// begin hands a session to the plugin that opened the page, which is of the same
// origin: a page of anybody else hears nothing.
func (c *call) begin(ctx context.Context) error {
	var who *visitor
	if err := c.d.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		who, err = c.meet(ctx, r, c.form.Get("who"), false)
		return err
	}); err != nil {
		return err
	}
	if who == nil {
		return c.choose(ctx, "Continue as", c.form.Get("who"))
	}
	text := source("session.js")
	return c.show(200, "; script-src "+markup.Source(text)+lone, func(p *markup.Page) {
		p.Top("Continue as", style)
		p.Put(raw(`<p id="who" data-session="`), who.sealed(c.d), raw(`" data-name="`), who.called(), raw(`">You are `), who.called(),
			raw(". This window can be closed.</p><script>"), raw(text), raw("</script>"), markup.End)
	})
}
