package nodes

import (
	"context"
	"slices"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// resultSuccess is the form of an answer of the Messenger profile. [doc messenger-profile-api]
const resultSuccess = "struct{result: string}"

// A profiled is where a Messenger profile is: on a Page, or on an account alone.
type profiled struct {
	need, pageNeed *schema.Need
	refusal        *graph.Error
	callers        schema.Callers
	account        bool
	mark           string
}

func pageProfile() profiled {
	return profiled{pageNeed: needs(graph.PagesMessaging), refusal: graph.ErrNoMessaging, callers: schema.ByPage,
		mark: "[doc messenger-profile-api; permission seen of the Send API]"}
}

func accountProfile() profiled {
	return profiled{need: needs(graph.InstagramBusinessManageMessages), pageNeed: needs(graph.InstagramManageMessages), callers: schema.ByPage | schema.ByInstagram,
		account: true, mark: "[doc instagram messaging; permissions guess]"}
}

// platform is whose profile a call with a Page's token is about. [doc instagram messaging]
func platform() schema.Param {
	return schema.Param{Name: "platform", Kind: schema.EnumParam, Enum: []string{"messenger", "instagram"}, Default: "messenger"}
}

// asked are the names that a profile has in any version, as a parameter.
func (p profiled) asked() schema.Param {
	list := messaging.Properties(graph.Oldest, p.account)
	if !p.account {
		list = append(list, messaging.EUPrivacyRules)
	}
	return schema.Param{Name: "fields", Kind: schema.ListParam, Required: true, Of: &schema.Param{Kind: schema.EnumParam, Enum: list}}
}

// messengerProfileEdge shows what was set of what is asked for; a list of nothing
// where nothing was. [doc messenger-profile-api; the latter seen idx:30337330316]
func messengerProfileEdge(p profiled) schema.Edge {
	read := p.pageNeed
	if p.account {
		read = needs(graph.InstagramManageMessages, graph.InstagramBusinessManageMessages)
	}
	refusal := p.refusal
	if refusal == nil {
		refusal = graph.ErrPermissions
	}
	return schema.Edge{Name: "messenger_profile", Values: profileValues, Type: "MessengerProfile", Loads: schema.LoadInstagram, Need: read, Refusal: refusal,
		Params: []schema.Param{p.asked(), platform()}, Mark: p.mark}
}

func profileValues(b []byte, r *schema.Row) []byte {
	fields := r.Asked.Args.Find("fields")
	if fields == nil {
		return b
	}
	parts := people.Parts{}
	switch {
	case r.Asked.Args.Text("platform") == "instagram" || r.Page == nil:
		if r.Instagram != nil {
			parts = r.Instagram.Profile
		}
	default:
		parts = r.Page.Profile
	}
	start := len(b)
	for _, f := range fields.List {
		value := parts.JSON(f.Text)
		if f.Text == messaging.EUPrivacyRules && r.Page != nil {
			value = strconv.FormatBool(r.Page.Europe)
		}
		if value == "" || f.Text == messaging.HomeURL && !slices.Contains(messaging.Properties(r.Version, false), f.Text) {
			continue
		}
		if len(b) == start {
			b = append(b, '{')
		} else {
			b = append(b, ',')
		}
		b = append(append(graph.AppendString(b, f.Text), ':'), value...)
	}
	if len(b) > start {
		b = append(b, '}')
	}
	return b
}

// messengerProfileOperations set properties and take them away. [doc messenger-profile-api]
func messengerProfileOperations(p profiled) []schema.Operation {
	set := []schema.Param{platform()}
	for _, name := range messaging.Properties(graph.Oldest, p.account) {
		set = append(set, schema.Param{Name: name, Kind: schema.AnyParam, Type: "Object"})
	}
	usual := schema.Usual{Other: none}
	return []schema.Operation{
		{Method: "POST", Edge: "messenger_profile", Action: schema.Updating, Usual: usual, Callers: p.callers, Need: p.need, PageNeed: p.pageNeed, Refusal: p.refusal,
			Task: graph.TaskMessaging, Tasked: true, Params: set, Returns: []string{resultSuccess}, Do: setProfile, Mark: p.mark},
		{Method: "DELETE", Edge: "messenger_profile", Action: schema.Deleting, Usual: usual, Callers: p.callers, Need: p.need, PageNeed: p.pageNeed, Refusal: p.refusal,
			Task: graph.TaskMessaging, Tasked: true, Params: []schema.Param{p.asked(), platform()}, Returns: []string{resultSuccess}, Do: removeProfile, Mark: p.mark},
	}
}

// setProfile sets what the call names; what it does not name stays. [doc messenger-profile-api]
func setProfile(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	values := map[string]string{}
	onInstagram := c.Row.Page == nil || c.Args.Text("platform") == "instagram"
	for _, name := range messaging.Properties(c.Row.Version, onInstagram) {
		if a := c.Args.Find(name); a != nil {
			values[name] = a.Text
		}
	}
	if len(values) == 0 {
		return done, graph.ErrBadParam
	}
	return changeProfile(ctx, c, onInstagram, func(p *messaging.Profile) error { return p.Set(values) })
}

func removeProfile(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	var names []string
	for _, f := range c.Args.Find("fields").List {
		names = append(names, f.Text)
	}
	return changeProfile(ctx, c, c.Row.Page == nil || c.Args.Text("platform") == "instagram",
		func(p *messaging.Profile) error { return p.Remove(names) })
}

// changeProfile writes the profile of the Page, or of an account: that of the call, or
// the one that is linked to its Page.
func changeProfile(ctx context.Context, c *schema.Call, onInstagram bool, f func(*messaging.Profile) error) (done schema.Answer, err error) {
	done = schema.Answer{Body: []byte(`{"result":"success"}`)}
	if !onInstagram {
		page := *c.Row.Page
		p := messaging.Profile{Parts: page.Profile}
		if err := f(&p); err != nil {
			return done, err
		}
		page.Profile = p.Parts
		return done, c.Tx.Want(ctx, store.Object{ID: page.ID, Kind: store.KindPage, Data: page.Encode()})
	}
	account, err := accountOfCall(ctx, c)
	if err != nil {
		return done, err
	}
	p := messaging.Profile{Parts: account.Profile, OfInstagram: true}
	if err := f(&p); err != nil {
		return done, err
	}
	account.Profile = p.Parts
	return done, c.Tx.Want(ctx, store.Object{ID: account.ID, Kind: store.KindInstagram, Data: account.Encode()})
}

// accountOfCall is a copy of the account that a call is about; a Page without one
// cannot have its profile changed. With a Page's token it takes the permission of
// accounts as well. [guess]
func accountOfCall(ctx context.Context, c *schema.Call) (*people.Instagram, error) {
	if c.Row.Page == nil {
		a := *c.Row.Instagram
		return &a, nil
	}
	if !c.Viewer.Granted.Has(graph.InstagramManageMessages) {
		return nil, graph.ErrPermissions
	}
	rec, err := c.Tx.Get(ctx, c.Row.Page.Instagram)
	if err != nil {
		return nil, err
	}
	if rec != nil {
		if a, ok := rec.Value.(*people.Instagram); ok {
			b := *a
			return &b, nil
		}
	}
	return nil, graph.ErrNoInstagram
}
