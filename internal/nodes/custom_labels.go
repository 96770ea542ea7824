package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

const markLabels = "[doc custom labels]"

// labelNames is when the name of a label began to be page_label_name. [doc changelog v12.0]
var labelNames = schema.Span{Since: graph.V(12, 0)}

// mostLabelName is how long the name of a label may be. [guess]
const mostLabelName = 255

// customLabelsEdge are the labels that apps made for a Page. [doc custom labels]
func customLabelsEdge() schema.Edge {
	return schema.Edge{Name: "custom_labels", To: "PageLabel", Assoc: store.Edge("page.custom_labels"), Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Mark: markLabels}
}

func labelOperations() []schema.Operation {
	return []schema.Operation{{Method: "POST", Edge: "custom_labels", Action: schema.Creating, Usual: schema.Usual{Other: none}, Callers: schema.ByPage,
		PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Task: graph.TaskMessaging, Tasked: true,
		Params: []schema.Param{text("name"), text("page_label_name")}, Returns: []string{"struct{id: string}"}, Do: makeLabel, Mark: markLabels}}
}

// labelledOperations put people on a label and take them off, and delete it.
func labelledOperations() []schema.Operation {
	op := func(method, edge, action string, do func(context.Context, *schema.Call) (schema.Answer, error)) schema.Operation {
		o := schema.Operation{Method: method, Edge: edge, Action: action, Callers: schema.ByPage, PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
			Returns: []string{success}, Do: do, Mark: markLabels}
		if edge != "" {
			o.Params = []schema.Param{{Name: "user", Kind: schema.IDParam, Required: true}}
		}
		return o
	}
	return []schema.Operation{op("POST", "label", schema.Updating, putLabel), op("DELETE", "label", schema.Dissociate, takeLabel), op("DELETE", "", schema.Deleting, deleteThing)}
}

// labelsOfEdge are the labels that a person has of the Page that asks. [doc custom labels]
func labelsOfEdge() schema.Edge {
	return schema.Edge{Name: "custom_labels", To: "PageLabel", Assoc: store.EdgeOf("page_label.users"), OfPage: true, Free: true, Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Mark: markLabels}
}

// agreed refuses labels where the Page Contact Terms are not accepted; a Page has
// accepted them unless the world says otherwise. [doc error codes; the latter own]
func agreed(c *schema.Call) error {
	page := c.Row.Page
	if page == nil {
		page = c.Viewer.Page
	}
	if page != nil && page.Parts.JSON("contact_terms_accepted") == "false" {
		return graph.ErrContactTerms
	}
	return nil
}

func makeLabel(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	if err := agreed(c); err != nil {
		return done, err
	}
	param := "name"
	if labelNames.Has(c.Row.Version) {
		param = "page_label_name"
	}
	name, err := label(c.Args, param, mostLabelName)
	if err != nil {
		return done, err
	}
	n, err := ordinal(ctx, c, store.Edge("page.custom_labels"))
	if err != nil {
		return done, err
	}
	done.Created, err = create(ctx, c, making{node: "PageLabel", owner: c.ID, edge: store.Edge("page.custom_labels"), on: c.ID, seed: c.Row.Page.PublicID + " " + n,
		parts: people.Parts{{Name: "name", Text: quoted(name)}}})
	return done, err
}

// labelled is the pair of the label and whom the call names, by the ID that the Page or
// its app has of them. [doc custom labels; the refusal guess, after the Send API]
func labelled(ctx context.Context, c *schema.Call) (store.Pair, error) {
	p, err := somebody(ctx, c, c.Args.Text("user"))
	if err == nil && p == nil {
		err = graph.ErrNoRecipient
	}
	if err != nil {
		return store.Pair{}, err
	}
	return store.Pair{From: c.ID, Kind: store.Edge("page_label.users"), To: p.ID}, nil
}

func putLabel(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	if err := agreed(c); err != nil {
		return done, err
	}
	pair, err := labelled(ctx, c)
	if err != nil {
		return done, err
	}
	if had, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To); err != nil || had != nil {
		return done, err
	}
	return done, c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: c.Micros()})
}

// takeLabel takes somebody off a label; who is not on it is off. [guess]
func takeLabel(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	pair, err := labelled(ctx, c)
	if err != nil {
		return done, err
	}
	return done, c.Tx.Unlink(ctx, pair)
}
