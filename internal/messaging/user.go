package messaging

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
)

// A UserChange is one change of a person that an app is told of: a field of theirs, or
// a permission that they gave it or took back.
type UserChange struct {
	Field string
	// Value is JSON, empty for none. Verb is add, granted or revoked, empty where the
	// recordings have none.
	Value, Verb string
}

// ChangesOf puts changes of a person into the body that tells of them, by the ID that
// the app has of the person: entry first, object last, the time in seconds. Without
// values a user is told of by the names of the fields alone. [seen RESTFB
// webhooks/user-*.json, permission-granted.wh-*.json; the latter guess]
func ChangesOf(object, id string, at int64, list []UserChange, values bool) Notice {
	b := append([]byte(`{"entry":[{"id":"`), id...)
	b = append(append(append(b, `","uid":"`...), id...), `","time":`...)
	b = strconv.AppendInt(b, at/1e6, 10)
	if object == ObjectUser && !values {
		b = append(b, `,"changed_fields":[`...)
		for i := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = graph.AppendString(b, list[i].Field)
		}
	} else {
		b = append(b, `,"changes":[`...)
		for i := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, list[i].form(object)...)
		}
	}
	b = append(b, `]}],"object":"`...)
	return Notice{Object: object, Body: escape(append(append(b, object...), `"}`...))}
}

// form is one change. A permission has its verb inside value, connected, which is the
// app itself, beside the field. [seen RESTFB permission-granted.wh-*.json]
func (c *UserChange) form(of string) []byte {
	o := newMembers()
	o.text("field", c.Field)
	if of == ObjectPermissions && c.Field != Connected {
		v := newMembers()
		v.text("verb", c.Verb)
		o.raw("value", string(v.end()))
		return o.end()
	}
	o.text("verb", c.Verb)
	o.raw("value", c.Value)
	return o.end()
}

func newMembers() object { return object("{") }

// Connected is the field of permissions that tells of the app itself.
const Connected = "connected"
