package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/schema"
)

// Thread settings are the Messenger profile as bots set it before that had a call of its own.
// [seen node-fb-messenger, messenger-platform-go-sdk, facebook-messenger and others, v2.6 to
// v7.0; when they ended guess]
const markSettings = "[seen clients of v2.6 to v7.0]"

func settingsSpan() schema.Span { return schema.Span{Since: graph.V(2, 6), Until: graph.V(8, 0)} }

func threadSettingsEdge() schema.Edge {
	return schema.Edge{Name: "thread_settings", Span: settingsSpan(), Values: profileValues, Type: "MessengerProfile", Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
		Params: []schema.Param{{Name: "fields", Kind: schema.ListParam, Required: true, Of: &schema.Param{Kind: schema.EnumParam, Enum: []string{messaging.WhitelistedDomains, messaging.AccountLinkingURL}}}}, Mark: markSettings}
}

func threadSettingsOperations() []schema.Operation {
	which := []schema.Param{must(oneOf("setting_type", messaging.SettingTypes()...)), oneOf("thread_state", messaging.NewThread, messaging.ExistingThread)}
	set := append(which[:2:2],
		schema.Param{Name: "call_to_actions", Kind: schema.AnyParam, Type: "list<Object>"},
		schema.Param{Name: messaging.Greeting, Kind: schema.AnyParam, Type: "Object"},
		schema.Param{Name: messaging.WhitelistedDomains, Kind: schema.AnyParam, Type: "list<string>"},
		oneOf("domain_action_type", "add", "remove"),
		schema.Param{Name: messaging.AccountLinkingURL, Kind: schema.AnyParam, Type: "URL"})
	o := schema.Operation{Edge: "thread_settings", Span: settingsSpan(), Usual: schema.Usual{Other: none}, Callers: schema.ByPage, PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
		Task: graph.TaskMessaging, Tasked: true, Returns: []string{resultSuccess}, Mark: markSettings}
	post, del := o, o
	post.Method, post.Action, post.Params, post.Do = "POST", schema.Updating, set, changeSettings
	del.Method, del.Action, del.Params, del.Do = "DELETE", schema.Deleting, which, dropSettings
	return []schema.Operation{post, del}
}

func settingOf(c *schema.Call) messaging.Setting {
	return messaging.Setting{Type: c.Args.Text("setting_type"), State: c.Args.Text("thread_state"), Actions: c.Args.Text("call_to_actions"), Greeting: c.Args.Text(messaging.Greeting),
		Domains: c.Args.Text(messaging.WhitelistedDomains), Without: c.Args.Text("domain_action_type") == "remove", Linking: c.Args.Text(messaging.AccountLinkingURL)}
}

func changeSettings(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	return settle(ctx, c, func(p *messaging.Profile) (string, error) { return p.Settle(settingOf(c)) })
}

func dropSettings(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	return settle(ctx, c, func(p *messaging.Profile) (string, error) { return p.Unsettle(settingOf(c)) })
}

// settle answers with what was done in words, which clients compare.
func settle(ctx context.Context, c *schema.Call, f func(*messaging.Profile) (string, error)) (schema.Answer, error) {
	words := ""
	done, err := changeProfile(ctx, c, false, func(p *messaging.Profile) (err error) {
		words, err = f(p)
		return err
	})
	done.Body = append(graph.AppendString([]byte(`{"result":`), words), '}')
	return done, err
}
