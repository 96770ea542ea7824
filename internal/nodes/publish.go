package nodes

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A publication is an edge of a person that takes something new: its node type,
// and the parameters that become fields of it under the names in as.
type publication struct {
	edge, node string
	callers    schema.Callers
	need       *schema.Need
	params     []schema.Param
	as         map[string]string
	// more adds what does not come from parameters; answer has another form than
	// the ID. Both may be nil.
	more   func(ctx context.Context, c *schema.Call, m *making) error
	answer func(ctx context.Context, c *schema.Call, id string) (schema.Answer, error)
	gone   schema.Leaving
	mark   string
}

func text(name string) schema.Param     { return schema.Param{Name: name} }
func web(name string) schema.Param      { return schema.Param{Name: name, Kind: schema.URLParam} }
func object(name string) schema.Param   { return schema.Param{Name: name, Kind: schema.ObjectParam} }
func yesNo(name string) schema.Param    { return schema.Param{Name: name, Kind: schema.BoolParam} }
func sentFile(name string) schema.Param { return schema.Param{Name: name, Kind: schema.FileParam} }
func moment(name string) schema.Param   { return schema.Param{Name: name, Kind: schema.TimeParam} }
func must(p schema.Param) schema.Param  { p.Required = true; return p }
func oneOf(name string, values ...string) schema.Param {
	return schema.Param{Name: name, Kind: schema.EnumParam, Enum: values}
}

// publications are what people and apps put on the edges of a person.
func publications() []publication {
	publish, spec := needs(graph.PublishActions), "[spec v3.3]"
	return []publication{
		{edge: "feed", node: "Post", callers: schema.ByPerson, need: publish, more: newPost, answer: postID, mark: spec,
			params: []schema.Param{text("caption"), text("description"), web("link"), text("message"), text("name"), web("picture"), seenBy()}},
		{edge: "photos", node: "Photo", callers: schema.ByPerson, need: publish, more: newPhoto, mark: spec,
			params: []schema.Param{text("alt_text_custom"), text("caption"), text("message"), text("name"), sentFile("source"), taggedPeople(), web("url")},
			as:     map[string]string{"caption": "name", "message": "name", "source": "", "tags": "", "url": "source"}, answer: tagPeople},
		{edge: "videos", node: "Video", callers: schema.ByPerson, need: publish, more: newVideo, mark: spec,
			params: []schema.Param{text("content_category"), text("description"), yesNo("embeddable"), web("file_url"), seenBy(), sentFile("source"), text("title")},
			as:     map[string]string{"file_url": "source", "source": ""}},
		{edge: "albums", node: "Album", callers: schema.ByPerson, need: publish, more: newAlbum, gone: july2019, mark: spec,
			params: []schema.Param{text("description"), text("location"), text("message"), must(text("name")), seenBy()},
			as:     map[string]string{"message": "description", "privacy": ""}},
		{edge: "live_videos", node: "LiveVideo", callers: schema.ByPerson, need: publish, more: newLiveVideo, mark: spec,
			params: []schema.Param{text("description"), moment("planned_start_time"), oneOf("status", "LIVE_NOW", "SCHEDULED_CANCELED", "SCHEDULED_LIVE", "SCHEDULED_UNPUBLISHED", "UNPUBLISHED"), text("title")}},
		{edge: "events", node: "Event", callers: schema.ByPerson, need: needs(graph.RsvpEvent), more: newEvent, mark: "[doc user events; permission guess]",
			params: []schema.Param{text("description"), moment("end_time"), must(text("name")), must(moment("start_time"))}},
		{edge: "favorite_requests", node: "FavoriteRequest", callers: schema.ByPerson, mark: spec,
			params: []schema.Param{must(oneOf("api_version", "unversioned", "v1.0", "v2.0", "v2.1", "v2.10", "v2.11", "v2.12", "v2.2", "v2.3", "v2.4", "v2.5", "v2.6", "v2.7", "v2.8", "v2.9", "v3.0", "v3.1", "v3.2", "v3.3")),
				text("description"), text("graph_path"), must(oneOf("http_method", "DELETE", "GET", "POST")), object("post_params"), object("query_params")}},
		{edge: "notifications", node: "Notification", callers: schema.ByApp, more: newNotification, answer: done, mark: "[doc games notifications]",
			params: []schema.Param{text("href"), text("ref"), must(text("template"))}, as: map[string]string{"href": "", "ref": "", "template": "title"}},
		{edge: "apprequests", node: "AppRequest", callers: schema.ByApp, more: newRequest, answer: requestID, mark: "[doc games requests]",
			params: []schema.Param{text("data"), must(text("message"))}},
		{edge: "achievements", node: "Achievement", callers: schema.ByPerson | schema.ByApp, need: publish, more: newAchievement, gone: july2019, mark: "[doc games achievements; end guess]",
			params: []schema.Param{must(web("achievement")), yesNo("no_feed_story")}, as: map[string]string{"achievement": ""}},
		{edge: "scores", node: "Score", callers: schema.ByPerson | schema.ByApp, need: publish, more: newScore, answer: done, mark: "[doc games scores]",
			params: []schema.Param{must(schema.Param{Name: "score", Kind: schema.IntParam})}},
	}
}

// publishOperations are the writes that publish, in the versions that have the edge.
func publishOperations() (ops []schema.Operation) {
	spans := map[string]schema.Span{}
	for _, e := range declaredEdges() {
		spans[e.Name] = e.Span
	}
	for _, p := range publications() {
		returns := "struct{id: string}"
		if p.answer != nil && p.edge != "photos" {
			returns = success
		}
		ops = append(ops, schema.Operation{Method: "POST", Edge: p.edge, Span: spans[p.edge], Gone: p.gone, Action: schema.Creating, Reread: true, Callers: p.callers, Need: p.need, Params: p.params,
			Returns: []string{returns}, Do: p.do, Mark: p.mark})
	}
	return ops
}

// do makes the thing, with who made it and through which app.
func (p publication) do(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	m := making{node: p.node, owner: c.ID, edge: store.Edge(p.edge), on: c.ID, seed: c.Row.Person.Handle, parts: p.fields(c.Args)}
	m.refer("from", c.ID)
	m.refer("application", c.Viewer.App.ID)
	if p.more != nil {
		if err := p.more(ctx, c, &m); err != nil {
			return schema.Answer{}, err
		}
	}
	id, err := create(ctx, c, m)
	switch {
	case err != nil:
		return schema.Answer{}, err
	case p.answer != nil:
		return p.answer(ctx, c, id)
	}
	return schema.Answer{Created: id}, nil
}

// taggedPeople are who is on a photo. [doc user photos]
func taggedPeople() schema.Param {
	return schema.Param{Name: "tags", Kind: schema.ListParam, Type: "list<Object>", Of: &schema.Param{Kind: schema.ObjectParam, Params: []schema.Param{
		{Name: "tag_uid", Kind: schema.IDParam, Type: "int", Required: true}, {Name: "x", Kind: schema.FloatParam}, {Name: "y", Kind: schema.FloatParam}}}}
}

// tagPeople puts a photo on the list of everybody who is tagged on it; where on the
// picture they are is not kept. Somebody whom the app does not know is not visible.
// [doc user photos; error guess]
func tagPeople(ctx context.Context, c *schema.Call, id string) (schema.Answer, error) {
	done := schema.Answer{Created: id}
	tags := c.Args.Find("tags")
	if tags == nil {
		return done, nil
	}
	photo, err := c.Tx.Resolve(ctx, store.SpaceNode, id)
	if err != nil {
		return done, err
	}
	for _, tag := range tags.List {
		p, err := somebody(ctx, c, tag.Args.Text("tag_uid"))
		switch {
		case err != nil:
			return done, err
		case p == nil:
			return done, graph.ErrNotVisible
		case p.ID == c.ID:
			continue
		}
		if err := c.Tx.Link(ctx, store.Assoc{From: p.ID, Kind: store.Edge("photos"), To: photo, Time: c.Micros()}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// fields makes parts of the parameters that become fields.
func (p publication) fields(args schema.Args) (parts people.Parts) {
	for i := range args {
		a := &args[i]
		name, renamed := p.as[a.Name]
		if !renamed {
			name = a.Name
		}
		if name != "" {
			parts = parts.Set(people.Part{Name: name, Text: p.value(a)})
		}
	}
	return parts
}

// value is the JSON text of a parameter.
func (p publication) value(a *schema.Arg) string {
	for i := range p.params {
		if p.params[i].Name != a.Name {
			continue
		}
		switch p.params[i].Kind {
		case schema.IntParam, schema.TimeParam:
			return strconv.FormatInt(a.Int, 10)
		case schema.BoolParam:
			return strconv.FormatBool(a.Int != 0)
		case schema.ObjectParam:
			return a.Text
		}
	}
	return quote(a.Text)
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always can be
	return string(text)
}

func (m *making) refer(name string, to store.ID) {
	m.parts = m.parts.Set(people.Part{Name: name, Refs: []store.ID{to}})
}

func (m *making) say(name, value string) {
	m.parts = m.parts.Set(people.Part{Name: name, Text: value})
}

func done(context.Context, *schema.Call, string) (schema.Answer, error) { return schema.Answer{}, nil }

// newPost refuses a post that says nothing, and one that says what the latest
// said. [seen SPRING]
func newPost(ctx context.Context, c *schema.Call, m *making) error {
	message, link := m.parts.Find("message"), m.parts.Find("link")
	if message == nil && link == nil {
		return graph.ErrNeedsParam.Args("message")
	}
	latest, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: m.edge, Limit: 1})
	if err != nil {
		return err
	}
	if len(latest) > 0 {
		rec, err := c.Tx.Get(ctx, latest[0].ID)
		if err != nil {
			return err
		}
		if t := thingIn(rec); t != nil && same(t.Parts.Find("message"), message) && same(t.Parts.Find("link"), link) {
			return graph.ErrDuplicateStatus
		}
	}
	kind := "status"
	if link != nil {
		kind = "link"
	}
	m.say("type", quote(kind))
	m.say("updated_time", strconv.FormatInt(c.Now.Unix(), 10))
	return nil
}

func same(a, b *people.Part) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Text == b.Text
}

// postID is the ID of a post as the app sees it: that of the person, and its own.
func postID(ctx context.Context, c *schema.Call, id string) (schema.Answer, error) {
	asid, err := asidOf(ctx, c, c.Row.Person)
	return schema.Answer{Created: asid + "_" + id}, err
}

// newAlbum refuses a name of which nothing would be seen. [guess]
func newAlbum(_ context.Context, c *schema.Call, m *making) error {
	if !strings.ContainsFunc(c.Args.Text("name"), isInk) {
		return graph.ErrInvalidName
	}
	if privacy := c.Args.Find("privacy"); privacy != nil {
		m.say("privacy", quote(albumPrivacy[privacy.Args.Text("value")]))
	}
	m.say("can_upload", "true")
	m.say("type", quote("app")) // [doc album]
	m.say("updated_time", strconv.FormatInt(c.Now.Unix(), 10))
	return nil
}

// albumPrivacy is what an album says of who sees it. [everyone, friends and custom doc
// album; the others guess]
var albumPrivacy = map[string]string{"EVERYONE": "everyone", "ALL_FRIENDS": "friends", "FRIENDS_OF_FRIENDS": "friends_of_friends", "CUSTOM": "custom", "SELF": "only_me"}

// newLiveVideo goes live unless told otherwise: what is asked for as LIVE_NOW is
// LIVE then. Where the stream goes follows from what it is. [doc live_videos; form guess]
func newLiveVideo(_ context.Context, c *schema.Call, m *making) error {
	if status := c.Args.Text("status"); status == "" || status == "LIVE_NOW" {
		m.say("status", quote("LIVE"))
	}
	key := madeID(c, m, -1)
	m.say("stream_url", quote("rtmp://rtmp-api.facebook.com:80/rtmp/"+key))
	m.say("secure_stream_url", quote("rtmps://rtmp-api.facebook.com:443/rtmp/"+key))
	return nil
}

// mostTemplate bounds the text of a notification. [doc games notifications]
const mostTemplate = 180

func newNotification(_ context.Context, c *schema.Call, m *making) error {
	if len([]rune(c.Args.Text("template"))) > mostTemplate {
		return graph.ErrParamKind.Args("template", "no longer than 180 characters")
	}
	m.refer("from", c.Viewer.App.ID)
	m.refer("to", c.ID)
	m.say("unread", "true")
	if href := c.Args.Text("href"); href != "" && c.Viewer.App.Link != "" {
		m.say("link", quote(c.Viewer.App.Link+href))
	}
	return nil
}

func newRequest(_ context.Context, c *schema.Call, m *making) error {
	m.parts = m.parts.Set(people.Part{Name: "from"}) // the app asks
	m.refer("to", c.ID)
	return nil
}

// requestID names the request and whom it was sent to. [doc games requests]
func requestID(ctx context.Context, c *schema.Call, id string) (schema.Answer, error) {
	asid, err := asidOf(ctx, c, c.Row.Person)
	return schema.Answer{Body: []byte(`{"request":"` + id + `","to":["` + asid + `"]}`)}, err
}

func newAchievement(_ context.Context, c *schema.Call, m *making) error {
	m.say("publish_time", strconv.FormatInt(c.Now.Unix(), 10))
	m.say("type", quote("games.achieves"))
	m.say("data", `{"achievement":{"url":`+quote(c.Args.Text("achievement"))+`}}`)
	return nil
}

// newScore takes the place of the score that the person had in the app. [doc games scores]
func newScore(ctx context.Context, c *schema.Call, m *making) error {
	if c.Args.Find("score").Int < 0 {
		return graph.ErrBadParam
	}
	old, err := scoreIn(ctx, c)
	if err != nil {
		return err
	}
	if old != 0 {
		if err := c.Tx.Purge(ctx, old); err != nil {
			return err
		}
	}
	m.parts = m.parts.Set(people.Part{Name: "from"})
	m.refer("user", c.ID)
	m.say("type", quote("score"))
	return nil
}

// scoreIn is the score of the person in the app, zero for none.
func scoreIn(ctx context.Context, c *schema.Call) (store.ID, error) {
	const most = 500
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: store.Edge("scores"), Limit: most})
	if err != nil {
		return 0, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return 0, err
	}
	for i := range list {
		if t := thingIn(rs.GotObject(i)); t != nil && madeBy(t, c.Viewer.App.ID) {
			return list[i].ID, nil
		}
	}
	return 0, nil
}

// madeBy reports whether a thing was made through an app.
func madeBy(t *people.Thing, app store.ID) bool {
	refs := t.Parts.Refs("application")
	return len(refs) == 1 && refs[0] == app
}

// isInk reports whether a letter leaves something to see.
func isInk(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
