package nodes

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// pageSideOperations are what a Page does for its conversations besides writing in them.
func pageSideOperations() []schema.Operation {
	op := func(method, edge, returns, mark string, do func(context.Context, *schema.Call) (schema.Answer, error), params ...schema.Param) schema.Operation {
		action := schema.Updating
		if method == "DELETE" {
			action = schema.Deleting
		}
		return schema.Operation{Method: method, Edge: edge, Action: action, Usual: schema.Usual{Other: none}, Callers: schema.ByPage,
			PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Task: graph.TaskMessaging, Tasked: true, Params: params, Returns: []string{returns}, Do: do, Mark: mark}
	}
	psid := must(schema.Param{Name: "psid", Kind: schema.IDParam})
	moderate := op("POST", "moderate_conversations", success, "[doc moderate conversations]", moderate, must(schema.Param{Name: "user_ids", Kind: schema.ListParam, Of: &schema.Param{Kind: schema.AnyParam}, Most: mostModerated}),
		must(schema.Param{Name: "actions", Kind: schema.ListParam, Most: mostActions, Of: &schema.Param{Kind: schema.EnumParam, Enum: []string{"block_user", "unblock_user", "move_to_spam"}}}))
	moderate.PageNeed = needs(graph.PagesMessaging, graph.InstagramManageMessages)
	return []schema.Operation{
		op("POST", "unlink_accounts", resultSuccess, "[doc account linking]", unlinkAccount, psid),
		op("POST", "custom_user_settings", resultSuccess, "[doc custom user settings]", setUserSettings, psid, must(schema.Param{Name: messaging.PersistentMenu, Kind: schema.AnyParam, Type: "Object"})),
		op("DELETE", "custom_user_settings", resultSuccess, "[doc custom user settings]", removeUserSettings, psid,
			must(schema.Param{Name: "params", Kind: schema.ListParam, Of: &schema.Param{Kind: schema.EnumParam, Enum: []string{messaging.PersistentMenu}}})),
		op("POST", "nlp_configs", success, "[doc built-in nlp]", setNLP, nlpParams()...),
		moderate,
	}
}

// atPage finds somebody by the ID that the Page has of them. Who is unknown, another
// Page's or gone is no recipient.
func atPage(ctx context.Context, c *schema.Call, digits string) (*people.Person, error) {
	id, err := c.Tx.Resolve(ctx, store.SpacePSID, scopedid.Key(0, c.ID, digits).Key)
	if err != nil {
		return nil, err
	}
	rec, err := c.Tx.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if rec != nil {
		if p, ok := rec.Value.(*people.Person); ok {
			return p, nil
		}
	}
	return nil, graph.ErrNoRecipient
}

// unlinkAccount tells the apps that an account is linked no more. [doc account linking;
// whose is not linked guess]
func unlinkAccount(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	digits := c.Args.Text("psid")
	p, err := atPage(ctx, c, digits)
	if err != nil {
		return done, err
	}
	return schema.Answer{Body: []byte(`{"result":"unlink account success"}`)}, c.Unlink(ctx, c, p, digits)
}

func linkingOf(r *schema.Row) (l messaging.Linking, ok bool) {
	token, said := graph.Given(r.Params, "account_linking_token")
	if !said || r.Page == nil {
		return l, false
	}
	l, page, ok := messaging.OpenLinking(r.Env.Keys, token.Value, r.Now)
	return l, ok && page == r.Page.PublicID
}

// goodLinking refuses a token that is not good for the Page. [doc error codes]
func goodLinking(r *schema.Row) *graph.Error {
	if _, said := graph.Given(r.Params, "account_linking_token"); !said {
		return graph.ErrNeedsParam.Args("account_linking_token")
	}
	if _, ok := linkingOf(r); !ok {
		return graph.ErrLinkingToken
	}
	return nil
}

func linkingPerson(r *schema.Row) []store.ID {
	l, ok := linkingOf(r)
	if !ok {
		return nil
	}
	return one(l.Person)
}

// partyID is somebody by their ID alone.
func partyID(b []byte, r *schema.Row) []byte { return graph.AppendString(b, r.ID) }

// featureReviewEdge says how far the fields of people were reviewed that a Page may be
// shown: what nobody asked for is not there, and what the Page has but its app lost is
// limited. [doc messaging feature review; the latter guess]
func featureReviewEdge() schema.Edge {
	return schema.Edge{Name: "messaging_feature_review", Values: featureReview, Type: "PageMessagingFeatureReview", Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
		Mark: "[doc messaging feature review]"}
}

func featureReview(b []byte, r *schema.Row) []byte {
	start := len(b)
	for _, f := range [...]struct {
		name string
		info people.InfoField
		perm graph.Permission
	}{{"gender", people.InfoGender, graph.PagesUserGender}, {"locale", people.InfoLocale, graph.PagesUserLocale}, {"time_zone", people.InfoTimezone, graph.PagesUserTimezone}} {
		status := ""
		switch r.Page.Info[f.info] {
		case graph.Requested:
			status = "pending"
		case graph.Rejected:
			status = "rejected"
		case graph.Approved:
			if status = "approved"; r.Viewer.App.Level(f.perm) == graph.LevelNone {
				status = "limited"
			}
		default:
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = graph.AppendString(append(b, `{"feature":`...), f.name)
		b = append(graph.AppendString(append(b, `,"status":`...), status), '}')
	}
	return b
}

// userSettingsEdge shows the menu that a Page set for one person, and the one for all.
// [doc custom user settings]
func userSettingsEdge() schema.Edge {
	return schema.Edge{Name: "custom_user_settings", Values: userSettings, Type: "PageCustomUserSettings", Assoc: store.Edge("page.custom_user_settings"), Of: "User", One: "psid",
		Kept: []schema.Field{{Name: messaging.PersistentMenu, Kind: schema.List, Plain: true, From: schema.ItemPart(messaging.PersistentMenu), Mark: "[own]"},
			{Name: messaging.AccountLinked, Kind: schema.Bool, Plain: true, From: schema.ItemPart(messaging.AccountLinked), Mark: "[own]"}},
		Params: []schema.Param{must(schema.Param{Name: "psid", Kind: schema.IDParam, To: "MessengerUser"})}, Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
		Mark: "[doc custom user settings]"}
}

func userSettings(b []byte, r *schema.Row) []byte {
	if r.Item == nil || r.Item.Parts.Find(messaging.PersistentMenu) == nil {
		return b
	}
	b = append(append(b, `{"user_level_persistent_menu":`...), r.Item.Parts.JSON(messaging.PersistentMenu)...)
	if menu := r.Page.Profile.JSON(messaging.PersistentMenu); menu != "" {
		b = append(append(b, `,"page_level_persistent_menu":`...), menu...)
	}
	return append(b, '}')
}

// setUserSettings sets the menu of one person, which must be as that of the Page is.
// [doc custom user settings]
func setUserSettings(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	p := messaging.Profile{Parts: c.Row.Page.Profile}
	if err := p.Set(map[string]string{messaging.PersistentMenu: c.Args.Text(messaging.PersistentMenu)}); err != nil {
		return done, err
	}
	return keepOfUser(ctx, c, p.Text(messaging.PersistentMenu))
}

func removeUserSettings(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	return keepOfUser(ctx, c, "")
}

// keepOfUser keeps the menu of one person; an empty one is none.
func keepOfUser(ctx context.Context, c *schema.Call, menu string) (done schema.Answer, err error) {
	p, err := atPage(ctx, c, c.Args.Text("psid"))
	if err != nil {
		return done, err
	}
	done.Body = []byte(`{"result":"success"}`)
	pair := store.Pair{From: c.ID, Kind: store.Edge("page.custom_user_settings"), To: p.ID}
	rec, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	if err != nil {
		return done, err
	}
	item, at := people.Item{}, c.Micros()
	if rec != nil {
		at = rec.Time
		if had, ok := rec.Value.(*people.Item); ok {
			item = *had
		}
	}
	had := item.Parts.Find(messaging.PersistentMenu)
	if menu == "" && had == nil || had != nil && had.Text == menu {
		return done, nil
	}
	item.Parts = item.Parts.Set(people.Part{Name: messaging.PersistentMenu, Text: menu})
	if len(item.Parts) == 0 {
		return done, c.Tx.Unlink(ctx, pair)
	}
	return done, c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: at, Data: item.Encode()})
}

// nlpParams are what Messenger's understanding of texts takes. [doc built-in nlp; the
// models that have no plain name guess]
func nlpParams() []schema.Param {
	return []schema.Param{yesNo("nlp_enabled"),
		oneOf("model", "ARABIC", "CHINESE", "CROATIAN", "CUSTOM", "DANISH", "DUTCH", "ENGLISH", "FRENCH_STANDARD", "GEORGIAN", "GERMAN_STANDARD", "GREEK", "HEBREW", "HUNGARIAN", "IRISH",
			"ITALIAN_STANDARD", "KOREAN", "NORWEGIAN_BOKMAL", "POLISH", "PORTUGUESE", "ROMANIAN", "SPANISH", "SWEDISH", "VIETNAMESE"),
		text("custom_token"), yesNo("verbose"), {Name: "n_best", Kind: schema.CountParam}, {Name: "other_language_support", Kind: schema.ObjectParam}}
}

// setNLP keeps what the call says, but for custom_token, which is a secret of another
// service. Texts are not understood here: nothing follows from it. [doc built-in nlp;
// the bounds of n_best, likewise]
func setNLP(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	page := *c.Row.Page
	said := map[string]json.RawMessage{}
	if p := page.Parts.Find("nlp_configs"); p != nil {
		_ = json.Unmarshal([]byte(p.Text), &said) // what is there was written here
	}
	for i := range c.Args {
		switch a := &c.Args[i]; a.Name {
		case "nlp_enabled", "verbose":
			said[a.Name] = json.RawMessage(appendBool(nil, a.Int != 0))
		case "model":
			said[a.Name] = json.RawMessage(quoted(a.Text))
		case "n_best":
			if a.Int < 1 || a.Int > 8 {
				return done, graph.ErrParamKind.Args("n_best", "a number from 1 to 8")
			}
			said[a.Name], _ = json.Marshal(a.Int)
		}
	}
	if len(c.Args) == 0 {
		return done, graph.ErrNeedsParam.Args("nlp_enabled")
	}
	if plainModel(said) == "CUSTOM" && c.Args.Text("custom_token") == "" {
		return done, graph.ErrNeedsParam.Args("custom_token")
	}
	if len(said) == 0 {
		return done, nil
	}
	value, err := json.Marshal(said)
	if err != nil {
		return done, err
	}
	page.Parts = page.Parts.Set(people.Part{Name: "nlp_configs", Text: string(value)})
	return done, c.Tx.Want(ctx, store.Object{ID: page.ID, Kind: store.KindPage, Data: page.Encode()})
}

func plainModel(said map[string]json.RawMessage) string {
	return strings.Trim(string(said["model"]), `"`)
}

// Bounds of one call to moderate. [doc moderate conversations]
const (
	mostModerated = 10
	mostActions   = 2
)

// moderate blocks and unblocks people with whom there is a conversation, and moves
// conversations to spam: all of them or none. [doc moderate conversations; spam is a
// folder, which the next message leaves: guess]
func moderate(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	var actions []string
	for _, a := range c.Args.Find("actions").List {
		actions = append(actions, a.Text)
	}
	ids := c.Args.Find("user_ids").List
	if len(actions) == 0 || len(ids) == 0 || slices.Contains(actions, "block_user") && slices.Contains(actions, "unblock_user") {
		return done, graph.ErrBadParam
	}
	for _, id := range ids {
		if err := moderateOne(ctx, c, userID(id.Text), actions); err != nil {
			return done, err
		}
	}
	return done, nil
}

// userID is an ID as a text, a number or an object with one.
func userID(text string) string {
	var o struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal([]byte(text), &o) == nil && o.ID != nil {
		text = string(o.ID)
	}
	return strings.Trim(text, `"`)
}

func moderateOne(ctx context.Context, c *schema.Call, digits string, actions []string) error {
	if !graph.ValidID(digits) {
		return graph.ErrNoRecipient
	}
	a := addressed{to: messaging.Recipient{Form: messaging.ByID, Text: digits}}
	if err := a.byID(ctx, c); err != nil || a.person == nil {
		return cmp.Or[error](err, graph.ErrNoRecipient)
	}
	key := messaging.ThreadKey(a.place, digits)
	thread, err := c.Tx.Resolve(ctx, key.Space, key.Key)
	if err != nil || thread == 0 {
		return cmp.Or[error](err, graph.ErrNoRecipient)
	}
	d := schema.Deed{Person: a.person, Page: c.Row.Page}
	if a.instagram {
		rec, err := c.Tx.Get(ctx, a.place)
		if err != nil {
			return err
		}
		if rec != nil {
			d.Instagram, _ = rec.Value.(*people.Instagram)
		}
		d.Page = nil
	}
	for _, action := range actions {
		switch action {
		case "move_to_spam":
			err = spam(ctx, c, a.place, thread)
		case "block_user":
			d.Event = "page_ban"
			_, err = c.Act(ctx, c, d)
		default:
			d.Event = "page_unban"
			_, err = c.Act(ctx, c, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func spam(ctx context.Context, c *schema.Call, place, thread store.ID) error {
	rec, err := c.Tx.Pair(ctx, place, store.Edge("conversations"), thread)
	if err != nil || rec == nil {
		return err
	}
	item := people.Item{}
	if had, ok := rec.Value.(*people.Item); ok {
		item = *had
	}
	item.Parts = item.Parts.Set(people.Part{Name: "folder", Text: `"spam"`})
	return c.Tx.Link(ctx, store.Assoc{From: place, Kind: store.Edge("conversations"), To: thread, Time: rec.Time, Data: item.Encode()})
}
