package nodes

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Conversation is a thread between a Page or an Instagram account and people.
// [spec v3.3; permissions: doc conversations]
func Conversation() *schema.Node {
	fields := columns("[spec v3.3]",
		column{"can_reply", schema.Bool, asked, ""},
		column{"folder", schema.String, asked, ""},
		column{"former_participants", schema.Struct, asked, ""},
		column{"is_owner", schema.Bool, asked, ""},
		column{"is_subscribed", schema.Bool, asked, ""},
		column{"link", schema.String, shown, ""},
		column{"message_count", schema.Integer, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"participants", schema.List, asked, schema.AnyNode},
		column{"scoped_thread_key", schema.String, asked, ""},
		column{"senders", schema.List, asked, schema.AnyNode},
		column{"snippet", schema.String, asked, ""},
		column{"subject", schema.String, asked, ""},
		column{"unread_count", schema.Integer, asked, ""},
		column{"updated_time", schema.Datetime, shown, ""},
		column{"wallpaper", schema.String, asked, ""},
		column{"moved", schema.Integer, asked, ""},
		column{"reply_until", schema.Integer, asked, ""},
		column{"veiled", schema.Bool, asked, ""},
		column{"read_watermark", schema.Integer, asked, ""},
		column{"delivered_watermark", schema.Integer, asked, ""},
		column{"thread_owner", schema.String, asked, ""},
		column{"thread_owner_until", schema.Integer, asked, ""},
	)
	for i := range fields {
		switch f := &fields[i]; f.Name {
		case "participants", "senders":
			f.Party = participant
		case "can_reply":
			f.From = canReply
		case "folder", "is_owner":
			f.Span, f.Mark = schema.Span{Since: graph.V(4, 0)}, "[doc conversations; not in spec v3.3, the version guess]"
		case "moved", "reply_until", "veiled", "read_watermark", "delivered_watermark", "thread_owner", "thread_owner_until":
			// Kept, times in microseconds since 1970, and fields in no version.
			f.Mark, f.Span = "[own]", schema.Span{Since: graph.V(255, 0)}
		}
	}
	fields = instead(instead(fields, "folder", inFolder), "is_owner", isOwner)
	n := prefixed("t_", thing("Conversation", mailbox(), fields,
		schema.Edge{Name: "messages", To: "Message", Assoc: store.Edge("conversation.messages"), Mark: "[doc conversations]"}))
	n.Rate = limits.Conversations
	return n
}

// mailbox are the permissions of which one opens what a Page or an account and people
// write each other. [doc page conversations; doc conversations 2026; any of them guess]
func mailbox() *schema.Need {
	return needs(graph.ReadPageMailboxes, graph.ManagePages, graph.PagesMessaging, graph.InstagramManageMessages, graph.InstagramBusinessManageMessages)
}

// canReply is whether the messaging window is open.
func canReply(b []byte, r *schema.Row) []byte {
	if r.Parts.Find("reply_until") == nil {
		return append(b, r.Parts.JSON("can_reply")...)
	}
	return strconv.AppendBool(b, r.Now.UnixMicro() <= r.Parts.Int("reply_until"))
}

// inFolder is where the Page put a conversation, as far as its list says so. [doc page
// conversations; that only a list shows it guess]
func inFolder(b []byte, r *schema.Row) []byte {
	if r.Linked == 0 {
		return b
	}
	return graph.AppendString(b, folderOf(r))
}

// isOwner is whether the app has control of the conversation. [doc conversations; of one that
// no app has guess]
func isOwner(b []byte, r *schema.Row) []byte {
	owner, _ := messaging.ControlOf(r.Parts.JSON("thread_owner"), r.Parts.Int("thread_owner_until"), r.Now.UnixMicro())
	return strconv.AppendBool(b, owner != "" && r.Viewer.App != nil && owner == r.Viewer.App.PublicID)
}

// participant is one of those who write each other: by name and ID on Messenger,
// with an address that leads nowhere, by username on Instagram, where the ID is there twice.
// [seen RESTFB v10_0; doc conversations; the address seen, its form guess; that no ID of a
// person is for all accounts own]
func participant(b []byte, r *schema.Row) []byte {
	b = append(b, '{')
	switch {
	case r.Instagram != nil:
		return instagramParty(b, r.Instagram.Username, r.ID)
	case r.Person != nil && r.Space == store.SpaceIGSID:
		return instagramParty(b, r.Person.Text(people.InstagramUsername), r.ID)
	case r.Page != nil:
		b = textMember(textMember(b, "name", r.Page.Name), "email", r.ID+"@facebook.com")
	default:
		b = append(b, `"name":`...)
		at := len(b)
		if b = messengerName(b, r); len(b) == at {
			b = append(b, `""`...)
		}
		b = textMember(b, "email", r.ID+"@facebook.com")
	}
	return append(textMember(b, "id", r.ID), '}')
}

func instagramParty(b []byte, username, id string) []byte {
	b = textMember(b, "username", username)
	b = textMember(b, "id", id)
	return append(textMember(b, "user_id", id), '}')
}

func textMember(b []byte, name, value string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return graph.AppendString(append(graph.AppendString(b, name), ':'), value)
}

// Message is one message of a conversation. Its ID is the mid of webhooks. [doc
// conversations; spec v3.3]
func Message() *schema.Node {
	fields := columns("[spec v3.3; doc conversations]",
		column{"created_time", schema.Datetime, shown, ""},
		column{"from", schema.NodeRef, asked, schema.AnyNode},
		column{"to", schema.List, asked, schema.AnyNode},
		column{"message", schema.String, asked, ""},
		column{"attachments", schema.Struct, asked, ""},
		column{"shares", schema.Struct, asked, ""},
		column{"story", schema.Struct, asked, ""},
		column{"sticker", schema.String, asked, ""},
		column{"tags", schema.Struct, asked, ""},
		column{"reply_to", schema.Struct, asked, ""},
		column{"reactions", schema.Struct, asked, ""},
		column{"is_unsupported", schema.Bool, asked, ""},
		column{"num_edit", schema.Integer, asked, ""},
		column{"is_deleted", schema.Bool, asked, ""},
		column{"persona_id", schema.String, asked, ""},
		column{messaging.PartQuickReplies, schema.Struct, asked, ""},
	)
	for i := range fields {
		switch f := &fields[i]; f.Name {
		case "from", "to":
			f.Party = participant
		case "attachments":
			f.From = attachments
		case "shares":
			f.From = shares
		case "story":
			f.From, f.Mark = story, "[doc message; seen RESTFB v10_0]"
		case "num_edit", "is_deleted", "persona_id", messaging.PartQuickReplies:
			// Kept, and fields in no version.
			f.Mark, f.Span = "[own]", schema.Span{Since: graph.V(255, 0)}
		}
	}
	prefixes := messaging.MidPrefixes()
	n := prefixed(prefixes[0], thing("Message", mailbox(), fields))
	n.OpaqueID, n.OldPrefixes, n.Rate = true, prefixes[1:], limits.Conversations
	return n
}

// MessengerThread is a conversation among people in which a website of the Page was
// opened, by the ID that the Extensions SDK gives it. [doc webview context; the name of the
// type and the permission guess]
func MessengerThread() *schema.Node {
	const mark = "[doc webview context]"
	n := thing(messaging.SharedThread, needs(graph.PagesMessaging), []schema.Field{
		{Name: "tid", Kind: schema.IDString, Default: always(), Plain: true, From: schema.PublicID, Mark: mark},
		// Only of a Page with a global one. [doc webview context]
		{Name: "global_tid", Kind: schema.IDString, Default: always(), Plain: true, From: schema.Part("global_tid"), Mark: mark},
		{Name: "id", Kind: schema.IDString, From: schema.PublicID, Mark: "[guess]"},
	})
	n.ImplicitID = schema.Span{Since: graph.V(255, 0)}
	return n
}

// LegacyThread is a thread of the inbox as versions up to v2.3 showed it.
func LegacyThread() *schema.Node {
	return thing("LegacyThread", needs(graph.ReadMailbox), columns("[spec v3.3]",
		column{"to", schema.List, asked, "User"},
		column{"updated_time", schema.Datetime, shown, ""},
		column{"unread", schema.Integer, shown, ""},
		column{"unseen", schema.Integer, shown, ""},
		column{"comments", schema.List, asked, ""},
	))
}

// PageLabel is a label that a Page puts on people.
func PageLabel() *schema.Node {
	return writable(append(labelledOperations(), labelUsersOperations()...), thing("PageLabel", nil, append(columns("[spec v3.3]",
		column{"creation_time", schema.Datetime, asked, ""},
		column{"creator_id", schema.NodeRef, asked, schema.AnyNode},
		column{"from", schema.NodeRef, asked, "Page"},
		column{"name", schema.String, asked, ""},
	), schema.Field{Name: "page_label_name", Kind: schema.String, Span: labelNames, From: schema.Part("name"), Mark: "[doc custom labels]"}),
		schema.Edge{Name: "users", To: "User", Assoc: store.Edge("page_label.users"), Need: needs(graph.ManagePages), Among: schema.AmongKnown, Mark: "[doc pagelabel]"}))
}

// PageAdminNote is a note of a Page about a person.
func PageAdminNote() *schema.Node {
	return thing("PageAdminNote", nil, columns("[spec v3.3]",
		column{"body", schema.String, asked, ""},
		column{"from", schema.NodeRef, asked, "Page"},
		column{"user", schema.NodeRef, asked, "User"},
	))
}

// PageUserMessageThreadLabel is a label of a thread.
func PageUserMessageThreadLabel() *schema.Node {
	return thing("PageUserMessageThreadLabel", nil, columns("[spec v3.3]",
		column{"name", schema.String, asked, ""},
	))
}
