package messaging

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Message is what is said once. ByPlace says that the Page or account says it.
type Message struct {
	// Mid is its ID where it has one already; otherwise Say makes it.
	Mid         string
	At          int64 // unix microseconds
	ByPlace     bool
	Text        string
	Attachments []Attachment
	// QuickReplies are the answers that it offers.
	QuickReplies []QuickReply
	// ReplyTo is the mid of the message that it answers.
	ReplyTo string
	// StoryURL and StoryID are of a story of the account that it answers.
	StoryURL, StoryID string
	// Persona is the ID of the one under which a Page says it.
	Persona string
	// Seq is its number in the conversation, where webhooks say it.
	Seq int64
}

// sticker is the number of the sticker that a message is, empty for none.
func (m *Message) sticker() string {
	for i := range m.Attachments {
		if id := m.Attachments[i].Sticker(); id != "" {
			return id
		}
	}
	return ""
}

// An Attachment is a file, a place on the map or a template.
type Attachment struct {
	Type    string          `json:"type"` // image, audio, video, file, location, fallback, template...
	Payload json.RawMessage `json:"payload,omitempty"`
	Title   string          `json:"title,omitempty"`
	URL     string          `json:"url,omitempty"`
	// File is one that is kept here; there is no payload then.
	File *attachment.Ref `json:"file,omitempty"`
}

// Linked are attachments as webhooks show them: with the addresses of files.
func Linked(list []Attachment, url func(*attachment.Ref) string) []Attachment {
	out := slices.Clone(list)
	for i := range out {
		if f := out[i].File; f != nil {
			out[i].Payload = json.RawMessage(`{"url":` + quote(url(f)) + `}`)
		}
	}
	return out
}

// PartQuickReplies is where a message keeps the answers that it offers. No version shows
// them.
const PartQuickReplies = "quick_replies"

// MaxText bounds the text of a message. [doc send-api]
const MaxText = 2000

// Say puts a message into the conversation and returns its mid. Save writes what it
// changes in the conversation itself.
func (t *Thread) Say(ctx context.Context, m Message) (mid string, err error) {
	// What is said in one moment has an order all the same.
	if late := t.moved - m.At; late >= 0 && late < 1e6 {
		m.At = t.moved + 1
	}
	msg := people.Thing{ID: t.tx.NewID(), Type: "Message", Owner: t.place.ID, Created: m.At / 1e6}
	if msg.PublicID, err = t.bind(ctx, store.SpaceNode, msg.ID, func(n int) string {
		if n == 0 && m.Mid != "" {
			return MidOf(m.Mid)
		}
		return t.mid(m.At, n)
	}); err != nil {
		return "", err
	}
	count := t.count(partCount) + 1
	if msg.Handle, err = t.handle(ctx, msg.ID, t.thing.Handle+"/"+strconv.FormatInt(count, 10)); err != nil {
		return "", err
	}
	from, to := t.with.ID, t.place.ID
	if m.ByPlace {
		from, to = to, from
	} else {
		t.Unveil()
	}
	if t.veiled() {
		to = 0
	}
	msg.Parts = m.parts(from, to)
	if err := t.tx.Put(ctx, store.Object{ID: msg.ID, Kind: store.KindThing, Data: msg.Encode()}); err != nil {
		return "", fmt.Errorf("put message: %w", err)
	}
	at := max(m.At, 1)
	if err := t.tx.Link(ctx, store.Assoc{From: t.thing.ID, Kind: store.Edge("conversation.messages"), To: msg.ID, Time: at}); err != nil {
		return "", fmt.Errorf("link message: %w", err)
	}
	t.heard(&m, count, from)
	t.stir(m.At)
	return msg.PublicID, nil
}

// heard is what a message changes in the conversation.
func (t *Thread) heard(m *Message, count int64, from store.ID) {
	t.say(partCount, strconv.FormatInt(count, 10))
	if m.At >= t.moved {
		t.moved = m.At
		t.say(partMoved, strconv.FormatInt(m.At, 10))
		t.say(partUpdated, strconv.FormatInt(m.At/1e6, 10))
		t.say(partSnippet, quote(m.snippet()))
	}
	if !m.ByPlace {
		t.say(partUnread, strconv.FormatInt(t.count(partUnread)+1, 10))
	}
	t.sent(from)
}

func (m *Message) snippet() string {
	if m.Text == "" && len(m.Attachments) > 0 {
		return "[" + m.Attachments[0].Type + "]" // [guess]
	}
	return m.Text
}

// parts are what is kept of it; to is zero where nobody is to read that.
func (m *Message) parts(from, to store.ID) (ps people.Parts) {
	ps = append(make(people.Parts, 0, 8), people.Part{Name: "from", Refs: []store.ID{from}})
	if to != 0 {
		ps = append(ps, people.Part{Name: "to", Refs: []store.ID{to}, List: true})
	}
	ps = append(ps, people.Part{Name: "message", Text: quote(m.Text)})
	if len(m.Attachments) > 0 {
		text, _ := json.Marshal(map[string][]Attachment{"data": m.Attachments})
		ps = append(ps, people.Part{Name: "attachments", Text: string(text)})
		for i := range m.Attachments {
			if a := &m.Attachments[i]; a.Sticker() != "" && a.Address() != "" {
				ps = ps.Set(people.Part{Name: "sticker", Text: quote(a.Address())})
			}
		}
	}
	if len(m.QuickReplies) > 0 {
		text, _ := json.Marshal(m.QuickReplies)
		ps = append(ps, people.Part{Name: PartQuickReplies, Text: string(text)})
	}
	if m.Persona != "" {
		ps = append(ps, people.Part{Name: "persona_id", Text: quote(m.Persona)})
	}
	if m.ReplyTo != "" {
		ps = append(ps, people.Part{Name: "reply_to", Text: `{"mid":` + quote(m.ReplyTo) + `}`})
	}
	if m.StoryID != "" {
		ps = append(ps, people.Part{Name: partStory, Text: `{"reply_to":{"link":` + quote(m.StoryURL) + `,"id":` + quote(m.StoryID) + `}}`})
	}
	if m.unsupported() {
		ps = append(ps, people.Part{Name: partUnsupported, Text: "true"})
	}
	return ps
}

// unsupported reports whether it is something that the platform does not pass on. [doc
// instagram webhooks]
func (m *Message) unsupported() bool {
	return slices.ContainsFunc(m.Attachments, func(a Attachment) bool { return a.Type == Unsupported })
}

// MidOf is the mid of a message that somebody outside names: the name itself where
// it has the form of one, or one that is made of it.
func MidOf(name string) string {
	const most = 300
	if len(name) <= most && strings.Trim(name, midLetters) == "" {
		for _, prefix := range MidPrefixes() {
			if strings.HasPrefix(name, prefix) {
				return name
			}
		}
	}
	if len(name) > most {
		name = name[:most]
	}
	return "m_" + base64.RawURLEncoding.EncodeToString([]byte(name))
}

// MidPrefixes are how mids begin, the latest form first.
func MidPrefixes() []string { return []string{"m_", "mid.", "aWdfZ"} }

const midLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:$"

// Days from which mids had another form, by the world's clock. [seen restfb, messenger4j;
// the days guess]
var (
	mid2017 = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	mid2019 = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// mid is attempt n of the ID of a message at a moment.
func (t *Thread) mid(at int64, n int) string {
	label := func(i int) []byte {
		block := t.keys.Label("mid", t.place.PublicID, t.with.Digits, strconv.FormatInt(at, 10), strconv.FormatInt(t.count(partCount), 10), strconv.Itoa(n), strconv.Itoa(i))
		return block[:]
	}
	switch {
	case t.place.Instagram:
		text := "ig_dm_item:1:IGMessageID:" + t.place.PublicID + ":" + digitsOf([16]byte(label(0))) + digitsOf([16]byte(label(1)))
		return strings.ReplaceAll(base64.URLEncoding.EncodeToString([]byte(text)), "=", "ZD")
	case at < mid2017:
		return "mid." + strconv.FormatInt(at/1000, 10) + ":" + hex.EncodeToString(label(0)[:9])
	case at < mid2019:
		return "mid.$c" + base64.RawURLEncoding.EncodeToString(label(0))
	}
	return "m_" + base64.RawURLEncoding.EncodeToString(append(append(append(label(0), label(1)...), label(2)...), label(3)...))
}
