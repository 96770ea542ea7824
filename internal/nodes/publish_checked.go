package nodes

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

// seenBy says who sees what is published. Only the value is checked; whom it
// allows and denies beside is kept as it is. [guess]
func seenBy() schema.Param {
	return schema.Param{Name: "privacy", Kind: schema.ObjectParam, Params: []schema.Param{
		must(oneOf("value", "EVERYONE", "ALL_FRIENDS", "FRIENDS_OF_FRIENDS", "CUSTOM", "SELF"))}}
}

// newEvent refuses a name of which nothing would be seen, and an end before the
// start. Its times keep the offset that they were sent with. [seen; refusals guess]
func newEvent(_ context.Context, c *schema.Call, m *making) error {
	if !strings.ContainsFunc(c.Args.Text("name"), isInk) {
		return graph.ErrInvalidName
	}
	start, end := c.Args.Find("start_time"), c.Args.Find("end_time")
	m.say("start_time", quote(eventTime(start)))
	if end != nil {
		if end.Int < start.Int {
			return graph.ErrParamKind.Args("end_time", "a time that is not before start_time")
		}
		m.say("end_time", quote(eventTime(end)))
	}
	m.parts = m.parts.Set(people.Part{Name: "from"}).Set(people.Part{Name: "application"})
	m.refer("owner", c.ID)
	m.say("updated_time", strconv.FormatInt(c.Now.Unix(), 10))
	return nil
}

// eventTime is a time in the form of the reference, in the offset that it was sent
// with, UTC where it had none. A date alone stays one. [doc event; the offset guess]
func eventTime(a *schema.Arg) string {
	const form = "2006-01-02T15:04:05-0700"
	if _, err := time.Parse(time.DateOnly, a.Text); err == nil {
		return a.Text
	}
	for _, layout := range [...]string{time.RFC3339, form} {
		if t, err := time.Parse(layout, a.Text); err == nil {
			return t.Format(form)
		}
	}
	return time.Unix(a.Int, 0).UTC().Format(form)
}
