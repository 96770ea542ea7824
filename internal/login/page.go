package login

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/markup"
)

// page is one of the pages here. Forms have no action: they go to the address of the
// page, with everything the app asked for. No script is needed.
type page struct{ markup.Page }

type raw = markup.Raw

const end = markup.End

func (p *page) put(parts ...any) { p.Put(parts...) }

func (p *page) top(title string) {
	p.Top(title, markup.Style)
	p.put(raw("<h1>"), title, raw("</h1>\n"))
}

// form opens a form.
func (p *page) form(ticket string) {
	p.put(raw(`<form method="post"><input type="hidden" name="ticket" value="`), ticket, raw(`">`))
}

func (p *page) cancel(ticket string) {
	p.form(ticket)
	p.put(raw(`<button name="cancel" value="1">Cancel</button></form>`+"\n"), end)
}

// choose asks who logs in.
func choose(p *page, v *view) {
	p.top(v.Title)
	p.put(raw("<p>This is kith. Nobody here has a password: choose who logs in.</p>\n"))
	if v.Missing != "" {
		p.put(raw(`<p role="alert">There is nobody called <b>`), v.Missing, raw("</b>"))
		if v.Developing {
			p.put(" with a role in this app, which is in development")
		}
		p.put(raw(".</p>\n"))
	}
	p.form(v.Ticket)
	p.put(raw("<ul>\n"))
	for _, c := range v.Choices {
		p.put(raw(`<li><button name="who" value="`), c.Handle, raw(`">`), c.Name, raw("</button> <small>"), c.Handle, raw("</small></li>\n"))
	}
	p.put(raw("</ul></form>\n"))
	p.form(v.Ticket)
	p.put(raw(`<label>Somebody else, by handle <input name="who" required autocomplete="off"></label> <button>Continue</button></form>` + "\n"))
	p.cancel(v.Ticket)
}

// enter asks for the code that a device shows.
func enter(p *page, v *view) {
	p.top(v.Title)
	p.put(raw(`<form method="get"><label>Enter the code that your device shows <input name="user_code" required autocomplete="off" maxlength="32"></label> <button>Continue</button></form>`+"\n"), end)
}

// agree asks what the app may have.
func agree(p *page, v *view) {
	p.top(v.Title)
	p.put(raw("<p>"), v.Who, ", ", v.App, raw(" asks for:</p>\n"))
	p.form(v.Ticket)
	p.put(raw(`<input type="hidden" name="who" value="`), v.Handle, raw(`"><ul>`+"\n"))
	for _, name := range v.Asked {
		p.put(raw(`<li><label><input type="checkbox" name="permission" value="`), name, raw(`" checked`))
		if name == v.Basic {
			p.put(raw(" disabled"))
		}
		p.put(raw("> "), name, raw("</label></li>\n"))
	}
	p.put(raw(`</ul><button name="allow" value="1">Continue as `), v.Who, raw("</button></form>\n"))
	p.cancel(v.Ticket)
}

// turnDown says why nobody can log in here.
func turnDown(p *page, v *view) {
	p.top(v.Title)
	p.put(raw("<p>"), v.Text, raw("</p>"), end)
}

// A view is what a page shows.
type view struct {
	Title, Text, Ticket, Missing string
	Developing                   bool
	Choices                      []Choice
	Who, Handle, App, Basic      string
	Asked                        []string
}

// policy lets the page do nothing but be read and sent. It says nothing of where
// forms go, because browsers hold the way back to the app against it too.
func policy() string {
	return "default-src 'none'; style-src " + markup.Source(markup.Style) + "; base-uri 'none'; frame-ancestors 'none'"
}

// safe are the headers of every answer.
func (d *Dialog) safe(out *graph.Out, status int, more ...graph.HeaderPair) {
	out.Status = status
	out.Header = append(out.Header, markup.Headers(d.policy)...)
	out.Header = append(append(out.Header, graph.HeaderPair{Name: "X-Frame-Options", Value: "DENY"}), more...)
}

func (d *Dialog) show(out *graph.Out, status int, write func(*page, *view), v *view) error {
	p := page{markup.Page{Bytes: out.Body[:0]}}
	write(&p, v)
	out.Body = p.Bytes
	d.safe(out, status, graph.HeaderPair{Name: "Content-Type", Value: "text/html; charset=utf-8"})
	return nil
}

func (d *Dialog) refuse(out *graph.Out, status int, why *Refusal) error {
	return d.show(out, status, turnDown, &view{Title: why.Title, Text: why.Text})
}

func (d *Dialog) leave(out *graph.Out, to string) error {
	out.Body = out.Body[:0]
	d.safe(out, 302, graph.HeaderPair{Name: "Location", Value: to})
	return nil
}
