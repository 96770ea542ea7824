package webhook

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// MostJoined is how many updates one POST has at most. [doc webhooks]
const MostJoined = 1000

// joinedBytes is what the body of a POST of several updates has at most. [own]
const joinedBytes = 1 << 20

// A body is an update taken apart, so that others go with it. No byte of an item
// changes by that.
type body struct {
	head, tail []byte // around the entries
	entries    []*entry
	latest     map[string]*entry // by ID
	size       int
}

// An entry is one Page, account or person of a body.
type entry struct {
	id   string
	list string // messaging or standby; empty: it is taken as a whole, which is head
	// before, time and head are in front of the items, tail is behind them.
	before, head, tail []byte
	time               int64
	items              [][]byte
}

// takeApart reads an update, with false for one that is none of ours.
func takeApart(payload []byte) (*body, bool) {
	var text struct {
		Entry json.RawMessage `json:"entry"`
	}
	var list []json.RawMessage
	if json.Unmarshal(payload, &text) != nil || json.Unmarshal(text.Entry, &list) != nil || len(list) == 0 {
		return nil, false
	}
	b := &body{latest: map[string]*entry{}, size: len(payload)}
	var ok bool
	if b.head, b.tail, ok = bytes.Cut(payload, text.Entry); !ok {
		return nil, false
	}
	for _, raw := range list {
		e, ok := readEntry(raw)
		if !ok {
			return nil, false
		}
		b.put(e)
	}
	return b, true
}

func readEntry(raw []byte) (*entry, bool) {
	var text struct {
		ID        string          `json:"id"`
		Time      json.RawMessage `json:"time"`
		Messaging json.RawMessage `json:"messaging"`
		Standby   json.RawMessage `json:"standby"`
	}
	if json.Unmarshal(raw, &text) != nil {
		return nil, false
	}
	e := &entry{id: text.ID, head: raw}
	items := text.Messaging
	switch {
	case text.Messaging != nil:
		e.list = "messaging"
	case text.Standby != nil:
		e.list, items = "standby", text.Standby
	default:
		return e, true
	}
	var err error
	if e.time, err = strconv.ParseInt(string(text.Time), 10, 64); err != nil {
		return nil, false
	}
	head, tail, ok := bytes.Cut(raw, items)
	before, after, timed := bytes.Cut(head, append([]byte(`"time":`), text.Time...))
	if !ok || !timed || len(items) <= len("[]") {
		return nil, false
	}
	e.before, e.head, e.tail, e.items = before, after, tail, [][]byte{items[1 : len(items)-1]}
	return e, true
}

// put adds an entry. Its items join those of the latest of its ID, if they are in the
// same list: what happened at one place stays in order. [that it is one entry then
// guess]
func (b *body) put(e *entry) {
	if to := b.latest[e.id]; to != nil && to.list != "" && to.list == e.list {
		to.items, to.time = append(to.items, e.items...), max(to.time, e.time)
		return
	}
	b.latest[e.id] = e
	b.entries = append(b.entries, e)
}

// join adds what another body says, if there is room for it.
func (b *body) join(o *body) bool {
	if b.size+o.size > joinedBytes {
		return false
	}
	b.size += o.size
	for _, e := range o.entries {
		b.put(e)
	}
	return true
}

// bytes is the text of a body. The time of an entry is that of its latest item.
func (b *body) bytes() []byte {
	out := append(append(make([]byte, 0, b.size), b.head...), '[')
	for i, e := range b.entries {
		if i > 0 {
			out = append(out, ',')
		}
		if e.list == "" {
			out = append(out, e.head...)
			continue
		}
		out = append(append(out, e.before...), `"time":`...)
		out = append(append(strconv.AppendInt(out, e.time, 10), e.head...), '[')
		out = append(append(out, bytes.Join(e.items, []byte{','})...), ']')
		out = append(out, e.tail...)
	}
	return append(append(out, ']'), b.tail...)
}
