package login

import (
	"crypto/sha256"
	"encoding/base64"
	"html"

	"github.com/kithgraph/kith/internal/graph"
)

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1c1e21;background:#fff}
h1{font-size:1.4rem}button,input{font:inherit;padding:.4rem .8rem;margin:.2rem 0}
li{list-style:none}ul{padding:0}small{color:#606770}label{display:block}
@media(prefers-color-scheme:dark){body{color:#e4e6eb;background:#18191a}small{color:#b0b3b8}}`

// raw is markup. Any other text of a page is escaped.
type raw string

// A page is an answer as it is written. Forms have no action: they go to the
// address of the page, with everything the app asked for. No script is needed.
// The templates of the library would keep every exported method in the program,
// used or not: six megabytes for four pages.
type page struct{ b []byte }

// put writes markup as it is, and texts so that they stay texts, also between
// double quotes.
func (p *page) put(parts ...any) {
	for _, part := range parts {
		switch s := part.(type) {
		case raw:
			p.b = append(p.b, s...)
		case string:
			p.b = append(p.b, html.EscapeString(s)...)
		}
	}
}

func (p *page) top(title string) {
	p.put(raw(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>`), title, raw("</title><style>"+style+"</style></head><body><h1>"), title, raw("</h1>\n"))
}

const end = raw("</body></html>\n")

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
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; frame-ancestors 'none'"
}

// safe are the headers of every answer. Nothing lets another origin read it.
func (d *Dialog) safe(out *graph.Out, status int, more ...graph.HeaderPair) {
	out.Status = status
	out.Header = append(out.Header,
		graph.HeaderPair{Name: "Cache-Control", Value: "no-store"},
		graph.HeaderPair{Name: "Content-Security-Policy", Value: d.policy},
		graph.HeaderPair{Name: "Referrer-Policy", Value: "no-referrer"},
		graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"},
		graph.HeaderPair{Name: "X-Frame-Options", Value: "DENY"})
	out.Header = append(out.Header, more...)
}

func (d *Dialog) show(out *graph.Out, status int, write func(*page, *view), v *view) error {
	p := page{out.Body[:0]}
	write(&p, v)
	out.Body = p.b
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
