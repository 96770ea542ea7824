package wire

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
)

// separate begins the answer to an operation.
func (bt *batch) separate() []byte {
	if bt.next == 0 {
		return bt.out
	}
	return append(bt.out, ',')
}

// enter writes the answer to the next operation: null, or code, headers and the
// body as a text, in this order. [seen RESTFB]
func (c *Core) enter(bt *batch, y *exchange, op *operation, body []byte, err error) {
	status, tag, env := 200, "", graph.Envelope{}
	switch {
	case err != nil:
		y.call.Bill.Failed()
		g := c.graphError(y, err)
		env = c.envelope(y, g)
		status = env.Status
		body = appendError(body[:0], &env, y.ids, y.call.Served)
	case y.call.Redirect != "":
		status = 302
	default:
		body = y.call.Asides.AppendDebug(body)
	}
	if err == nil && status == 200 && y.call.Method == "GET" && !y.untagged {
		if had := y.in.Header("If-None-Match"); had != "" || !bt.bare { // or nobody would see it
			var text [42]byte
			if tag = string(appendTag(text[:0], body)); matches(had, tag) {
				status = 304
			}
		}
	}
	i := bt.next
	bt.good[i] = status < 400
	if op.used && bt.good[i] {
		bt.bodies[i] = append([]byte(nil), body...)
	}
	bt.outcomes[i] = outcome{y.call.Node, status, env.Code}
	if bt.x.kept {
		bt.entries = append(bt.entries, journal.Entry{
			At: y.call.Now, Method: y.in.Method, Node: y.call.Node, App: y.call.App, Page: y.call.Owner,
			Path: y.in.Target, Status: status, Code: env.Code, Subcode: env.Subcode, Ladder: y.call.Ladder,
		})
	}
	b := bt.separate()
	if omit := op.Omit == nil && op.used || op.Omit != nil && bool(*op.Omit) && op.Name != ""; omit && bt.good[i] {
		b = append(b, "null"...) // [doc batch-requests]
	} else {
		b = append(b, `{"code":`...)
		b = strconv.AppendInt(b, int64(status), 10)
		if !bt.bare {
			b = c.appendHeaders(append(b, `,"headers":[`...), y, status, tag, &env)
			b = append(b, ']')
		}
		switch status {
		case 302: // no body [seen KOALA]
		case 304: // [guess]
			b = append(b, `,"body":null`...)
		default:
			b = graph.AppendText(append(b, `,"body":`...), body)
		}
		b = append(b, '}')
	}
	bt.out = b
	bt.next++
}

// appendHeaders writes the headers that were recorded inside batches. [seen
// RESTFB; their order guess]
func (c *Core) appendHeaders(b []byte, y *exchange, status int, tag string, env *graph.Envelope) []byte {
	put := func(name, value string) {
		if b[len(b)-1] == '}' {
			b = append(b, ',')
		}
		b = append(b, `{"name":"`...)
		b = append(b, name...)
		b = append(b, `","value":`...)
		b = append(graph.AppendString(b, value), '}')
	}
	if status == 302 {
		put("Location", y.call.Redirect)
		return b
	}
	put("Access-Control-Allow-Origin", "*")
	cache := privately
	if env.Status != 0 || y.untagged {
		cache = noStore
	}
	put(cache.Name, cache.Value)
	put("Content-Type", "text/javascript; charset=UTF-8")
	if tag != "" {
		put("ETag", tag)
	}
	put("Facebook-API-Version", versionNames[y.call.Served])
	var used [limits.MostHeaders]limits.Header
	var buf [512]byte
	text, usage := y.call.Bill.Append(buf[:0], &used)
	from := 0
	for _, u := range used[:usage] {
		put(spelled(u.Name), string(text[from:u.End]))
		from = u.End
	}
	if !c.opt.Lean {
		put("Pragma", "no-cache")
		put("Expires", "Sat, 01 Jan 2000 00:00:00 GMT")
	}
	if env.Kind != "" {
		put("WWW-Authenticate", challenge(env))
	}
	return b
}

// spelled is a header of usage as batches have it. [seen RESTFB for X-App-Usage]
func spelled(name string) string {
	b := []byte(name)
	for i := range b {
		if i == 0 || b[i-1] == '-' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// tell lets metrics and journal know what became of the operations. An operation
// that waited in vain for another has no outcome.
func (c *Core) tell(bt *batch) {
	for i := range bt.outcomes[:bt.next] {
		if o := &bt.outcomes[i]; c.opt.Observe != nil && o.status != 0 {
			c.opt.Observe(o.node, o.status, o.code, -1)
		}
	}
	for i := range bt.entries {
		bt.entries[i].DurationMicros = -1
		c.opt.Journal.Add(&bt.entries[i])
	}
}
