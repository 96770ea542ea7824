package messaging

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/graph"
)

// A template is what one type of them takes. Texts, lists and objects are members that
// must be there; a list has from least to most elements, and those have members too.
type template struct {
	texts   []string
	objects []string
	lists   []listed
	// most and least are how many buttons there are beside the elements.
	most, least int
	// until is the first version without it, zero for none.
	until graph.Version
}

type listed struct {
	name        string
	least, most int
	texts       []string
	oneOf       []string // of which exactly one
}

// Bounds of templates. [doc templates, buttons]
const (
	maxElements   = 10
	maxButtons    = 3
	maxButtonText = 640
	maxTitle      = 80
	maxLabel      = 20
	maxPayload    = 1000
	maxOptin      = 65
)

// templates are the types, with what must be there. [doc templates; where no reference says
// more than the name guess]
func templates() map[string]template {
	flights := listed{name: "flight_info", least: 1, most: 100}
	return map[string]template{
		"generic":    {lists: []listed{{name: "elements", least: 1, most: maxElements, texts: []string{"title"}}}},                                     // [doc]
		"button":     {texts: []string{"text"}, least: 1, most: maxButtons},                                                                            // [doc]
		"list":       {lists: []listed{{name: "elements", least: 2, most: 4, texts: []string{"title"}}}, most: 1, until: graph.V(4, 0)},                // [doc; its end guess]
		"open_graph": {lists: []listed{{name: "elements", least: 1, most: 1, texts: []string{"url"}}}, until: graph.V(4, 0)},                           // [doc; its end guess]
		"media":      {lists: []listed{{name: "elements", least: 1, most: 1, texts: []string{"media_type"}, oneOf: []string{"url", "attachment_id"}}}}, // [doc]
		"product":    {lists: []listed{{name: "elements", least: 1, most: maxElements, texts: []string{"id"}}}},                                        // [doc]
		"receipt": {texts: []string{"recipient_name", "order_number", "currency", "payment_method"}, objects: []string{"summary"},
			lists: []listed{{name: "elements", most: 100, texts: []string{"title"}}}}, // [doc]
		"airline_boardingpass": {texts: []string{"intro_message", "locale"}, lists: []listed{{name: "boarding_pass", least: 1, most: 100}}}, // [doc]
		"airline_checkin":      {texts: []string{"intro_message", "locale", "checkin_url"}, lists: []listed{flights}},                       // [doc]
		"airline_itinerary": {texts: []string{"intro_message", "locale", "pnr_number", "total_price", "currency"},
			lists: []listed{flights, {name: "passenger_info", least: 1, most: 100}, {name: "passenger_segment_info", least: 1, most: 100}}}, // [doc]
		"airline_update":        {texts: []string{"intro_message", "locale", "update_type"}, objects: []string{"update_flight_info"}},                                                          // [doc]
		"coupon":                {texts: []string{"title"}},                                                                                                                                    // [guess]
		"customer_feedback":     {texts: []string{"title", "subtitle", "button_title"}, objects: []string{"business_privacy"}, lists: []listed{{name: "feedback_screens", least: 1, most: 1}}}, // [guess]
		"one_time_notif_req":    {texts: []string{"title", "payload"}},                                                                                                                         // [doc one-time notification]
		"notification_messages": {texts: []string{"title", "payload"}},                                                                                                                         // [guess]
	}
}

// checkTemplate looks at what a template must have in a version. Errors are *graph.Error;
// their words are a guess.
func checkTemplate(payload json.RawMessage, v graph.Version) error {
	var p map[string]any
	if json.Unmarshal(payload, &p) != nil || p == nil {
		return graph.ErrBadMessage.Args("the payload of a template is an object")
	}
	name, _ := p["template_type"].(string)
	t, ok := templates()[name]
	if !ok || t.until != 0 && v >= t.until {
		return graph.ErrBadMessage.Args("unknown template_type")
	}
	for _, text := range t.texts {
		if err := there(p, text, name); err != nil {
			return err
		}
	}
	for _, o := range t.objects {
		if _, ok := p[o].(map[string]any); !ok {
			return graph.ErrBadMessage.Args("a " + name + " template takes an object " + o)
		}
	}
	for _, l := range t.lists {
		if err := l.check(p[l.name], name); err != nil {
			return err
		}
	}
	return t.checkRest(p, name)
}

// checkRest is what some templates have and others do not: buttons, and how long texts are.
func (t *template) checkRest(p map[string]any, name string) error {
	if t.most > 0 {
		if err := checkButtons(p["buttons"], t.least, t.most, name); err != nil {
			return err
		}
	}
	switch name {
	case "button":
		return within(p, "text", maxButtonText)
	case "one_time_notif_req", "notification_messages":
		return within(p, "title", maxOptin)
	}
	return nil
}

// there reports a member that is missing: a text or a number.
func there(p map[string]any, member, of string) error {
	switch v := p[member].(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			return nil
		}
	case float64:
		return nil
	}
	return graph.ErrBadMessage.Args("a " + of + " template takes " + member)
}

func within(p map[string]any, member string, most int) error {
	if s, _ := p[member].(string); utf8.RuneCountInString(s) > most {
		return graph.ErrBadMessage.Args(member + " takes up to " + strconv.Itoa(most) + " characters")
	}
	return nil
}

func (l *listed) check(v any, name string) error {
	list, ok := v.([]any)
	if v != nil && !ok || len(list) < l.least || len(list) > l.most {
		count := strconv.Itoa(l.least)
		if l.most > l.least {
			count += " to " + strconv.Itoa(l.most)
		}
		return graph.ErrBadMessage.Args("a " + name + " template takes " + count + " " + l.name)
	}
	for _, e := range list {
		it, ok := e.(map[string]any)
		if !ok {
			return graph.ErrBadMessage.Args("each of " + l.name + " is an object")
		}
		if err := l.checkOne(it, name); err != nil {
			return err
		}
	}
	return nil
}

func (l *listed) checkOne(it map[string]any, name string) error {
	for _, text := range l.texts {
		if err := there(it, text, name); err != nil {
			return err
		}
	}
	if l.oneOf != nil && (it[l.oneOf[0]] == nil) == (it[l.oneOf[1]] == nil) {
		return graph.ErrBadMessage.Args("each of " + l.name + " takes " + strings.Join(l.oneOf, " or "))
	}
	if kind := it["media_type"]; name == "media" && kind != "image" && kind != "video" {
		return graph.ErrBadMessage.Args("media_type is image or video")
	}
	for _, text := range []string{"title", "subtitle"} {
		if name != "receipt" {
			if err := within(it, text, maxTitle); err != nil {
				return err
			}
		}
	}
	return checkButtons(it["buttons"], 0, maxButtons, name)
}

// buttonTypes are the types of buttons, with what each must have. [doc buttons]
func buttonTypes() map[string][]string {
	return map[string][]string{
		"web_url": {"title", "url"}, "postback": {"title", "payload"}, "phone_number": {"title", "payload"}, "account_link": {"url"},
		"account_unlink": {}, "element_share": {}, "game_play": {"title"}, "payment": {"title", "payload"},
	}
}

func checkButtons(v any, least, most int, name string) error {
	list, ok := v.([]any)
	if v != nil && !ok || len(list) < least || len(list) > most {
		return graph.ErrBadMessage.Args("a " + name + " template takes " + strconv.Itoa(least) + " to " + strconv.Itoa(most) + " buttons")
	}
	types := buttonTypes()
	for _, e := range list {
		b, _ := e.(map[string]any)
		kind, _ := b["type"].(string)
		needs, ok := types[kind]
		if !ok {
			return graph.ErrBadMessage.Args("unknown type of a button")
		}
		for _, text := range needs {
			if s, _ := b[text].(string); s == "" {
				return graph.ErrBadMessage.Args("a button of type " + kind + " takes " + text)
			}
		}
		if err := within(b, "title", maxLabel); err != nil {
			return err
		}
		if slices.Contains(needs, "payload") {
			if err := within(b, "payload", maxPayload); err != nil {
				return err
			}
		}
	}
	return nil
}
