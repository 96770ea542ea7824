package webhook

import (
	"fmt"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A State is how far a delivery has come. Numbers are in every database.
type State uint8

// States of a delivery.
const (
	Waiting State = iota + 1
	Delivered
	GivenUp // nobody took it in time, or the app has no address any more
	Dropped // too many waited
)

var stateNames = [...]string{"unknown", "waiting", "delivered", "given_up", "dropped"}

// String is the name that people read.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return stateNames[0]
}

// ParseState finds a state by its name.
func ParseState(name string) (State, bool) {
	for s := Waiting; int(s) < len(stateNames); s++ {
		if stateNames[s] == name {
			return s, true
		}
	}
	return 0, false
}

// A Delivery is one thing that an app is told, and how that went. Times are unix
// microseconds of the world's clock.
type Delivery struct {
	What    What
	State   State
	Lane    store.ID
	Payload []byte
	// Person is whom it is about, zero once they were erased.
	Person store.ID
	// Made is when it came into the outbox, Queued when it did so last.
	Made, Queued int64
	// Tries count all, those of a redelivery too; Tried is the latest, to URL.
	Tries, Tried int64
	URL          string
	// First is the first try that failed since Queued, zero for none.
	First int64
	// Thread is what it stays in order with, zero for nothing.
	Thread int64
	// Status is what the latest try was answered with, zero for nothing. Error
	// says what was wrong with it.
	Status int
	Error  string
	// Off is when the app was taken off the Page or account for it, zero for never.
	Off int64
	// Post is the name of the POST in which the latest try was, where others went too.
	Post string
	// AnswerURL and AnswerCode are what the app said to a data deletion request.
	AnswerURL, AnswerCode string

	rest []store.Field
}

// Tags of a delivery's record: only appended.
const (
	tagWhat = iota + 1
	tagState
	tagLane
	tagPayload
	tagPerson
	tagMade
	tagQueued
	tagTries
	tagTried
	tagURL
	tagStatus
	tagError
	tagAnswerURL
	tagAnswerCode
	tagFirst
	tagThread
	tagPost
	tagOff
)

// Encode returns the record.
func (d *Delivery) Encode() []byte {
	var e people.Encoder
	e.Grow(18, 256+len(d.Payload))
	e.Int(tagWhat, int64(d.What))
	e.Int(tagState, int64(d.State))
	e.Int(tagLane, int64(d.Lane))
	e.Text(tagPayload, string(d.Payload))
	e.Int(tagPerson, int64(d.Person))
	e.Int(tagMade, d.Made)
	e.Int(tagQueued, d.Queued)
	e.Int(tagTries, d.Tries)
	e.Int(tagTried, d.Tried)
	e.Text(tagURL, d.URL)
	e.Int(tagStatus, int64(d.Status))
	e.Text(tagError, d.Error)
	e.Text(tagAnswerURL, d.AnswerURL)
	e.Text(tagAnswerCode, d.AnswerCode)
	e.Int(tagFirst, d.First)
	e.Int(tagThread, d.Thread)
	e.Text(tagPost, d.Post)
	e.Int(tagOff, d.Off)
	e.Keep(d.rest)
	return e.Bytes()
}

// over reports whether a delivery failed for so long that nobody tries any more.
func (d *Delivery) over(now int64) bool {
	return d.First != 0 && now-d.First >= giveUpAfter.Microseconds()
}

// DecodeDelivery reads a record.
func DecodeDelivery(data []byte) (*Delivery, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("delivery record: %w", err)
	}
	d := &Delivery{}
	for _, f := range fields {
		d.set(f)
	}
	return d, nil
}

func (d *Delivery) set(f store.Field) {
	switch f.Tag {
	case tagWhat:
		d.What = What(people.FieldInt(f))
	case tagState:
		d.State = State(people.FieldInt(f))
	case tagLane:
		d.Lane = store.ID(people.FieldInt(f))
	case tagPayload:
		d.Payload = append([]byte(nil), f.Val...)
	case tagPerson:
		d.Person = store.ID(people.FieldInt(f))
	case tagMade:
		d.Made = people.FieldInt(f)
	case tagQueued:
		d.Queued = people.FieldInt(f)
	case tagTries:
		d.Tries = people.FieldInt(f)
	case tagTried:
		d.Tried = people.FieldInt(f)
	case tagURL:
		d.URL = people.FieldText(f)
	case tagStatus:
		d.Status = int(people.FieldInt(f))
	case tagError:
		d.Error = people.FieldText(f)
	case tagAnswerURL:
		d.AnswerURL = people.FieldText(f)
	case tagAnswerCode:
		d.AnswerCode = people.FieldText(f)
	case tagFirst:
		d.First = people.FieldInt(f)
	case tagThread:
		d.Thread = people.FieldInt(f)
	case tagPost:
		d.Post = people.FieldText(f)
	case tagOff:
		d.Off = people.FieldInt(f)
	default:
		d.rest = append(d.rest, keep(f))
	}
}

// told is what leads from a person to a delivery: the app.
type told struct{ app store.ID }

const tagToldApp = 1

func encodeTold(app store.ID) []byte {
	var e people.Encoder
	e.Int(tagToldApp, int64(app))
	return e.Bytes()
}

func decodeTold(data []byte) (told, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return told{}, fmt.Errorf("told record: %w", err)
	}
	for _, f := range fields {
		if f.Tag == tagToldApp {
			return told{store.ID(people.FieldInt(f))}, nil
		}
	}
	return told{}, nil
}
