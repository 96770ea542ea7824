package messaging

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Ticket is what lets a place write to somebody of whom it has no ID: they commented,
// ticked a box, or gave a token for notifications. It goes with the person.
type Ticket struct {
	ID     store.ID
	Place  store.ID
	Person store.ID
	Form   Form
	Text   string // what a recipient says of it
	// At is when it was given, Used when the place last wrote by it and Replied when
	// the person said something after that; unix microseconds, zero for not yet.
	At, Used, Replied int64
	rest              []store.Field
}

// Tags of a ticket's record: only appended.
const (
	tagTicketPlace = iota + 1
	tagTicketPerson
	tagTicketForm
	tagTicketText
	tagTicketAt
	tagTicketUsed
	tagTicketReplied
)

// Encode returns the record of the ticket.
func (t *Ticket) Encode() []byte {
	var e people.Encoder
	e.Int(tagTicketPlace, int64(t.Place))
	e.Int(tagTicketPerson, int64(t.Person))
	e.Int(tagTicketForm, int64(t.Form))
	e.Text(tagTicketText, t.Text)
	e.Int(tagTicketAt, t.At)
	e.Int(tagTicketUsed, t.Used)
	e.Int(tagTicketReplied, t.Replied)
	e.Keep(t.rest)
	return e.Bytes()
}

// DecodeTicket reads the record of a ticket.
func DecodeTicket(id store.ID, data []byte) (*Ticket, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("ticket record: %w", err)
	}
	t := &Ticket{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagTicketPlace:
			t.Place = store.ID(people.FieldInt(f))
		case tagTicketPerson:
			t.Person = store.ID(people.FieldInt(f))
		case tagTicketForm:
			t.Form = Form(people.FieldInt(f))
		case tagTicketText:
			t.Text = people.FieldText(f)
		case tagTicketAt:
			t.At = people.FieldInt(f)
		case tagTicketUsed:
			t.Used = people.FieldInt(f)
		case tagTicketReplied:
			t.Replied = people.FieldInt(f)
		default:
			t.rest = append(t.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return t, nil
}

// Decoders read the records of this package.
func Decoders() map[store.Kind]store.Decoder {
	return map[store.Kind]store.Decoder{
		store.KindTicket: func(id store.ID, _ int64, data []byte) (any, error) { return DecodeTicket(id, data) },
	}
}

// Key leads to the ticket.
func (t *Ticket) Key() store.Key { return ticketKey(t.Place, t.Form, t.Text) }

func ticketKey(place store.ID, form Form, text string) store.Key {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 9+len(text)), uint64(place))
	return store.Key{Space: store.SpaceTicket, Key: string(append(append(b, byte(form)), text...))}
}

// Object and Link are the ticket as it is stored.
func (t *Ticket) Object() store.Object {
	return store.Object{ID: t.ID, Kind: store.KindTicket, Data: t.Encode()}
}

// Link is how the person leads to it.
func (t *Ticket) Link() store.Assoc {
	return store.Assoc{From: t.Person, Kind: store.AssocTicket, To: t.ID, Time: max(t.At, 1)}
}

// FindTicket finds what a recipient of a place means; nil if it means nobody.
func FindTicket(ctx context.Context, r *store.Reader, place store.ID, to Recipient) (*Ticket, error) {
	key := ticketKey(place, to.Form, to.Text)
	id, err := r.Resolve(ctx, key.Space, key.Key)
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := r.Get(ctx, id)
	if err != nil || rec == nil {
		return nil, err
	}
	t, _ := rec.Value.(*Ticket)
	return t, nil
}

// ErrTaken says that somebody else gave a place a ticket of that name: each is for one
// person. [doc checkbox plugin: user_ref is unique]
var ErrTaken = errors.New("somebody else has it")

// Give keeps a new ticket and says what it is called: as t says, or by digits that are
// free. What was given before stays as it was; a text that somebody else gave is ErrTaken.
func Give(ctx context.Context, tx *store.Tx, keys *access.Keys, place Place, with Party, t Ticket) (text string, err error) {
	t.ID, t.Place, t.Person = tx.NewID(), place.ID, with.ID
	given := t.Text != ""
	for n := 0; ; n++ {
		if !given {
			t.Text = t.Form.made(place, digitsOf(keys.Label("ticket", place.PublicID, with.Digits, t.Form.String(), strconv.FormatInt(t.At, 10), strconv.Itoa(n))))
		}
		got, err := tx.Bind(ctx, store.Binding{Key: t.Key(), ID: t.ID})
		switch {
		case err != nil:
			return "", err
		case got[0] == t.ID:
			if err := tx.Put(ctx, t.Object()); err != nil {
				return "", fmt.Errorf("put ticket: %w", err)
			}
			return t.Text, tx.Link(ctx, t.Link())
		case given:
			had, err := FindTicket(ctx, &tx.Reader, place.ID, Recipient{Form: t.Form, Text: t.Text})
			if err == nil && had != nil && had.Person != with.ID {
				err = ErrTaken
			}
			return t.Text, err
		}
	}
}

// made is a text of a form: comments and posts of a Page begin with another number. [seen]
func (f Form) made(place Place, digits string) string {
	if place.Instagram {
		return digits
	}
	switch f {
	case ByComment:
		return digits[:15] + "_" + digits[1:]
	case ByPost:
		return place.PublicID + "_" + digits[1:]
	}
	return digits
}

// Save writes what changed.
func (t *Ticket) Save(ctx context.Context, tx *store.Tx) error {
	if err := tx.Put(ctx, t.Object()); err != nil {
		return fmt.Errorf("put ticket: %w", err)
	}
	return nil
}

// repliesFor is how long a comment or post may be answered. [doc private replies]
const repliesFor = 7 * 24 * 3600 * 1_000_000

// free says whether the ticket lets its place write at a moment, whatever the window
// is: a comment or post once within seven days, a checkbox and a token for one
// notification once, a token for more as often as its place likes. [doc private
// replies, checkbox plugin, one-time notification; how often and how long tokens of
// more than one message last guess]
func (t *Ticket) free(c *consent.Contact, now int64) (bool, error) {
	switch t.Form {
	case ByComment, ByPost:
		switch {
		case t.Used != 0:
			return false, graph.ErrRepliedAlready
		case now > t.At+repliesFor, unavailable(c):
			return false, graph.ErrNoReply // [seen idx:9678667573]
		}
		return true, nil
	case ByUserRef, ByOneTimeToken:
		return t.Used == 0, nil
	}
	return true, nil
}

// Waiting finds the checkbox by which a place wrote to somebody who has not said
// anything since; nil if there is none.
func Waiting(ctx context.Context, r *store.Reader, place, person store.ID) (*Ticket, error) {
	q := store.Range{From: person, Kind: store.AssocTicket, Limit: 100}
	for {
		list, err := r.Range(ctx, q)
		if err != nil {
			return nil, err
		}
		var rs store.ReadSet
		for i := range list {
			rs.Object(list[i].ID)
		}
		if err := r.Load(ctx, &rs); err != nil {
			return nil, err
		}
		for i := range list {
			rec := rs.GotObject(i)
			if rec == nil {
				continue
			}
			if t, ok := rec.Value.(*Ticket); ok && t.Place == place && t.Form == ByUserRef && t.Used != 0 && t.Replied == 0 {
				return t, nil
			}
		}
		if len(list) < q.Limit {
			return nil, nil
		}
		last := list[len(list)-1]
		q.After = &store.Pos{Time: last.Time, To: last.ID}
	}
}
