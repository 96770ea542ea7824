package wire

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
)

// Headers that never change. Spelling as the SDKs compare it. [seen idx:1109465921; code PHPSDK]
var (
	everyAnswer = []graph.HeaderPair{
		{Name: "Access-Control-Allow-Origin", Value: "*"},
		{Name: "Content-Type", Value: "application/json; charset=UTF-8"},
		{Name: "X-Content-Type-Options", Value: "nosniff"},
		{Name: "Referrer-Policy", Value: "no-referrer"},
		{Name: "Vary", Value: "Accept-Encoding"}, // [seen KOALA]
	}
	// recorded are those that mean nothing to a client, but were there.
	recorded = []graph.HeaderPair{
		{Name: "Expires", Value: "Sat, 01 Jan 2000 00:00:00 GMT"},
		{Name: "Pragma", Value: "no-cache"},
		{Name: "Strict-Transport-Security", Value: "max-age=15552000; preload"},
		{Name: "x-fb-rev", Value: "1002481006"},
	}
	privately = graph.HeaderPair{Name: "Cache-Control", Value: "private, no-cache, no-store, must-revalidate"}
	noStore   = graph.HeaderPair{Name: "Cache-Control", Value: "no-store"}
)

// versionNames are the values of Facebook-API-Version, made once.
var versionNames = func() map[graph.Version]string {
	names := map[graph.Version]string{}
	for _, v := range graph.Versions() {
		names[v] = v.String()
	}
	return names
}()

// succeed writes a 200, or a 304 for a body the caller has. The tag is made of
// the gated body, so that a 304 never speaks for something withheld since.
func (c *Core) succeed(x *exchange, body []byte) {
	if x.call.Redirect != "" { // [seen KOALA]
		c.redirect(x, body[:0])
		return
	}
	if x.kind == "" {
		body = x.param.form.dress(x.call.Asides.AppendDebug(body))
	}
	if x.untagged {
		x.out.Status, x.out.Body = 200, body
		c.head(x, noStore, nil)
		x.typed()
		return
	}
	var tag [42]byte
	appendTag(tag[:0], body)
	x.out.Status, x.out.Body = 200, body
	etag := c.head(x, privately, tag[:])
	x.typed()
	if x.call.Method == "GET" && etag != "" && matches(x.in.Header("If-None-Match"), etag) {
		x.out.Status, x.out.Body = 304, body[:0]
	}
}

// matches reports whether If-None-Match names a tag: alone or in a list, also as a
// weak one, which proxies make of it; or any.
func matches(had, tag string) bool {
	if had == tag || had == "" {
		return had == tag
	}
	for one := range strings.SplitSeq(had, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// redirect leads to a picture, and says already that it is one. [code fbgraph]
func (c *Core) redirect(x *exchange, none []byte) {
	x.out.Status, x.out.Body = 302, none
	c.head(x, privately, nil)
	x.retype("image/jpeg")
	x.out.Header = append(x.out.Header, graph.HeaderPair{Name: "Location", Value: x.call.Redirect})
}

// typed names the type of a body that is a script or no JSON at all.
func (x *exchange) typed() {
	if x.kind != "" {
		x.retype(x.kind)
	} else if x.param.form.callback != "" {
		x.retype("text/javascript; charset=UTF-8") // [guess]
	}
}

func (x *exchange) retype(kind string) {
	for i := range x.out.Header {
		if x.out.Header[i].Name == "Content-Type" {
			x.out.Header[i].Value = kind
		}
	}
}

// appendTag writes a strong tag: 40 hex digits in quotes. [seen; the hash is ours]
func appendTag(b, body []byte) []byte {
	h := xxh3.Hash128(body)
	low := xxh3.HashSeed(body, 1)
	raw := h.Bytes()
	b = append(b, '"')
	b = hex.AppendEncode(b, raw[:])
	b = hex.AppendEncode(b, []byte{byte(low >> 24), byte(low >> 16), byte(low >> 8), byte(low)})
	return append(b, '"')
}

// head writes the headers. All values that are new are cut from one string, so
// that they cost one allocation; it returns the tag.
func (c *Core) head(x *exchange, cache graph.HeaderPair, tag []byte) string {
	var buf [512]byte
	b := append(buf[:0], tag...)
	b = x.ids.appendRequest(b)
	if !c.opt.Lean {
		b = x.ids.appendShort(b)
		b = x.ids.appendDebug(b)
	}
	var used [limits.MostHeaders]limits.Header
	from, usage := len(b), 0
	if x.call.Bill != nil {
		b, usage = x.call.Bill.Append(b, &used)
	}
	text := string(b)
	n := len(tag)
	h := append(x.out.Header, everyAnswer...)
	h = append(h, cache,
		graph.HeaderPair{Name: "x-fb-request-id", Value: text[n : n+23]},
		graph.HeaderPair{Name: "Facebook-API-Version", Value: versionNames[x.call.Served]})
	if n > 0 {
		h = append(h, graph.HeaderPair{Name: "ETag", Value: text[:n]})
	}
	for _, u := range used[:usage] {
		h = append(h, graph.HeaderPair{Name: u.Name, Value: text[from:u.End]})
		from = u.End
	}
	if !c.opt.Lean {
		h = append(h, recorded...)
		h = append(h,
			graph.HeaderPair{Name: "x-fb-trace-id", Value: text[n+23 : n+34]},
			graph.HeaderPair{Name: "X-FB-Debug", Value: text[n+34 : n+122]})
	}
	x.out.Header = h
	return text[:n]
}

// fail writes the error envelope. [doc error-handling; order of members seen]
func (c *Core) fail(x *exchange, err error) {
	g := c.graphError(x, err)
	env := c.envelope(x, g)
	x.code = env
	x.call.Bill.Failed()
	x.out.Status = env.Status
	if x.flat {
		x.out.Status, x.out.Body = 400, appendInstagramError(x.out.Body[:0], &env)
		c.head(x, noStore, nil)
		return
	}
	form := &x.param.form
	x.out.Body = form.dress(appendError(x.out.Body[:0], &env, x.ids, x.call.Served))
	c.head(x, noStore, nil)
	if x.typed(); form.quiet || form.callback != "" {
		x.out.Status = 200
	} else if env.Kind != "" {
		x.out.Header = append(x.out.Header, graph.HeaderPair{Name: "WWW-Authenticate", Value: challenge(&env)})
	}
}

// envelope is an error as the call and the settings have it. 190 was recorded with 400 on
// graph.facebook.com and with 401 on newer hosts. [seen home-assistant#152416, idx:44438194145]
func (c *Core) envelope(x *exchange, g *graph.Error) graph.Envelope {
	env := g.In(x.param.form.asides.Language, g.Envelope(x.call.Served, x.call.Instagram))
	if env.Code == 190 && (c.opt.TokenStatus == Status401 || c.opt.TokenStatus == Status401Instagram && x.call.Instagram) {
		env.Status = 401
	}
	return env
}

func appendError(b []byte, env *graph.Envelope, ids traceIDs, v graph.Version) []byte {
	b = append(b, `{"error":{"message":`...)
	b = graph.AppendString(b, env.Message)
	b = append(b, `,"type":`...)
	b = graph.AppendString(b, env.Type)
	// Without a subcode is_transient comes before code. [seen nodejs-business-sdk#97]
	if env.Transient != 0 && env.Subcode == 0 {
		b = appendTransient(b, env.Transient)
	}
	if env.Code != 0 { // a batch error has none [seen]
		b = append(b, `,"code":`...)
		b = strconv.AppendInt(b, int64(env.Code), 10)
	}
	if env.Subcode != 0 {
		b = append(b, `,"error_subcode":`...)
		b = strconv.AppendInt(b, int64(env.Subcode), 10)
		if env.Transient != 0 {
			b = appendTransient(b, env.Transient)
		}
	}
	if env.Title != "" { // [seen SPRING]
		b = append(b, `,"error_user_title":`...)
		b = graph.AppendString(b, env.Title)
		b = append(b, `,"error_user_msg":`...)
		b = graph.AppendString(b, env.Told)
	}
	b = append(b, `,"fbtrace_id":"`...)
	mark := len(b)
	b = ids.appendTrace(b, v)
	trace := string(b[mark:])
	b = graph.AppendEscaped(b[:mark], trace) // base64 may hold a slash
	return append(b, `"}}`...)
}

func appendTransient(b []byte, t int8) []byte {
	b = append(b, `,"is_transient":`...)
	return strconv.AppendBool(b, t > 0)
}

// maxChallenge bounds the header: a message may quote the caller's own text, and
// clients give up on long header lines. [guess]
const maxChallenge = 2 << 10

// challenge is WWW-Authenticate. Quotes and backslashes of the message are
// escaped, and what cannot stand in a header becomes a blank. [seen FBGRAPH]
func challenge(env *graph.Envelope) string {
	b := append([]byte(`OAuth "Facebook Platform" "`), env.Kind...)
	b = append(b, `" "`...)
	for _, r := range env.Message {
		switch {
		case len(b) > maxChallenge:
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20 || r >= 0x7f:
			b = append(b, ' ')
		default:
			b = append(b, byte(r))
		}
	}
	return string(append(b, '"'))
}

// preflight answers a browser that asks before it calls: anyone may, and no
// cookie counts. PUT and PATCH are let through to the error that they get. [guess]
func (c *Core) preflight(x *exchange) {
	if path, _, err := x.decodePath(c.opt.Sizes.Target); err == nil {
		x.call.Version, _, _ = split(path)
	}
	c.opt.Engine.Serve(&x.call)
	x.out.Status = 200
	c.head(x, noStore, nil)
	x.out.Header = append(x.out.Header,
		graph.HeaderPair{Name: "Access-Control-Allow-Methods", Value: "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
		graph.HeaderPair{Name: "Access-Control-Allow-Headers", Value: "Authorization, Content-Type, If-None-Match"},
		graph.HeaderPair{Name: "Access-Control-Max-Age", Value: "600"})
}
