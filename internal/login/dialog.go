package login

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/markup"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Choice is somebody who may log in.
type Choice struct {
	ID           store.ID
	Handle, Name string
}

// DialogOptions are what a Dialog stands on.
type DialogOptions struct {
	Desk *Desk
	Now  func() time.Time
	// Logins lists people, or Instagram accounts, in order of their handles. Find
	// finds the object of one, zero for none.
	Logins func(ctx context.Context, instagram bool, most int) ([]Choice, error)
	Find   func(ctx context.Context, r *store.Reader, instagram bool, handle string) (store.ID, error)
	Log    *slog.Logger
}

// A Dialog is the login page of an emulator: whoever opens it may be anybody of
// the world. It is safe for concurrent use.
type Dialog struct {
	opt    DialogOptions
	policy string
}

// NewDialog makes a Dialog.
func NewDialog(opt DialogOptions) *Dialog {
	return &Dialog{opt: opt, policy: policy()}
}

// DialogPath reports whether a request is for a login page, and whether for
// Instagram's.
func DialogPath(host, target string) (instagram, ok bool) {
	path, _, _ := strings.Cut(target, "?")
	if !strings.HasPrefix(path, "/v") && !strings.HasPrefix(path, "/d") && !strings.HasPrefix(path, "/o") {
		return false, false
	}
	path = strings.TrimSuffix(path, "/")
	if first, rest, found := strings.Cut(path[1:], "/"); found {
		if _, known := graph.ParseVersion(first); known {
			path = "/" + rest
		}
	}
	switch path {
	case "/dialog/oauth":
		return false, true
	case "/device": // [doc facebook-login/for-devices]
		return false, !strings.Contains(strings.ToLower(host), "instagram.com")
	case "/oauth/authorize": // of graph.facebook.com it was the same page. [seen nov/fb_graph#204]
		return !strings.Contains(strings.ToLower(host), "facebook.com"), true
	}
	return false, false
}

// Serve answers a request for the page.
func (d *Dialog) Serve(ctx context.Context, in *graph.In, out *graph.Out) {
	instagram, _ := DialogPath(in.Host, in.Target)
	var err error
	switch {
	case in.Method == "GET":
		err = d.open(ctx, in, out, instagram)
	case in.Method != "POST":
		err = d.refuse(out, 405, refusal("Sorry, something went wrong", "This page is opened with GET and sent with POST."))
	case !markup.SameOrigin(in):
		err = d.refuse(out, 403, refusal("Sorry, something went wrong", "Only this page itself may send its forms."))
	default:
		err = d.sent(ctx, in, out, instagram)
	}
	if err != nil {
		d.opt.Log.Error("login page failed", "err", err)
		out.Header, out.Body = out.Header[:0], out.Body[:0]
		_ = d.refuse(out, 503, refusal("Sorry, something went wrong", "The service is temporarily unavailable."))
	}
}

const ticketLife = int64(3600)

// ticket is what the forms of a page carry: only who was shown the page has it.
func (d *Dialog) ticket(in *graph.In) string {
	until := strconv.FormatInt(d.opt.Now().Unix()+ticketLife, 10)
	return base64.RawURLEncoding.EncodeToString(d.opt.Desk.opt.Keys.Seal("dialog", until+" "+hashOf(in.Target)))
}

func (d *Dialog) genuine(in *graph.In, ticket string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil {
		return false
	}
	text, err := d.opt.Desk.opt.Keys.Open("dialog", raw)
	until, hash, _ := strings.Cut(text, " ")
	end, nerr := strconv.ParseInt(until, 10, 64)
	return err == nil && nerr == nil && hash == hashOf(in.Target) && d.opt.Now().Unix() < end
}

// open shows who may log in.
func (d *Dialog) open(ctx context.Context, in *graph.In, out *graph.Out, instagram bool) error {
	var req *request
	var why *Refusal
	if err := d.opt.Desk.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		req, why, err = d.read(ctx, r, in, instagram)
		return err
	}); err != nil {
		return err
	}
	switch {
	case why != nil:
		return d.refuse(out, 400, why)
	case req == nil:
		return d.show(out, 200, enter, &view{Title: "Connect a device"})
	}
	return d.choose(ctx, in, out, req, "")
}

// mostChoices bounds the list; others are named by their handles.
const mostChoices = 100

func (d *Dialog) choose(ctx context.Context, in *graph.In, out *graph.Out, req *request, missing string) error {
	list, err := d.opt.Logins(ctx, req.instagram, mostChoices)
	if err != nil {
		return err
	}
	developing := req.app.Mode == graph.ModeDevelopment && !req.instagram
	if developing {
		if list, err = d.withRole(ctx, req.app, list); err != nil {
			return err
		}
	}
	title := "Log in to " + req.app.Name
	if req.instagram {
		title += " with Instagram"
	}
	return d.show(out, 200, choose, &view{Title: title, Ticket: d.ticket(in), Choices: list, Missing: missing, Developing: developing})
}

// withRole keeps those who have a role: an app in development lets in nobody
// else. [doc app modes]
func (d *Dialog) withRole(ctx context.Context, app *people.App, list []Choice) (kept []Choice, err error) {
	err = d.opt.Desk.opt.DB.View(ctx, func(r *store.Reader) error {
		var rs store.ReadSet
		for i := range list {
			rs.Pair(app.ID, store.AssocRole, list[i].ID)
		}
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		kept = nil
		for i, c := range list {
			if rs.GotPair(i) != nil {
				kept = append(kept, c)
			}
		}
		return nil
	})
	return kept, err
}

// sent takes a form of the page.
func (d *Dialog) sent(ctx context.Context, in *graph.In, out *graph.Out, instagram bool) error {
	form, err := url.ParseQuery(string(in.Body))
	if err != nil || in.BodyErr != nil || !d.genuine(in, form.Get("ticket")) {
		return d.refuse(out, 400, refusal("Sorry, something went wrong", "This page is too old. Go back to the app and begin again."))
	}
	s := &step{d: d, form: form}
	err = d.opt.Desk.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
		*s = step{d: d, form: form, tx: tx}
		if s.req, s.why, err = d.read(ctx, &tx.Reader, in, instagram); err != nil || s.why != nil {
			return err
		}
		if s.req == nil {
			s.why = refusal("Sorry, something went wrong", "This form goes with a code.")
			return nil
		}
		return s.take(ctx)
	})
	if err == nil {
		d.opt.Desk.opt.Outbox.Wake(s.ask.Told)
	}
	switch {
	case err != nil:
		return err
	case s.why != nil:
		return d.refuse(out, 400, s.why)
	case s.told != "":
		return d.show(out, 200, turnDown, &view{Title: s.told, Text: "You can close this page."})
	case s.to != "":
		return d.leave(out, s.to)
	case s.who == "":
		return d.choose(ctx, in, out, s.req, form.Get("who"))
	}
	return d.show(out, 200, agree, &view{Title: "Let " + s.req.app.Name + " in?", Ticket: d.ticket(in), Who: s.who, Handle: form.Get("who"),
		App: s.req.app.Name, Basic: s.req.basic().String(), Asked: s.asked.Names()})
}

// read takes apart what the page was opened with: the query of an app, or the code
// of a device, nil where that has yet to be typed.
func (d *Dialog) read(ctx context.Context, r *store.Reader, in *graph.In, instagram bool) (*request, *Refusal, error) {
	path, query, _ := strings.Cut(in.Target, "?")
	if !strings.HasSuffix(strings.TrimSuffix(path, "/"), "/device") {
		return readRequest(ctx, r, query, instagram)
	}
	q, err := url.ParseQuery(query)
	if err != nil || q.Get("user_code") == "" {
		return nil, nil, nil
	}
	code, err := DeviceCode(ctx, r, q.Get("user_code"), d.opt.Now())
	if err != nil {
		return nil, nil, err
	}
	if code == nil {
		return nil, refusal("Code expired", "The code you entered has expired. Please go back to your device for a new code and try again."), nil
	}
	app, err := AppOf(ctx, r, code)
	if err != nil || app == nil || app.Deleted {
		return nil, refusal("Invalid App ID", "The app of this device is gone."), err
	}
	return &request{app: app, device: code, scope: code.Granted, renew: true}, nil, nil
}

// A step is one form inside its transaction: it ends with an address to go to,
// with a person to be asked, or with neither.
type step struct {
	d     *Dialog
	form  url.Values
	tx    *store.Tx
	req   *request
	why   *Refusal
	to    string
	told  string // to whoever reads the page, instead of going anywhere
	who   string
	asked graph.Permissions
	ask   Ask
}

func (s *step) take(ctx context.Context) error {
	if s.form.Get("cancel") != "" {
		if s.req.device != nil {
			s.told = "The device was not connected"
			return s.d.opt.Desk.Connect(ctx, s.tx, s.req.device, nil, s.d.opt.Now())
		}
		s.to = s.req.refused()
		return nil
	}
	had, found, err := s.find(ctx)
	if err != nil || !found {
		return err
	}
	s.asked = s.req.asks(had)
	if s.form.Get("allow") == "" && !s.asked.Empty() {
		return nil // the page asks
	}
	s.ask.Granted = graph.PermissionSet(s.req.basic())
	for _, name := range s.form["permission"] {
		if p, ok := graph.ParsePermission(name); ok && s.asked.Has(p) {
			s.ask.Granted = s.ask.Granted.With(p)
		}
	}
	s.ask.Declined = s.asked.Minus(s.ask.Granted)
	s.ask.App, s.ask.Redirect, s.ask.Challenge = s.req.app, s.req.redirect, s.req.challenge
	return s.finish(ctx)
}

// find looks up who was chosen and what they granted before.
func (s *step) find(ctx context.Context) (had *people.Install, found bool, err error) {
	r := &s.tx.Reader
	id, err := s.d.opt.Find(ctx, r, s.req.instagram, s.form.Get("who"))
	if err != nil || id == 0 {
		return nil, false, err
	}
	if s.req.instagram {
		if s.ask.Account, err = get[*people.Instagram](ctx, r, id); err != nil || s.ask.Account == nil {
			return nil, false, err
		}
		s.who = s.ask.Account.Username
		return nil, true, nil
	}
	if s.ask.Person, err = get[*people.Person](ctx, r, id); err != nil || s.ask.Person == nil {
		return nil, false, err
	}
	if may, err := MayLogIn(ctx, r, s.req.app, s.ask.Person); err != nil || !may {
		return nil, false, err
	}
	s.who = NameOf(s.ask.Person)
	had, _, err = pair[*people.Install](ctx, r, s.req.app.ID, store.AssocInstall, id)
	return had, true, err
}

// NameOf is what a page calls a person.
func NameOf(p *people.Person) string {
	name := strings.TrimSpace(p.Text(people.FirstName) + " " + p.Text(people.LastName))
	if name == "" {
		return p.Handle
	}
	return name
}

// finish lets the app in and makes what it is given.
func (s *step) finish(ctx context.Context) error {
	desk, now := s.d.opt.Desk, s.d.opt.Now()
	if s.req.device != nil {
		s.told = "The device is connected"
		return desk.Connect(ctx, s.tx, s.req.device, &s.ask, now)
	}
	o := &outcome{}
	var err error
	if s.req.code {
		if o.code, err = desk.Code(ctx, s.tx, &s.ask, now); err != nil {
			return err
		}
	}
	if s.req.token {
		if err := s.issue(ctx, desk, now, o); err != nil {
			return err
		}
	}
	if s.req.lists {
		in, _, err := pair[*people.Install](ctx, &s.tx.Reader, s.req.app.ID, store.AssocInstall, s.ask.Person.ID)
		if err != nil {
			return err
		}
		o.granted, o.declined = in.Granted.Names(), in.Declined.Names()
	}
	s.to = s.req.location(o)
	return nil
}

// issue makes the token of a login that takes one at once.
func (s *step) issue(ctx context.Context, desk *Desk, now time.Time, o *outcome) error {
	_, all, err := Let(ctx, s.tx, desk.opt.Keys, desk.opt.Outbox, &s.ask, now)
	if err != nil {
		return err
	}
	t := userToken(s.req.app, s.ask.Person.ID, all, now)
	o.token = desk.opt.Keys.Mint(false, s.req.app.PublicID, desk.draw(s.tx, "login", s.req.app.PublicID))
	o.left, o.data = t.Expires-t.Issued, t.DataAccess
	return access.Issue(ctx, s.tx, o.token, t)
}
