package messaging

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Place is a Page or an Instagram account that people write to.
type Place struct {
	ID        store.ID
	PublicID  string
	Handle    string
	Instagram bool
}

func (p *Place) medium() string {
	if p.Instagram {
		return "instagram"
	}
	return "page"
}

// A Party is a person in a conversation: Digits are the ID by which the place knows
// them.
type Party struct {
	ID     store.ID
	Handle string
	Digits string
}

// A Thread is one conversation inside a transaction. Its changes are written by
// Save.
type Thread struct {
	tx    *store.Tx
	keys  *access.Keys
	place Place
	with  Party
	thing people.Thing
	moved int64 // when it was last written to, unix microseconds
	fresh bool
}

// Names of the parts of a conversation.
const (
	partParticipants = "participants"
	partSenders      = "senders"
	partCount        = "message_count"
	partUnread       = "unread_count"
	partSnippet      = "snippet"
	partUpdated      = "updated_time"
	partMoved        = "moved" // like updated_time, in microseconds
	partReplyUntil   = "reply_until"
	partVeiled       = "veiled"
)

// mostSaid is more parts than most conversations have.
const mostSaid = 16

// ThreadKey leads to the conversation of a place with whom it knows by digits.
func ThreadKey(place store.ID, digits string) store.Key {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(digits)), uint64(place))
	return store.Key{Space: store.SpaceThread, Key: string(append(b, digits...))}
}

// Find returns the conversation of a place with a person, nil if there is none.
func Find(ctx context.Context, tx *store.Tx, keys *access.Keys, place Place, with Party) (*Thread, error) {
	key := ThreadKey(place.ID, with.Digits)
	id, err := tx.Resolve(ctx, key.Space, key.Key)
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := tx.Get(ctx, id)
	if err != nil || rec == nil {
		return nil, err
	}
	thing, ok := rec.Value.(*people.Thing)
	if !ok {
		return nil, fmt.Errorf("the key of a conversation leads elsewhere")
	}
	t := &Thread{tx: tx, keys: keys, place: place, with: with, thing: *thing}
	t.thing.Parts = append(make(people.Parts, 0, mostSaid), thing.Parts...) // say writes in place
	if t.moved = t.count(partMoved); t.moved != 0 {
		return t, nil
	}
	// One that a world file or an older server made says it in the list only.
	pair, err := tx.Pair(ctx, with.ID, store.Edge("conversations"), id)
	if err != nil {
		return nil, err
	}
	if pair != nil {
		t.moved = pair.Time
	}
	return t, nil
}

// Open returns the conversation of a place with a person; the first time it is made.
func Open(ctx context.Context, tx *store.Tx, keys *access.Keys, place Place, with Party, at int64) (*Thread, error) {
	t, err := Find(ctx, tx, keys, place, with)
	if err != nil || t != nil {
		return t, err
	}
	t = &Thread{tx: tx, keys: keys, place: place, with: with, fresh: true}
	t.thing = people.Thing{ID: tx.NewID(), Type: "Conversation", Owner: place.ID, Created: at / 1e6}
	if _, err := tx.Bind(ctx, store.Binding{Key: ThreadKey(place.ID, with.Digits), ID: t.thing.ID}); err != nil {
		return nil, err
	}
	if t.thing.PublicID, err = t.bind(ctx, store.SpaceNode, t.thing.ID, func(n int) string {
		return "t_" + digitsOf(keys.Label("conversation", place.PublicID, with.Digits, strconv.Itoa(n)))
	}); err != nil {
		return nil, err
	}
	handle := place.medium() + "/" + place.Handle + "/threads/" + with.Handle
	if t.thing.Handle, err = t.handle(ctx, t.thing.ID, handle); err != nil {
		return nil, err
	}
	t.thing.Parts = make(people.Parts, 0, mostSaid)
	t.refer(partParticipants, with.ID, place.ID)
	t.say("link", quote("/"+place.PublicID+"/inbox/"+t.thing.PublicID[len("t_"):]+"/"))
	t.say("scoped_thread_key", quote(t.thing.PublicID))
	t.say("is_subscribed", "true")
	return t, nil
}

// handle binds a handle that is free: the one that is asked for, or with a number
// behind it.
func (t *Thread) handle(ctx context.Context, id store.ID, want string) (string, error) {
	bound, err := t.bind(ctx, store.SpaceHandle, id, func(n int) string {
		if n == 0 {
			return "thing/" + want
		}
		return "thing/" + want + "." + strconv.Itoa(n)
	})
	if err != nil {
		return "", err
	}
	return bound[len("thing/"):], nil
}

// bind takes the first key of a row of them that is free.
func (t *Thread) bind(ctx context.Context, space store.Space, id store.ID, text func(n int) string) (string, error) {
	const attempts = 1000
	for n := range attempts {
		key := text(n)
		got, err := t.tx.Bind(ctx, store.Binding{Key: store.Key{Space: space, Key: key}, ID: id})
		if err != nil {
			return "", err
		}
		if got[0] == id {
			return key, nil
		}
	}
	return "", fmt.Errorf("no free name in %d attempts", attempts)
}

func digitsOf(block [16]byte) string {
	const low = 1_000_000_000_000_000
	return strconv.FormatUint(low+binary.BigEndian.Uint64(block[:])%(8*low), 10)
}

// MediumID is the ID of a story or another medium of an account of which nobody said it:
// seventeen digits. [the form guess]
func MediumID(keys *access.Keys, place Place, kind, digits string, at int64) string {
	return "1" + digitsOf(keys.Label(kind, place.PublicID, digits, strconv.FormatInt(at, 10)))
}

// ID is the public ID of the conversation, Internal the one of the store.
func (t *Thread) ID() string         { return t.thing.PublicID }
func (t *Thread) Internal() store.ID { return t.thing.ID }

// Fresh reports whether the conversation was not there before.
func (t *Thread) Fresh() bool { return t.fresh }

// ReplyUntil notes until when the place may answer, unix microseconds; zero is not
// at all. It reports whether that is new.
func (t *Thread) ReplyUntil(at int64) (changed bool) {
	changed = at != t.count(partReplyUntil)
	t.say(partReplyUntil, strconv.FormatInt(at, 10))
	return changed
}

// Veil keeps a conversation from its place until the person says something: it wrote to
// somebody by what is no ID, and is not to learn who that is. [doc checkbox plugin, customer
// matching; that it is so in lists too, guess]
func (t *Thread) Veil() { t.say(partVeiled, "true") }

// Unveil shows it to the place after all: who accepted a message request is known by an ID.
// [doc messaging_optins]
func (t *Thread) Unveil() {
	if t.veiled() {
		t.say(partVeiled, "false")
	}
}

func (t *Thread) veiled() bool {
	p := t.thing.Parts.Find(partVeiled)
	return p != nil && p.Text == "true"
}

// Read notes that the place has read everything.
func (t *Thread) Read() { t.say(partUnread, "0") }

func (t *Thread) count(name string) int64 { return t.thing.Parts.Int(name) }

func (t *Thread) say(name, value string) {
	part := people.Part{Name: name, Text: value}
	switch p := t.thing.Parts.Find(name); {
	case value == "":
		t.thing.Parts = t.thing.Parts.Set(part)
	case p != nil:
		*p = part
	default:
		t.thing.Parts = append(t.thing.Parts, part)
	}
}

func (t *Thread) refer(name string, to ...store.ID) {
	part := people.Part{Name: name, Refs: to, List: true}
	if p := t.thing.Parts.Find(name); p != nil {
		*p = part
		return
	}
	t.thing.Parts = append(t.thing.Parts, part)
}

// Save writes the conversation, with its place in the lists that show it.
func (t *Thread) Save(ctx context.Context) error {
	if err := t.tx.Put(ctx, store.Object{ID: t.thing.ID, Kind: store.KindThing, Data: t.thing.Encode()}); err != nil {
		return fmt.Errorf("put conversation: %w", err)
	}
	at := max(t.moved, 1)
	links := []store.Assoc{
		{From: t.with.ID, Kind: store.Edge("conversations"), To: t.thing.ID, Time: at},
		{From: t.with.ID, Kind: store.Edge("threads"), To: t.thing.ID, Time: at},
	}
	if !t.veiled() {
		links = append(links, store.Assoc{From: t.place.ID, Kind: store.Edge("conversations"), To: t.thing.ID, Time: at})
	}
	if err := t.tx.Link(ctx, links...); err != nil {
		return fmt.Errorf("link conversation: %w", err)
	}
	return nil
}

// sent notes who has written.
func (t *Thread) sent(who store.ID) {
	if had := t.thing.Parts.Refs(partSenders); !slices.Contains(had, who) {
		t.refer(partSenders, append(slices.Clone(had), who)...)
	}
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always can be
	return string(text)
}
