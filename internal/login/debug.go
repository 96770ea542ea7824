package login

import (
	"context"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// Spans of what debug_token tells. [doc debug_token; dates of the changelogs,
// versions guess]
var (
	numericIDs   = schema.Span{Until: graph.V(2, 1)}
	typedTokens  = schema.Span{Since: graph.V(2, 4)}
	dataAccesses = schema.Span{Since: graph.V(3, 1)}
	granular     = schema.Span{Since: graph.V(7, 0)}
)

// Debug answers /debug_token: what a token of the app is, for the app itself and
// for those who develop it. A token that does not work is an answer, not an
// error. [doc debug_token; seen RESTFB, idx:60213428015]
func (d *Desk) Debug(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	input := c.Param("input_token")
	var out []byte
	err := d.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		app, err := d.developer(ctx, r, c)
		if err != nil {
			return err
		}
		if input == "" {
			return graph.ErrNeedsParam.Args("input_token")
		}
		x := &inspection{r: r, c: c, app: app}
		if id, mark, ok := strings.Cut(input, "|"); ok {
			err = x.appToken(d.opt.Keys, id, mark)
		} else {
			err = x.token(ctx, d, input)
		}
		out = x.b
		return err
	})
	if err != nil {
		return b, err
	}
	return append(b, out...), nil
}

// viewer is who asks, by the token of the call.
func (d *Desk) viewer(ctx context.Context, r *store.Reader, c *Call) (v access.Viewer, err error) {
	var rs store.ReadSet
	var t access.Ticket
	var l journal.Ladder
	if err := d.opt.Auth.Ask(ctx, r, &rs, c.Cred, &t); err != nil {
		return v, err
	}
	if err := r.Load(ctx, &rs); err != nil {
		return v, err
	}
	if err := d.opt.Auth.Check(&rs, &t, c.Now, &v, &l); err != nil {
		return v, err
	}
	d.serve(c, v.App)
	return v, nil
}

// developer is the app that asks: by its own token, or by that of somebody who
// develops it.
func (d *Desk) developer(ctx context.Context, r *store.Reader, c *Call) (*people.App, error) {
	v, err := d.viewer(ctx, r, c)
	if err != nil {
		return nil, err
	}
	if v.Client {
		return nil, graph.ErrDebugViewer
	}
	if v.Kind == access.AppToken {
		return v.App, nil
	}
	role, _, err := pair[graph.Role](ctx, r, v.App.ID, store.AssocRole, v.Person)
	if err == nil && (v.Kind != access.UserToken || role < graph.RoleDeveloper) {
		err = graph.ErrDebugViewer
	}
	return v.App, err
}

// An inspection is one token under the glass.
type inspection struct {
	r   *store.Reader
	c   *Call
	app *people.App
	b   []byte
}

func (x *inspection) appToken(keys *access.Keys, id, mark string) error {
	switch {
	case id != x.app.PublicID:
		return graph.ErrDebugApp
	case !keys.OpensApp(x.app, mark) && !keys.OpensClient(x.app, mark):
		x.invalid(graph.ErrTokenSignature)
		return nil
	}
	x.begin("APP")
	x.b = append(x.b, `,"is_valid":true,"scopes":[]}}`...)
	return nil
}

// token tells of a token with a record. That it is another app's can be read off
// its text, whether it exists or not.
func (x *inspection) token(ctx context.Context, d *Desk, input string) error {
	genuine := d.opt.Keys.Genuine(input)
	if genuine && access.AppOf(input) != x.app.PublicID {
		return graph.ErrDebugApp
	}
	t, err := d.opt.Auth.Find(ctx, x.r, input)
	switch {
	case err != nil:
		return err
	case t == nil || t.Kind == access.InstagramToken:
		x.b = append(x.b, `{"data":{`...)
		x.fault(graph.ErrBadToken)
		return nil
	case t.App != x.app.ID:
		return graph.ErrDebugApp
	}
	if why := t.Check(x.app, x.c.Now); why != nil {
		x.invalid(why)
		return nil
	}
	return x.tell(ctx, t)
}

func (x *inspection) begin(kind string) {
	x.b = append(x.b, `{"data":{"app_id":`...)
	x.id(x.app.PublicID)
	if typedTokens.Has(x.c.Served) {
		x.b = append(append(append(x.b, `,"type":"`...), kind...), '"')
	}
	x.b = append(x.b, `,"application":`...)
	x.b = graph.AppendString(x.b, x.app.Name)
}

// id is a text, and was a number in the first version. [seen RESTFB]
func (x *inspection) id(id string) {
	if numericIDs.Has(x.c.Served) {
		x.b = append(x.b, id...)
		return
	}
	x.b = append(append(append(x.b, '"'), id...), '"')
}

func (x *inspection) number(name string, n int64) {
	x.b = append(append(append(x.b, `,"`...), name...), `":`...)
	x.b = strconv.AppendInt(x.b, n, 10)
}

// invalid tells why a token of the app does not work.
func (x *inspection) invalid(why *graph.Error) {
	x.b = append(x.b, `{"data":{"app_id":`...)
	x.id(x.app.PublicID)
	x.b = append(x.b, ',')
	x.fault(why)
}

func (x *inspection) fault(why *graph.Error) {
	env := why.Envelope(x.c.Served, false)
	x.b = strconv.AppendInt(append(x.b, `"error":{"code":`...), int64(env.Code), 10)
	x.b = append(x.b, `,"message":`...)
	x.b = graph.AppendString(x.b, env.Message)
	if env.Subcode != 0 {
		x.number("subcode", int64(env.Subcode))
	}
	x.b = append(x.b, `},"is_valid":false,"scopes":[]}}`...)
}

// tell tells of a token that works.
func (x *inspection) tell(ctx context.Context, t *access.Token) error {
	kind, profile := "USER", ""
	if t.Kind == access.PageToken {
		page, err := get[*people.Page](ctx, x.r, t.Subject)
		if err != nil {
			return err
		}
		if page == nil {
			x.b = append(x.b, `{"data":{`...)
			x.fault(graph.ErrBadToken)
			return nil
		}
		kind, profile = "PAGE", page.PublicID
	}
	x.begin(kind)
	if dataAccesses.Has(x.c.Served) {
		x.number("data_access_expires_at", t.DataAccess)
	}
	x.number("expires_at", t.Expires)
	x.b = append(x.b, `,"is_valid":true`...)
	if t.Long {
		x.number("issued_at", t.Issued)
	}
	if profile != "" {
		x.b = append(x.b, `,"profile_id":`...)
		x.id(profile)
	}
	x.scopes(t, profile)
	if t.Person != 0 {
		user, err := scopedid.Of(ctx, x.r, store.SpaceASID, x.app.ID, t.Person)
		if err != nil {
			return err
		}
		if user != "" {
			x.b = append(x.b, `,"user_id":`...)
			x.id(user)
		}
	}
	x.b = append(x.b, "}}"...)
	return nil
}

// scopes lists the permissions, and then those that may be given for single
// Pages and accounts. Without target_ids they are for all. [seen idx:25132689710]
func (x *inspection) scopes(t *access.Token, profile string) {
	names := t.Granted.Names()
	x.b = append(x.b, `,"scopes":[`...)
	for i, name := range names {
		if i > 0 {
			x.b = append(x.b, ',')
		}
		x.b = graph.AppendString(x.b, name)
	}
	x.b = append(x.b, ']')
	if !granular.Has(x.c.Served) {
		return
	}
	x.b = append(x.b, `,"granular_scopes":[`...)
	some := false
	for _, name := range names {
		if !aboutAssets(name) {
			continue
		}
		if some {
			x.b = append(x.b, ',')
		}
		some = true
		x.b = append(append(append(x.b, `{"scope":"`...), name...), '"')
		if profile != "" {
			x.b = append(append(append(x.b, `,"target_ids":["`...), profile...), `"]`...)
		}
		x.b = append(x.b, '}')
	}
	x.b = append(x.b, ']')
}

// aboutAssets reports whether a permission is about Pages, accounts or
// businesses, not about the person. [guess]
func aboutAssets(name string) bool {
	for _, prefix := range [...]string{"pages_", "instagram_", "ads_", "business_", "leads_", "manage_pages"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
