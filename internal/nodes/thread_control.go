package nodes

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

const markControl = "[doc handover protocol, conversation routing]"

// handovers is when the calls about control came; those of the Messenger Platform have
// no versions of their own. [doc handover protocol; for all of them guess]
var handovers = schema.Span{Since: graph.V(2, 6)}

// mostControlMetadata is how long metadata may be. [doc handover protocol]
const mostControlMetadata = 1000

// pageControl are the calls about control of a Page: of its conversations or those of
// its account. [doc conversation control]
func pageControl() []schema.Operation {
	return controlOperations(schema.Operation{Callers: schema.ByPage, PageNeed: needs(graph.PagesMessaging, graph.InstagramManageMessages), Task: graph.TaskMessaging, Tasked: true, Mark: markControl})
}

// accountControl are those of an account. [doc conversation control; that tokens of
// Instagram Login may guess]
func accountControl() []schema.Operation {
	return controlOperations(schema.Operation{Callers: schema.ByInstagram | schema.ByPage, Need: needs(graph.InstagramBusinessManageMessages), PageNeed: needs(graph.InstagramManageMessages),
		Mark: "[doc conversation routing; with Instagram Login guess]"})
}

// controlOperations pass, take, request, release and extend the control of a
// conversation, by whom like says.
func controlOperations(like schema.Operation) []schema.Operation {
	recipient := must(schema.Param{Name: "recipient", Kind: schema.ObjectParam})
	op := func(do string, more ...schema.Param) schema.Operation {
		o := like
		o.Method, o.Edge, o.Action, o.Usual, o.Span, o.Refusal = "POST", do+"_thread_control", schema.Updating, schema.Usual{Other: none}, handovers, graph.ErrNoMessaging
		o.Params, o.Returns, o.Do = append([]schema.Param{recipient}, more...), []string{success}, controlled(do)
		return o
	}
	metadata := text("metadata")
	return []schema.Operation{
		op("pass", must(schema.Param{Name: "target_app_id", Kind: schema.IDParam}), metadata),
		op("take", metadata),
		op("request", metadata),
		op("release", metadata),
		op("extend", must(schema.Param{Name: "duration", Kind: schema.CountParam})),
	}
}

func controlled(do string) func(context.Context, *schema.Call) (schema.Answer, error) {
	return func(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
		k := schema.Control{Do: do, Target: c.Args.Text("target_app_id"), Metadata: c.Args.Text("metadata")}
		if len(k.Metadata) > mostControlMetadata {
			return done, graph.ErrParamLength.Args("metadata", strconv.Itoa(mostControlMetadata))
		}
		if d := c.Args.Find("duration"); d != nil {
			if k.Seconds = d.Int; k.Seconds < 1 || k.Seconds > messaging.MostControl {
				return done, graph.ErrParamKind.Args("duration", "a number of seconds from 1 to "+strconv.Itoa(messaging.MostControl))
			}
		}
		to, err := addressee(ctx, c)
		switch {
		case err != nil:
			return done, err
		case to.to.Form != messaging.ByID:
			return done, graph.ErrNoRecipient // [guess]
		}
		k.Instagram = to.instagram
		return done, c.Control(ctx, c, to.person, to.to.Text, k)
	}
}

// threadControl is what a message may do with control once it is sent. [doc send-api]
func threadControl() schema.Param {
	return schema.Param{Name: "thread_control", Kind: schema.ObjectParam}
}

func controlAfter(c *schema.Call) (*schema.Control, error) {
	arg := c.Args.Find("thread_control")
	if arg == nil {
		return nil, nil
	}
	var k struct {
		Type string          `json:"control_type"`
		App  json.RawMessage `json:"app_id"` // a text or a number
	}
	if json.Unmarshal([]byte(arg.Text), &k) != nil {
		return nil, graph.ErrParamKind.Args("thread_control", "an object.")
	}
	target := strings.Trim(string(k.App), `"`)
	switch {
	case k.Type != "pass" && k.Type != "release":
		return nil, graph.ErrParamKind.Args("thread_control[control_type]", "one of {pass, release}")
	case c.Args.Find("message") == nil:
		return nil, graph.ErrNeedsParam.Args("message")
	case k.Type == "pass" && target == "":
		return nil, graph.ErrNeedsParam.Args("thread_control[app_id]")
	}
	return &schema.Control{Do: k.Type, Target: target}, nil
}

// threadOwnerEdge tells which app has control of the conversation with one person, and
// until when; a list of nothing where none has. [doc thread owner; the latter guess]
func threadOwnerEdge(need *schema.Need) schema.Edge {
	return schema.Edge{Name: "thread_owner", Span: handovers, Values: threadOwner, Type: "ThreadOwner", Assoc: store.Edge("conversations"), One: "recipient",
		Params: []schema.Param{must(schema.Param{Name: "recipient", Kind: schema.IDParam, To: "Conversation"})},
		Need:   need, Refusal: graph.ErrNoMessaging, Mark: markControl}
}

func threadOwner(b []byte, r *schema.Row) []byte {
	for _, v := range r.Listed {
		t, ok := v.(*people.Thing)
		if !ok {
			continue
		}
		owner := ""
		if p := t.Parts.Find("thread_owner"); p != nil {
			owner = p.Text
		}
		app, until := messaging.ControlOf(owner, t.Parts.Int("thread_owner_until"), r.Now.UnixMicro())
		if app == "" {
			continue
		}
		b = graph.AppendString(append(b, `{"thread_owner":{"app_id":`...), app)
		b = strconv.AppendInt(append(b, `,"expiration":`...), until/1e6, 10)
		b = append(b, `}}`...)
	}
	return b
}

// secondaryReceiversEdge tells the primary receiver of a Page which other apps listen
// to it. [doc secondary receivers; that others are told nothing guess]
func secondaryReceiversEdge() schema.Edge {
	return schema.Edge{Name: "secondary_receivers", Span: handovers, To: "Application", Assoc: messaging.SubscribedApps(), Default: "id,name", Filter: secondary,
		Params: []schema.Param{oneOf("platform", "messenger")}, Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Mark: "[doc secondary receivers]"}
}

func secondary(r *schema.Row, _ *schema.Asked) bool {
	page := r.Viewer.Page
	return page != nil && r.Viewer.App.ID == page.Routing.Primary && r.App != nil && r.App.ID != page.Routing.Primary
}

// featureStatus says whether conversations are routed, and of which place several apps
// take part in them. [doc conversation routing; when each is true guess]
func featureStatus(b []byte, r *schema.Row) []byte {
	onInstagram := map[store.ID]bool{}
	routed := r.Page.Routing.On()
	if r.Instagram != nil {
		for _, app := range slices.Concat(r.Page.Apps, r.Instagram.Apps) {
			onInstagram[app] = true
		}
		routed = routed || r.Instagram.Routing.On()
	}
	b = appendBool(append(b, `{"hop_v2":`...), routed)
	b = appendBool(append(b, `,"msgr_multi_app":`...), len(r.Page.Apps) > 1)
	return append(appendBool(append(b, `,"ig_multi_app":`...), len(onInstagram) > 1), '}')
}
