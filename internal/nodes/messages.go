package nodes

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/schema"
)

// sending is the Send API of a Page or of an account. [doc send-api, page messages,
// instagram messaging]
func sending(callers schema.Callers, need, pageNeed *schema.Need) schema.Operation {
	return schema.Operation{Method: "POST", Edge: "messages", Action: schema.Creating, Usual: schema.Usual{Other: none}, Span: schema.Span{Since: graph.V(2, 6)},
		Callers: callers, Need: need, PageNeed: pageNeed, Refusal: graph.ErrNoMessaging,
		Params: []schema.Param{
			{Name: "message", Kind: schema.ObjectParam},
			anyCase(oneOf("messaging_type", "RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY", "NON_PROMOTIONAL_SUBSCRIPTION")),
			anyCase(oneOf("notification_type", "REGULAR", "SILENT_PUSH", "NO_PUSH")),
			{Name: "payload", Kind: schema.ObjectParam},
			{Name: "persona_id", Kind: schema.IDParam},
			must(schema.Param{Name: "recipient", Kind: schema.ObjectParam}),
			{Name: "reply_to", Kind: schema.ObjectParam},
			anyCase(oneOf("sender_action", "MARK_SEEN", "TYPING_ON", "TYPING_OFF", "REACT", "UNREACT")),
			oneOf("tag", messaging.AllTags()...),
			threadControl(),
			filedata(),
		},
		Returns: []string{"struct{recipient_id: string, message_id: string, attachment_id: numeric string}"}, Rate: sends, Ahead: namesAddress, Before: fetchEnclosed, Do: send, Mark: "[doc send-api, page messages]"}
}

// anyCase takes words in any letters: those of sender_action are documented in small ones and
// listed by the error in large ones. [doc send-api; seen a client's tests: "must be one of
// {MARK_SEEN, TYPING_ON, TYPING_OFF}"; of the other parameters guess]
func anyCase(p schema.Param) schema.Param {
	p.AnyCase = true
	return p
}

// sends are the limits that a message counts for: sound and films have one of their own, and
// so has the answer to a comment. What kith knows of a comment is not whether it was made
// while somebody was live, so its answer counts for one made then too. [doc rate-limiting;
// that answers count as no other message guess]
func sends(params []graph.Param) (of [2]limits.Kind) {
	if to, _ := graph.Given(params, "recipient"); strings.Contains(to.Value, "comment_id") || strings.Contains(to.Value, "post_id") {
		return [2]limits.Kind{limits.PrivateReplies, limits.LiveReplies}
	}
	of[0] = limits.Sends
	if m, _ := graph.Given(params, "message"); strings.Contains(m.Value, "attachment") && messaging.Sounds(m.Value) {
		of[0] = limits.MediaSends
	}
	return of
}

func send(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	var none schema.Answer
	to, err := addressee(ctx, c)
	if err != nil {
		return none, err
	}
	control, err := controlAfter(c)
	if err != nil {
		return none, err
	}
	o := messaging.Outgoing{Action: strings.ToLower(c.Args.Text("sender_action")), Tag: c.Args.Text("tag"), Form: to.to.Form, Ticket: to.ticket,
		Type: c.Args.Text("messaging_type"), Subscribes: c.Viewer.Granted.Has(graph.PagesMessagingSubscriptions)}
	message := c.Args.Find("message")
	switch {
	case message != nil && o.Action != "":
		return none, graph.ErrMessageAndAction
	case message == nil && o.Action == "":
		return none, graph.ErrEmptyMessage
	case o.Type == "MESSAGE_TAG" && o.Tag == "":
		return none, graph.ErrNeedsParam.Args("tag") // [doc send-api; text seen of others]
	case o.Action != "" && o.Form != messaging.ByID:
		return none, graph.ErrParamKind.Args("recipient[id]", `a valid ID string (e.g., "123")`)
	case message != nil:
		if err := o.Read(message.Text, c.Row.Version, to.instagram); err != nil {
			return none, err
		}
	}
	if !to.instagram && c.Row.Page != nil {
		p := messaging.Profile{Parts: c.Row.Page.Profile}
		if err := p.CheckWebviews(o.Message.Attachments); err != nil {
			return none, err
		}
	}
	if err := to.mayWrite(ctx, c, &o); err != nil {
		return none, err
	}
	if err := personaOf(ctx, c, to.instagram); err != nil {
		return none, err
	}
	said := schema.Outgoing{Action: o.Action, Text: o.Message.Text, Metadata: o.Metadata, Instagram: to.instagram, ReplyTo: repliedTo(c.Args), Form: o.Form.String(), Control: control, Persona: c.Args.Text("persona_id")}
	if said.Mid, said.Reaction, err = reactionOf(c.Args, o.Action); err != nil {
		return none, err
	}
	if to.ticket != nil {
		said.Ticket = to.ticket.ID
	}
	if to.to.Form == messaging.ByID {
		said.Digits = to.to.Text
	}
	file, err := enclose(ctx, c, &o, to.person)
	if err != nil {
		return none, err
	}
	if len(o.Message.Attachments) > 0 {
		if said.Attachments, err = json.Marshal(o.Message.Attachments); err != nil {
			return none, err
		}
	}
	if len(o.Message.QuickReplies) > 0 {
		if said.QuickReplies, err = json.Marshal(o.Message.QuickReplies); err != nil {
			return none, err
		}
	}
	sent, err := c.Send(ctx, c, to.person, said)
	if err != nil {
		return none, err
	}
	return schema.Answer{Body: to.answered(c, sent, file)}, nil
}

// reactionOf is the message that an action says something of, and what. Without a word
// it is love, which is what is documented. [doc instagram send messages; the other names and
// errors guess]
func reactionOf(args schema.Args, action string) (mid, reaction string, err error) {
	if action != "react" && action != "unreact" {
		return "", "", nil
	}
	var p struct {
		Mid      string `json:"message_id"`
		Reaction string `json:"reaction"`
	}
	if json.Unmarshal([]byte(args.Text("payload")), &p) != nil || p.Mid == "" {
		return "", "", graph.ErrNeedsParam.Args("payload[message_id]")
	}
	if action == "unreact" {
		return p.Mid, "", nil
	}
	if p.Reaction = cmp.Or(p.Reaction, "love"); messaging.Emoji(p.Reaction) == "" {
		return "", "", graph.ErrParamKind.Args("payload[reaction]", "one of {"+strings.Join(messaging.Reactions(), ", ")+"}")
	}
	return p.Mid, p.Reaction, nil
}

func repliedTo(args schema.Args) string {
	var r struct {
		Mid string `json:"mid"`
	}
	_ = json.Unmarshal([]byte(args.Text("reply_to")), &r) // without one it answers nothing
	return r.Mid
}
