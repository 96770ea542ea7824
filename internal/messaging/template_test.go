package messaging

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

// wholeTemplates has a template of each type with what it must have and no more.
func wholeTemplates() map[string]string {
	return map[string]string{
		"generic":               `{"elements":[{"title":"T"}]}`,
		"button":                `{"text":"T","buttons":[{"type":"postback","title":"B","payload":"P"}]}`,
		"list":                  `{"elements":[{"title":"T"},{"title":"U"}]}`,
		"open_graph":            `{"elements":[{"url":"https://example.com/song"}]}`,
		"media":                 `{"elements":[{"media_type":"image","url":"https://example.com/a.jpg"}]}`,
		"product":               `{"elements":[{"id":"12"}]}`,
		"receipt":               `{"recipient_name":"A","order_number":"1","currency":"EUR","payment_method":"Cash","summary":{"total_cost":1}}`,
		"airline_boardingpass":  `{"intro_message":"I","locale":"en_US","boarding_pass":[{}]}`,
		"airline_checkin":       `{"intro_message":"I","locale":"en_US","checkin_url":"https://example.com","flight_info":[{}]}`,
		"airline_itinerary":     `{"intro_message":"I","locale":"en_US","pnr_number":"P","total_price":"1","currency":"EUR","flight_info":[{}],"passenger_info":[{}],"passenger_segment_info":[{}]}`,
		"airline_update":        `{"intro_message":"I","locale":"en_US","update_type":"delay","update_flight_info":{}}`,
		"coupon":                `{"title":"T"}`,
		"customer_feedback":     `{"title":"T","subtitle":"S","button_title":"B","feedback_screens":[{}],"business_privacy":{"url":"https://example.com"}}`,
		"one_time_notif_req":    `{"title":"T","payload":"P"}`,
		"notification_messages": `{"title":"T","payload":"P"}`,
	}
}

// Every type is taken as a whole, and not without any of its members.
func TestTemplatesTakeWhatTheyMustHave(t *testing.T) {
	whole := wholeTemplates()
	if have, want := slices.Sorted(maps.Keys(whole)), slices.Sorted(maps.Keys(templates())); !slices.Equal(have, want) {
		t.Fatalf("templates %v, of which the test has %v", want, have)
	}
	check := func(p map[string]any) error {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return checkTemplate(text, graph.V(3, 0))
	}
	for name, text := range whole {
		var p map[string]any
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p["template_type"] = name
		if err := check(p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for member := range p {
			less := maps.Clone(p)
			delete(less, member)
			if err := check(less); err == nil {
				t.Errorf("%s is taken without %s", name, member)
			}
		}
	}
}

func TestTemplatesAreRefused(t *testing.T) {
	long := func(n int) string { return string(slices.Repeat([]byte("x"), n)) }
	for text, v := range map[string]graph.Version{
		`[]`: graph.V(3, 0), `null`: graph.V(3, 0), `{}`: graph.V(3, 0), `{"template_type":"poem"}`: graph.V(3, 0), `{"template_type":7}`: graph.V(3, 0),
		`{"template_type":"list","elements":[{"title":"T"},{"title":"U"}]}`:                                                         graph.V(4, 0),
		`{"template_type":"open_graph","elements":[{"url":"https://example.com/song"}]}`:                                            graph.V(25, 0),
		`{"template_type":"list","elements":[{"title":"T"}]}`:                                                                       graph.V(3, 0),
		`{"template_type":"generic","elements":{"title":"T"}}`:                                                                      graph.V(3, 0),
		`{"template_type":"generic","elements":["T"]}`:                                                                              graph.V(3, 0),
		`{"template_type":"generic","elements":[{"title":"` + long(maxTitle+1) + `"}]}`:                                             graph.V(3, 0),
		`{"template_type":"generic","elements":[{"title":"T","buttons":[{"type":"postback","title":"B"}]}]}`:                        graph.V(3, 0),
		`{"template_type":"generic","elements":[{"title":"T","buttons":[{"type":"poem","title":"B"}]}]}`:                            graph.V(3, 0),
		`{"template_type":"generic","elements":[{"title":"T","buttons":["B"]}]}`:                                                    graph.V(3, 0),
		`{"template_type":"generic","elements":[{"title":"T","buttons":"B"}]}`:                                                      graph.V(3, 0),
		`{"template_type":"button","text":"T","buttons":[{"type":"web_url","title":"` + long(maxLabel+1) + `","url":"https://x"}]}`: graph.V(3, 0),
		`{"template_type":"button","text":"` + long(maxButtonText+1) + `","buttons":[{"type":"account_unlink"}]}`:                   graph.V(3, 0),
		`{"template_type":"button","text":"T","buttons":[]}`:                                                                        graph.V(3, 0),
		`{"template_type":"media","elements":[{"media_type":"image","url":"https://x","attachment_id":"1"}]}`:                       graph.V(3, 0),
		`{"template_type":"media","elements":[{"media_type":"audio","url":"https://x"}]}`:                                           graph.V(3, 0),
		`{"template_type":"one_time_notif_req","title":"` + long(maxOptin+1) + `","payload":"P"}`:                                   graph.V(3, 0),
	} {
		if err := checkTemplate(json.RawMessage(text), v); err == nil {
			t.Errorf("taken in %s: %s", v, text)
		}
	}
}
