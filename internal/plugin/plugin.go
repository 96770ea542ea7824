// Package plugin is the doors that are pages: the scripts that websites load, the
// plugins and webviews that they show, and links into a conversation. A person of the
// world chooses who they are, as on the login page, and clicks. It refuses to know
// HTTP, what a click opens, and what apps are told of it: both follow from the deed.
//
// Stored by this package: nothing. Who somebody is, and what a page was opened for,
// is sealed into the page itself.
package plugin

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/store"
)

// A Choice is somebody whom a visitor may be.
type Choice struct{ Handle, Name string }

// A Deed is what a person did on a page. Everybody is named by handles.
type Deed struct {
	Person, Page, Instagram, App string
	// Event is what it was; what is no consent event has a Name instead.
	Event                 consent.Event
	Name                  string
	Text, Payload, Title  string
	Ref, UserRef, Referer string
	URL                   string // where to log in
	OneTime               bool   // of notifications: only one
}

// Names of deeds that are no consent events.
const (
	LogIn  = "log_in"
	LogOut = "log_out"
)

// A Done is what became of a deed: where to go from there, if anywhere, and what is to be
// called once the transaction is through, if that is not nil.
type Done struct {
	URL   string
	After func()
}

// A Refusal is a deed that cannot be done, in words for who tried.
type Refusal struct{ Text string }

// Error is the words.
func (r *Refusal) Error() string { return r.Text }

// Options are what a Desk stands on.
type Options struct {
	DB   *store.DB
	Keys *access.Keys
	Now  func() time.Time
	// People lists whom a visitor may be, in order of their handles. Find finds one,
	// zero for nobody. Guest makes somebody who has no account.
	People func(ctx context.Context, most int) ([]Choice, error)
	Find   func(ctx context.Context, r *store.Reader, handle string) (store.ID, error)
	Guest  func(ctx context.Context, tx *store.Tx) (handle string, err error)
	// Do does a deed. What cannot be done is a *Refusal.
	Do  func(ctx context.Context, tx *store.Tx, deed Deed) (Done, error)
	Log *slog.Logger
}

// A Desk serves the pages. It is safe for concurrent use.
type Desk struct{ opt Options }

// New makes a Desk.
func New(opt Options) *Desk { return &Desk{opt} }

// A call is one request for a page.
type call struct {
	d     *Desk
	in    *graph.In
	out   *graph.Out
	route route
	query url.Values
	form  url.Values // of a POST
	after func()     // of a deed
	leads string     // where the last deed leads to
}

// Serve answers a request for which Path is true.
func (d *Desk) Serve(ctx context.Context, in *graph.In, out *graph.Out) {
	c := &call{d: d, in: in, out: out, route: find(in.Host, in.Target)}
	if err := c.serve(ctx); err != nil {
		d.opt.Log.Error("page failed", "err", err)
		c.clear()
		c.refuse(503, "The service is temporarily unavailable.")
	}
}

func (c *call) serve(ctx context.Context) (err error) {
	_, query, _ := strings.Cut(c.in.Target, "?")
	if c.query, err = url.ParseQuery(query); err != nil {
		return c.refuse(400, "The address of this page cannot be read.")
	}
	switch {
	case c.route.kind == script:
		return c.script()
	case c.in.Method == "GET":
		return c.open(ctx)
	case c.in.Method != "POST":
		return c.refuse(405, "This page is opened with GET and sent with POST.")
	case !markup.SameOrigin(c.in):
		return c.refuse(403, "Only this page itself may send its forms.")
	}
	if c.form, err = url.ParseQuery(string(c.in.Body)); err != nil || c.in.BodyErr != nil || !c.genuine() {
		return c.refuse(400, "This page is too old. Open it again.")
	}
	return c.sent(ctx)
}

// open shows a page to somebody of whom nothing is known yet.
func (c *call) open(ctx context.Context) error {
	switch c.route.kind {
	case session:
		return c.choose(ctx, "Continue as", "")
	case messenger, pageLink, accountLink:
		return c.openMessenger(ctx)
	}
	return c.openFrame(ctx)
}

// sent takes what a page sends.
func (c *call) sent(ctx context.Context) error {
	switch c.route.kind {
	case session:
		return c.begin(ctx)
	case messenger, pageLink, accountLink:
		return c.sentMessenger(ctx)
	}
	return c.sentFrame(ctx)
}

// do does a deed in a transaction.
func (c *call) do(ctx context.Context, tx *store.Tx, deed Deed) error {
	done, err := c.d.opt.Do(ctx, tx, deed)
	if c.leads = done.URL; done.After != nil {
		before := c.after
		c.after = func() {
			if before != nil {
				before()
			}
			done.After()
		}
	}
	return err
}

// update runs f in a transaction and, once it is through, what comes after.
func (c *call) update(ctx context.Context, f func(tx *store.Tx) error) error {
	err := c.d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		c.after, c.leads = nil, ""
		return f(tx)
	})
	if err == nil && c.after != nil {
		c.after()
	}
	return err
}

// either runs f in a transaction that writes, or in one that only looks, which has no tx.
func (c *call) either(ctx context.Context, looks bool, f func(r *store.Reader, tx *store.Tx) error) error {
	if looks {
		return c.d.opt.DB.View(ctx, func(r *store.Reader) error { return f(r, nil) })
	}
	return c.update(ctx, func(tx *store.Tx) error { return f(&tx.Reader, tx) })
}

// clear takes back what was written of an answer.
func (c *call) clear() { c.out.Header, c.out.Body = c.out.Header[:0], c.out.Body[:0] }

// lone is the policy of a page that nobody may frame and that runs no script.
const lone = "; base-uri 'none'; frame-ancestors 'none'"

// show answers with a page. more is put behind the part of the policy that is about
// styles.
func (c *call) show(status int, more string, write func(p *markup.Page)) error {
	c.clear()
	p := markup.Page{Bytes: c.out.Body}
	write(&p)
	c.out.Status, c.out.Body = status, p.Bytes
	c.out.Header = append(c.out.Header, markup.Headers("default-src 'none'; style-src "+markup.Source(style)+more)...)
	if strings.HasSuffix(more, lone) {
		c.out.Header = append(c.out.Header, graph.HeaderPair{Name: "X-Frame-Options", Value: "DENY"})
	}
	c.out.Header = append(c.out.Header, graph.HeaderPair{Name: "Content-Type", Value: "text/html; charset=utf-8"})
	return nil
}

// lead sends the browser on to where a deed leads.
func (c *call) lead() error {
	c.clear()
	c.out.Status = 303
	c.out.Header = append(c.out.Header, markup.Headers("default-src 'none'"+lone)...)
	c.out.Header = append(c.out.Header, graph.HeaderPair{Name: "Location", Value: c.leads})
	return nil
}

// refuse says why there is no page, or in JSON where a script asked.
func (c *call) refuse(status int, text string) error {
	if c.form != nil && c.form.Get("json") != "" {
		return c.answer(status, map[string]any{"error": text})
	}
	return c.show(status, lone, func(p *markup.Page) {
		p.Top("Sorry, something went wrong", style)
		p.Put(markup.Raw("<h1>Sorry, something went wrong</h1><p>"), text, markup.Raw("</p>"), markup.End)
	})
}

// answer answers a script of a page.
func (c *call) answer(status int, v map[string]any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.clear()
	c.out.Status, c.out.Body = status, append(c.out.Body, b...)
	c.out.Header = append(c.out.Header, markup.Headers("default-src 'none'"+lone)...)
	c.out.Header = append(c.out.Header, graph.HeaderPair{Name: "Content-Type", Value: "application/json; charset=utf-8"})
	return nil
}

// style is that of the login page, with what plugins need.
const style = markup.Style + `
body.plugin{margin:0;padding:2px;max-width:none;font-size:14px;background:transparent}
.plugin button{background:#0084ff;color:#fff;border:0;border-radius:4px;cursor:pointer}
.plugin small button,.log button{background:none;color:inherit;border:1px solid;font-size:smaller;padding:0 .3rem;border-radius:4px}
[hidden]{display:none}.chat{background:#fff;border:1px solid #ccd0d5;border-radius:8px;padding:8px}
.log{max-height:20rem;overflow:auto}iframe{border:1px solid #ccd0d5;width:100%;height:30rem}`
