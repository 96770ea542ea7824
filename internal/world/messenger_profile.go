package world

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
)

// messengerProfile reads the properties of a Messenger profile: a mapping.
func (p *parser) messengerProfile(instagram bool, to *people.Parts) func(_, v *node) {
	return func(_, v *node) {
		values := map[string]json.RawMessage{}
		known := fields{}
		for _, name := range messaging.Properties(graph.Oldest, instagram) {
			known[name] = func(_, v *node) {
				b, bad := appendNode(nil, v)
				if bad != nil {
					p.wrong(bad, "", "%s in %s is no JSON number", bad.text, name)
					return
				}
				values[name] = b
			}
		}
		before := len(p.problems)
		p.mapping(v, "messenger_profile", known)
		if len(p.problems) > before {
			return
		}
		parts, err := profileOf(values, instagram)
		if err != nil {
			p.wrong(v, "", "%v", err)
			return
		}
		*to = parts
	}
}

// profileOf makes a profile of its properties. The error is in words for people.
func profileOf(values map[string]json.RawMessage, instagram bool) (people.Parts, error) {
	known, texts := messaging.Properties(graph.Oldest, instagram), make(map[string]string, len(values))
	for name, v := range values {
		if !slices.Contains(known, name) {
			return nil, bad(didYouMeanOr(name, known), "unknown property %q of a Messenger profile", name)
		}
		texts[name] = string(v)
	}
	p := messaging.Profile{OfInstagram: instagram, Loose: true}
	err := p.Set(texts)
	if told, ok := errors.AsType[*graph.Error](err); ok {
		return nil, bad("", "%s", told.Envelope(graph.Newest, true).Message)
	}
	return p.Parts, err
}

// profileValues are the properties of a profile.
func profileValues(parts people.Parts) map[string]json.RawMessage {
	if len(parts) == 0 {
		return nil
	}
	values := make(map[string]json.RawMessage, len(parts))
	for i := range parts {
		values[parts[i].Name] = json.RawMessage(parts[i].Text)
	}
	return values
}
