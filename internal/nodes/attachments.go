package nodes

import (
	"context"
	"encoding/json"
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
	return strings.Contains(m.Value, "url") && !strings.Contains(m.Value, "template") || strings.ContainsRune(m.Value, '\\') && strings.Contains(m.Value, "attachment")
}

// fetchEnclosed fetches a file that is named by its address. What is wrong with the rest
// of the call is said by the call itself.
func fetchEnclosed(ctx context.Context, c *schema.Call) error {
	e, err := messaging.ReadUpload(c.Args.Text("message"))
	if err != nil || e.URL == "" {
		return nil
	}
	most, files := int64(0), &c.Row.Env.Files
	if most = files.Most; e.Type == "image" {
		most = min(most, files.MostImage)
	}
	got, err := c.Fetch(ctx, schema.Fetch{Address: e.URL, Type: e.Type, Most: most, Hold: c.Hold})
	if err == nil && got != nil {
		*c.Memo = got
	}
	return err
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
	sent, fetched := c.Args.File("filedata"), (*graph.File)(nil)
	if got, ok := (*c.Memo).(*graph.File); ok {
		fetched = got
	}
	f.Owner, f.Made = c.ID, c.Micros()
	var data []byte
	switch {
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

// enclose makes the file of a message part of it, and returns its ID where it can be
// sent again.
func enclose(ctx context.Context, c *schema.Call, o *messaging.Outgoing, to *people.Person) (id string, err error) {
	e := o.Enclosed
	if e == nil {
		return "", nil
	}
	var f *attachment.File
	switch fetched, _ := (*c.Memo).(*graph.File); {
	case e.ID != "":
		if f, err = attachment.Sendable(ctx, &c.Tx.Reader, c.ID, e.ID, c.Micros()); err != nil {
			return "", err
		}
		switch {
		case f == nil:
			return "", graph.ErrForeignFile
		case f.Type != e.Type: // [guess]
			return "", graph.ErrUpload
		}
		if err := f.Sent(ctx, c.Tx, to.ID); err != nil {
			return "", err
		}
	case e.URL != "" && fetched == nil && !e.Reusable:
		payload, err := json.Marshal(map[string]string{"url": e.URL})
		o.Message.Attachments = append(o.Message.Attachments, messaging.Attachment{Type: e.Type, Payload: payload})
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
	o.Message.Attachments = append(o.Message.Attachments, messaging.Attachment{Type: f.Type, File: &f.Ref})
	return id, nil
}

// attachments are what was sent along with a message: files that are kept here in the
// form of the reference, all else as it was said. [doc message/attachments; that the
// rest is as in webhooks guess]
func attachments(b []byte, r *schema.Row) []byte {
	text := r.Parts.JSON("attachments")
	if !strings.Contains(text, `"file":{`) {
		return append(b, text...)
	}
	var list struct {
		Data []json.RawMessage `json:"data"`
	}
	if json.Unmarshal([]byte(text), &list) != nil {
		return append(b, text...)
	}
	b = append(b, `{"data":[`...)
	for i, raw := range list.Data {
		if i > 0 {
			b = append(b, ',')
		}
		var a messaging.Attachment
		if json.Unmarshal(raw, &a) != nil || a.File == nil {
			b = append(b, raw...)
			continue
		}
		b = fileMembers(b, a.File, r)
	}
	return append(b, `]}`...)
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
