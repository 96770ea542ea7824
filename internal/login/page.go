package login

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"

	"github.com/kithgraph/kith/internal/graph"
)

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1c1e21;background:#fff}
h1{font-size:1.4rem}button,input{font:inherit;padding:.4rem .8rem;margin:.2rem 0}
li{list-style:none}ul{padding:0}small{color:#606770}label{display:block}
@media(prefers-color-scheme:dark){body{color:#e4e6eb;background:#18191a}small{color:#b0b3b8}}`

// Every value is escaped by the template. Forms have no action: they go to the
// address of the page, with everything the app asked for. No script is needed.
const pages = `{{define "top"}}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>{{.Title}}</title><style>` + style + `</style></head><body><h1>{{.Title}}</h1>
{{end}}
{{define "cancel"}}<form method="post"><input type="hidden" name="ticket" value="{{.Ticket}}"><button name="cancel" value="1">Cancel</button></form>
{{end}}
{{define "choose"}}{{template "top" .}}<p>This is kith. Nobody here has a password: choose who logs in.</p>
{{if .Missing}}<p role="alert">There is nobody called <b>{{.Missing}}</b>{{if .Developing}} with a role in this app, which is in development{{end}}.</p>
{{end}}<form method="post"><input type="hidden" name="ticket" value="{{.Ticket}}"><ul>
{{range .Choices}}<li><button name="who" value="{{.Handle}}">{{.Name}}</button> <small>{{.Handle}}</small></li>
{{end}}</ul></form>
<form method="post"><input type="hidden" name="ticket" value="{{.Ticket}}"><label>Somebody else, by handle <input name="who" required autocomplete="off"></label> <button>Continue</button></form>
{{template "cancel" .}}</body></html>
{{end}}
{{define "agree"}}{{template "top" .}}<p>{{.Who}}, {{.App}} asks for:</p>
<form method="post"><input type="hidden" name="ticket" value="{{.Ticket}}"><input type="hidden" name="who" value="{{.Handle}}"><ul>
{{range .Asked}}<li><label><input type="checkbox" name="permission" value="{{.}}" checked{{if eq . $.Basic}} disabled{{end}}> {{.}}</label></li>
{{end}}</ul><button name="allow" value="1">Continue as {{.Who}}</button></form>
{{template "cancel" .}}</body></html>
{{end}}
{{define "refuse"}}{{template "top" .}}<p>{{.Text}}</p></body></html>
{{end}}`

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

func (d *Dialog) show(out *graph.Out, status int, name string, v *view) error {
	var b bytes.Buffer
	if err := d.pages.ExecuteTemplate(&b, name, v); err != nil {
		return err
	}
	out.Body = append(out.Body[:0], b.Bytes()...)
	d.safe(out, status, graph.HeaderPair{Name: "Content-Type", Value: "text/html; charset=utf-8"})
	return nil
}

func (d *Dialog) refuse(out *graph.Out, status int, why *Refusal) error {
	return d.show(out, status, "refuse", &view{Title: why.Title, Text: why.Text})
}

func (d *Dialog) leave(out *graph.Out, to string) error {
	out.Body = out.Body[:0]
	d.safe(out, 302, graph.HeaderPair{Name: "Location", Value: to})
	return nil
}

func parsePages() *template.Template { return template.Must(template.New("login").Parse(pages)) }
