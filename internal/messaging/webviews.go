package messaging

import (
	"encoding/json"

	"github.com/kithgraph/kith/internal/graph"
)

// CheckWebviews refuses a message with an address for the extensions that is not on the
// Page's allow-list, wherever a template has it: in a button, as the default action of an
// element, in what is shared. [doc error codes, 2018063; seen I58 of menus; of templates
// guess]
func (p *Profile) CheckWebviews(list []Attachment) error {
	for i := range list {
		var payload any
		if list[i].Type != "template" || json.Unmarshal(list[i].Payload, &payload) != nil {
			continue
		}
		if !p.allowsAll(payload) {
			return graph.ErrNotWhitelisted
		}
	}
	return nil
}

// allowsAll looks at every address for the extensions in a JSON value.
func (p *Profile) allowsAll(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if !p.allowsAll(e) {
				return false
			}
		}
	case map[string]any:
		if address, _ := v["url"].(string); v["messenger_extensions"] == true && !p.Allows(address) {
			return false
		}
		for _, e := range v {
			if !p.allowsAll(e) {
				return false
			}
		}
	}
	return true
}
