package messaging

import (
	"bytes"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
)

// A Notice is what the apps that are subscribed to a field of an object are told.
type Notice struct {
	Object, Field string
	Body          []byte
	// Flat is the body for apps that reach the account by Instagram Login, nil where it is
	// the same.
	Flat []byte
	// bare is the body without what only the app in control is told.
	bare func() []byte
}

// An item is one entry of messaging[]: who did it to whom, when, and what.
type item struct {
	sender, recipient string // no sender: "" [doc messaging_optins, checkbox]
	userRef           string // of a recipient without an ID [guess]
	at                int64  // unix microseconds; zero writes none
	what              []byte // `"message":{...}`
}

// notice puts an item into the envelope of a delivery, one to an entry. Pages say id
// first, Instagram time. [seen idx:669746789, messenger4j#84]
func (p *Place) notice(field string, now int64, it item) Notice {
	n := Notice{Object: ObjectPage, Field: field}
	b := []byte(`{"object":"page","entry":[{"id":"` + p.PublicID + `","time":`)
	if p.Instagram {
		n.Object = ObjectInstagram
		b = strconv.AppendInt([]byte(`{"object":"instagram","entry":[{"time":`), now/1000, 10)
		b = append(b, `,"id":"`+p.PublicID+`","messaging":[`...)
	} else {
		b = append(strconv.AppendInt(b, now/1000, 10), `,"messaging":[`...)
	}
	b = append(it.append(b), `]}]}`...)
	n.Body = escape(b)
	return n
}

func (it *item) append(b []byte) []byte {
	b = append(b, '{')
	for _, who := range []struct{ name, id string }{{"sender", it.sender}, {"recipient", it.recipient}} {
		switch {
		case who.name == "recipient" && it.userRef != "":
			b = append(graph.AppendString(append(b, `"recipient":{"user_ref":`...), it.userRef), "},"...)
		case who.id != "":
			b = append(b, `"`+who.name+`":{"id":"`+who.id+`"},`...)
		}
	}
	if it.at != 0 {
		b = append(strconv.AppendInt(append(b, `"timestamp":`...), it.at/1000, 10), ',')
	}
	return append(append(b, it.what...), '}')
}

// change is a notice of something else than messages: what happened to a field.
// [seen RESTFB]
func (p *Place) change(field string, now int64, value []byte) Notice {
	n := Notice{Object: ObjectPage, Field: field}
	var b []byte
	if p.Instagram {
		n.Object = ObjectInstagram
		b = strconv.AppendInt([]byte(`{"object":"instagram","entry":[{"id":"`+p.PublicID+`","time":`), now/1e6, 10)
	} else {
		b = strconv.AppendInt([]byte(`{"object":"page","entry":[{"id":"`+p.PublicID+`","time":`), now/1e6, 10)
	}
	b = append(b, `,"changes":[{"field":"`+field+`","value":`...)
	n.Body = escape(append(append(b, value...), `}]}]}`...))
	return n
}

// flat is a change as apps of Instagram Login are told it: the field is the entry's own.
// [doc instagram webhooks examples]
func (p *Place) flat(field string, now int64, value []byte) []byte {
	b := strconv.AppendInt([]byte(`{"object":"instagram","entry":[{"id":"`+p.PublicID+`","time":`), now/1e6, 10)
	b = append(b, `,"field":"`+field+`","value":`...)
	return escape(append(append(b, value...), `}]}`...))
}

// escape writes the letters that deliveries never have as they are; graph.AppendString
// has done the others. What is signed is what is sent. [doc messenger webhooks; GP 8.2]
func escape(b []byte) []byte {
	for _, e := range []struct{ letter, as string }{{"<", `\u003C`}, {"%", `\u0025`}, {"@", `\u0040`}} {
		if bytes.Contains(b, []byte(e.letter)) {
			b = bytes.ReplaceAll(b, []byte(e.letter), []byte(e.as))
		}
	}
	return b
}

// object writes members in the order they are given, those with a value.
type object []byte

func newObject(name string) object { return object(`"` + name + `":{`) }

func (o *object) comma() {
	if b := *o; b[len(b)-1] != '{' {
		*o = append(b, ',')
	}
}

func (o *object) text(name, value string) {
	if value != "" {
		o.raw(name, string(graph.AppendString(nil, value)))
	}
}

func (o *object) raw(name, value string) {
	if value != "" {
		o.comma()
		*o = append(*o, `"`+name+`":`+value...)
	}
}

func (o *object) end() []byte { return append(*o, '}') }
