package nodes

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// markSubscriptions is what backs the subscriptions of an app.
const markSubscriptions = "[doc app subscriptions; seen RESTFB v2_8, v2_9/subscription.json, KOALA]"

// namedFields is when the fields of a subscription began to be objects. [seen RESTFB v2_8, v2_9]
var namedFields = schema.Span{Since: graph.V(2, 9)}

// subscriptionsEdge is what an app is told of.
func subscriptionsEdge() schema.Edge {
	return schema.Edge{Name: "subscriptions", Values: subscriptionValues, Type: "Subscription", Sight: schema.SeenByWorkplace,
		Refusal: graph.ErrSecretRequired, Mark: markSubscriptions}
}

func subscriptionValues(b []byte, r *schema.Row) []byte {
	for i := range r.App.Subscriptions {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendSubscription(b, r, &r.App.Subscriptions[i])
	}
	return b
}

func appendSubscription(b []byte, r *schema.Row, s *people.Subscription) []byte {
	b = graph.AppendString(append(b, `{"object":`...), s.Object)
	b = graph.AppendString(append(b, `,"callback_url":`...), s.URL)
	b = append(b, `,"active":true,"fields":[`...)
	ver := s.Version
	if ver == 0 {
		ver = r.Version
	}
	for i, f := range s.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		if !namedFields.Has(r.Version) {
			b = graph.AppendString(b, f)
			continue
		}
		b = graph.AppendString(append(b, `{"name":`...), f)
		b = append(graph.AppendString(append(b, `,"version":`...), ver.String()), '}')
	}
	return append(b, `]}`...)
}

// subscriptionsOperations are the writes of what an app is told of.
func subscriptionsOperations() []schema.Operation {
	object := schema.Param{Name: "object", Kind: schema.EnumParam, Enum: messaging.Objects()}
	needed := object
	needed.Required = true
	fields := schema.Param{Name: "fields", Kind: schema.ListParam, Of: &schema.Param{}}
	return []schema.Operation{
		{Method: "POST", Edge: "subscriptions", Action: schema.Creating, Usual: schema.Usual{Other: none}, Callers: schema.ByApp, Refusal: graph.ErrSecretRequired, Params: []schema.Param{
			needed,
			{Name: "callback_url", Required: true},
			{Name: "fields", Kind: schema.ListParam, Of: &schema.Param{}, Required: true},
			{Name: "include_values", Kind: schema.BoolParam},
			{Name: "verify_token", Required: true},
		}, Returns: []string{success}, Before: verifyCallback, Do: subscribe, Mark: markSubscriptions},
		{Method: "DELETE", Edge: "subscriptions", Action: schema.Dissociate, Usual: schema.Usual{Other: none}, Callers: schema.ByApp, Refusal: graph.ErrSecretRequired,
			Params: []schema.Param{object, fields}, Returns: []string{success}, Do: unsubscribe, Mark: markSubscriptions},
	}
}

// verifyCallback asks the address whether it wants to be told, once all else is as it
// should be.
func verifyCallback(ctx context.Context, c *schema.Call) error {
	s, err := subscription(c)
	if err != nil {
		return err
	}
	if webhook.CheckURL(s.URL) != nil {
		return graph.ErrCallbackURL
	}
	random := c.Row.Env.Keys.Label("challenge", c.Row.App.PublicID, s.Object, strconv.FormatInt(c.Micros(), 10))
	if err := c.Verify(ctx, s.URL, s.Token, webhook.Challenge(random[:])); err != nil {
		return graph.ErrCallback.Args(err.Error())
	}
	return nil
}

// subscribe puts the subscription in the place of that of the same object. [that it
// replaces guess]
func subscribe(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	s, err := subscription(c)
	if err != nil {
		return done, err
	}
	return done, changeApp(ctx, c, func(a *people.App) { a.Subscribe(s) })
}

// unsubscribe takes fields, objects or everything off; what is not there is off. [doc
// app subscriptions; the latter guess]
func unsubscribe(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	object := c.Args.Text("object")
	fields, err := fieldsOf(c, object)
	if err != nil {
		return done, err
	}
	return done, changeApp(ctx, c, func(a *people.App) { a.Unsubscribe(object, fields) })
}

// changeApp writes the app of the call with what f changes.
func changeApp(ctx context.Context, c *schema.Call, f func(*people.App)) error {
	a := *c.Row.App
	f(&a)
	return c.Tx.Want(ctx, store.Object{ID: a.ID, Kind: store.KindApp, Data: a.Encode(c.Row.Env.Keys.Seal)})
}

// subscription is what the call asks for.
func subscription(c *schema.Call) (people.Subscription, error) {
	s := people.Subscription{Object: c.Args.Text("object"), URL: c.Args.Text("callback_url"), Token: c.Args.Text("verify_token"),
		Values: c.Args.Bool("include_values", false), Version: c.Row.Version}
	fields, err := fieldsOf(c, s.Object)
	if err == nil && len(fields) == 0 {
		err = graph.ErrNeedsParam.Args("fields")
	}
	s.Fields = fields
	return s, err
}

// fieldsOf are the fields that a call names, without blanks around them and each
// once. What is no field of the object is refused as one of a Page is. [guess]
func fieldsOf(c *schema.Call, object string) (fields []string, err error) {
	list := c.Args.Find("fields")
	if list == nil {
		return nil, nil
	}
	known := messaging.Fields(object)
	for i, e := range list.List {
		name := strings.TrimSpace(e.Text)
		if name == "" {
			continue
		}
		if object != "" && !slices.Contains(known, name) {
			return nil, graph.ErrParamKind.Args("fields["+strconv.Itoa(i)+"]", "one of {"+strings.Join(known, ", ")+"}")
		}
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	return fields, nil
}
