package world

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/store"
)

// mostFiles bounds what the files of one world have together. [own]
const mostFiles = 64 << 20

// A filed attachment is one of a message of a world file that brings its bytes: in a file
// beside the world, or in the world itself.
type filed struct {
	Type string `json:"type"`
	Path string `json:"path"`
	Name string `json:"name"`
	Mime string `json:"mime_type"`
	Data []byte `json:"base64"`

	at  int // place among the attachments
	ref attachment.Ref
}

// readFiles reads the files that messages have: none may be larger than one that is sent,
// and all together are bounded.
func (l *loading) readFiles() (ps Problems) {
	l.files = map[string][]filed{}
	left := int64(mostFiles)
	for _, d := range l.w.things {
		i := d.attached()
		if i < 0 {
			continue
		}
		v := &d.values[i]
		at := ref{d.name, v.line, v.col}
		list, err := attachmentsOf(v.text)
		if err != nil {
			ps = append(ps, l.problem(at, "attachments of %s: %v", d.name, err))
			continue
		}
		for i := range list {
			f := &list[i]
			if err := l.b.readFile(f); err != nil {
				ps = append(ps, l.problem(at, "attachment %d of %s: %v", f.at+1, d.name, err))
				continue
			}
			if left -= f.ref.Size; left < 0 {
				return append(ps, l.problem(at, "the files of a world have up to %d bytes together", mostFiles))
			}
		}
		l.files[d.name] = list
	}
	return ps
}

// attached is the place of what the file says of the attachments of a message, -1 for nothing.
func (d *thingDecl) attached() int {
	if d.node.Name != "Message" {
		return -1
	}
	return slices.IndexFunc(d.values, func(v valueDecl) bool { return v.field.Name == "attachments" })
}

// attachmentsOf are those of a message that bring their bytes.
func attachmentsOf(text string) (list []filed, err error) {
	var with struct{ Data []json.RawMessage }
	if json.Unmarshal([]byte(text), &with) != nil {
		return nil, nil // of a form of its own
	}
	for i, raw := range with.Data {
		var named map[string]json.RawMessage
		if json.Unmarshal(raw, &named) != nil {
			continue
		}
		if named["file"] != nil {
			return nil, fmt.Errorf("a file is said by its path or in base64")
		}
		if named["path"] == nil && named["base64"] == nil {
			continue
		}
		f := filed{at: i}
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("write {type: image, path: cake.jpg} or {type: file, name: list.txt, base64: cnllCg==}")
		}
		list = append(list, f)
	}
	return list, nil
}

func (b *Builder) readFile(f *filed) (err error) {
	switch {
	case !slices.Contains(attachment.Types(), f.Type):
		return fmt.Errorf("type %q is none of %s", f.Type, strings.Join(attachment.Types(), ", "))
	case f.Path != "" && len(f.Data) > 0:
		return fmt.Errorf("path and base64 exclude each other")
	case f.Path != "" && b.opt.Files == nil:
		return fmt.Errorf("this world may not read files")
	case f.Path != "":
		if f.Data, err = b.opt.Files(f.Path); err != nil {
			return err
		}
		if f.Name == "" {
			f.Name = path.Base(f.Path)
		}
	}
	if n := int64(len(f.Data)); n > b.opt.MostFile {
		return fmt.Errorf("%d bytes are too many: attachments.max_size is %d", n, b.opt.MostFile)
	}
	if f.ref, err = attachment.Describe(f.Type, f.Name, f.Mime, f.Data); err != nil {
		return fmt.Errorf("it is empty, or of another kind than %s", f.Type)
	}
	return nil
}

// keepFiles puts the files of a message into the store, as those that were sent. It returns
// the values of the thing, which are of the files then.
func (l *loading) keepFiles(ctx context.Context, tx *store.Tx, d *thingDecl) ([]valueDecl, error) {
	i := d.attached()
	if i < 0 || len(l.files[d.name]) == 0 {
		return d.values, nil
	}
	var with struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal([]byte(d.values[i].text), &with); err != nil {
		return nil, err
	}
	for _, f := range l.files[d.name] {
		file := &attachment.File{Owner: l.idOf(d.owned()), Person: l.writerOf(d), Ref: f.ref, Made: max(d.at.in(l.now).UnixMicro(), 1)}
		if err := attachment.Keep(ctx, tx, l.b.opt.Keys, file, f.Data); err != nil {
			return nil, err
		}
		raw, err := json.Marshal(messaging.Attachment{Type: f.Type, File: &file.Ref})
		if err != nil {
			return nil, err
		}
		with.Data[f.at] = raw
	}
	text, err := json.Marshal(with)
	values := slices.Clone(d.values)
	values[i].text = string(text)
	return values, err
}

// writerOf is the person of a message: its files go with them.
func (l *loading) writerOf(d *thingDecl) store.ID {
	for _, v := range d.values {
		for _, t := range v.refs {
			if t.kind == personKind {
				return l.idOf(t)
			}
		}
	}
	return 0
}
