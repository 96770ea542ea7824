package nodes

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

const markUpload = "[doc attachment upload]"

// uploading keeps a file of a Page or an account, to be sent later. [doc attachment upload;
// that accounts have it too, guess]
func uploading(callers schema.Callers, need, pageNeed *schema.Need) schema.Operation {
	return schema.Operation{Method: "POST", Edge: "message_attachments", Action: schema.Creating, Usual: schema.Usual{Other: none}, Span: schema.Span{Since: graph.V(2, 6)},
		Callers: callers, Need: need, PageNeed: pageNeed, Refusal: graph.ErrNoMessaging,
		Params: []schema.Param{
			must(schema.Param{Name: "message", Kind: schema.ObjectParam}),
			oneOf("platform", "messenger", "instagram"),
			filedata(),
		},
		Returns: []string{"struct{attachment_id: numeric string}"}, Ahead: namesAddress, Before: fetchEnclosed, Do: keepUpload, Mark: markUpload}
}

func filedata() schema.Param { return schema.Param{Name: "filedata", Kind: schema.FileParam} }

// namesAddress reports whether the message of a call may have a file that is to be
// fetched: most have none, and are not looked at twice.
func namesAddress(params []graph.Param) bool {
	m, _ := graph.Given(params, "message")
	text := strings.ToLower(m.Value) // as names of members are read
	return strings.Contains(text, "url") && (strings.Contains(text, "attachments") || !strings.Contains(text, "template")) ||
		strings.Contains(text, `\u00`) && strings.Contains(text, "ttachment")
}

// fetched are the files of a call by type and address; nil where one stays there.
type fetched map[string]*graph.File

// fetchEnclosed fetches the files that are named by their addresses, one after another;
// together they are no larger than one may be [own]. What is wrong with the rest of the
// call is said by the call itself.
func fetchEnclosed(ctx context.Context, c *schema.Call) error {
	got, files := fetched{}, &c.Row.Env.Files
	left := files.Most
	for _, e := range messaging.Addresses(c.Args.Text("message")) {
		if _, had := got[e.Type+" "+e.URL]; had {
			continue
		}
		most := left
		if e.Type == "image" {
			most = min(most, files.MostImage)
		}
		file, err := c.Fetch(ctx, schema.Fetch{Address: e.URL, Type: e.Type, Most: most, Hold: c.Hold})
		if err != nil {
			return err
		}
		if got[e.Type+" "+e.URL] = file; file != nil {
			left -= int64(len(file.Data))
		}
	}
	*c.Memo = got
	return nil
}

// fetchedOf is the file that was fetched for an enclosure, nil for none.
func fetchedOf(c *schema.Call, e *messaging.Enclosed) *graph.File {
	got, _ := (*c.Memo).(fetched)
	return got[e.Type+" "+e.URL]
}

func keepUpload(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	e, err := messaging.ReadUpload(c.Args.Text("message"))
	if err != nil {
		return done, err
	}
	f := &attachment.File{Until: c.Micros() + c.Row.Env.Files.Lasts.Microseconds(), Once: !e.Reusable}
	if err := keepEnclosed(ctx, c, e, f); err != nil {
		return done, err
	}
	done.Body = append(textMember([]byte{'{'}, "attachment_id", f.Number), '}')
	return done, nil
}

// keepEnclosed keeps the file that a call brings, or that was fetched for it; where
// nothing was to be fetched, its address.
func keepEnclosed(ctx context.Context, c *schema.Call, e *messaging.Enclosed, f *attachment.File) error {
	sent, fetched := c.Args.File("filedata"), fetchedOf(c, e)
	f.Owner, f.Made = c.ID, c.Micros()
	if f.Until != 0 {
		if room, err := attachment.Room(ctx, c.Tx, c.ID, c.Row.Env.Files.Sendable, c.Micros()); err != nil || !room {
			if err == nil {
				err = graph.ErrUpload
			}
			return err
		}
	}
	var data []byte
	switch {
	case e.URL != "" && fetched == nil && c.Row.Env.Files.Fetch == schema.FetchAlways:
		return graph.ErrFetch
	case e.URL != "" && fetched == nil:
		f.Ref = attachment.Ref{Type: e.Type, URL: e.URL}
		return attachment.Keep(ctx, c.Tx, c.Row.Env.Keys, f, nil)
	case e.URL == "" && sent == nil:
		return graph.ErrFileCount
	case e.URL != "":
		sent = fetched
	}
	data = sent.Data
	if int64(len(data)) > c.Row.Env.Files.Most {
		return graph.ErrLargeFile
	}
	var err error
	if f.Ref, err = attachment.Describe(e.Type, sent.Name, sent.Type, data); err != nil {
		return err
	}
	return attachment.Keep(ctx, c.Tx, c.Row.Env.Keys, f, data)
}

// enclose makes the files of a message part of it, and returns the ID of the one that can
// be sent again.
func enclose(ctx context.Context, c *schema.Call, o *messaging.Outgoing, to *people.Person) (id string, err error) {
	for _, e := range o.Enclosed {
		if id, err = encloseOne(ctx, c, e, &o.Message.Attachments[e.At], to); err != nil {
			return "", err
		}
	}
	return id, nil
}

func encloseOne(ctx context.Context, c *schema.Call, e *messaging.Enclosed, as *messaging.Attachment, to *people.Person) (id string, err error) {
	var f *attachment.File
	switch fetched := fetchedOf(c, e); {
	case e.ID != "":
		if f, err = attachment.Sendable(ctx, &c.Tx.Reader, c.ID, e.ID, c.Micros()); err != nil {
			return "", err
		}
		switch {
		case f == nil && e.Type == messaging.MediaShare: // a post, of which nothing is known here [own; the form guess]
			as.Type = "ig_post"
			as.Payload, err = json.Marshal(map[string]string{"ig_post_media_id": e.ID})
			return "", err
		case f == nil:
			return "", graph.ErrForeignFile
		case f.Type != e.Type && e.Type != messaging.MediaShare: // [guess]
			return "", graph.ErrUpload
		}
		if err := f.Sent(ctx, c.Tx, to.ID); err != nil {
			return "", err
		}
	case e.URL != "" && fetched == nil && c.Row.Env.Files.Fetch == schema.FetchAlways:
		return "", graph.ErrFetch
	case e.URL != "" && fetched == nil && !e.Reusable:
		as.Payload, err = json.Marshal(map[string]string{"url": e.URL})
		return "", err
	default:
		f = &attachment.File{Person: to.ID}
		if e.Reusable {
			f = &attachment.File{Until: c.Micros() + c.Row.Env.Files.Lasts.Microseconds()}
			defer func() { id = f.Number }()
		}
		if err := keepEnclosed(ctx, c, e, f); err != nil {
			return "", err
		}
	}
	as.Type, as.File = f.Type, &f.Ref
	return id, nil
}

// attachments are what was sent along with a message, files in the form of the reference;
// links are its shares, and of what is not passed on nothing is there. [doc message,
// message/attachments; that the rest is as in webhooks guess]
func attachments(b []byte, r *schema.Row) []byte {
	start, n := len(b), 0
	b = append(b, `{"data":[`...)
	for _, raw := range sentAlong(r) {
		var a messaging.Attachment
		ok := json.Unmarshal(raw, &a) == nil
		if ok && (a.Link() != "" || a.Type == messaging.Unsupported) {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		switch {
		case ok && a.File != nil:
			b = fileMembers(b, a.File, r)
		case ok && a.Address() != "" && slices.Contains(attachment.Types(), a.Type):
			b = addressMembers(b, &a)
		default:
			b = append(b, raw...)
		}
	}
	if n == 0 {
		return b[:start]
	}
	return append(b, `]}`...)
}

// sentAlong are the attachments of a message as they are kept.
func sentAlong(r *schema.Row) []json.RawMessage {
	text := r.Parts.JSON("attachments")
	var list struct {
		Data []json.RawMessage `json:"data"`
	}
	if text == "" || json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list.Data
}

// addressMembers is a file of which only the address is known. [doc message; what is left
// out guess]
func addressMembers(b []byte, a *messaging.Attachment) []byte {
	url := graph.AppendString(nil, a.Address())
	switch a.Type {
	case "image":
		b = append(append(append(b, `{"image_data":{"url":`...), url...), `,"preview_url":`...)
		if b = append(b, url...); a.Sticker() != "" {
			b = append(b, `,"render_as_sticker":true`...)
		}
		return append(b, `}}`...)
	case "video":
		return append(append(append(b, `{"video_data":{"url":`...), url...), `}}`...)
	}
	return append(append(append(b, `{"file_url":`...), url...), '}')
}

// shares are the links that were sent along, as a world says or as they were attached. [doc
// message; which attachments are some guess]
func shares(b []byte, r *schema.Row) []byte {
	if text := r.Parts.JSON("shares"); text != "" {
		return append(b, text...)
	}
	start, n := len(b), 0
	b = append(b, `{"data":[`...)
	for _, raw := range sentAlong(r) {
		var a messaging.Attachment
		if json.Unmarshal(raw, &a) != nil || a.Link() == "" {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = textMember(append(b, '{'), "link", a.Link())
		if a.Title != "" {
			b = textMember(b, "name", a.Title)
		}
		b = append(b, '}')
	}
	if n == 0 {
		return b[:start]
	}
	return append(b, `]}`...)
}

// story is the story of an account that a message answers, or one that mentions the account.
// [doc message; seen RESTFB v10_0]
func story(b []byte, r *schema.Row) []byte {
	if text := r.Parts.JSON("story"); text != "" {
		return append(b, text...)
	}
	for _, raw := range sentAlong(r) {
		var a messaging.Attachment
		if json.Unmarshal(raw, &a) != nil || a.Type != messaging.StoryMention {
			continue
		}
		link := a.Address()
		if a.File != nil {
			link = r.Env.FileURL(a.File, r.Now)
		}
		b = textMember(append(b, `{"mention":{`...), "link", link)
		if a.File != nil {
			b = textMember(b, "id", a.File.Number) // [guess]
		}
		return append(b, `}}`...)
	}
	return b
}

// fileMembers is a file as a message shows it.
func fileMembers(b []byte, f *attachment.Ref, r *schema.Row) []byte {
	url := r.Env.FileURL(f, r.Now)
	b = textMember(append(b, '{'), "id", f.Number)
	b = textMember(b, "mime_type", f.Mime)
	b = textMember(b, "name", f.Name)
	b = append(b, `,"size":`...)
	b = strconv.AppendInt(b, f.Size, 10)
	switch f.Type {
	case "image":
		b = append(sized(append(b, `,"image_data":{`...), f, "max_width", "max_height"), `"url":`...)
		b = append(graph.AppendString(b, url), `,"preview_url":`...)
		return append(graph.AppendString(b, url), '}', '}')
	case "video":
		b = append(sized(append(b, `,"video_data":{`...), f, "", ""), `"url":`...)
		return append(graph.AppendString(b, url), '}', '}')
	}
	return append(textMember(b, "file_url", url), '}')
}

// sized appends width and height, twice where they have other names too.
func sized(b []byte, f *attachment.Ref, names ...string) []byte {
	if f.Width == 0 || f.Height == 0 {
		return b
	}
	all := []string{"width", "height", names[0], names[1]}
	for i, n := range []int64{f.Width, f.Height, f.Width, f.Height} {
		if all[i] == "" {
			continue
		}
		b = append(append(append(b, '"'), all[i]...), `":`...)
		b = append(strconv.AppendInt(b, n, 10), ',')
	}
	return b
}
