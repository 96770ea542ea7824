package nodes

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// sending is the Send API of a Page or of an account. [doc send-api, page messages,
// instagram messaging]
func sending(callers schema.Callers, need, pageNeed *schema.Need) schema.Operation {
	return schema.Operation{Method: "POST", Edge: "messages", Action: schema.Creating, Usual: schema.Usual{Other: none}, Span: schema.Span{Since: graph.V(2, 6)},
		Callers: callers, Need: need, PageNeed: pageNeed, Refusal: graph.ErrNoMessaging,
		Params: []schema.Param{
			{Name: "message", Kind: schema.ObjectParam},
			oneOf("messaging_type", "RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY", "NON_PROMOTIONAL_SUBSCRIPTION"),
			oneOf("notification_type", "REGULAR", "SILENT_PUSH", "NO_PUSH"),
			must(schema.Param{Name: "recipient", Kind: schema.ObjectParam}),
			{Name: "reply_to", Kind: schema.ObjectParam},
			oneOf("sender_action", "typing_on", "typing_off", "mark_seen", "react", "unreact"),
			oneOf("tag", messaging.Tags()...),
			threadControl(),
		},
		Returns: []string{"struct{recipient_id: string, message_id: string}"}, Do: send, Mark: "[doc send-api, page messages]"}
}

func send(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	var none schema.Answer
	to, err := recipientOf(c)
	if err != nil {
		return none, err
	}
	p, place, instagram, err := addressee(ctx, c, to)
	if err != nil {
		return none, err
	}
	control, err := controlAfter(c)
	if err != nil {
		return none, err
	}
	o := messaging.Outgoing{Action: c.Args.Text("sender_action"), Tag: c.Args.Text("tag")}
	message := c.Args.Find("message")
	switch {
	case message != nil && o.Action != "":
		return none, graph.ErrMessageAndAction
	case message == nil && o.Action == "":
		return none, graph.ErrEmptyMessage
	case message != nil:
		if err := o.Read(message.Text); err != nil {
			return none, err
		}
	}
	if err := mayWrite(ctx, c, &o, p, place, instagram); err != nil {
		return none, err
	}
	said := schema.Outgoing{Action: o.Action, Text: o.Message.Text, Metadata: o.Metadata, Instagram: instagram, ReplyTo: repliedTo(c.Args), Control: control}
	if len(o.Message.Attachments) > 0 {
		if said.Attachments, err = json.Marshal(o.Message.Attachments); err != nil {
			return none, err
		}
	}
	mid, err := c.Send(ctx, c, p, to, said)
	if err != nil {
		return none, err
	}
	b := append([]byte(`{"recipient_id":`), quote(to)...)
	if mid != "" {
		b = graph.AppendString(append(b, `,"message_id":`...), mid)
	}
	return schema.Answer{Body: append(b, '}')}, nil
}

// recipientOf is the ID of who is written to. The other forms of a recipient name
// nobody whom this server knows by them.
func recipientOf(c *schema.Call) (string, error) {
	var r struct {
		ID json.RawMessage `json:"id"` // a text, or a number as bots of 2016 had it
	}
	if json.Unmarshal([]byte(c.Args.Text("recipient")), &r) != nil {
		return "", graph.ErrNoRecipient
	}
	id := strings.Trim(string(r.ID), `"`)
	if !graph.ValidID(id) {
		return "", graph.ErrNoRecipient
	}
	return id, nil
}

func repliedTo(args schema.Args) string {
	var r struct {
		Mid string `json:"mid"`
	}
	_ = json.Unmarshal([]byte(args.Text("reply_to")), &r) // without one it answers nothing
	return r.Mid
}

// addressee finds a person by the ID that the Page has of them, or the account.
func addressee(ctx context.Context, c *schema.Call, digits string) (p *people.Person, place store.ID, instagram bool, err error) {
	account := store.ID(0)
	var rs store.ReadSet
	page := -1
	if c.Row.Page != nil {
		page, account = rs.Key(store.SpacePSID, scopedid.Key(0, c.ID, digits).Key), c.Row.Page.Instagram
	} else {
		account = c.ID
	}
	ig := rs.Key(store.SpaceIGSID, scopedid.Key(0, account, digits).Key)
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return nil, 0, false, err
	}
	var id store.ID
	if page >= 0 && rs.GotID(page) != 0 {
		id, place = rs.GotID(page), c.ID
	} else {
		id, place, instagram = rs.GotID(ig), account, true
	}
	rec, err := c.Tx.Get(ctx, id)
	if err != nil {
		return nil, 0, false, err
	}
	if rec != nil {
		p, _ = rec.Value.(*people.Person)
	}
	switch {
	case p != nil:
		return p, place, instagram, nil
	case c.Row.Page == nil:
		return nil, 0, false, graph.ErrNoInstagramRecipient
	}
	return nil, 0, false, graph.ErrNoRecipient
}

// mayWrite asks whether the app may write to this person at all, and whether the
// place may now.
func mayWrite(ctx context.Context, c *schema.Call, o *messaging.Outgoing, p *people.Person, place store.ID, instagram bool) error {
	app := c.Viewer.App
	var rs store.ReadSet
	role, pair := rs.Pair(app.ID, store.AssocRole, p.ID), rs.Pair(place, store.AssocContact, p.ID)
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return err
	}
	if app.Mode == graph.ModeDevelopment && rs.GotPair(role) == nil {
		return graph.ErrNotLive
	}
	contact := &consent.Contact{}
	if rec := rs.GotPair(pair); rec != nil {
		if v, ok := rec.Value.(*consent.Contact); ok {
			contact = v
		}
	}
	switch {
	case p.Account == people.Deactivated:
		return graph.ErrUnavailablePerson
	case contact.Shut.Event == consent.DeclineRequest:
		return graph.ErrUnavailablePerson // [guess]
	case contact.Shut.Event == consent.DeleteConversation && c.Row.Edition == consent.E2016 && !instagram:
		return graph.ErrNotReceiving
	}
	return o.MayWrite(contact, instagram, c.Now.UnixMicro())
}
