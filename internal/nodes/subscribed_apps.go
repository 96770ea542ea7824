package nodes

import (
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A subscribing is how apps subscribe at one type of node.
type subscribing struct {
	fields []string
	// need is what a token of Instagram Login must carry, pageNeed a Page's; readNeed
	// is asked of readers.
	need, pageNeed, readNeed *schema.Need
	callers                  schema.Callers
	mark                     string
}

// pageSubscribers is for Pages. Bots of 2016 to 2020 called it with pages_messaging
// alone. [doc page subscribed_apps, idx:3048213341; the last guess]
func pageSubscribers() subscribing {
	return subscribing{
		fields: messaging.PageFields(), callers: schema.ByPage,
		pageNeed: needs(graph.ManagePages, graph.PagesManageMetadata, graph.PagesMessaging),
		readNeed: needs(graph.ManagePages, graph.PagesManageMetadata, graph.PagesMessaging),
		mark:     "[doc page subscribed_apps; seen idx:70932191985]",
	}
}

// accountSubscribers is for professional accounts: with their own token, or with that
// of their Page. [doc instagram webhooks; seen idx:68819728411]
func accountSubscribers() subscribing {
	return subscribing{
		fields: messaging.InstagramFields(), callers: schema.ByPage | schema.ByInstagram,
		pageNeed: needs(graph.ManagePages, graph.PagesManageMetadata, graph.PagesMessaging),
		mark:     "[doc instagram webhooks; seen idx:68819728411; permissions guess]",
	}
}

// subscribedAppsEdge are the apps that are told of a Page or account. [doc page
// subscribed_apps]
func subscribedAppsEdge(s subscribing) schema.Edge {
	return schema.Edge{Name: "subscribed_apps", To: "Application", Assoc: messaging.SubscribedApps(), Need: s.readNeed, Refusal: graph.ErrPermissions,
		Default: "category,link,name,id,subscribed_fields", Mark: s.mark,
		Extra: []schema.Field{{Name: messaging.SubscribedFields, Kind: schema.List, Type: "list<string>", Plain: true,
			From: schema.ItemPart(messaging.SubscribedFields), Mark: s.mark}}}
}

// subscribedAppsOperations let an app subscribe at a Page or account.
func subscribedAppsOperations(s subscribing) []schema.Operation {
	field := &schema.Param{Kind: schema.EnumParam, Enum: s.fields}
	return []schema.Operation{
		{Method: "POST", Edge: "subscribed_apps", Action: schema.Creating, Usual: schema.Usual{Other: none}, Callers: s.callers, Need: s.need, PageNeed: s.pageNeed,
			Task: graph.TaskModerate, Tasked: true,
			Params:  []schema.Param{{Name: messaging.SubscribedFields, Kind: schema.ListParam, Of: field}},
			Returns: []string{success}, Do: s.subscribe, Mark: s.mark},
		{Method: "DELETE", Edge: "subscribed_apps", Action: schema.Dissociate, Usual: schema.Usual{Other: none}, Callers: s.callers, Need: s.need, PageNeed: s.pageNeed,
			Task: graph.TaskModerate, Tasked: true, Returns: []string{success}, Do: unsubscribeApp, Mark: s.mark},
	}
}

// fieldsNamed is when the fields must be named; before, an app subscribed to all that
// it may. [seen idx:29170455174 v3.3; version guess]
var fieldsNamed = schema.Span{Since: graph.V(3, 2)}

// subscribe has the app of the token told of fields, and of no others. [that it replaces
// seen idx:68819728411]
func (s subscribing) subscribe(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	fields, err := s.wanted(c)
	if err != nil {
		return done, err
	}
	item, pair := people.Item{}, store.Pair{From: c.ID, Kind: messaging.SubscribedApps(), To: c.Viewer.App.ID}
	rec, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	if err != nil {
		return done, err
	}
	at := c.Micros()
	if rec != nil {
		at = rec.Time
		if had, ok := rec.Value.(*people.Item); ok {
			item = *had
		}
	} else if err := room(ctx, c); err != nil {
		return done, err
	}
	item.Parts = item.Parts.Set(people.Part{Name: messaging.SubscribedFields, Text: messaging.EncodeNames(fields)})
	return done, c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: at, Data: item.Encode()})
}

// room refuses one more app where as many are told as may be. [own]
func room(ctx context.Context, c *schema.Call) error {
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: messaging.SubscribedApps(), All: true, Limit: messaging.MostSubscribers})
	if err == nil && len(list) >= messaging.MostSubscribers {
		err = graph.ErrBadParam
	}
	return err
}

// wanted are the fields of the call, each once; who may not have conversations may not
// be told of them.
func (s subscribing) wanted(c *schema.Call) (fields []string, err error) {
	perm := graph.PagesMessaging
	if c.Row.Instagram != nil {
		perm = graph.InstagramManageMessages
		if c.Viewer.Kind == access.InstagramToken {
			perm = graph.InstagramBusinessManageMessages
		}
	}
	may := c.Viewer.Granted.Has(perm)
	list := c.Args.Find(messaging.SubscribedFields)
	if list == nil {
		if fieldsNamed.Has(c.Row.Version) {
			return nil, graph.ErrNeedsParam.Args(messaging.SubscribedFields)
		}
		for _, f := range s.fields {
			if may || !messaging.Conversing(f) {
				fields = append(fields, f)
			}
		}
		return fields, nil
	}
	for _, e := range list.List {
		if messaging.Conversing(e.Text) && !may {
			return nil, graph.ErrFieldPermission.Args(e.Text, perm.String())
		}
		if !slices.Contains(fields, e.Text) {
			fields = append(fields, e.Text)
		}
	}
	return fields, nil
}

// unsubscribeApp takes the app of the token off; one that is not on is off. [guess]
func unsubscribeApp(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	return done, c.Tx.Unlink(ctx, store.Pair{From: c.ID, Kind: messaging.SubscribedApps(), To: c.Viewer.App.ID})
}
