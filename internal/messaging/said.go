package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Said is a message of the conversation that somebody does something with.
type Said struct {
	// At is when it was said, unix microseconds; ByPlace says that the Page or account
	// said it, Unsent that it was taken back.
	At      int64
	ByPlace bool
	Unsent  bool
	thing   people.Thing
}

// Mid is its ID.
func (s *Said) Mid() string { return s.thing.PublicID }

// Parts of a message that are kept and shown in no version, and those that go when it is
// taken back.
const (
	partEdits       = "num_edit"
	partDeleted     = "is_deleted"
	partStory       = "story"
	partUnsupported = "is_unsupported"
	partMessage     = "message"
	partReacted     = "reactions"
)

func (t *Thread) said(rec *store.Record, at int64) (*Said, bool) {
	if rec == nil {
		return nil, false
	}
	thing, ok := rec.Value.(*people.Thing)
	if !ok || thing.Type != "Message" {
		return nil, false
	}
	from := thing.Parts.Refs("from")
	return &Said{At: at, thing: *thing, Unsent: thing.Parts.JSON(partDeleted) == "true", ByPlace: len(from) > 0 && from[0] == t.place.ID}, true
}

// Message finds one of this conversation by its mid, nil if there is none.
func (t *Thread) Message(ctx context.Context, mid string) (*Said, error) {
	if mid == "" {
		return nil, nil
	}
	id, err := t.tx.Resolve(ctx, store.SpaceNode, mid)
	if err != nil || id == 0 {
		return nil, err
	}
	var rs store.ReadSet
	at, pair := rs.Object(id), rs.Pair(t.thing.ID, store.Edge("conversation.messages"), id)
	if err := t.tx.Load(ctx, &rs); err != nil || rs.GotPair(pair) == nil {
		return nil, err
	}
	m, _ := t.said(rs.GotObject(at), rs.GotPair(pair).Time)
	return m, nil
}

// mostLooked is how many of the latest messages are looked at for what somebody read
// or was delivered.
const mostLooked = 100

// Latest are the latest messages, newest first, up to a number that bounds what a look
// at them costs.
func (t *Thread) Latest(ctx context.Context) (list []*Said, err error) {
	recs, err := t.tx.Range(ctx, store.Range{From: t.thing.ID, Kind: store.Edge("conversation.messages"), Limit: mostLooked})
	if err != nil || len(recs) == 0 {
		return nil, err
	}
	var rs store.ReadSet
	for i := range recs {
		rs.Object(recs[i].ID)
	}
	if err := t.tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i := range recs {
		if m, ok := t.said(rs.GotObject(i), recs[i].Time); ok {
			list = append(list, m)
		}
	}
	return list, nil
}

// Unseen are the messages of the place since a watermark, oldest first, without those
// that were taken back: until which one, if until is not nil.
func (t *Thread) Unseen(ctx context.Context, since int64, until *Said) (list []*Said, err error) {
	all, err := t.Latest(ctx)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if m := all[i]; m.ByPlace && !m.Unsent && m.At > since && (until == nil || m.At <= until.At) {
			list = append(list, m)
		}
	}
	return list, nil
}

// Watermark is until when the person has read what the place says, or was delivered it,
// unix microseconds; raise moves it on.
func (t *Thread) Watermark(kind string) int64 { return t.count(watermarkOf(kind)) }

// Raise notes a Watermark.
func (t *Thread) Raise(kind string, at int64) { t.say(watermarkOf(kind), strconv.FormatInt(at, 10)) }

func watermarkOf(kind string) string {
	if kind == Reads {
		return "read_watermark"
	}
	return "delivered_watermark"
}

// Offered are the buttons of the messages that the place said lately, the latest first, and
// the quick replies of the latest message of all.
func (t *Thread) Offered(ctx context.Context) (buttons []Button, replies []QuickReply, err error) {
	list, err := t.Latest(ctx)
	for i, m := range list {
		if !m.ByPlace {
			continue
		}
		_, b, q := Offered(&m.thing)
		if buttons = append(buttons, b...); i == 0 {
			replies = q
		}
	}
	return buttons, replies, err
}

// Count is how many messages there are, with those taken back.
func (t *Thread) Count() int64 { return t.count(partCount) }

// reacted is a reaction as a message keeps it. [doc instagram conversations; the form
// on Messenger guess]
type reacted struct {
	Reaction string  `json:"reaction"`
	Emoji    string  `json:"emoji"`
	Users    []actor `json:"users"`
}

type actor struct {
	ID string `json:"id"`
}

type reactions struct {
	Data []reacted `json:"data"`
}

// React lets somebody, by the ID that the conversation knows them by, react to a
// message, which takes the place of what they said of it before; no emoji takes it
// back. It reports whether there was something before.
func (t *Thread) React(ctx context.Context, m *Said, who, reaction, emoji string) (had bool, err error) {
	var now reactions
	if p := m.thing.Parts.Find(partReacted); p != nil {
		if err := json.Unmarshal([]byte(p.Text), &now); err != nil {
			return false, fmt.Errorf("reactions of a message: %w", err)
		}
	}
	var next reactions
	for _, r := range now.Data {
		var others []actor
		for _, u := range r.Users {
			if u.ID != who {
				others = append(others, u)
			}
		}
		had = had || len(others) < len(r.Users)
		if r.Users = others; len(others) > 0 {
			next.Data = append(next.Data, r)
		}
	}
	if emoji != "" {
		next.Data = append(next.Data, reacted{Reaction: reaction, Emoji: emoji, Users: []actor{{who}}})
	}
	text := ""
	if len(next.Data) > 0 {
		b, _ := json.Marshal(next) // texts always have a form
		text = string(b)
	}
	m.set(partReacted, text)
	return had, t.put(ctx, m)
}

// Edit gives a message another text and returns how often that was done.
func (t *Thread) Edit(ctx context.Context, m *Said, text string) (edits int64, err error) {
	edits = m.thing.Parts.Int(partEdits) + 1
	m.set(partEdits, strconv.FormatInt(edits, 10))
	m.set(partMessage, quote(text))
	if err := t.put(ctx, m); err != nil {
		return 0, err
	}
	return edits, t.retell(ctx)
}

// Unsend takes a message back: its mid stays, and nothing of what it said. [that it
// stays in the list guess]
func (t *Thread) Unsend(ctx context.Context, m *Said) error {
	if err := forgetFiles(ctx, t.tx, &m.thing); err != nil {
		return err
	}
	for _, name := range []string{partReacted, "attachments", "shares", "sticker", "reply_to", partStory, partUnsupported, "tags", partEdits} {
		m.set(name, "")
	}
	m.set(partMessage, quote(""))
	m.set(partDeleted, "true")
	if err := t.put(ctx, m); err != nil {
		return err
	}
	return t.retell(ctx)
}

func (s *Said) set(name, text string) {
	s.thing.Parts = s.thing.Parts.Set(people.Part{Name: name, Text: text})
}

func (t *Thread) put(ctx context.Context, m *Said) error {
	if err := t.tx.Put(ctx, store.Object{ID: m.thing.ID, Kind: store.KindThing, Data: m.thing.Encode()}); err != nil {
		return fmt.Errorf("put message: %w", err)
	}
	return nil
}

// retell lets the conversation show what its latest message says now.
func (t *Thread) retell(ctx context.Context) error {
	list, err := t.Latest(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.Unsent {
			continue
		}
		t.say(partSnippet, quote(m.snippet()))
		return nil
	}
	t.say(partSnippet, quote(""))
	return nil
}

// snippet is what a conversation shows of a message.
func (s *Said) snippet() string {
	var m Message
	if p := s.thing.Parts.Find(partMessage); p != nil {
		_ = json.Unmarshal([]byte(p.Text), &m.Text) // what was kept as a text is one
	}
	var with struct {
		Data []Attachment `json:"data"`
	}
	if p := s.thing.Parts.Find("attachments"); p != nil && json.Unmarshal([]byte(p.Text), &with) == nil {
		m.Attachments = with.Data
	}
	return m.snippet()
}
