package world

import (
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A happening is one consent event of a person's history: what happened where
// and what access came or went with it.
type happening struct {
	Place        store.ID // the Page or Instagram account
	App          store.ID // that the event is about, zero for all
	Event        consent.Event
	At           int64 // unix microseconds
	Seq          int64
	Text, Mid    string
	Gained, Lost []consent.Access

	rest []store.Field
}

// Tags of an event's record: only appended.
const (
	tagPlace = iota + 1
	tagEventApp
	tagEvent
	tagEventAt
	tagEventSeq
	tagText
	tagMid
	tagGained // repeated: app and editions
	tagLost
)

// maxKept bounds the text that is kept of a message. [doc send-api: 2000 characters]
const maxKept = 2000

func (h *happening) encode() []byte {
	var e people.Encoder
	e.Int(tagPlace, int64(h.Place))
	e.Int(tagEventApp, int64(h.App))
	e.Int(tagEvent, int64(h.Event))
	e.Int(tagEventAt, h.At)
	e.Int(tagEventSeq, h.Seq)
	e.Text(tagText, h.Text)
	e.Text(tagMid, h.Mid)
	for _, a := range h.Gained {
		e.Text(tagGained, packAccess(a))
	}
	for _, a := range h.Lost {
		e.Text(tagLost, packAccess(a))
	}
	e.Keep(h.rest)
	return e.Bytes()
}

func packAccess(a consent.Access) string {
	return string(binary.AppendVarint([]byte{byte(a.Editions)}, int64(a.App)))
}

func unpackAccess(v []byte) (a consent.Access) {
	if len(v) > 1 {
		app, _ := binary.Varint(v[1:])
		a = consent.Access{App: store.ID(app), Editions: consent.Editions(v[0])}
	}
	return a
}

func decodeHappening(data []byte) (*happening, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("event record: %w", err)
	}
	h := &happening{}
	for _, f := range fields {
		switch f.Tag {
		case tagPlace:
			h.Place = store.ID(people.FieldInt(f))
		case tagEventApp:
			h.App = store.ID(people.FieldInt(f))
		case tagEvent:
			h.Event = consent.Event(people.FieldInt(f))
		case tagEventAt:
			h.At = people.FieldInt(f)
		case tagEventSeq:
			h.Seq = people.FieldInt(f)
		case tagText:
			h.Text = people.FieldText(f)
		case tagMid:
			h.Mid = people.FieldText(f)
		case tagGained:
			h.Gained = append(h.Gained, unpackAccess(f.Val))
		case tagLost:
			h.Lost = append(h.Lost, unpackAccess(f.Val))
		default:
			h.rest = append(h.rest, store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)})
		}
	}
	return h, nil
}
