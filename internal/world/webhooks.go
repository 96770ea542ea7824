package world

import (
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
)

// A Webhook is what an app is told of one type of object, and where.
type Webhook struct {
	Object        string   `json:"object"`
	CallbackURL   string   `json:"callback_url"`
	VerifyToken   string   `json:"verify_token,omitempty"`
	Fields        []string `json:"fields"`
	IncludeValues bool     `json:"include_values,omitempty"`
}

// webhooks reads a list of what an app is told of.
func (p *parser) webhooks(v *node, to *people.App) {
	for _, item := range p.list(v, "webhooks") {
		var s people.Subscription
		if !p.webhook(item, &s) {
			continue
		}
		if to.Subscription(s.Object) != nil {
			p.wrong(item, "", "object %s is there twice", s.Object)
			continue
		}
		to.Subscribe(s)
	}
}

func (p *parser) webhook(v *node, s *people.Subscription) bool {
	before := len(p.problems)
	var fields []*node
	p.mapping(v, "item of webhooks", map[string]func(_, v *node){
		"object": func(_, v *node) {
			if i, ok := p.choice(v, "object", messaging.Objects()); ok {
				s.Object = messaging.Objects()[i]
			}
		},
		"callback_url":   p.callback("callback_url", &s.URL),
		"verify_token":   p.textTo("verify_token", &s.Token),
		"include_values": p.boolTo("include_values", &s.Values),
		"fields":         func(_, v *node) { fields = p.list(v, "fields") },
	})
	switch {
	case len(p.problems) > before:
		return false
	case s.Object == "" || s.URL == "" || len(fields) == 0:
		p.wrong(v, "write {object: page, callback_url: ..., fields: [messages]}", "an item of webhooks has an object, a callback_url and fields")
		return false
	}
	known := messaging.Fields(s.Object)
	for _, f := range fields {
		if i, ok := p.choice(f, "field of "+s.Object, known); ok && !s.Has(known[i]) {
			s.Fields = append(s.Fields, known[i])
		}
	}
	return len(p.problems) == before
}

// setWebhooks sets what an app is told of, at addresses that this server may reach.
func (b *Builder) setWebhooks(a *people.App, list []Webhook) error {
	a.Subscriptions = nil
	for i := range list {
		w := &list[i]
		s := people.Subscription{Object: w.Object, URL: w.CallbackURL, Token: w.VerifyToken, Values: w.IncludeValues, Fields: w.Fields}
		if err := checkSubscription(&s); err != nil {
			return bad("", "%v", err)
		}
		if err := b.setCallback(&s.URL, &w.CallbackURL); err != nil {
			return err
		}
		if a.Subscription(s.Object) != nil {
			return bad("", "object %s is there twice", s.Object)
		}
		a.Subscribe(s)
	}
	return nil
}

// checkSubscription says what is wrong with one that was not subscribed to by a call.
func checkSubscription(s *people.Subscription) error {
	known := messaging.Fields(s.Object)
	switch {
	case known == nil:
		return fmt.Errorf("unknown object %q of a webhook", s.Object)
	case s.URL == "" || len(s.Fields) == 0:
		return fmt.Errorf("a webhook of %s has a callback_url and fields", s.Object)
	}
	for _, f := range s.Fields {
		if !slices.Contains(known, f) {
			return fmt.Errorf("%s has no field %q to be told of", s.Object, f)
		}
	}
	return checkCallback(s.URL)
}

// A subscriptionLine is a Webhook with the version in which the app subscribed.
type subscriptionLine struct {
	Webhook
	Version string `json:"version,omitempty"`
}

func subscriptionLines(a *people.App) (list []subscriptionLine) {
	for i := range a.Subscriptions {
		s := &a.Subscriptions[i]
		l := subscriptionLine{Webhook: Webhook{Object: s.Object, CallbackURL: s.URL, VerifyToken: s.Token, Fields: s.Fields, IncludeValues: s.Values}}
		if s.Version != 0 {
			l.Version = s.Version.String()
		}
		list = append(list, l)
	}
	return list
}

func subscriptionsOf(list []subscriptionLine) ([]people.Subscription, error) {
	var a people.App
	for i := range list {
		l := &list[i]
		s := people.Subscription{Object: l.Object, URL: l.CallbackURL, Token: l.VerifyToken, Values: l.IncludeValues, Fields: l.Fields}
		if err := checkSubscription(&s); err != nil {
			return nil, err
		}
		if err := setVersion(&s.Version, &l.Version); err != nil {
			return nil, err
		}
		if a.Subscription(s.Object) != nil {
			return nil, fmt.Errorf("object %s is there twice", s.Object)
		}
		a.Subscribe(s)
	}
	return a.Subscriptions, nil
}
