package app

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/world"
)

// services are what writes may ask of a world.
func (g *Graph) services() *schema.Services {
	return &schema.Services{Act: g.act, Newcomer: func(ctx context.Context, c *schema.Call, p *people.Person, prefix string, n int) error {
		return g.World.Newcomer(ctx, c.Tx, p, prefix, n)
	}, Verify: g.Outbox.Verify, Fetch: g.fetch, Send: g.send, Control: g.control, Unlink: g.unlink, Changed: g.changed}
}

// changed tells the apps of a person what changed of them.
func (g *Graph) changed(ctx context.Context, c *schema.Call, before, now *people.Person) error {
	after, err := g.World.PersonChanged(ctx, c.Tx, before, now)
	if err == nil && after != nil {
		c.After = append(c.After, after)
	}
	return err
}

// send lets a Page or account write to somebody.
func (g *Graph) send(ctx context.Context, c *schema.Call, p *people.Person, said schema.Outgoing) (sent schema.Sent, err error) {
	form, _ := messaging.ParseForm(said.Form)
	s := world.Sending{Person: p, Digits: said.Digits, Form: form, Ticket: said.Ticket, Page: c.Row.Page, Instagram: c.Row.Instagram, OfAccount: said.Instagram, App: c.Viewer.App,
		Action: said.Action, Mid: said.Mid, Reaction: said.Reaction, Text: said.Text, Metadata: said.Metadata, ReplyTo: said.ReplyTo, Attachments: said.Attachments, QuickReplies: said.QuickReplies, Persona: said.Persona, At: c.Now}
	if k := said.Control; k != nil {
		s.Control = &world.Control{Do: k.Do, Target: k.Target}
	}
	mid, after, err := g.World.Send(ctx, c.Tx, &s)
	if err == nil && after != nil {
		c.After = append(c.After, after)
	}
	return schema.Sent{Recipient: s.Digits, Mid: mid}, err
}

// control changes which app has control of a conversation.
func (g *Graph) control(ctx context.Context, c *schema.Call, p *people.Person, digits string, k schema.Control) error {
	s := world.Sending{Person: p, Digits: digits, Page: c.Row.Page, Instagram: c.Row.Instagram, OfAccount: k.Instagram, App: c.Viewer.App, At: c.Now}
	after, err := g.World.Control(ctx, c.Tx, &s, &world.Control{Do: k.Do, Target: k.Target, Metadata: k.Metadata, Seconds: k.Seconds})
	if err == nil && after != nil {
		c.After = append(c.After, after)
	}
	return err
}

// unlink ends that the account of somebody is linked.
func (g *Graph) unlink(ctx context.Context, c *schema.Call, p *people.Person, digits string) error {
	after, err := g.World.UnlinkAccount(ctx, c.Tx, &world.Sending{Person: p, Digits: digits, Page: c.Row.Page, App: c.Viewer.App, At: c.Now})
	if err == nil && after != nil {
		c.After = append(c.After, after)
	}
	return err
}

// act lets somebody do in a write what they do in a world.
func (g *Graph) act(ctx context.Context, c *schema.Call, d schema.Deed) (token string, err error) {
	a := world.Action{Event: d.Event, Person: d.Person.Handle, At: c.Now, Permissions: d.Permissions.Names()}
	if d.Friend != nil {
		a.Friend = d.Friend.Handle
	}
	if d.App != nil {
		a.App = d.App.Handle
	}
	if d.Page != nil {
		a.Page = d.Page.Handle
	}
	if d.Instagram != nil {
		a.Instagram = d.Instagram.Handle
	}
	out, after, err := g.World.Within(ctx, c.Tx, a)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Event, err)
	}
	if after != nil {
		c.After = append(c.After, after)
	}
	return out.Token, nil
}
